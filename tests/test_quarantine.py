"""A page that broke its reader is left alone while it stays as it was, and shown.

No page is known that breaks the reader of today: here the work itself is bad, or the archive says
that a page was.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sites import work
from sites.paper import path, publish, story
from sites.server import Site, lasting

from crawler.extract.article import Page, Refusal
from crawler.extract.task import EXTRACTOR_VERSION
from crawler.quarantine import Quarantine
from crawler.workers import Bounds
from db.archive import Archive
from db.connection import Writer
from db.pages import page_hash
from db.reader import Reader
from db.records import Quarantined

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Clock, Desk

BOUNDS = Bounds(soft_s=0.3, hard_s=1)
URL = "https://kabar-desa.example/berita/1"


def read(
    folder: Path, clock: Clock, *pages: tuple[Callable[[Page], object], bytes]
) -> list[object]:
    """Read states of one page, each with some work; what came of each."""

    async def all_of_them() -> list[object]:
        with closing(Writer(folder)) as writer, Reader(folder) as reader:
            workers = Quarantine(1, BOUNDS, writer, Archive(writer), reader, clock)
            try:
                return [await workers.do(do, Page(URL, body, clock(), None)) for do, body in pages]
            finally:
                workers.close()

    return asyncio.run(all_of_them())


def quarantine(folder: Path) -> list[Quarantined]:
    with Reader(folder) as reader:
        return reader.quarantine()


@pytest.mark.parametrize(
    ("bad", "reason"), [(work.page_that_kills, "poisonous"), (work.page_that_hangs, "too-slow")]
)
def test_a_state_that_broke_its_reader_is_not_read_again_even_after_a_restart(
    tmp_path: Path, clock: Clock, bad: Callable[[Page], object], reason: str
) -> None:
    (first,) = read(tmp_path, clock, (bad, b"<p>Racun"))
    again, _ = read(tmp_path, clock, (work.page_that_is_good, b"<p>Racun"), (bad, b"<p>Racun"))

    assert isinstance(first, Refusal)
    assert first.reason == reason
    assert again == first
    (kept,) = quarantine(tmp_path)
    assert (kept.url, kept.reason, kept.since) == (URL, reason, clock())


def test_another_state_is_read_and_lets_the_page_go(tmp_path: Path, clock: Clock) -> None:
    good = work.page_that_is_good
    outcomes = read(tmp_path, clock, (work.page_that_kills, b"<p>Racun"), (good, b"<p>Baik"))

    assert outcomes[1] == len(b"<p>Baik")
    assert quarantine(tmp_path) == []


def test_a_refusal_that_cost_nothing_is_no_quarantine(tmp_path: Path, clock: Clock) -> None:
    (got,) = read(tmp_path, clock, (work.page_that_is_refused, b"<p>Kosong"))

    assert isinstance(got, Refusal)
    assert quarantine(tmp_path) == []


@pytest.mark.parametrize("version", [EXTRACTOR_VERSION, "0"], ids=["this-version", "an-older-one"])
def test_a_story_and_a_listing_in_quarantine_are_told_and_cost_no_other(
    desk: Desk, site: Site, bad: Site, version: str
) -> None:
    addresses = publish(site, range(3))
    publish(bad, [4])
    feed = bad.pages["/rss"]
    poisonous = Quarantined("", "", version, "poisonous", "it breaks the reader", desk.clock())
    bodies = {addresses[0]: story(0).encode(), bad.url + "/rss": b"bad"}
    with closing(Writer(desk.folder)) as writer:
        for url, body in bodies.items():
            page = replace(poisonous, url=url, page_hash=page_hash(body))
            Archive(writer).quarantined(page)
    bad.pages["/rss"] = lasting("bad")
    desk.declare(desk.source(site), desk.source(bad, name="rusak"))
    reports = desk.read()
    bad.pages["/rss"] = feed
    site.pages[path(0)] = lasting(story(0).replace("<h1>", "<h1>Lagi: "))
    desk.clock.go_on(hours=3)
    later = desk.read()

    is_kept = version == EXTRACTOR_VERSION
    assert reports["rusak"].detail == "it breaks the reader" or not is_kept
    assert reports["rusak"].reason is not None
    assert reports["desa"].outcomes == (
        {"baseline": 2, "refused": 1} if is_kept else {"baseline": 3}
    )
    assert later["rusak"].outcomes == {"baseline": 1}
    assert len(quarantine(desk.folder)) == is_kept
