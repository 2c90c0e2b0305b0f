"""Which aliases and clauses of topics never matched a story of the archive, in its newest state.

Says nothing of what full-text search does not hold, such as authors and tags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.documents import Problem
from db.records import Breadth
from monitor.query.match import find
from monitor.query.tree import Concept, InField, Not, Tree, parts_of
from monitor.topics.candidates import question
from monitor.topics.lint import aliases_of, concepts_of, languages
from monitor.topics.trial import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.settings import Place, Settings
    from db.reader import Reader

LOOKED_AT = 500  # the newest stories that full-text search finds; in more of them, who knows

# What was not seen in n stories is, with 95 % confidence, in fewer than 3 of n (the rule of three):
# here, in fewer than three of a thousand. News comes in waves, so a thousand of one day tell less;
# in four weeks, most of what comes up monthly has.
ENOUGH = Breadth(stories=1000, days=28)


def too_young(archive: Breadth) -> str | None:
    """Say from when on it means something that a word never matched; null when it does by now."""
    if archive.stories >= ENOUGH.stories and archive.days >= ENOUGH.days:
        return None
    return (
        f"What never matched is told once the archive holds {ENOUGH.stories:,} stories from "
        f"{ENOUGH.days} days; so far it holds {archive.stories:,} from {archive.days}."
    )


def lint_in_archive(
    settings: Settings, trees: Mapping[str, Tree], reader: Reader
) -> Iterator[Problem]:
    """Warn of what never matched, but of no alias in a language that no source is in."""
    spoken = languages(settings)
    is_known = all(source.lang for source in settings.sources)
    for name, tree in trees.items():
        for clause in _unseen(tree, _Archive(reader, settings)):
            message = f"{clause} never matched a story of the archive"
            yield Problem(*settings.places["query", name], f"topic {name}", message)
    for name, concept in concepts_of(trees.values()).items():
        for language, placed in aliases_of(settings, concept).items():
            if is_known and language.partition("-")[0] not in spoken:
                continue
            unseen: dict[Place, list[str]] = {}  # by line: a small archive holds few of them
            for alias, place in placed:
                if not _Archive(reader, settings).may_hold(alias):
                    unseen.setdefault(place, []).append(str(alias))
            for place, aliases in unseen.items():
                message = f"{', '.join(aliases)} never matched a story of the archive"
                yield Problem(*place, f"concept {name}.{language}", message)


class _Archive:
    """Looks for a tree in the stories; `field` names the one that it is looked for in, or none."""

    def __init__(self, reader: Reader, settings: Settings, field: str = "") -> None:
        self._reader = reader
        self._settings = settings
        self._field = field

    def inside(self, field: str) -> _Archive:
        return _Archive(self._reader, self._settings, field)

    def here(self, tree: Tree) -> Tree:
        return InField(self._field, tree) if self._field else tree

    def may_hold(self, tree: Tree) -> bool:
        """Whether some story makes the tree true, or may."""
        asked = question(wanted := self.here(tree))
        if asked is None:
            return True
        ids = self._reader.found(asked, LOOKED_AT)
        stories = (words for _, words in walk(self._reader, self._settings, ids))
        return len(ids) == LOOKED_AT or any(
            find(wanted, words, words.everywhere) is not None for words in stories
        )


def _unseen(tree: Tree, archive: _Archive) -> Iterator[Tree]:
    """Give the smallest clauses that never matched; aliases are told where they are declared."""
    if isinstance(tree, InField):
        inner = list(_unseen(tree.part, archive.inside(tree.name)))
    else:
        inner = [clause for part in _clauses(tree) for clause in _unseen(part, archive)]
    yield from inner
    if not inner and not isinstance(tree, Concept | Not) and not archive.may_hold(tree):
        yield archive.here(tree)


def _clauses(tree: Tree) -> tuple[Tree, ...]:
    return () if isinstance(tree, Concept) else parts_of(tree)
