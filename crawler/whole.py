"""An address to a whole article: fetched, extracted, its further sheets followed and stitched.

Knows no archive; both the visits and `tilik extract` read articles through here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from crawler.extract.article import Article, Refusal
from crawler.extract.sheets import stitch
from crawler.fetch import Answer, Later

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SHEETS = 20  # no newspaper cuts an article into more; a pager that goes on is a trap


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
    if not isinstance(answer, Answer) or answer.is_unchanged or answer.status in (404, 410):
        return answer
    first = await extract(answer)
    if isinstance(first, Refusal):
        return first
    sheets, seen = [first], {url, answer.url}
    while (following := sheets[-1].next_sheet) and following not in seen and len(sheets) < SHEETS:
        seen.add(following)
        page = await fetch(following, is_sheet=True)
        if not isinstance(page, Answer):
            return Later(page.reason, f"sheet {len(sheets) + 1} of the article: {page.detail}")
        sheet = await extract(page)
        if isinstance(sheet, Refusal):
            break  # the pager led on to something that is no part of an article
        sheets.append(sheet)
    return Read(stitch(first, sheets[1:]) if len(sheets) > 1 else first, answer)
