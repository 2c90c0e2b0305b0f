"""The shipped watchlists against short texts of our own, labelled before any query saw them.

`part` says which texts a query was improved on ("develop") and which only measure it ("held"):
of those a failure shows the counts and never the texts.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from config.load import init, load
from monitor.query.story import Text
from monitor.watch import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.query.index import TopicIndex

LABELLED = Path(__file__).parent / "labelled"


class Labelled(NamedTuple):
    part: str
    lang: str
    is_hit: bool
    why: str
    title: str
    is_found: bool


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TopicIndex:
    folder = tmp_path_factory.mktemp("starter")
    init(folder)
    return compiled(load(folder, {}))


def read(file: str, topic: str, index: TopicIndex) -> list[Labelled]:
    texts = []
    for line in (LABELLED / file).read_text("utf-8").splitlines():
        known = json.loads(line)
        title, text = known["title"], known.pop("text")
        is_found = topic in index.match(Text(title, text, lang=known["lang"]))
        texts.append(Labelled(**known, is_found=is_found))
    return texts


def recall(texts: Sequence[Labelled]) -> float:
    return _ratio([text.is_found for text in texts if text.is_hit])


def precision(texts: Sequence[Labelled]) -> float:
    return _ratio([text.is_hit for text in texts if text.is_found])


def _ratio(answers: Sequence[bool]) -> float:
    return sum(answers) / max(1, len(answers))


def told(texts: Sequence[Labelled]) -> str:
    """Say per part and language what was measured, and which texts of "develop" went wrong."""
    groups = sorted({(text.part, text.lang) for text in texts})
    lines = []
    for group in groups:
        some = [text for text in texts if (text.part, text.lang) == group]
        figures = f"recall {recall(some):.3f}, precision {precision(some):.3f}"
        lines.append(f"{group[0]} {group[1]}: {len(some)} texts, {figures}")
    lines += [
        f"{'missed' if text.is_hit else 'wrongly found'} ({text.lang}, {text.why}): {text.title}"
        for text in texts
        if text.is_hit != text.is_found and text.part == "develop"
    ]
    return "\n".join(lines)


class Floors(NamedTuple):
    """What a topic must reach on all of its texts, and on those held out alone."""

    recall: float
    precision: float
    held_recall: float
    held_precision: float


SHIPPED = {
    "russia-dprk-treaty": ("russia_dprk.jsonl", Floors(0.98, 0.97, 0.97, 0.95)),
}


@pytest.mark.parametrize("topic", SHIPPED)
def test_a_shipped_topic_misses_next_to_nothing_and_mails_next_to_nothing_else(
    index: TopicIndex, topic: str
) -> None:
    file, floors = SHIPPED[topic]
    texts = read(file, topic, index)
    held = [text for text in texts if text.part == "held"]

    assert recall(texts) >= floors.recall, told(texts)
    assert precision(texts) >= floors.precision, told(texts)
    assert recall(held) >= floors.held_recall, told(texts)
    assert precision(held) >= floors.held_precision, told(texts)


def test_the_treaty_is_labelled_in_five_languages(index: TopicIndex) -> None:
    texts = read("russia_dprk.jsonl", "russia-dprk-treaty", index)

    kinds = {(text.lang, text.is_hit) for text in texts}

    assert kinds == set(product(["id", "en", "ru", "ko", "zh"], [True, False]))
    assert len({text.title for text in texts}) == len(texts) >= 150
