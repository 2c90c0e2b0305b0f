"""Promises of the topic language: what matches, where it says so, what is refused and how."""

from __future__ import annotations

import gc
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import name

import pytest

from db.words import folded
from monitor.query.explain import explain
from monitor.query.index import TopicIndex
from monitor.query.parser import QueryError, parse
from monitor.query.story import Text
from monitor.query.tree import Concept, parts_of

DOCUMENTATION = Path(__file__).parent.parent / "docs" / "topics.md"

OPERATORS = Path(__file__).parent / "queries" / "operators.txt"

CONCEPTS = {
    "dprk": ["Korea Utara", "Korut", "=DPRK", "северокорей*", "북한", "朝鲜"],
    "kim": ["Kim Jong Un", "Kim NEAR/3 Pyongyang", "~Ким NEAR/1 ~Пхеньян", "김 NEAR/4 평양"],
}


def a_text(written: str) -> Text:
    """Headline ¶ paragraph ¶ paragraph {key: value, key: value; value}."""
    prose, _, braces = written.partition("{")
    headline, mark, body = prose.partition(" ¶ ")
    known = dict(pair.split(": ", 1) for pair in braces.strip(" }").split(", ") if pair)
    day = known.get("published")
    return Text(
        headline if mark else "",
        body.replace(" ¶ ", "\n") if mark else prose,
        source=known.get("source", ""),
        region=known.get("region", ""),
        lang=known.get("lang", ""),
        url=known.get("url", ""),
        section=known.get("section", ""),
        authors=tuple(known["author"].split("; ")) if "author" in known else (),
        tags=tuple(known["tag"].split("; ")) if "tag" in known else (),
        events=frozenset(known.get("event", "").split("; ")),
        published=datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None,
    )


def the_cases() -> list[tuple[str, str, bool]]:
    _, *paragraphs = OPERATORS.read_text("utf-8").strip().split("\n\n")
    cases = []
    for paragraph in paragraphs:
        _, query, *lines = paragraph.split("\n")
        for line in lines:
            if line.startswith(("+ ", "- ")):
                cases.append((query, line[2:], line[0] == "+"))
            else:
                query = line
    return cases


def is_match(query: str, text: Text) -> bool:
    return "it" in TopicIndex({"it": parse(query, CONCEPTS)}).match(text)


def test_each_operator_has_a_dozen_cases_in_two_scripts() -> None:
    _, *paragraphs = OPERATORS.read_text("utf-8").strip().split("\n\n")
    for paragraph in paragraphs:
        operator, *lines = paragraph.split("\n")
        scripts = {name(letter)[:5] for line in lines for letter in line if letter.isalpha()}
        assert sum(line.startswith(("+ ", "- ")) for line in lines) >= 12, operator
        assert "LATIN" in scripts, operator
        assert len(scripts) > 1, operator


