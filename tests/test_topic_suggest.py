"""`tilik topic suggest`: words that set hits apart, counted; never a word that the query has."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from math import log
from typing import TYPE_CHECKING

import pytest
from shelf import Shelf
from terminal import HOSTILE, MAIN, SOURCES, Terminal

from monitor.topics.suggest import log_likelihood

if TYPE_CHECKING:
    from pathlib import Path

TOPIC = '[[topic]]\nname = "bridge"\nmailboxes = []\nquery = "jembatan OR jembat* OR 桥"\n'
COMMON = "warga kota menunggu kabar dari balai desa"


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    (tmp_path / "tilik.toml").write_text(MAIN)
    for folder, text in (("sources", SOURCES), ("watchlists", TOPIC)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "all.toml").write_text(text)
    with Shelf(tmp_path) as shelf:
        shelf.now = datetime.now(UTC) - timedelta(hours=2)
        for nth in range(40):
            add(shelf, f"other/{nth}", COMMON, "id")
            add(shelf, f"strong/{nth}", f"{COMMON} titian", "id", f"Jembatan jembatan {HOSTILE}")
            add(shelf, f"weak/{nth}", f"{COMMON} resep titian jembatan", "id")
            add(shelf, f"zh/{nth}", "大桥渡口开放" if nth < 20 else "渔民等待消息", "zh")
    return Terminal(tmp_path, monkeypatch, capsys)


def add(shelf: Shelf, name: str, text: str, lang: str, headline: str = "Kabar") -> None:
    shelf.record(f"https://x.example/{name}", text, headline=headline, lang=lang)


def test_words_of_the_hits_that_the_query_lacks_are_suggested_by_language(call: Terminal) -> None:
    code, said, _ = call("topic", "suggest", "bridge", "--json")

    found = json.loads(said)
    aliases = {lang: [each["word"] for each in words] for lang, words in found["aliases"].items()}
    assert code == 0
    assert (found["hits"], found["others"]) == (100, 60)
    assert aliases["id"][0] == "titian"
    assert "jembatan" not in aliases["id"]
    assert not {"warga", "balai"} & set(aliases["id"])
    assert "渡口" in aliases["zh"]
    assert not any("桥" in word for word in aliases["zh"])
    first = found["aliases"]["id"][0]
    assert (first["hits"], first["others"]) == (80, 0)
    assert first["sample"] in {"Kabar", f"Jembatan jembatan {HOSTILE}"}


def test_words_of_the_weak_hits_are_suggested_as_exclusions(call: Terminal) -> None:
    found = json.loads(call("topic", "suggest", "bridge", "--json")[1])

    assert [each["word"] for each in found["exclusions"]["id"]] == ["resep"]


def test_what_is_suggested_is_printed_and_never_raw(call: Terminal) -> None:
    said = call("topic", "suggest", "bridge")[1]

    assert "100 hits compared with 60 other stories." in said
    assert "id\ttitian\t80\t0\t" in said
    assert "id\tresep\t40\t0\t" in said
    assert "\x1b" not in said


def test_without_hits_nothing_is_suggested(call: Terminal) -> None:
    code, said, _ = call("topic", "suggest", "bridge", "--since", "1h")

    assert code == 0
    assert said.count("none that is sure") == 2


def test_log_likelihood_is_that_of_the_book() -> None:
    expected = 2 * (
        10 * log(10 / 5.5) + 90 * log(90 / 94.5) + 1 * log(1 / 5.5) + 99 * log(99 / 94.5)
    )

    assert log_likelihood(10, 100, 1, 100) == pytest.approx(expected)
    assert log_likelihood(10, 100, 100, 1000) == pytest.approx(0)
    assert log_likelihood(5, 5, 0, 50) > log_likelihood(5, 50, 0, 50) > 0
