"""`tilik topic explain`: whether a topic finds a story, and why; or what is bad about it."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from shelf import URL
from terminal import HOSTILE, MAIN, Terminal, a_hostile_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Explain: TypeAlias = Callable[..., tuple[int, str, str]]

DOCUMENTATION = Path(__file__).parent.parent / "docs" / "topics.md"
STORY: dict[str, Any] = {
    "title": "Jembatan dibuka",
    "body": "Warga Dumai menyeberang.\nPolisi berjaga di Siak.",
    "lang": "id",
    "source": "Kabar Contoh",
    "region": "Riau",
    "section": "Daerah",
    "tags": ["infrastruktur", "Dumai"],
    "author": "Sari Wulan",
    "url": "https://kabar-contoh.example/jembatan",
    "published": "2026-03-31T08:00+07:00",
    "event": "new",
}


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def explain(call: Terminal, monkeypatch: pytest.MonkeyPatch) -> Explain:
    """Explain a query against what stands on standard input."""

    def explained(query: str, given: object, *options: str) -> tuple[int, str, str]:
        data = given if isinstance(given, bytes) else json.dumps(given).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return call("topic", "explain", "--query", query, "-", *options)

    return explained


def clauses(tree: dict[str, Any]) -> dict[str, str | None]:
    """Of each clause why it failed; null when it did not."""
    found = {tree["clause"]: tree["why"]}
    for child in tree["children"]:
        found |= clauses(child)
    return found


def test_the_words_that_cause_a_match_are_given_with_their_places(explain: Explain) -> None:
    code, said, complaint = explain("jembatan (dumai OR siak)", STORY, "--json")

    found = json.loads(said)
    assert (code, complaint, found["matched"]) == (0, "", True)
    spans = [(span["field"], span["start"], span["end"], span["words"]) for span in found["spans"]]
    assert spans == [
        ("body", 6, 11, "Dumai"),
        ("body", 43, 47, "Siak"),
        ("title", 0, 8, "Jembatan"),
    ]
    for field, start, end, words in spans:
        assert STORY[field][start:end] == words


FIELDS = {
    "source:kabar": False,
    'source:"kabar contoh"': True,
    "region:riau section:daerah lang:id": True,
    "tag:infrastruktur author:sari url:jembatan": True,
    "event:new": True,
    "event:edited": False,
    "after:2026-03-31 before:2026-04-01": True,
}


@pytest.mark.parametrize("query", FIELDS)
def test_every_field_of_a_written_story_can_be_asked_for(explain: Explain, query: str) -> None:
    assert json.loads(explain(query, STORY, "--json")[1])["matched"] is FIELDS[query]


REASONS = {
    "jembatan runtuh": ("runtuh", "not found"),
    "(runtuh OR roboh)": ("runtuh OR roboh", "none of 2 is found"),
    "jembatan NEAR/3 dumai": ("jembatan NEAR/3 dumai", "nowhere with at most 3 words between"),
    "siak ONEAR/9 dumai": ("siak ONEAR/9 dumai", "nowhere in this order"),
    "jembatan NEAR/3 roboh": ("jembatan NEAR/3 roboh", "not all of it is found"),
    "SENT(dumai siak)": ("SENT(dumai AND siak)", "found, but not in one sentence"),
    "ATLEAST/3(dumai)": ("ATLEAST/3(dumai)", "found in fewer than 3 places"),
    "title:dumai": ("title:dumai", "not found in title"),
    "jembatan NOT polisi": ("NOT polisi", "is found, and must not be"),
    "lang:en": ('lang:"en"', "its lang is id"),
    "event:gone": ('event:"gone"', "its event is new"),
    "after:2027": ("after:2027-01-01", "published 2026-03-31"),
}


@pytest.mark.parametrize("query", REASONS)
def test_a_clause_that_failed_says_why(explain: Explain, query: str) -> None:
    clause, why = REASONS[query]
    found = json.loads(explain(query, STORY, "--json")[1])

    assert found["matched"] is False
    assert found["spans"] == []
    assert why in (clauses(found["tree"])[clause] or "")


@pytest.mark.usefixtures("folder")
def test_of_a_concept_the_aliases_that_are_found_are_told(explain: Explain) -> None:
    tree = json.loads(explain("@crossing", STORY, "--json")[1])["tree"]
    failed = json.loads(explain("@crossing", {"title": "Feri"}, "--json")[1])["tree"]

    assert [child["clause"] for child in tree["children"]] == ["jembatan"]
    assert (failed["why"], failed["children"]) == ("none of 3 is found", [])


def test_what_a_story_does_not_say_is_unknown(explain: Explain) -> None:
    found = json.loads(explain("lang:id OR after:2026", {}, "--json")[1])

    assert clauses(found["tree"])['lang:"id"'] == "its lang is not known"
    assert clauses(found["tree"])["after:2026-01-01"] == "its day is not known"


def test_several_stories_are_answered_a_line_each(explain: Explain) -> None:
    lines = [{"title": "Banjir"}, {"body": "Banjir\u2028surut."}, {"title": "Cabai", "tags": None}]
    data = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()

    code, said, _ = explain("banjir", data, "--json")

    assert code == 0
    assert [json.loads(line)["matched"] for line in said.split("\n") if line] == [True, True, False]


def test_one_story_may_run_over_many_lines(explain: Explain) -> None:
    data = b"\xef\xbb\xbf\r\n" + json.dumps(STORY, indent=2).replace("\n", "\r\n").encode()

    assert json.loads(explain("jembatan", data, "--json")[1])["matched"] is True


BAD = {
    b"": "line 1: there is no story",
    b" \n\n": "line 1: there is no story",
    b'{"title": "a"': "line 1: is no JSON: ",
    b'{\n"title": "a",\n"body" "b"\n}': "line 3: is no JSON: ",
    b'{"title": "a"}\n\n{"title": "b"\n{"title": "c"}': "line 3: is no JSON: ",
    b'{"title": "a"\n{"title": "c"}': "line 1: is no JSON: ",
    b'{"title": "a"}\n{"title": 5}': "line 2: title must be text, and not a number",
    b'{"title": "a"}\n["b"]': "line 2: a story is ",
    b'[{"title": "a"}]': "and not a list; several stand one per line",
    b"5": "and not a number",
    b"[" * 100_000: "line 1: is nested too deeply",
    b"9" * 5_000: "line 1: is no JSON: ",
    b'{"title": "a"}\n{"title": "\xff"}': "line 2: is not UTF-8 text (byte 26)",
    b'{"tags": ["a", 5]}': "line 1: tags must be text, or a list of texts",
    b'{"body": ["a"]}': "line 1: body must be text, and not a list",
    b'{"event": "edit"}': "line 1: there is no event edit; did you mean edited?",
    b'{"published": "yesterday"}': "published must be a time such as 2026-03-31",
    b'{"published": "0001-01-01T00:00+07:00"}': "published must be a time such as 2026-03-31",
}


@pytest.mark.parametrize("data", BAD, ids=BAD.values())
def test_what_is_no_story_is_refused_with_its_line_and_status_65(
    explain: Explain, data: bytes
) -> None:
    code, said, complaint = explain("banjir", data, "--json")

    assert (code, said) == (65, "")
    assert complaint.startswith("tilik: standard input: line ")
    assert BAD[data] in complaint


def test_an_unknown_field_is_passed_over_and_told(explain: Explain) -> None:
    code, said, complaint = explain("banjir", {"title": "Banjir", "titel": 1}, "--json")

    assert (code, json.loads(said)["matched"]) == (0, True)
    assert complaint == "there is no field titel, it is passed over; did you mean title?\n"


def test_half_a_character_does_no_harm(explain: Explain) -> None:
    code, said, _ = explain("banjir*", b'{"title": "banjir\\ud800 \\ud83d\\ude00"}')

    assert code == 0
    assert "matched  banjir\ufffd 😀" in said


def test_a_huge_text_is_answered(explain: Explain) -> None:
    body = "Banjir melanda kota, warga mengungsi ke balai desa.\n" * 20_000

    found = json.loads(explain("SENT(banjir balai) NOT gempa", {"body": body}, "--json")[1])

    assert len(found["spans"]) == 500  # of a clause that is found everywhere, so many are kept


def test_a_refused_query_says_line_and_column_with_status_64(explain: Explain) -> None:
    code, said, complaint = explain("banjir\n(dumai", STORY, "--json")

    assert code == 64
    refused = {"refused": "this parenthesis is never closed", "line": 2, "column": 1}
    assert json.loads(said) == refused
    assert "the query is refused: line 2, column 1: this parenthesis" in complaint


MISUSED = {
    ("--query", "a"): "expected: ID|URL|FILE|-",
    ("a-topic",): "expected: NAME ID|URL|FILE|-",
    ("--query", "a", "topic", "file"): "expected: ID|URL|FILE|-",
    ("brige", "1"): "there is no topic “brige” in watchlists/*.toml. Did you mean “bridge”?",
    ("bridge", "99"): "there is no story 99 in the archive",
    ("bridge", "https://kabar-desa.example/nowhere"): "there is no story https://kabar-desa",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = a_hostile_folder(tmp_path)
    (folder / "watchlists").mkdir()
    (folder / "watchlists" / "mine.toml").write_text(
        '[[topic]]\nname = "bridge"\nmailboxes = []\nquery = "@crossing NOT feri"\n'
        '[concept.crossing]\nid = ["jembatan"]\nen = ["bridge", "ferry"]\n'
    )
    return folder


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", MISUSED)
def test_a_mistake_is_told_with_the_way_out(call: Terminal, words: tuple[str, ...]) -> None:
    code, said, complaint = call("topic", "explain", *words)

    assert (code, said) == (64, "")
    assert MISUSED[words] in complaint


@pytest.mark.parametrize("target", ["1", URL])
@pytest.mark.usefixtures("folder")
def test_a_story_of_the_archive_is_named_by_its_id_or_address(call: Terminal, target: str) -> None:
    code, said, _ = call("topic", "explain", "bridge", target)

    assert code == 0
    assert said.startswith("matched  Heboh ")
    assert "+ @crossing: body “Jembatan”" in said
    assert "\x1b" not in said


def test_a_file_is_read_and_its_hostile_words_are_shown(call: Terminal, folder: Path) -> None:
    file = folder / "stories.jsonl"
    file.write_text(json.dumps({"title": HOSTILE, "body": "Jembatan"}))

    _, said, _ = call("topic", "explain", "bridge", file)

    assert r"\x1b[31mMERAH" in said
    assert "\x1b" not in said


def test_a_file_that_is_not_there_is_an_input_error(call: Terminal, tmp_path: Path) -> None:
    (tmp_path / "tilik.toml").write_text(MAIN)

    code, _, complaint = call("topic", "explain", "--query", "a", "nowhere.json")

    assert code == 74
    assert complaint == "tilik: nowhere.json: No such file or directory\n"


def test_only_the_topic_that_is_asked_for_must_be_right(call: Terminal, folder: Path) -> None:
    with (folder / "watchlists" / "mine.toml").open("a") as file:
        file.write('[[topic]]\nname = "bad"\nmailboxes = []\nquery = "(a"\n')

    assert call("topic", "explain", "bridge", 1)[0] == 0
    code, _, complaint = call("topic", "explain", "bad", 1)
    assert code == 78
    assert "topic bad: query: line 1, column 1: this parenthesis is never closed" in complaint


def the_transcripts() -> list[tuple[str, str, str]]:
    return re.findall(
        r"```\n\$ echo '(.*)' \| tilik topic explain --query '(.*)' -\n(.*?)```",
        DOCUMENTATION.read_text("utf-8"),
        re.DOTALL,
    )


@pytest.mark.parametrize("transcript", the_transcripts(), ids=lambda each: each[1])
def test_the_transcript_of_the_documentation_is_what_is_printed(
    explain: Explain, transcript: tuple[str, str, str]
) -> None:
    story, query, printed = transcript

    assert explain(query, story.encode())[1].split() == printed.split()


def test_there_is_a_transcript_in_the_documentation() -> None:
    assert the_transcripts()
