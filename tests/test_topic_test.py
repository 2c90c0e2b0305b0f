"""`tilik topic test`: what a topic would have caught, counted, and beside its saved version."""

from __future__ import annotations

import json
import os
import pty
import random
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from shelf import NOW, Shelf
from terminal import HOSTILE, LONGEST_S, MAIN, SOURCES, TILIK, Terminal

from config.load import load
from db.errors import StoreError
from monitor.query.match import find
from monitor.query.parser import parse
from monitor.topics.candidates import question
from monitor.topics.trial import Trial, walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.settings import Settings

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
WATCHLIST = """\
[[topic]]
name = "bridge"
query = "@crossing NOT kota"
mailboxes = ["desk"]
[concept.crossing]
id = ["jembatan", "penyeberangan"]
en = ["bridge"]
"""
EDITED = WATCHLIST.replace("NOT kota", "OR banjir").replace('"jembatan"', '"titian"')


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for folder in ("sources", "watchlists"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tilik.toml").write_text(MAIN)
    (tmp_path / "sources" / "all.toml").write_text(SOURCES)
    (tmp_path / "watchlists" / "mine.toml").write_text(WATCHLIST)
    return load(tmp_path, {})


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


# candidates

PIECES = [
    "rusia",
    "Korea",
    "utara",
    "Jum'at",
    "anak-anak",
    "Ёлка",
    "договор",
    "朝鲜",
    "북한",
    "a",
    "b",
]
ASKED = [
    *("rusia", "rus*", "r?sia", "?usia", '"korea ut*"', '"ko* utara"', '"k?rea utara"', "=Korea"),
    *("Jum'at", "anak-anak", "朝鲜", "북", '"a b"', "ел?а", "a OR author:x", "title:rusia"),
    *("lead:(a b)", "body:договор", "a NEAR/2 b", "(rusia OR a) ONEAR/3 북한", "SENT(a b)"),
    *("PARA(rusia a)", "ATLEAST/2(a OR b)", "a NOT b", "a NOT (b OR utara)", "lang:id OR a"),
    *("lang:id a", "after:2000 utara", "@both", "@both NEAR/5 a", "rusia source:k*"),
]


@pytest.mark.parametrize("query", ASKED)
def test_full_text_search_never_keeps_a_hit_from_a_topic(
    shelf: Shelf, settings: Settings, query: str
) -> None:
    chance = random.Random(query)  # noqa: S311 - seeded, to fail again alike
    for nth in range(120):
        headline, *lines = (
            "".join(word + chance.choice(" \n.-") for word in chance.choices(PIECES, k=size))
            for size in (2, 5, 5)
        )
        facts = {"lang": "id", "published_at": NOW}
        shelf.record(f"https://x.example/{nth}", "\n".join(lines), headline=headline, **facts)
    tree = parse(query, {"both": ["Korea Utara", "=Ёлка", "북한"]})

    shown = dict(shelf.reader.candidates(LONG_AGO, question(tree)))
    hits = {
        story.id
        for story, words in walk(shelf.reader, settings, range(1, 121))
        if find(tree, words, words.everywhere) is not None
    }

    assert hits
    assert hits <= shown.keys()


@pytest.mark.parametrize("query", ["author:a", "a OR url:b", "lang:id", "event:new NOT a", "?"])
def test_what_full_text_search_cannot_tell_is_looked_for_everywhere(query: str) -> None:
    assert question(parse(query if query != "?" else "?a")) is None


def test_a_topic_of_many_clauses_within_clauses_is_tried_like_any_other(shelf: Shelf) -> None:
    shelf.record(text="Banjir melanda balai desa.")
    query = "desa"
    for _ in range(18):
        query = f"banjir OR balai ({query})"

    assert shelf.reader.candidates(LONG_AGO, question(parse(query)))


def test_full_text_search_is_asked_for_thousands_of_words(shelf: Shelf) -> None:
    shelf.record()
    tree = parse("@many", {"many": [f"kata{nth}" for nth in range(4_999)] + ["jembatan"]})

    assert len(shelf.reader.candidates(LONG_AGO, question(tree))) == 1


def test_what_is_typed_is_never_read_as_a_command_of_full_text_search(shelf: Shelf) -> None:
    shelf.record(text='headline : NEAR AND "x')

    for query in ('"headline : jembatan"', '"NOT" "AND"', '"NEAR( a"', "text-"):
        shelf.reader.candidates(LONG_AGO, question(parse(query)))
    with pytest.raises(StoreError):
        shelf.reader.candidates(LONG_AGO, "(")


# trial


def fill(shelf: Shelf) -> None:
    """Two days of stories, ending now: a bridge in each, one in a city, one that is flooded."""
    for days, text in ((2, "Jembatan"), (2, "Jembatan di kota"), (1, "Jembatan"), (1, "Banjir")):
        shelf.now = NOW - timedelta(days=days)
        shelf.record(f"https://x.example/{text.split()[-1]}/{days}", text, headline="Kabar")
    shelf.now = NOW


def test_a_story_is_counted_on_the_day_of_its_publication(shelf: Shelf, settings: Settings) -> None:
    fill(shelf)
    shelf.record("https://x.example/late", "Jembatan", published_at=NOW - timedelta(days=3))
    shelf.record("https://x.example/soon", "Jembatan", published_at=NOW + timedelta(days=3))
    trial = Trial(shelf.reader, settings, settings.topics[0], None, NOW - timedelta(days=9))

    caught = [catch.id for catch in trial.run() if catch]
    report = trial.report(NOW)

    assert caught == [6, 3, 1, 5]  # newest first
    assert report.days == {"2026-08-04": 1, "2026-08-05": 1, "2026-08-06": 1, "2026-08-07": 1}
    assert (report.hits, report.stories, report.is_whole) == (4, 6, True)
    assert report.edit is None


def test_mails_a_week_are_those_of_the_mailbox_that_would_hold_a_hit(
    shelf: Shelf, settings: Settings
) -> None:
    fill(shelf)
    shelf.record("https://x.example/again", "Jembatan", published_at=NOW - timedelta(days=1))
    trial = Trial(shelf.reader, settings, settings.topics[0], None, NOW - timedelta(days=7))

    assert sum(catch is not None for catch in trial.run()) == 3
    assert trial.report(NOW).mails_a_week == {"desk": 2.0}  # two of the three on one day


def test_a_trial_that_is_stopped_reports_the_time_that_it_came_to(
    shelf: Shelf, settings: Settings
) -> None:
    fill(shelf)
    trial = Trial(shelf.reader, settings, settings.topics[0], None, NOW - timedelta(days=9))

    assert len(list(islice(trial.run(), 1))) == 1
    report = trial.report(NOW)

    assert (report.hits, report.stories, report.is_whole) == (1, 2, False)
    assert report.since == NOW - timedelta(days=1)


def test_the_strongest_hit_has_the_words_in_its_headline(shelf: Shelf, settings: Settings) -> None:
    filler = "Warga menunggu lama di tepi sungai. " * 20
    shelf.record("https://x.example/1", f"{filler} Jembatan")
    shelf.record("https://x.example/2", f"Jembatan dan jembatan. {filler}", headline="Kabar")
    shelf.record("https://x.example/3", filler, headline="Jembatan dibuka")
    shelf.record("https://x.example/4", f"{filler} Jembatan", headline="Kabar")
    trial = Trial(shelf.reader, settings, settings.topics[0], None, NOW - timedelta(days=1))
    list(trial.run())
    report = trial.report(NOW + timedelta(seconds=1))

    assert [catch.id for catch in report.best[-2:]] == [2, 4]
    assert {catch.id for catch in report.best[:2]} == {1, 3}  # both say it in the headline
    assert report.worst[0].id == 4
    assert all(0 <= catch.score <= 1 for catch in report.best)


def test_the_aliases_that_did_the_work_are_counted(shelf: Shelf, settings: Settings) -> None:
    shelf.record("https://x.example/1", "Jembatan", headline="Kabar")
    shelf.record("https://x.example/2", "Bridge", headline="Jembatan")
    shelf.record("https://x.example/3", "Bridge", headline="Kabar")
    trial = Trial(shelf.reader, settings, settings.topics[0], None, NOW - timedelta(days=1))
    list(trial.run())

    work = {each.alternative: (each.hits, each.alone) for each in trial.report(NOW).work}
    assert work == {"jembatan": (2, 1), "bridge": (2, 1)}


# the command


@pytest.fixture
def today(shelf: Shelf, settings: Settings) -> Settings:
    """Three stories of this hour, whatever the clock of the machine says."""
    shelf.now = datetime.now(UTC) - timedelta(minutes=1)
    shelf.record("https://x.example/1", "Jembatan roboh.", headline=HOSTILE)
    shelf.record("https://x.example/2", "Banjir surut.", headline="Kabar")
    shelf.record("https://x.example/3", "Titian bambu.", headline="Kabar")
    return settings


@pytest.mark.usefixtures("today")
def test_the_newest_hits_are_shown_and_the_rest_is_counted(call: Terminal) -> None:
    code, said, _ = call("topic", "test", "bridge", "--since", "2d")

    assert code == 0
    assert said.startswith("1  2")
    assert "\x1b" not in said
    assert "1 of 3 stories since" in said
    assert "desk: " in said
    assert "most: 1 in a day" in said


def test_a_story_that_a_wrong_clock_dated_ahead_is_counted_on_the_last_day(
    today: Settings, call: Terminal, shelf: Shelf
) -> None:
    shelf.now = datetime.now(UTC) + timedelta(days=400)
    shelf.record("https://x.example/ahead", "Jembatan.", headline="Kabar")

    assert "most: 2 in a day" in call("topic", "test", today.topics[0].name, "--since", "2d")[1]


@pytest.mark.usefixtures("today")
def test_a_progress_bar_takes_nothing_from_a_pipe(tmp_path: Path) -> None:
    ours, terminal = pty.openpty()
    done = subprocess.run(  # noqa: S603 - our own command
        [TILIK, "-C", tmp_path, "topic", "test", "bridge"],
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
        timeout=LONGEST_S,
        check=True,
    )
    os.close(terminal)
    drawn = os.read(ours, 100_000)
    os.close(ours)

    assert b"looking" in drawn
    assert done.stdout.startswith("1  2")
    assert "1 of 3 stories since" in done.stdout


@pytest.mark.usefixtures("today")
def test_an_edit_is_told_with_what_it_adds_and_loses(call: Terminal, tmp_path: Path) -> None:
    edited = tmp_path / "edited.toml"
    edited.write_text(EDITED)

    said = json.loads(call("topic", "test", "bridge", "--file", edited, "--json")[1])

    assert (said["hits"], said["edit"]["adds"], said["edit"]["loses"]) == (2, 2, 1)
    assert [each["id"] for each in said["edit"]["added"]] == [3, 2]
    assert [each["id"] for each in said["edit"]["lost"]] == [1]
    words = call("topic", "test", "bridge", "--file", edited)[1]
    assert "Compared with the saved topic it adds 2 hits and loses 1." in words


@pytest.mark.usefixtures("today")
def test_a_topic_that_is_not_saved_yet_can_be_tried(call: Terminal, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(WATCHLIST.replace('"bridge"\nquery', '"other"\nquery'))

    said = json.loads(call("topic", "test", "other", "--file", tmp_path / "new.toml", "--json")[1])

    assert (said["hits"], said["edit"]) == (1, None)


REFUSED: dict[str, tuple[str, int, str]] = {
    "a broken file": ("[[topic]", 78, "is no TOML"),
    "an unknown key": (f"{WATCHLIST}\n[topc]", 78, "unknown key"),
    "a broken query": (WATCHLIST.replace("@crossing", "(@crossing"), 78, "never closed"),
    "an unknown mailbox": (WATCHLIST.replace("desk", "dsk"), 78, 'did you mean "desk"?'),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.usefixtures("today")
def test_a_file_that_cannot_be_read_is_refused(call: Terminal, tmp_path: Path, case: str) -> None:
    written, status, says = REFUSED[case]
    (tmp_path / "new.toml").write_text(written)

    code, said, complaint = call("topic", "test", "bridge", "--file", tmp_path / "new.toml")

    assert (code, said) == (status, "")
    assert says in complaint
    assert "new.toml:" in complaint


@pytest.mark.parametrize("since", ["30", "d", "-3d", "0d", "99999999d", "2026-13-01", "9999-01-01"])
@pytest.mark.usefixtures("settings")
def test_how_far_back_must_be_an_age_or_a_day_that_has_passed(call: Terminal, since: str) -> None:
    code, _, complaint = call("topic", "test", "bridge", "--since", since)

    assert code == 64
    assert f"“{since}”" in complaint or "No such option" in complaint


@pytest.mark.usefixtures("today")
def test_nothing_is_found_without_a_fuss(call: Terminal, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(WATCHLIST.replace("@crossing NOT kota", "gempa"))

    code, said, _ = call("topic", "test", "bridge", "--file", tmp_path / "new.toml")

    assert code == 0
    assert "0 of 3 stories since" in said


def test_the_preview_stores_nothing(today: Settings, call: Terminal, shelf: Shelf) -> None:
    before = shelf.reader.totals()
    call("topic", "test", today.topics[0].name)

    assert shelf.reader.totals() == before
