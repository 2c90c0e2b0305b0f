"""`tilik topic lint`: warnings that point at the line, and none where all is as it should be."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from shelf import NOW, Shelf
from terminal import MAIN, SOURCES, Terminal

from config.load import load
from db.records import Breadth
from monitor.queries import trees
from monitor.topics.lint import lint
from monitor.topics.unseen import lint_in_archive, too_young

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from config.settings import Settings

CONCEPT = '[concept.crossing]\nid = ["jembatan", "titian"]\n'
TOPIC = "[[topic]]\nname = 'it'\nmailboxes = ['desk']\nquery = '''{}'''\n"


@pytest.fixture
def declare(tmp_path: Path) -> Callable[..., Settings]:
    def declared(query: str, concepts: str = CONCEPT, lang: str = "id") -> Settings:
        for folder in ("sources", "watchlists"):
            (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / "tilik.toml").write_text(MAIN)
        (tmp_path / "sources" / "all.toml").write_text(f'{SOURCES}lang = "{lang}"\n')
        (tmp_path / "watchlists" / "it.toml").write_text(TOPIC.format(query) + concepts)
        return load(tmp_path, {})

    return declared


def warnings(settings: Settings) -> list[str]:
    return [str(each) for each in lint(settings, trees(settings, settings.topics))]


GOOD = [
    '@crossing "kim jong un*"',
    "@crossing treat* NOT (treaty OR tret?*)",
    "@crossing after:2026-01-01 before:2026-01-02",
    "@crossing ATLEAST/2(banjir) title:banjir banjir",
    '@crossing (banjir OR =Banjir OR "banjir besar")',
]


@pytest.mark.parametrize("query", GOOD)
def test_what_is_well_said_is_not_warned_of(declare: Callable[..., Settings], query: str) -> None:
    assert warnings(declare(query)) == []


QUERIES = {
    "@crossing tre*": "tre* finds all that begins with 3 letters",
    "@crossing NOT title:(a OR b*)": "b* finds all that begins with 1 letter:",
    "@crossing banjir NOT banjir": "banjir must be there and must not: this never matches",
    "@crossing NOT @crossing": "@crossing must be there and must not",
    "@crossing after:2026-02 before:2026-02-01": "no day is after:2026-02-01 and before:2026-02-01",
    "@crossing banjir Banjir": "Banjir says the same as banjir before it",
    "@crossing (a OR treaty OR treat*)": "treaty is found by treat* already",
    '@crossing ("kota besar" OR "kota besa*")': '"kota besar" is found by "kota besa*" already',
    "@crossing ATLEAST/1(banjir)": "ATLEAST/1(banjir) says no more than banjir",
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_may_be_meant_otherwise_is_told(
    declare: Callable[..., Settings], query: str
) -> None:
    (warning,) = warnings(declare(query))

    assert warning.startswith("watchlists/it.toml:4: topic it: ")
    assert QUERIES[query] in warning


CONCEPTS = {
    '[concept.crossing]\nid = ["jembatan"]\n[concept.idle]\nid = ["a"]\n': (
        "watchlists/it.toml:7: concept idle: no topic uses it"
    ),
    '[concept.crossing]\nen = ["bridge"]\nzh = ["桥"]\n': (
        "watchlists/it.toml:5: concept crossing: has no alias in id, in which sources are"
    ),
    '[concept.crossing]\nid = [\n  "jembatan",\n  "jem*",\n  "titian"]\n': (
        "watchlists/it.toml:8: concept crossing.id: jem* finds all that begins with 3 letters"
    ),
    '[concept.crossing]\nid = [\n  "Anak-anak",\n  "anak anak"]\n': (
        "watchlists/it.toml:8: concept crossing.id: anak anak says the same as Anak-anak before"
    ),
    '[concept.crossing]\nid = ["jemba*",\n  "jembatan"]\nen = ["jembatan"]\n': (
        "watchlists/it.toml:7: concept crossing.id: jembatan is found by jemba* already"
    ),
}


@pytest.mark.parametrize("concepts", CONCEPTS, ids=CONCEPTS.values())
def test_a_concept_that_may_be_meant_otherwise_is_told_with_its_line(
    declare: Callable[..., Settings], concepts: str
) -> None:
    found = warnings(declare("@crossing", concepts))

    assert CONCEPTS[concepts] in found[0]


def test_the_variety_of_a_language_does_not_count(declare: Callable[..., Settings]) -> None:
    concepts = '[concept.crossing]\nen-GB = ["bridge"]\n'

    assert warnings(declare("@crossing", concepts, lang="en-US")) == []


SEEN = "@crossing banjir (kota OR author:nobody) SENT(banjir kota) NOT title:kabar"
UNSEEN = {
    SEEN: [],
    "@crossing gempa": ["topic it: gempa never"],
    "@crossing NOT (gempa OR banjir)": ["topic it: gempa never"],
    "@crossing SENT(sekolah kota)": ["topic it: SENT(sekolah AND kota) never"],
    "@crossing banjir NEAR/1 kota": ["topic it: banjir NEAR/1 kota never"],
    "@crossing title:kota": ["topic it: title:kota never"],
    "@crossing =KOTA": ["topic it: =KOTA never"],
    "@crossing (author:nobody OR lang:id OR url:x)": [],
}


@pytest.mark.parametrize("query", UNSEEN)
def test_what_never_matched_in_the_archive_is_told_by_its_smallest_part(
    declare: Callable[..., Settings], tmp_path: Path, query: str
) -> None:
    settings = declare(query)
    with Shelf(tmp_path) as shelf:
        shelf.record("https://x.example/1", "Banjir di jembatan kota.", headline="Sekolah")
        shelf.record("https://x.example/2", "Titian.", headline="Kabar")
        found = lint_in_archive(settings, trees(settings, settings.topics), shelf.reader)
        told = [f"{each.key}: {each.message}" for each in found]

    assert [each.partition(" matched")[0] for each in told] == UNSEEN[query]


def test_an_alias_that_never_matched_is_told_with_its_line(
    declare: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = declare("@crossing", '[concept.crossing]\nid = ["jembatan",\n"titian"]\n')
    with Shelf(tmp_path) as shelf:
        shelf.record()
        (told,) = lint_in_archive(settings, trees(settings, settings.topics), shelf.reader)

    assert str(told) == (
        "watchlists/it.toml:7: concept crossing.id: titian never matched a story of the archive"
    )


def test_an_alias_in_a_language_that_no_source_is_in_may_never_match(
    declare: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = declare("@crossing", '[concept.crossing]\nid = ["jembatan"]\nzh = ["桥"]\n')
    with Shelf(tmp_path) as shelf:
        shelf.record()
        told = list(lint_in_archive(settings, trees(settings, settings.topics), shelf.reader))

    assert told == []


@pytest.mark.parametrize(
    ("stories", "days", "is_young"), [(1000, 28, False), (999, 28, True), (1000, 27, True)]
)
def test_an_archive_says_what_never_matched_once_it_is_large_and_old_enough(
    stories: int, days: int, *, is_young: bool
) -> None:
    assert (too_young(Breadth(stories, days)) is not None) == is_young


def test_the_days_of_an_archive_are_those_that_its_stories_are_of(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.record("https://x.example/1", published_at=NOW - timedelta(days=2000))
        shelf.record("https://x.example/2", published_at=NOW + timedelta(days=2000))
        shelf.record("https://x.example/3")
        broad = shelf.reader.breadth()

    assert broad == Breadth(stories=3, days=2)


# the command


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


def test_warnings_are_printed_with_file_and_line_and_status_0(
    call: Terminal, declare: Callable[..., Settings], tmp_path: Path
) -> None:
    declare("@crossing tre*")
    before = call("topic", "lint")
    with Shelf(tmp_path) as shelf:
        shelf.record(text="Jembatan treaty")

    code, said, complaint = call("topic", "lint")

    assert code == 0
    assert complaint == (
        "What never matched is told once the archive holds 1,000 stories from 28 days; "
        "so far it holds 1 from 1.\n"
    )
    assert said.splitlines()[0].startswith("watchlists/it.toml:4: topic it: tre* finds all that")
    assert said.splitlines()[-1] == "1 warning; 1 topic, 1 concept."
    assert json.loads(call("topic", "lint", "--json")[1])[0]["line"] == 4
    assert before[0] == 0
    assert "No archive here yet" in before[2]


def test_a_refused_query_is_no_warning(call: Terminal, declare: Callable[..., Settings]) -> None:
    declare("(@crossing")

    code, said, complaint = call("topic", "lint")

    assert (code, said) == (78, "")
    assert "watchlists/it.toml:4: topic it: query: line 1, column 1" in complaint
