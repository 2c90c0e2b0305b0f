"""What the newsrooms of the small newspaper wrote, in two editions. Prints and serves nothing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

BlockKind = Literal["paragraph", "heading", "table", "related"]
OutletKind = Literal["feed", "sitemap", "section"]

HOUSES = ("lembah-siak", "tujuh-muara", "pulau-bakau")  # the feed, the sitemap, the section outlet
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

_STORIES = Path(__file__).parent / "stories"
_MARKS: dict[str, BlockKind] = {"## ": "heading", "| ": "table", "@": "related"}
_SHEET_END = "\n\n===\n\n"


@dataclass(frozen=True, slots=True)
class House:
    """What stays the same about an outlet. `address` is the pattern of its stories' paths."""

    name: str
    title: str
    host: str
    kind: OutletKind
    start: str
    address: str
    lang: str
    zone: str
    region: str


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a body. The text of a `related` block is the slug of the story it points to."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    """One story as one edition has it, its times in the zone of the house.

    `byline` is empty for agency stories, `agency` and `dateline` for all others;
    `shape` names a fault of the content system that prints it, and is empty when there is none.
    """

    path: str
    number: int
    slug: str
    headline: str
    section: str
    lang: str
    byline: str
    agency: str
    dateline: str
    caption: str
    tags: tuple[str, ...]
    shape: str
    published: datetime
    modified: datetime
    sheets: tuple[tuple[Block, ...], ...]

    @property
    def teaser(self) -> str:
        """The first words of the lead, as feeds and sections print them."""
        return " ".join(self.sheets[0][0].text.split()[:22]) + " ..."


def house(name: str) -> House:
    """Read what stays the same about an outlet."""
    return House(name=name, **_read(name)["outlet"])


def first_edition(name: str, now: datetime) -> tuple[Manuscript, ...]:
    """Give the stories of an outlet as they first stand, the newest first."""
    of = house(name)
    stories = [_manuscript(of, entry, now) for entry in _entries(name, edition=1)]
    return _newest_first(stories)


def second_edition(name: str, first_now: datetime, now: datetime) -> tuple[Manuscript, ...]:
    """Give the stories as they stand after the newsroom added, edited, retitled and withdrew."""
    of = house(name)
    stories = [_manuscript(of, entry, now) for entry in _entries(name, edition=2)]
    for entry in _entries(name, edition=1):
        if entry.get("withdrawn"):
            continue
        altered_at = now if "change" in entry or "retitle" in entry else None
        stories.append(_manuscript(of, _altered(entry), first_now, altered_at))
    return _newest_first(stories)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_STORIES / f"{name}.toml").read_text(encoding="utf-8"))


def _entries(name: str, *, edition: int) -> list[dict[str, Any]]:
    return [entry for entry in _read(name)["story"] if entry.get("edition", 1) == edition]


def _newest_first(stories: list[Manuscript]) -> tuple[Manuscript, ...]:
    return tuple(sorted(stories, key=lambda story: story.published, reverse=True))


def _altered(entry: dict[str, Any]) -> dict[str, Any]:
    body = entry["body"]
    for old, new in entry.get("change", ()):
        if body.count(old) != 1:
            raise ValueError(f"Story {entry['slug']}: {old!r} must stand in the body exactly once.")
        body = body.replace(old, new)
    return {**entry, "body": body, "headline": entry.get("retitle", entry["headline"])}


def _manuscript(
    of: House, entry: dict[str, Any], now: datetime, altered_at: datetime | None = None
) -> Manuscript:
    zone = ZoneInfo(of.zone)
    lang = entry.get("lang", of.lang)
    published = (now - timedelta(minutes=entry["minutes_ago"])).astimezone(zone)
    published = published.replace(second=0, microsecond=0)
    return Manuscript(
        path=of.address.format(
            number=entry["number"],
            slug=entry["slug"],
            channel=entry["section"].lower() if lang == of.lang else lang,
            published=published,
        ),
        number=entry["number"],
        slug=entry["slug"],
        headline=entry["headline"],
        section=entry["section"],
        lang=lang,
        byline=entry["byline"],
        agency=entry.get("agency", ""),
        dateline=entry.get("dateline", ""),
        caption=entry["caption"],
        tags=tuple(entry["tags"]),
        shape=entry.get("shape", ""),
        published=published,
        modified=altered_at.astimezone(zone).replace(microsecond=0) if altered_at else published,
        sheets=_sheets(entry["body"], published),
    )


def _sheets(body: str, published: datetime) -> tuple[tuple[Block, ...], ...]:
    weekday = WEEKDAYS[published.weekday()]
    day = f"{weekday} ({published.day}/{published.month}/{published.year})"
    return tuple(
        tuple(_block(text) for text in sheet.split("\n\n"))
        for sheet in body.strip().replace("{hari}", day).split(_SHEET_END)
    )


def _block(text: str) -> Block:
    for mark, kind in _MARKS.items():
        if text.startswith(mark):
            return Block(kind, text.removeprefix(mark))
    return Block("paragraph", text)
