"""Promises of `~word`: which words are forms of one another, per language, and which are not."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from db.words import tokens
from monitor.query.explain import explain
from monitor.query.forms import keys_of, sought
from monitor.query.index import TopicIndex
from monitor.query.parser import parse
from monitor.query.story import Text

FAMILIES = Path(__file__).parent / "forms"

# Forms that two words of one language share, so that nothing but their meaning tells them apart.
SHARED = {
    "id": set(),
    "ru": {
        ("выбор", "выборы"),
        ("политик", "политика"),
        ("политика", "политик"),
        ("судно", "суд"),
    },
    "en": {("live", "life")},
}


def the_families(lang: str) -> list[list[str]]:
    lines = (FAMILIES / f"{lang}.txt").read_text("utf-8").splitlines()
    return [tokens(line) for line in lines if not line.startswith("#")]


def missed(pairs: list[tuple[str, str]], lang: str) -> list[tuple[str, str]]:
    return [(typed, form) for typed, form in pairs if not sought(typed) & keys_of(form, lang)]


@pytest.mark.parametrize(("lang", "floor"), [("id", 0.99), ("ru", 0.985), ("en", 0.96)])
def test_the_plain_form_finds_nearly_all_others(lang: str, floor: float) -> None:
    families = the_families(lang)
    pairs = [(family[0], form) for family in families for form in family[1:]]

    lost = missed(pairs, lang)

    assert len(families) > 90
    assert 1 - len(lost) / len(pairs) >= floor, lost


def test_an_indonesian_verb_finds_what_its_root_finds() -> None:
    pairs = [
        pair
        for family in the_families("id")
        for pair in permutations(family, 2)
        if pair[0].startswith(("me", "di"))
    ]

    lost = missed(pairs, "id")

    assert len(pairs) > 1_000
    assert 1 - len(lost) / len(pairs) >= 0.97, lost


@pytest.mark.parametrize("lang", SHARED)
def test_words_that_only_look_alike_stay_apart(lang: str) -> None:
    keys = {
        family[0]: {key for word in family for key in keys_of(word, lang)}
        for family in the_families(lang)
    }

    mixed = {
        (plain, other) for plain, other in permutations(keys, 2) if sought(plain) & keys[other]
    }

    assert mixed == SHARED[lang]


def test_each_word_is_a_form_of_itself_in_any_language() -> None:
    index = TopicIndex({"it": parse("~договор OR ~kebakaran OR ~treaty")})

    for word in ("Договор", "kebakaran", "Treaty"):
        for lang in ("", "id", "en", "ru", "ko", "zh-Hant", "§"):
            assert index.match(Text("", word, lang=lang)), (word, lang)


def test_the_explanation_names_the_forms_that_were_found() -> None:
    text = Text("Договоры", "Перед договором.\nDitandatangani, penandatanganan.", lang="ru")

    told = explain(parse("~договор OR ~menandatangani"), text)

    assert [set(part.forms) for part in told.children] == [{"Договоры", "договором"}, set()]


def test_a_story_is_read_in_its_own_language_or_in_all_when_that_is_unknown() -> None:
    index = TopicIndex({"signed": parse("~menandatangani"), "mine": parse("~mine")})
    body = "Mines were closed. Perjanjian ditandatangani."

    found = {lang: set(index.match(Text("", body, lang=lang))) for lang in ("id", "en", "", "nl")}

    assert found == {"id": {"signed"}, "en": {"mine"}, "": {"mine", "signed"}, "nl": set()}
