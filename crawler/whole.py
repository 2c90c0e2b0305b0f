"""An address to a whole article: fetched, extracted, its further sheets followed and stitched.

Knows no archive; both the visits and `tilik extract` read articles through here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeGuard

from crawler.extract.article import Article, Refusal
from crawler.extract.sheets import stitch
from crawler.fetch import Answer, Later

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SHEETS = 20  # no newspaper cuts an article into more; a pager that goes on is a trap
NO_SHEET = ("index-page", "not-an-article")  # the pager led on to something else


class Fetch(Protocol):
    """Asks for an address; `is_sheet` asks without conditions, for a part is of no use alone."""

    def __call__(self, url: str, *, is_sheet: bool = False) -> Awaitable[Answer | Later | Refusal]:
        """Return what the server said."""


@dataclass(frozen=True, slots=True)
class Read:
    """An article and the answer that its first sheet came with."""

    article: Article
    answer: Answer


async def read_whole(
    url: str, fetch: Fetch, extract: Callable[[Answer], Awaitable[Article | Refusal]]
) -> Read | Answer | Later | Refusal:
    """Read an article with all its sheets.

    An Answer is returned when there is nothing to extract: unchanged, or not there. A sheet that
    cannot be had now makes the whole article wait: half of it would look like an edit.
    """
    answer = await fetch(url)
    if not _has_page(answer):
        return answer
    first = await extract(answer)
    if isinstance(first, Refusal):
        return first
    sheets, seen = [first], {url, answer.url}
    while (following := sheets[-1].next_sheet) and following not in seen and len(sheets) < SHEETS:
        page = await fetch(following, is_sheet=True)
        if isinstance(page, Answer) and page.url in seen:
            break  # sent back to a sheet we have
        seen.update({following, page.url} if isinstance(page, Answer) else ())
        sheet = await extract(page) if _has_page(page) else page
        if isinstance(sheet, Refusal) and sheet.reason in NO_SHEET:
            break
        if not isinstance(sheet, Article):
            return _later(sheet, len(sheets) + 1)
        sheets.append(sheet)
    return Read(stitch(first, sheets[1:]) if len(sheets) > 1 else first, answer)


def _has_page(answer: Answer | Later | Refusal) -> TypeGuard[Answer]:
    return isinstance(answer, Answer) and not answer.is_unchanged and answer.status < 300  # noqa: PLR2004


def _later(sheet: Answer | Later | Refusal, number: int) -> Later:
    """Say why an article has to wait for one of its sheets."""
    if isinstance(sheet, Answer):
        sheet = Refusal("not-found", f"the page is not there (HTTP {sheet.status})")
    wait_s = sheet.wait_s if isinstance(sheet, Later) else None
    return Later(sheet.reason, f"sheet {number} of the article: {sheet.detail}", wait_s)
