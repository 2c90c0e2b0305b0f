"""The queries of the user's files to trees, or refused with file, line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.load import ConfigError, Problem
from monitor.query.parser import QueryError, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from config.settings import Settings, Topic
    from monitor.query.tree import Tree


def trees(settings: Settings, topics: Iterable[Topic]) -> dict[str, Tree]:
    """Read what topics wait for. Raises ConfigError naming file, line and column of each fault."""
    return _read(settings, {topic.name: topic.query for topic in topics}, "query", "query")


def mute_trees(settings: Settings, topics: Iterable[Topic]) -> dict[str, Tree]:
    """Read the words that mute the hits of topics, of those that have some. Raises ConfigError."""
    queries = {topic.name: topic.mute.words for topic in topics if topic.mute.words}
    return _read(settings, queries, "mute", "mute.words")


def aliases(settings: Settings) -> dict[str, list[str]]:
    """Give what each @name stands for, in all languages together."""
    return {
        name: [alias for words in concept.aliases.values() for alias in words]
        for name, concept in settings.concepts.items()
    }


def _read(settings: Settings, queries: Mapping[str, str], kind: str, key: str) -> dict[str, Tree]:
    concepts = aliases(settings)
    found, problems = {}, []
    for name, query in queries.items():
        try:
            found[name] = parse(query, concepts)
        except QueryError as error:
            place = settings.places[kind, name]
            problems.append(Problem(*place, f"topic {name}: {key}", str(error)))
    if problems:
        raise ConfigError(tuple(problems))
    return found
