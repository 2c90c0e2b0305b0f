"""Prints an edition of one outlet: stories to every document its server holds. Serves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.demo.manuscripts import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from jinja2 import Template

    from monitor.demo.manuscripts import House, Manuscript

SHEET_PARAMETER = "page"

_MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "id_short": "Jan Feb Mar Apr Mei Jun Jul Agt Sep Okt Nov Des",
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
_HTML, _SVG = "text/html; charset=utf-8", "image/svg+xml; charset=utf-8"
_XML, _RSS = "application/xml; charset=utf-8", "application/rss+xml; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Document:
    """One thing a server can answer with. It is printed at each request, for its view counter."""

    template: Template
    facts: Mapping[str, Any]
    modified: datetime
    content_type: str = _HTML
    status: int = 200

    def text(self, views: int) -> str:
        """Print the document as the reader number `views` gets it."""
        return self.template.render(self.facts, views=views)

    @cached_property
    def etag(self) -> str:
        """Name the state of the document; the view counter is no part of it."""
        return f'"{sha256(self.text(0).encode()).hexdigest()[:20]}"'


@dataclass(frozen=True)
class Site:
    """Everything one outlet serves during one edition, by path; sheets carry their parameter."""

    documents: Mapping[str, Document]

    def find(self, path: str, sheet: str) -> Document:
        """Give the document at a path, which may be the one that says there is none."""
        address = path if sheet in {"", "1"} else f"{path}?{SHEET_PARAMETER}={sheet}"
        return self.documents.get(address, self.documents[""])


def print_site(
    house: House, home: str, stories: Sequence[Manuscript], gone: Iterable[str], now: datetime
) -> Site:
    """Print all documents of one edition; `gone` are the paths of stories it withdrew."""
    press = _Press(house, home, stories, now.replace(microsecond=0))
    documents: dict[str, Document] = {}
    for part in (press.articles(), press.listings(), press.machine_files(), press.notices(gone)):
        documents.update(part)
    return Site(documents)


class _Press:
    """The templates of one house, and what all of them are told."""

    def __init__(
        self, house: House, home: str, stories: Sequence[Manuscript], now: datetime
    ) -> None:
        self._stories = stories
        self._now = now
        self._facts: dict[str, Any] = {
            "house": house,
            "home": home,
            "stories": stories,
            "by_slug": {story.slug: story for story in stories},
            "channels": sorted({story.section for story in stories}),
            "now": now,
        }

    def articles(self) -> Iterator[tuple[str, Document]]:
        for story in self._stories:
            for number, blocks in enumerate(story.sheets, start=1):
                address = f"?{SHEET_PARAMETER}={number}" if number > 1 else ""
                facts = {"story": story, "sheet": number, "blocks": blocks}
                # As in most content systems, Last-Modified forgets the boxes around the story.
                document = self._document("article.html", facts, modified=story.modified)
                yield story.path + address, document
            picture = self._document(
                "/picture.svg", {"story": story}, modified=story.published, content_type=_SVG
            )
            yield f"/foto/{story.number}.svg", picture

    def listings(self) -> Iterator[tuple[str, Document]]:
        for path in ("/", "/berita"):
            yield path, self._listing("Berita Terbaru", self._stories)
            yield f"{path}?{SHEET_PARAMETER}=2", self._listing("Berita Lama", ())
        for channel in self._facts["channels"]:
            members = [story for story in self._stories if story.section == channel]
            yield f"/kanal/{_path_word(channel)}", self._listing(channel, members)
        for tag in {tag for story in self._stories for tag in story.tags}:
            members = [story for story in self._stories if tag in story.tags]
            yield f"/tag/{_path_word(tag)}", self._listing(f"Tag: {tag}", members)

    def machine_files(self) -> Iterator[tuple[str, Document]]:
        yield "/robots.txt", self._document("/robots.txt", {}, content_type=_TEXT)
        kind = self._facts["house"].kind
        if kind == "feed":
            yield "/rss", self._document("/feed.xml", {}, content_type=_RSS)
        if kind == "sitemap":
            yield "/sitemap.xml", self._document("/sitemap-index.xml", {}, content_type=_XML)
            yield "/sitemap-news.xml", self._document("/sitemap-news.xml", {}, content_type=_XML)

    def notices(self, gone: Iterable[str]) -> Iterator[tuple[str, Document]]:
        yield "", self._notice("Halaman tidak ditemukan", "missing", status=404)
        yield "/admin/masuk", self._notice("Khusus redaksi", "closed", status=403)
        yield "/tentang-kami", self._notice("Tentang kami", "about", status=200)
        for path in gone:
            yield path, self._notice("Berita sudah ditarik", "withdrawn", status=410)

    def _listing(self, heading: str, members: Sequence[Manuscript]) -> Document:
        return self._document("listing.html", {"heading": heading, "members": members})

    def _notice(self, heading: str, reason: str, *, status: int) -> Document:
        facts = {"heading": heading, "reason": reason}
        return self._document("/notice.html", facts, status=status)

    def _document(
        self,
        template: str,
        facts: dict[str, Any],
        *,
        modified: datetime | None = None,
        content_type: str = _HTML,
        status: int = 200,
    ) -> Document:
        """Take the template of the house, or the one all houses share if its name begins with /."""
        shared = template.startswith("/")
        name = template[1:] if shared else f"{self._facts['house'].name}/{template}"
        return Document(
            template=_TEMPLATES.get_template(name),
            facts=self._facts | facts,
            modified=modified or self._now,
            content_type=content_type,
            status=status,
        )


def _path_word(text: str) -> str:
    return text.lower().replace(" ", "-")


def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["path_word"] = lambda text: quote(_path_word(text))
    templates.filters["mail_date"] = format_datetime
    templates.globals["months"] = {name: words.split() for name, words in _MONTHS.items()}
    templates.globals["weekdays"] = WEEKDAYS
    return templates


_TEMPLATES = _templates()
