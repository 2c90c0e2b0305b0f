"""What passes between fetching and storing: Page, Article, Refusal. Values only, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from db.template import Lesson, Template

Precision = Literal["day", "minute", "second"]


@dataclass(frozen=True, slots=True)
class Page:
    """What came over the wire for one address.

    `url` is the address after redirects; `encoding` is null when the server named none;
    `title` and `published` are what the feed or sitemap said of it, null when it said nothing;
    `furniture` are the keys of lines that were learned to stand on many stories of the source;
    `template` is where its bodies were learned to be, null while that is unknown; `is_checked`:
    the page is judged all the same.
    """

    url: str
    body: bytes
    fetched_at: datetime
    encoding: str | None = None
    zone: str | None = None
    lang: str | None = None
    title: str | None = None
    published: datetime | None = None
    furniture: frozenset[str] = frozenset()
    template: Template | None = None
    is_checked: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A time printed by a page: aware, with the precision and the place (`origin`) it came from."""

    at: datetime
    precision: Precision
    origin: str


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing a repair took out of the text: which repair, why, and the words it removed."""

    repair: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says about its article. Every field is null or empty when the page is silent."""

    headline: str | None = None
    authors: tuple[str, ...] = ()
    editor: str | None = None
    agency: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    caption: str | None = None
    credit: str | None = None
    canonical: str | None = None
    site_name: str | None = None
    lang: str | None = None
    is_free: bool | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """What a reader would read: the text, one block per line, and the head.

    `related` are the links that "read also" lines pointed to; `removals` is the repair report;
    `sheets` counts the pages the text was stitched from; `learned` is the furniture known of the
    source, until the repair that takes it out; `lesson` is what the page shows of its source's
    template, null when it shows nothing or was read by it.
    """

    url: str
    text: str
    head: Head
    lang: str | None = None
    removals: tuple[Removal, ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    sheets: int = 1
    next_sheet: str | None = None
    learned: frozenset[str] = frozenset()
    lesson: Lesson | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a page gave no article: `reason` is a fixed word, `detail` a sentence for a person."""

    reason: str
    detail: str
