import tomllib
from collections.abc import Iterator

import pytest

from config.load import STARTER
from config.places import KeyPath, lines_of

EVERY_SHAPE = '''\
# [comment]
contact = "a # = [b]"
dotted . "quoted.key" = 1.5e3
[mail]
text = """
[[source]]
x = 1 \\""" still text
"""""
after = 'it''s' # comment
[[source]]
when = 1979-05-27T07:32:00.5
zone = { a = 1, b = [1, { c = 2 }] }

[[source]]
list = [
  "a", # ]
  \'\'\'
  b = 1\'\'\',
]
[source.sub]
key = 1
[[source.deep]]
key = 1
[[source.deep]]
key = 2
["odd = name".z]
empty = ""
also_empty = """"""
last = 3'''.replace("'it''s'", "'its'")


def paths_of(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths_of(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths_of(inner, (*path, index))


def test_the_line_finder_knows_every_key_that_toml_knows() -> None:
    assert set(lines_of(EVERY_SHAPE)) == set(paths_of(tomllib.loads(EVERY_SHAPE)))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param(("dotted", "quoted.key"), 3, id="dotted and quoted"),
        pytest.param(("mail", "text"), 5, id="key of a long text"),
        pytest.param(("mail", "after"), 9, id="after a long text"),
        pytest.param(("source", 0, "zone", "b", 1, "c"), 12, id="inline table in an array"),
        pytest.param(("source", 1), 14, id="second of an array of tables"),
        pytest.param(("source", 1, "list", 1), 17, id="element on its own line"),
        pytest.param(("source", 1, "sub", "key"), 21, id="table in an array of tables"),
        pytest.param(("source", 1, "deep", 1, "key"), 25, id="array in an array of tables"),
        pytest.param(("odd = name", "z", "last"), 29, id="last line without an end"),
    ],
)
def test_the_line_finder_finds_the_line(path: KeyPath, line: int) -> None:
    assert lines_of(EVERY_SHAPE)[path] == line


@pytest.mark.parametrize("name", ["tilik.toml", "watchlists/russia-dprk.toml"])
def test_the_line_finder_reads_the_starter_files(name: str) -> None:
    text = (STARTER / name).read_text("utf-8")

    assert set(lines_of(text)) == set(paths_of(tomllib.loads(text)))