@pytest.mark.parametrize(("query", "written", "expected"), the_cases(), ids=str)
def test_each_operator_matches_what_it_says(query: str, written: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_match(query, a_text(written)) is expected


def the_examples() -> list[object]:
    blocks = re.findall(
        r"```(topic|concept)\n(.*?)```", DOCUMENTATION.read_text("utf-8"), re.DOTALL
    )
    concepts = {}
    for kind, block in blocks:
        if kind == "concept":
            name, aliases = block.strip().split(": ")
            concepts[name] = aliases.split(", ")
    examples: list[object] = []
    for _, block in (pair for pair in blocks if pair[0] == "topic"):
        lines = block.strip().split("\n")
        texts = [line for line in lines if line.startswith(("matches: ", "does not match: "))]
        query = "\n".join(line for line in lines if line not in texts)
        assert len(texts) > 1, query
        for line in texts:
            verdict, written = line.split(": ", 1)
            expected = verdict == "matches"
            examples.append(
                pytest.param(query, concepts, written, expected, id=f"{query} | {line}")
            )
    return examples


@pytest.mark.parametrize(("query", "concepts", "written", "expected"), the_examples())
def test_every_example_of_the_documentation_does_what_it_says(
    query: str,
    concepts: dict[str, list[str]],
    written: str,
    expected: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert explain(parse(query, concepts), a_text(written)).matched is expected


def test_every_spelling_of_the_documentation_is_told_apart_or_not_as_it_says() -> None:
    (block,) = re.findall(r"```spellings\n(.*?)```", DOCUMENTATION.read_text("utf-8"), re.DOTALL)
    lines = [line.partition(" #")[0] for line in block.strip().split("\n")]

    assert len(lines) > 20
    for line in lines:
        count, spellings = line.split(": ")
        assert len({folded(each) for each in spellings.split(", ")}) == 1 + (count == "two"), line


def test_every_refusal_of_the_documentation_is_word_for_word() -> None:
    blocks = re.findall(r"```refused\n(.*?)\n```", DOCUMENTATION.read_text("utf-8"), re.DOTALL)

    assert len(blocks) > 3
    for block in blocks:
        query, message = block.split("\n")
        with pytest.raises(QueryError, match=f"^{re.escape(message)}$"):
            parse(query)


REFUSED = [
    ("", 1, 1, "empty"),
    ("# only a comment", 1, 1, "empty"),
    ("a\nb (c", 2, 3, "never closed"),
    ("a)", 1, 2, "never opened"),
    ('a "b c', 1, 3, "quotation mark"),
    ('""', 1, 1, "no letter"),
    ("()", 1, 2, "found )"),
    ("a AND", 1, 6, "query ends"),
    ("a OR OR b", 1, 6, "found OR"),
    ("a NOT NOT b", 1, 7, "found NOT"),
    ("NOT a", 1, 1, "NOT alone"),
    ("a OR NOT b", 1, 6, "NOT alone"),
    ("a (NOT b)", 1, 4, "NOT alone"),
    ("*", 1, 1, "end of a word"),
    ("dumai *", 1, 7, "end of a word"),
    ("ban*jir", 1, 4, "end of a word"),
    ('"a *b"', 1, 4, "end of a word"),
    ("??", 1, 1, "no letter"),
    ("...", 1, 1, "no letter"),
    ("=ban*", 1, 5, "exact form"),
    ("a ~ban*", 1, 7, "any ending"),
    ('~"korea ut?ra"', 1, 11, "any ending"),
    ("a ~조약", 1, 3, "write 조약 without it"),
    ("~", 1, 1, "no letter"),
    ("a NEAR b", 1, 3, "as in NEAR/5"),
    ("a NEAR5 b", 1, 3, "as in NEAR/5"),
    ("a NEAR/1001 b", 1, 3, "from 0 to 1,000"),
    ("a NEAR/" + "9" * 9000 + " b", 1, 3, "from 0 to 1,000"),
    ("ATLEAST/0(a)", 1, 1, "from 1 to"),
    ("a NEAR/2 b NEAR/3 c", 1, 12, "parentheses"),
    ("a NEAR/2 (b c)", 1, 10, "joins words"),
    ("(a NOT b) NEAR/2 c", 1, 1, "joins words"),
    ("a NEAR/2 title:b", 1, 10, "title:(one NEAR/5 another)"),
    (" NEAR/1 ".join("abcdefghijk"), 1, 3, "at most 10"),
    ("(a NEAR/1 b) " * 101, 1, 1304, "more than 100 times"),
    ('a "' + "b " * 101 + '"', 1, 3, "at most 100"),
    ("SENT a", 1, 1, "SENT(one two)"),
    ("PARA", 1, 1, "parenthesis"),
    ("a -b", 1, 3, "NOT b"),
    ("a && b", 1, 3, "AND"),
    ("a | b", 1, 3, "OR"),
    ("titel:a", 1, 1, "title:"),
    ("http://example.org", 1, 1, "quote"),
    ("title: a", 1, 1, "right after"),
    ("title:", 1, 1, "right after"),
    ("title:(a source:b)", 1, 10, "inside title"),
    ("SENT(title:a)", 1, 6, "inside SENT"),
    ("source:(a b)", 1, 11, "one source"),
    ("source:(SENT(a))", 1, 9, "names only"),
    ("source:@dprk", 1, 8, "names only"),
    ("lang:*", 1, 6, "needs a name"),
    ("lang:=id", 1, 6, "as a whole"),
    ("event:edit", 1, 7, "edited"),
    ("event:x", 1, 7, "new, edited"),
    ("after:2026-02-30", 1, 7, "2026-03-31"),
    ("before:soon", 1, 8, "2026-03-31"),
    ("before:(2026)", 1, 8, "2026-03-31"),
    ("@", 1, 1, "name of a concept"),
    ("a @dprq", 1, 3, "@dprk"),
    ("@zzz", 1, 1, "define it"),
    ("(" * 41 + "a" + ")" * 41, 1, 41, "more than 40"),
]


@pytest.mark.parametrize(
    ("query", "line", "column", "part"),
    REFUSED,
    ids=[case[0][:40] or "nothing" for case in REFUSED],
)
def test_what_is_refused_is_pointed_at(query: str, line: int, column: int, part: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(query, CONCEPTS)

    assert (refused.value.line, refused.value.column) == (line, column)
    assert part in refused.value.message


@pytest.mark.parametrize(
    "aliases",
    [
        [],
        ["!"],
        ["a*b"],
        ["~a*"],
        ["~조약"],
        ["a NEAR b"],
        ["a NEAR/9999 b"],
        ["NEAR/5 b"],
        ["a NEAR/5"],
        ["a NEAR/5 b NEAR/5 c"],
    ],
    ids=str,
)
def test_a_bad_alias_is_refused_where_its_concept_is_used(aliases: list[str]) -> None:
    with pytest.raises(QueryError, match="column 3: concept @c") as refused:
        parse("a @c", {"c": aliases})

    assert refused.value.column == 3


@pytest.mark.parametrize(
    "query",
    [
        "a " * 10_000,
        "(" * 1_000 + "a" + ")" * 1_000,
        "(a OR " * 3_000,
        "(((((a+)+)+)+)+)+$" * 1_000,
        "a NEAR/9 " * 2_000 + "a",
        "source:a " * 2_000,
        "x" * 1_000_000,
        '"' + "a " * 9_000 + '"',
        "event:(" + "new " * 4_900 + ")x)",
        "@c " * 6_000,
    ],
    ids=[
        "words",
        "nested",
        "open",
        "plus",
        "near",
        "values",
        "a megabyte",
        "phrase",
        "events",
        "@",
    ],
)
def test_an_absurd_query_is_refused_at_once(query: str) -> None:
    gc.collect()  # what other tests left behind is no cost of this query
    gc.freeze()
    start = time.process_time()
    with pytest.raises(QueryError):
        parse(query, {"c": ["a"] * 4_999 + ["!"]})
    spent_s = time.process_time() - start
    gc.unfreeze()

    assert spent_s < 0.2


def test_an_alias_with_a_context_is_explained_with_it() -> None:
    told = explain(parse("@kim", CONCEPTS), Text("", "Kim di Seoul, jauh dari kota Pyongyang."))

    (near,) = (alias for alias in told.children if alias.clause == "Kim NEAR/3 Pyongyang")
    assert not near.matched
    assert [part.matched for part in near.children] == [True, True]  # only too far apart


def test_topics_do_not_disturb_one_another() -> None:
    trees = {query: parse(query, CONCEPTS) for query, _, _ in the_cases()}
    index = TopicIndex(trees)

    for _, written, _ in the_cases():
        text = a_text(written)
        expected = {query for query, tree in trees.items() if explain(tree, text).matched}
        assert set(index.match(text)) == expected


def test_equal_queries_are_equal_trees_and_keep_their_concepts() -> None:
    tree = parse("a AND (b @dprk)", CONCEPTS)

    assert tree == parse(" a b\n@dprk # same", CONCEPTS)
    assert hash(tree) == hash(parse("a b @dprk", CONCEPTS))
    assert isinstance(parts_of(tree)[-1], Concept)


def test_a_tree_written_out_is_the_same_query() -> None:
    for query in {query for query, _, _ in the_cases()}:
        tree = parse(query, CONCEPTS)
        assert parse(str(tree), CONCEPTS) == tree, query
