"""How strongly a story is about what a topic waits for: orders the hits, and decides nothing."""

from __future__ import annotations

from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.query.story import Hit

# Ours, by eye: a headline says what a story is about; the others tell mentions apart.
TITLE, FREQUENCY, POSITION, PROXIMITY = 0.4, 0.2, 0.2, 0.2
SATURATION = 1.2  # k1 of BM25 (Robertson and Zaragoza 2009): the tenth mention adds little
NEAR_WORDS = 15.0  # a sentence: as far apart, two hits count half of two neighbours


def score(hits: Sequence[Hit]) -> float:
    """Return 0 to 1, the more the words are in the headline, many, early, and near one another.

    A hit by facts alone (its source, its day) has no words, and 0.
    """
    in_title = any(hit.field.name == "title" for hit in hits)
    in_body = sorted((hit for hit in hits if hit.field.name == "body"), key=attrgetter("start"))
    if not in_title and not in_body:
        return 0.0
    early = 1 if in_title else 1 - in_body[0].start / len(in_body[0].field.words)
    gap = min((max(other.start - one.end, 0) for one, other in pairwise(in_body)), default=0)
    return (
        TITLE * in_title
        + FREQUENCY * len(hits) / (len(hits) + SATURATION)
        + POSITION * early
        + PROXIMITY * NEAR_WORDS / (NEAR_WORDS + gap)
    )
