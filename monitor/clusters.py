"""Pure: the same news in several outlets. Says what belongs together, never what is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from db.fingerprint import is_same_news

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

# Copies of one text share most of their words, strangers in one language a quarter. Below this
# share of the shorter one's words the costly comparison is spared.
LIKELY_RATIO = 0.45


def clusters(items: Iterable[T], text: Callable[[T], str]) -> list[list[T]]:
    """Put items with the same news together, in the order in which the first of each came."""
    found: list[tuple[frozenset[str], str, list[T]]] = []
    for item in items:
        said = text(item)
        words = frozenset(said.casefold().split())
        for others, other, cluster in found:
            if _is_likely(words, others) and is_same_news(said, other):
                cluster.append(item)
                break
        else:
            found.append((words, said, [item]))
    return [cluster for _, _, cluster in found]


def _is_likely(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= LIKELY_RATIO * min(len(one), len(other))
