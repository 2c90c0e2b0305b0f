"""The frozen tree of a topic, one dataclass per operator. Never reads a story, never parses.

`str(tree)` is the query again, in its plainest spelling; parsed, it gives an equal tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """What one word of a story must look like.

    `text` is folded; a pattern keeps its `?` and `*`, a prefix has lost its `*`. `surface` is the
    spelling that an exact term asks for, `keys` what the forms of an inflected one are known by
    (see forms.py); both are empty for the others.
    """

    text: str
    kind: Literal["word", "prefix", "pattern", "exact", "inflected"] = "word"
    surface: str = ""
    keys: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after another; a single word is a phrase of one."""

    terms: tuple[Term, ...]
    typed: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.typed


@dataclass(frozen=True, slots=True)
class Concept:
    """Any of the aliases that the watchlist gave a name; a Near is an alias with its context."""

    name: str
    parts: tuple[Phrase | Near, ...]

    def __str__(self) -> str:
        return f"@{self.name}"


@dataclass(frozen=True, slots=True)
class Near:
    """All parts in one field, with at most `distance` words between the first and the last.

    As in FTS5, counted from the end of the part that ends first to the start of the last one.
    """

    parts: tuple[Tree, ...]
    distance: int
    ordered: bool = False

    def __str__(self) -> str:
        operator = f" {'ONEAR' if self.ordered else 'NEAR'}/{self.distance} "
        return operator.join(_wrapped(part, (Phrase, Concept)) for part in self.parts)


@dataclass(frozen=True, slots=True)
class And:
    """Every part."""

    parts: tuple[Tree, ...]

    def __str__(self) -> str:
        first, *others = self.parts
        text = _inside_and(first)
        for part in others:
            text += f" {part}" if isinstance(part, Not) else f" AND {_inside_and(part)}"
        return text


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part."""

    parts: tuple[Tree, ...]

    def __str__(self) -> str:
        return " OR ".join(str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The absence of its part; the parser lets it stand only beside something to find."""

    part: Tree

    def __str__(self) -> str:
        inner = f"({self.part})" if isinstance(self.part, And | Or) else str(self.part)
        return f"NOT {inner}"


@dataclass(frozen=True, slots=True)
class Within:
    """Its part inside one sentence or one paragraph."""

    unit: Literal["sentence", "paragraph"]
    part: Tree

    def __str__(self) -> str:
        return f"{'SENT' if self.unit == 'sentence' else 'PARA'}({self.part})"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Its part, found in `count` places or more that do not overlap."""

    count: int
    part: Tree

    def __str__(self) -> str:
        return f"ATLEAST/{self.count}({self.part})"


@dataclass(frozen=True, slots=True)
class InField:
    """Its part in one field, read word by word: title, lead, body, author, section, tag, url."""

    name: str
    part: Tree

    def __str__(self) -> str:
        return f"{self.name}:{_wrapped(self.part, (Phrase, Concept, Within, AtLeast))}"


@dataclass(frozen=True, slots=True)
class Value:
    """A field compared as a whole, without case: source, region, lang, event."""

    name: str
    value: str
    is_prefix: bool = False

    def __str__(self) -> str:
        return f'{self.name}:"{self.value}{"*" if self.is_prefix else ""}"'


@dataclass(frozen=True, slots=True)
class Published:
    """Published on that day (in UTC) or later; or before it."""

    name: Literal["after", "before"]
    day: date

    def __str__(self) -> str:
        return f"{self.name}:{self.day.isoformat()}"


Tree: TypeAlias = (
    Phrase | Concept | Near | And | Or | Not | Within | AtLeast | InField | Value | Published
)


def parts_of(tree: Tree) -> tuple[Tree, ...]:
    """Give the clauses directly below this one."""
    match tree:
        case Concept() | Near() | And() | Or():
            return tree.parts
        case Not() | Within() | AtLeast() | InField():
            return (tree.part,)
        case _:
            return ()


def _inside_and(tree: Tree) -> str:
    return f"({tree})" if isinstance(tree, Or) else str(tree)


def _wrapped(tree: Tree, bare: tuple[type, ...]) -> str:
    return str(tree) if isinstance(tree, bare) else f"({tree})"
