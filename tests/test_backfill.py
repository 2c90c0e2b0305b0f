"""`tilik crawl SOURCE --since DATE`: older stories come into the archive, and alert nobody."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from shelf import Shelf
from sites import archives, paper
from sites.archives import NOW, day_of
from sites.paper import headline, path, story
from sites.server import Site, answer, hangs, status

from config.load import load
from crawler.intake import OLDER
from crawler.kinds.paging import is_before, period_of
from db.backfill import Backfill
from db.reader import Reader
from db.records import Link
from monitor.cli.crawl import joined, one_round
from monitor.cli.opening import ago

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from conftest import Desk
    from sites.server import Asked

    from crawler.visits import Report

TOPIC = '[[topic]]\nname = "desa"\nmailboxes = ["desk"]\nquery = "warga"\n'
LONGEST_S = 60
TILIK = Path(sys.executable).with_name("tilik")
DAYS = 40
SINCE = NOW - timedelta(days=20)
WANTED = {path(number) for number in range(DAYS) if day_of(number) >= SINCE}


class Library:
    """A source on a test site, read back by whole rounds."""

    def __init__(self, desk: Desk, site: Site) -> None:
        self.desk = desk
        self.site = site
        archives.publish(site, DAYS)
        (desk.folder / "watchlists").mkdir()
        (desk.folder / "watchlists" / "desa.toml").write_text(TOPIC)

    def back(self, since: datetime = SINCE, pages: int = 100) -> Report:
        settings = load(self.desk.folder, {})
        round_ = one_round(
            settings, settings.sources, self.desk.clock, lambda _: None, since=since, pages=pages
        )
        reports, _ = asyncio.run(round_)
        (report,) = joined(reports)
        return report

    def declare(self, kind: str = "section", **tables: dict[str, Any]) -> None:
        mailbox = {"[mailbox]": {"name": "desk", "zone": "Asia/Jakarta"}}  # a table of a list
        source = self.desk.source(self.site, "/indeks", kind=kind)
        self.desk.declare(source, **mailbox, **tables)

    def stored(self) -> set[str]:
        return {each.url.removeprefix(self.site.url) for each in self.desk.stories()}

    def told(self) -> list[str]:
        """Return the headlines that the topic has found and nobody was mailed yet."""
        with Reader(self.desk.folder) as reader:
            return [hit.revision.content.headline for hit in reader.undelivered("desk", ["desa"])]

    def left(self) -> list[str]:
        with Reader(self.desk.folder) as reader:
            return [url.removeprefix(self.site.url) for url in reader.older_pages("desa")]


@pytest.fixture
def library(desk: Desk, site: Site) -> Library:
    return Library(desk, site)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


LISTS: dict[str, tuple[str, Callable[[Site], None]]] = {
    "numbers in the query": ("section", lambda site: archives.numbered(site, DAYS)),
    "numbers in the path": (
        "section",
        lambda site: archives.numbered(site, DAYS, "/indeks/page/{}"),
    ),
    "bare numbers": ("section", lambda site: archives.numbered(site, DAYS, "/indeks/{}")),
    "rel=next": (
        "section",
        lambda site: archives.numbered(
            site, DAYS, "/arsip-{}", "<a rel='next' href='{}'>&raquo;</a>"
        ),
    ),
    "a word for next": (
        "section",
        lambda site: archives.numbered(site, DAYS, "/arsip-{}", "<a href='{}'>Selanjutnya ›</a>"),
    ),
    "days in the path": ("section", lambda site: archives.calendar(site, DAYS)),
    "days in the query": (
        "section",
        lambda site: archives.calendar(site, DAYS, "/indeks?tanggal=%d-%m-%Y"),
    ),
    "days in three fields": (
        "section",
        lambda site: archives.calendar(site, DAYS, "/indeks?tgl=%d&bln=%m&thn=%Y"),
    ),
    "sitemaps": ("sitemap", lambda site: archives.sitemaps(site, DAYS)),
    "feeds": ("feed", lambda site: archives.feeds(site, DAYS)),
}


@pytest.mark.parametrize("case", LISTS)
def test_older_stories_are_read_back_to_the_date_and_no_page_beyond(
    library: Library, case: str
) -> None:
    kind, lay_out = LISTS[case]
    lay_out(library.site)
    library.declare(kind)
    report = library.back()

    assert report.reason is None
    assert library.stored() >= WANTED
    assert len(library.stored()) <= len(WANTED) + 2 * archives.A_PAGE  # the page of the date, whole
    assert [path for path, count in Counter(library.site.paths()).items() if count > 1] == []
    assert library.left() == []


def test_what_a_page_beyond_the_first_gives_is_marked_and_the_first_is_as_ever(
    library: Library,
) -> None:
    archives.numbered(library.site, DAYS)
    library.declare()
    report = library.back()
    found = {each.url.removeprefix(library.site.url): each for each in library.desk.stories()}

    assert report.outcomes["baseline"] == archives.A_PAGE
    assert report.outcomes["backfilled"] == len(found) - archives.A_PAGE
    assert [found[path(n)].is_backfilled for n in (0, 4, 5, 19)] == [False, False, True, True]
    assert {each.revision.event for each in found.values()} == {None}


def test_what_a_backfill_finds_alerts_nobody_however_often_topics_look(library: Library) -> None:
    archives.numbered(library.site, DAYS)
    library.declare()
    library.back()
    library.desk.clock.go_on(hours=1)
    library.desk.read()

    assert library.stored() >= WANTED
    assert library.told() == []


def test_news_that_comes_while_the_past_is_read_is_news(library: Library) -> None:
    archives.numbered(library.site, DAYS)
    library.declare()
    library.desk.read()
    library.site.pages[path(90)] = answer(story(90))
    listed = library.site.pages["/indeks"]
    assert isinstance(listed, bytes)
    library.site.pages["/indeks"] = archives.page(
        archives.headlines([90, *range(archives.A_PAGE)])
        + "<a rel='next' href='/indeks?page=2'>2</a>"
    )
    library.desk.clock.go_on(hours=1)
    library.back()

    assert library.told() == [headline(90)]


def test_a_later_edit_of_a_young_backfilled_story_is_told_as_of_any_other(library: Library) -> None:
    archives.numbered(library.site, DAYS)
    library.declare()
    library.back()
    library.site.requests.clear()
    for number in (5, 15):
        edited = [*paper.paragraphs(number)[:3], "Bupati membatalkan rencana itu semalam."]
        library.site.pages[path(number)] = answer(story(number, edited))
    library.desk.clock.go_on(hours=2)
    library.desk.read()

    assert library.told() == [headline(5)]
    assert path(15) not in library.site.paths()  # over a week old: left to the newspaper's archive


def test_a_backfilled_story_is_found_by_search(library: Library) -> None:
    archives.numbered(library.site, DAYS)
    library.declare()
    library.back()
    with Reader(library.desk.folder) as reader:
        (found,) = reader.search(headline(12), 5)

    assert found.is_backfilled


def test_a_backfill_goes_on_where_it_was_stopped(library: Library) -> None:
    archives.numbered(library.site, DAYS)
    library.declare()
    library.back(pages=2)
    assert library.left() == ["/indeks?page=4"]
    assert len(library.stored()) == 3 * archives.A_PAGE
    library.site.requests.clear()
    library.desk.clock.go_on(minutes=30)
    library.back(since=SINCE + timedelta(minutes=30))  # 20d, half an hour later

    assert library.stored() >= WANTED
    assert "/indeks?page=2" not in library.site.paths()
    assert not set(map(path, range(15))) & set(library.site.paths())


def crawl(library: Library, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own command
        [TILIK, "-C", library.desk.folder, "crawl", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_backfill_that_is_killed_goes_on_and_asks_for_no_story_twice(library: Library) -> None:
    archives.numbered(library.site, DAYS)
    page, reached = library.site.pages["/indeks?page=4"], threading.Event()

    def slow(line: socket.socket, request: Asked) -> None:
        reached.set()
        hangs(line, request)

    library.site.pages["/indeks?page=4"] = slow
    library.declare()
    first = crawl(library, "desa", "--since", "1990-01-01")
    try:
        assert reached.wait(LONGEST_S)
    finally:
        first.kill()
        first.communicate(timeout=LONGEST_S)
    assert len(library.stored()) == 3 * archives.A_PAGE

    library.site.pages["/indeks?page=4"] = page
    said, complained = crawl(library, "desa", "--since", "1990-01-01").communicate(
        timeout=LONGEST_S
    )
    asked = Counter(library.site.paths())

    assert library.stored() == set(map(path, range(DAYS)))
    assert {asked[path(number)] for number in range(DAYS)} == {1}
    assert asked["/indeks?page=2"] == 1
    assert said.startswith("desa\tread\t")
    assert "desa: read back to 1990-01-01 00:00 UTC" in complained


def test_what_a_backfill_leaves_is_told(library: Library) -> None:
    archives.numbered(library.site, DAYS)
    library.declare()
    process = crawl(library, "desa", "--since", "1990-01-01", "--pages", "1")
    _, complained = process.communicate(timeout=LONGEST_S)

    assert process.returncode == 0
    assert "desa: 1 older page and 0 stories are left; the same command goes on." in complained


def test_a_source_that_cannot_be_read_is_not_called_read_back(library: Library) -> None:
    library.site.pages["/indeks"] = status(500)
    library.declare()
    process = crawl(library, "desa", "--since", "1990-01-01")
    _, complained = process.communicate(timeout=LONGEST_S)

    assert process.returncode == 1
    assert complained == "desa: the server failed (HTTP 500)\n"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--since", "30d"], "--since needs the names of the sources"),
        (["desa", "--since", "kemarin"], "“kemarin” is neither an age such as 30d"),
        (["desa", "--since", "2026-02-30"], "“2026-02-30” is neither an age"),
        (["desa", "--since", "9000-01-01"], "“9000-01-01” does not lie in the past"),
    ],
)
def test_a_date_that_is_none_is_a_slip_of_the_pen(
    library: Library, words: list[str], complaint: str
) -> None:
    library.declare()
    process = crawl(library, *words)
    _, complained = process.communicate(timeout=LONGEST_S)

    assert process.returncode == 64
    assert complaint in complained


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("2026-07-31", datetime(2026, 7, 31, tzinfo=UTC)),
        ("30d", NOW - timedelta(days=30)),
        ("2w", NOW - timedelta(days=14)),
        ("12h", NOW - timedelta(hours=12)),
    ],
)
def test_how_far_back_is_a_date_or_a_span(text: str, since: datetime) -> None:
    assert ago(text, NOW) == since


def test_a_backfill_further_back_begins_anew(library: Library) -> None:
    archives.numbered(library.site, DAYS)
    library.declare()
    library.back(since=NOW - timedelta(days=12), pages=1)
    assert library.left() == ["/indeks?page=3"]
    library.back()

    assert len(library.site.asked("/indeks?page=2")) == 2
    assert library.stored() >= WANTED


def test_a_backfill_begins_anew_when_its_pages_have_moved_on(library: Library) -> None:
    archives.numbered(library.site, DAYS)
    library.declare()
    library.back(pages=2)
    library.desk.clock.go_on(days=2)
    library.back()

    assert len(library.site.asked("/indeks?page=2")) == 2


def test_a_page_that_fails_is_told_and_tried_again_by_the_same_command(library: Library) -> None:
    archives.calendar(library.site, DAYS)
    bad = f"{day_of(3):/indeks/%Y/%m/%d}"
    page = library.site.pages[bad]
    library.site.pages[bad] = status(500)
    library.declare()
    first = library.back()

    assert (first.reason, first.detail) == ("server-error", "the server failed (HTTP 500)")
    assert library.left() == [bad]
    assert WANTED - library.stored() == {path(3)}

    library.site.pages[bad] = page
    assert library.back().reason is None
    assert library.stored() >= WANTED


def test_a_day_without_a_page_is_passed_by(library: Library) -> None:
    archives.calendar(library.site, DAYS)
    del library.site.pages[f"{day_of(3):/indeks/%Y/%m/%d}"]
    library.declare()
    report = library.back()

    assert report.reason is None
    assert "not there" in (report.complaint or "")
    assert WANTED - library.stored() == {path(3)}
    assert library.left() == []


def test_a_server_that_asks_us_to_wait_ends_the_backfill_for_now(library: Library) -> None:
    archives.numbered(library.site, DAYS)
    library.site.pages["/indeks?page=3"] = status(429, Retry_After="600")
    library.declare()
    report = library.back()

    assert report.reason == "busy"
    assert library.site.paths()[-1] == "/indeks?page=3"
    assert library.left() == ["/indeks?page=3"]


def test_a_list_without_dates_and_without_end_is_left_after_so_many_pages(library: Library) -> None:
    def endless(number: int) -> bytes:
        return archives.page(
            archives.headlines([0]) + f"<a rel='next' href='/indeks?page={number + 1}'>lagi</a>"
        )

    library.site.pages[path(0)] = answer(story(0))
    library.site.pages["/indeks"] = endless(1)
    for number in range(2, 60):
        library.site.pages[f"/indeks?page={number}"] = endless(number)
    library.declare()
    library.back(pages=7)

    assert sum(each.startswith("/indeks?") for each in library.site.paths()) == 7
    assert len(library.left()) == 1


def test_a_calendar_without_end_is_noted_for_some_years_only(library: Library) -> None:
    days = "".join(f"<a href='{day_of(n):/indeks/%Y/%m/%d}'>hari</a>" for n in range(1, 3000))
    library.site.pages["/indeks"] = archives.page(archives.headlines([0]) + days)
    library.declare()
    library.back(since=NOW - timedelta(days=9000), pages=1)

    assert len(library.left()) == OLDER - 1


def test_more_stories_than_one_visit_takes_are_read_all_the_same(library: Library) -> None:
    archives.sitemaps(library.site, DAYS)
    library.declare("sitemap", limits={"links_per_visit": 4})
    report = library.back()

    assert library.stored() >= WANTED
    assert report.outcomes["baseline"] == 4


def test_what_the_first_visit_passed_over_is_read_back(shelf: Shelf) -> None:
    links = [
        Link("https://a.example/1", published_at=SINCE + timedelta(days=1), is_passed_over=True),
        Link("https://a.example/2", published_at=SINCE - timedelta(days=1), is_passed_over=True),
        Link("https://a.example/3", is_passed_over=True),
    ]
    shelf.archive.links_found("desa", links, {}, NOW)
    shelf.archive.links_found("lain", [Link("https://b.example/1", is_passed_over=True)], {}, NOW)
    Backfill(shelf.writer).wanted("desa", SINCE)
    waiting = shelf.reader.links_waiting("desa", NOW, 10)

    assert {link.url for link in waiting} == {"https://a.example/1", "https://a.example/3"}
    assert all(link.is_backfilled for link in waiting)
    assert shelf.reader.links_waiting("lain", NOW, 10) == []


@pytest.mark.parametrize(
    ("url", "first", "last"),
    [
        ("/indeks/2026/08/07", "2026-08-07", "2026-08-07"),
        ("/2026/2/", "2026-02-01", "2026-02-28"),
        ("/arsip/2026-08-07", "2026-08-07", "2026-08-07"),
        ("/arsip/202608", "2026-08-01", "2026-08-31"),
        ("/indeks?date=2026-08-07", "2026-08-07", "2026-08-07"),
        ("/indeks?date=07-08-2026&page=2", "2026-08-07", "2026-08-07"),
        ("/indeks?day=7&month=8&year=2026", "2026-08-07", "2026-08-07"),
        ("/indeks?bulan=8&tahun=2026", "2026-08-01", "2026-08-31"),
    ],
)
def test_an_address_of_an_archive_names_its_days(url: str, first: str, last: str) -> None:
    period = period_of(f"https://kabar-desa.example{url}")

    assert period is not None
    assert tuple(map(str, period)) == (first, last)


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/indeks?page=2",
        "/2026/08/07/warga-bangun-jembatan",
        "/berita/20260807123",
        "/indeks/2026/13/01",
        "/indeks?date=2026-02-30",
        "/indeks?date=2026-08-07&id=7",
        "/indeks?day=7&month=8",
    ],
)
def test_other_addresses_name_no_days(url: str) -> None:
    assert period_of(f"https://kabar-desa.example{url}") is None


def test_a_sitemap_of_a_month_that_was_over_is_known_by_its_name() -> None:
    since = datetime(2026, 7, 15, tzinfo=UTC)
    site = "https://kabar-desa.example/sitemap-pt-post-"

    assert is_before(f"{site}2026-06.xml", since)
    assert not is_before(f"{site}2026-07.xml", since)
    assert not is_before(f"{site}1.xml", since)
