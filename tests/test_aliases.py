"""Promises about the aliases of concepts: which are used, which find anything of their own."""

from __future__ import annotations

from monitor.query.aliases import concepts_of, needless, stories_by_alias, unused
from monitor.query.parser import parse
from monitor.query.story import Text

CONCEPTS = {
    "dprk": ["Korea Utara", "korea-utara", "Kim NEAR/3 Pyongyang", "북한", "Korut"],
    "treaty": ["~perjanjian", "perjanj*", "Perjanjian Besar", "договор"],
    "unused": ["x"],
}


def test_a_concept_that_no_topic_uses_is_told() -> None:
    trees = [parse("SENT(a (@dprk OR b)) NOT title:@treaty", CONCEPTS), parse("c")]

    assert set(concepts_of(trees)) == {"dprk", "treaty"}
    assert unused(CONCEPTS, trees) == ["unused"]


def test_each_alias_is_counted_with_the_stories_that_have_it() -> None:
    concepts = concepts_of([parse("@dprk @treaty", CONCEPTS)]).values()
    texts = [
        Text("Korut", "Korea Utara. Korea Utara."),
        Text("Kim", "Kim di Pyongyang. 북한", lang="id"),
        Text("Kim", "x ¶ Pyongyang. Perjanjiannya", lang="id"),
    ]

    counted = stories_by_alias(concepts, iter(texts))

    assert counted == {
        ("dprk", "Korea Utara"): 1,
        ("dprk", "korea-utara"): 1,
        ("dprk", "Kim NEAR/3 Pyongyang"): 1,
        ("dprk", "북한"): 1,
        ("dprk", "Korut"): 1,
        ("treaty", "~perjanjian"): 1,
        ("treaty", "perjanj*"): 1,
        ("treaty", "Perjanjian Besar"): 0,
        ("treaty", "договор"): 0,
    }


def test_an_alias_that_finds_nothing_of_its_own_is_told_with_the_one_that_does() -> None:
    concepts = concepts_of([parse("@dprk @treaty", CONCEPTS)])

    assert needless(concepts["dprk"]) == {"korea-utara": "Korea Utara"}
    assert needless(concepts["treaty"]) == {"Perjanjian Besar": "~perjanjian"}


def test_aliases_of_many_words_are_compared_at_once() -> None:
    many = [f"{nth} {nth + 1} {nth + 2}" for nth in range(1_600)]
    concept = concepts_of([parse("@c", {"c": [*many, "5 6"]})])["c"]

    assert needless(concept) == {"4 5 6": "5 6", "5 6 7": "5 6"}
