"""`tilik source ...`: declare, test, list, import and export newspapers from the command line."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from shelf import Shelf
from sites.newspapers import page, publish
from sites.paper import headline, path
from sites.server import Site, answer, status
from terminal import HOSTILE, MAIN, Terminal, a_hostile_folder

from config.load import load
from config.settings import Source
from config.writing import toml_of, write_sources
from crawler.kinds.listing import Unreadable
from db.records import Link, SourceState
from monitor.cli.source import COMMANDS
from monitor.cli.source_list import health, per_day
from monitor.opml import opml_of, read_opml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 8, 7, 16, 5, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site() as site:
        network = f'[network]\nallow = ["127.0.0.1/32"]\nports = [443, {site.port}]\n'
        (tmp_path / "tilik.toml").write_text(MAIN + network + "[politeness]\ndelay_s = 0.0\n")
        yield site


def sources_of(folder: Path) -> tuple[Source, ...]:
    return load(folder, {}).sources


@pytest.mark.parametrize("name", COMMANDS)
def test_every_source_command_explains_itself(call: Terminal, name: str) -> None:
    code, said, _ = call("source", name, "--help")

    assert code == 0
    assert "--json" in said


def test_a_mistyped_source_command_is_answered_with_the_nearest(call: Terminal) -> None:
    code, _, told = call("source", "tset")

    assert code == 64
    assert "Did you mean “test”?" in told


# add


def test_a_newspaper_is_shown_and_declared(call: Terminal, site: Site, tmp_path: Path) -> None:
    publish(site, "json-feed")

    code, said, _ = call("source", "add", site.url, "--yes", "--name", "kabar-desa")

    assert code == 0
    assert headline(3) in said
    assert "bergotong royong" in said
    assert "language  id" in said
    (source,) = sources_of(tmp_path)
    assert source == Source(
        name="kabar-desa",
        url=f"{site.url}/umpan.json",
        kind="feed",
        title="Kabar Desa",
        region="Indonesia",
        lang="id",
    )


def test_what_add_declared_can_be_crawled(call: Terminal, site: Site) -> None:
    publish(site, "only-sections")
    call("source", "add", site.url, "--yes", "--name", "kabar-desa")

    code, said, _ = call("crawl", "--json")

    reports = json.loads(said)["reports"]
    assert code == 0
    assert {each["source"] for each in reports} == {"kabar-desa", "kabar-desa-ekonomi"}
    assert sum(each["outcomes"]["baseline"] for each in reports) == 12


def test_without_a_terminal_and_without_yes_no_newspaper_is_asked(
    call: Terminal, site: Site
) -> None:
    publish(site, "json-feed")

    code, _, told = call("source", "add", site.url)

    assert code == 64
    assert "--yes" in told
    assert site.requests == []


class Keyboard(io.StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "is_written"), [("y\n", True), ("n\n", False)])
def test_a_person_is_asked_before_anything_is_written(  # noqa: PLR0913, PLR0917 - fixtures, table
    call: Terminal,
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    is_written: bool,  # noqa: FBT001 - a column of the table
) -> None:
    publish(site, "json-feed")
    monkeypatch.setattr(sys, "stdin", Keyboard(typed))

    code, said, _ = call("source", "add", site.url, "--name", "kabar-desa")

    assert code == 0
    assert ("Nothing was written" in said) is not is_written
    assert [source.verified for source in sources_of(tmp_path)] == [True] * is_written


def test_a_name_that_is_taken_is_told_before_a_newspaper_is_asked(
    call: Terminal, site: Site, tmp_path: Path
) -> None:
    write_sources(tmp_path, "x", [Source(name="desa", url=site.url, kind="feed")], "")

    for name in ("desa", "x"):
        code, _, told = call("source", "add", site.url, "--yes", "--name", name)

        assert code == 64
        assert "--name" in told
    assert site.requests == []


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("file:///etc/passwd", "a"),
        ("http://u:p@kabar.example/", "a"),
        ("http://[::1", None),
        ("http://kabar.example:0x50/", None),
        ("https://kabar.example/", "../a"),
    ],
)
@pytest.mark.usefixtures("site")
def test_an_address_or_name_that_cannot_be_is_a_slip_of_usage(
    call: Terminal, url: str, name: str | None
) -> None:
    code, _, told = call("source", "add", url, "--yes", *(["--name", name] if name else []))

    assert code == 64
    assert "fault of tilik" not in told


def test_why_nothing_was_found_is_said_in_plain_words(call: Terminal, site: Site) -> None:
    site.pages["/"] = status(403)

    code, said, told = call("source", "add", site.url, "--yes")

    assert code == 1
    assert said == ""
    assert "No working way into" in told
    assert "the server does not let us in (HTTP 403)" in told


def test_add_answers_a_program_in_json(call: Terminal, site: Site, tmp_path: Path) -> None:
    publish(site, "json-feed")

    code, said, _ = call("source", "add", site.url, "--yes", "--json", "--name", "kabar-desa")

    answered: dict[str, Any] = json.loads(said)
    assert code == 0
    assert answered["written"] == str(tmp_path / "sources" / "kabar-desa.toml")
    assert answered["sources"][0]["name"] == "kabar-desa"
    assert len(answered["survey"]["proposals"][0]["samples"]) == 10


def test_nothing_a_site_writes_reaches_terminal_or_file_raw(
    call: Terminal, site: Site, tmp_path: Path
) -> None:
    publish(site, "json-feed")
    evil = HOSTILE.replace("\n", " ")
    site.pages["/"] = page(
        f"<h3><a href='{path(1)}'>{evil}</a></h3>",
        head=f"<meta property='og:site_name' content='\" ]\n[[source]] {evil}'>"
        "<link rel='alternate' type='application/rss+xml' href='/umpan.json'>",
    )

    code, said, told = call("source", "add", site.url, "--yes", "--name", "kabar-desa")

    assert code == 0
    assert "\x1b" not in said + told
    assert "\u202e" not in said + told
    (source,) = sources_of(tmp_path)
    assert (source.title or "").startswith('" ] [[source]] Heboh')


# test


def declared(folder: Path, site: Site, **more: str) -> None:
    given = {"name": "kabar-desa", "url": f"{site.url}/umpan.json", "kind": "feed", **more}
    source = Source.model_validate(given)
    write_sources(folder, "kabar-desa", [source], "")


def test_a_visit_is_shown_and_nothing_of_it_is_stored(
    call: Terminal, site: Site, tmp_path: Path
) -> None:
    publish(site, "json-feed")
    site.pages[path(2)] = status(410)
    declared(tmp_path, site)

    code, said, told = call("source", "test", "kabar-desa")

    assert code == 0
    assert "12 stories are listed" in said
    assert headline(1) in said
    assert "(HTTP 410)" in told
    assert sorted(each.name for each in tmp_path.iterdir()) == ["sources", "tilik.toml"]


def test_a_test_shows_where_on_the_page_the_articles_are_looked_for(
    call: Terminal, site: Site, tmp_path: Path
) -> None:
    publish(site, "with-pages")
    declared(tmp_path, site, url=f"{site.url}/", kind="section", select="main h3:nth-child(-n+3)")

    _, said, _ = call("source", "test", "kabar-desa")

    assert "3 stories are listed at “main h3:nth-child(-n+3)”" in said


def test_a_source_that_cannot_be_read_is_told_and_is_status_1(
    call: Terminal, site: Site, tmp_path: Path
) -> None:
    declared(tmp_path, site)

    code, _, told = call("source", "test", "kabar-desa")

    assert code == 1
    assert "the feed is not there (HTTP 404)" in told


def test_the_test_answers_a_program_in_json(call: Terminal, site: Site, tmp_path: Path) -> None:
    publish(site, "json-feed")
    declared(tmp_path, site)

    code, said, _ = call("source", "test", "kabar-desa", "--json")

    assert code == 0
    assert len(json.loads(said)["visit"]["samples"]) == 10


def test_robots_are_overridden_in_a_test_only_where_the_source_says_why(
    call: Terminal, site: Site, tmp_path: Path
) -> None:
    publish(site, "json-feed")
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /\n", "text/plain")
    declared(tmp_path, site)
    denied, _, told = call("source", "test", "kabar-desa")
    (tmp_path / "sources" / "kabar-desa.toml").unlink()
    declared(tmp_path, site, ignore_robots_because="asked the editor on 1 August")
    allowed, _, _ = call("source", "test", "kabar-desa")

    assert (denied, allowed) == (1, 0)
    assert "robots.txt does not permit it" in told


def test_an_unknown_source_is_answered_with_the_nearest(
    call: Terminal, site: Site, tmp_path: Path
) -> None:
    declared(tmp_path, site)

    code, _, told = call("source", "test", "kabar-dsa")

    assert code == 64
    assert "Did you mean “kabar-desa”?" in told


# unread


def test_what_gave_no_story_is_shown_with_its_reason_and_its_next_try(
    call: Terminal, site: Site, tmp_path: Path
) -> None:
    publish(site, "json-feed")
    declared(tmp_path, site)
    site.pages[path(1)] = status(410)
    site.pages[path(2)] = status(403)
    call("crawl")

    code, said, _ = call("source", "unread", "kabar-desa")
    lines = {line.split("\t")[0]: line.split("\t")[2:] for line in said.splitlines()}

    assert code == 0
    assert lines[site.url + path(1)] == ["never", "the page is not there (HTTP 410)"]
    next_try, why = lines[site.url + path(2)]
    assert next_try.endswith("UTC")
    assert why == "the server does not let us in (HTTP 403)"


def test_that_nothing_is_unread_is_said(call: Terminal, site: Site, tmp_path: Path) -> None:
    publish(site, "json-feed")
    declared(tmp_path, site)
    call("crawl")

    said = call("source", "unread", "kabar-desa")[:2]

    assert said == (0, "No address that kabar-desa listed waits or was refused.\n")


def test_what_was_passed_over_is_only_counted(call: Terminal, tmp_path: Path) -> None:
    a_hostile_folder(tmp_path)
    with Shelf(tmp_path) as shelf:
        links = [Link(f"https://kabar-desa.example/{n}", is_passed_over=True) for n in range(3)]
        shelf.archive.links_found("kabar-desa", links, {}, NOW)
        shelf.archive.links_found("kabar-desa", [Link(f"https://x.example/{HOSTILE}")], {}, NOW)
        shelf.archive.refused(f"https://x.example/{HOSTILE}", "redirect", HOSTILE)

    code, said, _ = call("source", "unread", "kabar-desa")
    as_json = json.loads(call("source", "unread", "kabar-desa", "--json")[1])

    assert code == 0
    assert said.endswith("and 3 that were there before the first visit\n")
    assert "\x1b" not in said
    assert sorted(each["reason"] for each in as_json) == ["older", "older", "older", "redirect"]


# who asked to be left alone


@pytest.mark.parametrize("command", ["test", "add", "extract"])
def test_a_host_that_asked_the_daemon_to_wait_is_left_alone_by_hand_too(
    call: Terminal, site: Site, tmp_path: Path, command: str
) -> None:
    publish(site, "json-feed")
    declared(tmp_path, site)
    with Shelf(tmp_path) as shelf:
        shelf.archive.host_closed("127.0.0.1", datetime(2999, 1, 1, tzinfo=UTC))
    words = {
        "test": ("source", "test", "kabar-desa"),
        "add": ("source", "add", site.url, "--name", "lain", "--yes"),
        "extract": ("extract", site.url + path(1)),
    }

    code, _, complaint = call(*words[command])

    assert code == 1
    assert "the server has asked us to wait until " in complaint
    assert site.requests == []


# list


def test_the_list_names_every_source_before_its_first_visit(
    call: Terminal, site: Site, tmp_path: Path
) -> None:
    declared(tmp_path, site)

    code, said, _ = call("source", "list")

    assert code == 0
    assert said.split("\t")[0] == "kabar-desa"
    assert "not read yet" in said


def test_the_list_shows_no_raw_site_text(call: Terminal, tmp_path: Path) -> None:
    a_hostile_folder(tmp_path)

    code, said, _ = call("source", "list")

    assert code == 0
    assert "failing since" in said
    assert "\x1b" not in said


def test_a_yield_counts_new_stories_and_not_the_baseline(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.record()
        shelf.record("https://kabar-desa.example/lama", headline="Pasar Pindah", is_silent=True)

        assert shelf.reader.new_stories(shelf.now - WEEK) == {"kabar-desa": 1}
        assert shelf.reader.new_stories(shelf.now + WEEK) == {}


@pytest.mark.parametrize(
    ("stories", "first", "yields"),
    [
        (70, NOW - WEEK * 9, 10.0),
        (6, NOW - timedelta(days=2), 3.0),
        (6, NOW - timedelta(hours=1), 6.0),
        (0, None, None),
    ],
)
def test_a_yield_is_of_the_days_since_the_first_success(
    stories: int, first: datetime | None, yields: float | None
) -> None:
    assert per_day(stories, first, NOW) == yields


SOURCE = Source(name="a", url="https://kabar-desa.example/", kind="feed")
READ = SourceState("a", first_success_at=NOW - WEEK)
FAILING = SourceState("a", reason="timeout", failing_since=NOW, failures=4)


@pytest.mark.parametrize(
    ("source", "state", "stories", "words"),
    [
        (SOURCE, SourceState("a"), 0, "not read yet"),
        (SOURCE, READ, 3, "well"),
        (SOURCE, READ, 0, "no new story for a week"),
        (SOURCE, FAILING, 0, "failing since 2026-08-07 16:05 UTC, 4 times: timeout"),
        (SOURCE.model_copy(update={"enabled": False}), FAILING, 0, "rests"),
    ],
)
def test_health_is_told_in_words(
    source: Source, state: SourceState, stories: int, words: str
) -> None:
    assert words in health(source, state, stories, NOW)


# import and export


def test_what_is_exported_is_imported_again(call: Terminal, site: Site, tmp_path: Path) -> None:
    many = [
        Source(name="a", url="https://a.example/rss", kind="feed", title='A & "B" <C>', lang="id"),
        Source(name="b", url="https://b.example/", kind="section", links="/b/", select="h3"),
        Source(name="c", url=f"{site.url}/m", kind="sitemap", region="Riau", zone="Asia/Jakarta"),
    ]
    write_sources(tmp_path, "semua", many, "")
    _, exported, _ = call("source", "export")
    (tmp_path / "sources" / "semua.toml").unlink()
    file = tmp_path / "daftar.opml"
    file.write_text(exported)
    # The titles of those that had none are what the export wrote for people.
    titled = [each.model_copy(update={"title": each.title or each.name}) for each in many]

    code, said, _ = call("source", "import", file)

    assert code == 0
    assert "3 sources" in said
    assert list(sources_of(tmp_path)) == titled


@pytest.mark.usefixtures("site")
def test_an_import_leaves_out_what_it_has_and_what_cannot_be(
    call: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "pembaca.opml"
    file.write_text(
        '<opml version="1.0"><body><outline text="Berita"><outline text="Kabar Désa" '
        'xmlUrl="https://kabar.example/rss"/><outline text="Kabar Desa" xmlUrl="https://b.example/"/>'
        '<outline title="新闻" xmlUrl="https://c.example/rss"/>'
        '<outline text="dua" xmlUrl="https://b.example/"/><outline xmlUrl="file:///etc/passwd"/>'
        '<outline xmlUrl="http://[::1"/><outline text="folder"/><outline xmlUrl="http://d.example:81/rss"/></outline></body></opml>'
    )

    code, _, told = call("source", "import", file)

    assert code == 0
    assert [source.name for source in sources_of(tmp_path)] == ["kabar-desa", "kabar-desa-2", "c"]
    assert "port 81 is not among" in told
    assert told.count("left out:") == 4
    again, said, _ = call("source", "import", file)
    assert again == 0
    assert "no new feed" in said


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "text", ["", "<html/>", "not XML", "<opml><broken", '<!DOCTYPE x [<!ENTITY a "b">]><opml/>']
)
def test_a_file_that_is_no_opml_is_bad_data(call: Terminal, tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.opml"
    file.write_text(text)

    code, _, told = call("source", "import", file)

    assert code == 65
    assert "cannot be read" in told


@pytest.mark.usefixtures("site")
def test_an_import_writes_over_no_file(call: Terminal, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.toml").write_text("")
    (tmp_path / "a.opml").write_text(
        '<opml><body><outline xmlUrl="https://a.example/"/></body></opml>'
    )

    code, _, told = call("source", "import", tmp_path / "a.opml")

    assert code == 73
    assert "a.toml" in told
    assert (tmp_path / "sources" / "a.toml").read_text() == ""


def test_a_damaged_opml_gives_what_is_left_and_says_so() -> None:
    damaged = b'<opml><body><outline xmlUrl="https://a.example/rss"/><outline xmlUrl="https://b.'

    found, left_out = read_opml(damaged, (), (443,))

    assert [source.url for source in found] == ["https://a.example/rss"]
    assert "damaged from line 1" in left_out[-1]


def test_opml_never_reads_entities_or_files() -> None:
    with pytest.raises(Unreadable, match="entities"):
        read_opml(b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml/>', (), (443,))

    assert read_opml(opml_of([SOURCE]).encode(), [SOURCE], (443,))[0] == []


# writing


def test_a_written_source_is_read_back_as_it_was(tmp_path: Path) -> None:
    odd = Source(
        name="a",
        url="https://a.example/ü?b=\"c\"&d='e'#f",
        kind="feed",
        title='Kutip "\\" dan é 신문 #',
        interval_s=900,
        verified=True,
    )
    (tmp_path / "tilik.toml").write_text(MAIN)

    write_sources(tmp_path, "a", [odd], "satu\ndua")

    assert sources_of(tmp_path) == (odd,)
    assert toml_of([odd], "satu\ndua").startswith("# satu\n# dua\n\n[[source]]\n")
    assert [each.name for each in (tmp_path / "sources").iterdir()] == ["a.toml"]
