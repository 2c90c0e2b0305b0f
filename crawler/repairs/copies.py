"""Decides which blocks are a second copy of others, and why. Never touches a page or a text.

A copy is one long run in the same order; what repeats by right (a refrain, a charge, a quote) is a
block or two with other prose between. So it is the run that is judged, not the block.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING

from crawler.repairs.blocks import common_home, words_of
from crawler.repairs.runs import find_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lxml import etree

    from crawler.repairs.blocks import Block

BODY, CUT, LEAD = "a second copy of the body", "a cut copy", "the lead again"
CAPTION, ADJACENT = "the caption again", "the same again at once"

_RUNS = 400  # how many runs of one page are judged, longest first
_RUN_WORDS = 8  # a run of fewer words is no evidence of anything
_COPIED_SHARE = 0.6  # of a block's words that must be in the run: a rewritten half is another text
_DENSE_SHARE, _EXACT_SHARE = 0.7, 0.9  # of the words between the ends of a copy
_BODY_WORDS, _BODY_BLOCKS = 80, 3
_TAIL_WORDS, _TAIL_BLOCKS = 25, 2  # enough when the copy follows its original at once
_SURROUNDED_WORDS = 250  # amid other prose: no refrain, charge or bulletin is as long
_BETWEEN_WORDS = 12  # a divider, a time, a label: less than a sentence that could set two apart
_HEADING_WORDS = 6  # of a box around a copy
_LEAD_WORDS, _ADJACENT_WORDS = 10, 12
_LEAD_BLOCKS = 2  # a standfirst, a caption may stand between a lead and its paragraph
_NEAR_BLOCKS = 6  # within so many a story goes on
_STEM_WORDS = 3
_CUT_END = re.compile(
    r"(…|\.\.\.|\[…\]|selengkapnya|read more|continue reading|читать далее|더보기|阅读全文)\W*$",
    re.IGNORECASE,
)

_SENTENCE_END = re.compile(r"[.!?…。！？]\W*$")

Side = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """Blocks, by their numbers, that only say again what others say."""

    numbers: Side
    reason: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two places, as block numbers in reading order, that have so many words in common."""

    earlier: Side
    later: Side
    words: int


def find_copies(
    blocks: Sequence[Block],
    *,
    may_repeat: Callable[[Block], bool] = lambda _: False,
    known: Callable[[Sequence[Block]], bool] = lambda _: False,
) -> list[Copy]:
    """Give what must go, longest first.

    `may_repeat`: blocks that only a long run can make a copy; `known`: whether blocks have been
    judged a copy before.
    """
    gone: set[int] = set()
    judge = _Judge(blocks, gone, may_repeat, known)
    copies = []
    for pair in _pairs(blocks):
        reason, drop, keep = judge.verdict(pair)
        numbers = tuple(n for n in drop if n not in gone)
        if reason and numbers and not gone.intersection(keep):
            gone.update(numbers)
            copies.append(Copy(numbers, reason))
    return copies


# From runs of words to pairs of places


def _pairs(blocks: Sequence[Block]) -> Iterator[Pair]:
    """Give the places that share words; links are left out, for they stand in only one of two."""
    counted = [() if block.is_link else block.words for block in blocks]
    starts = list(accumulate(map(len, counted), initial=0))
    for run in find_runs([word for words in counted for word in words])[:_RUNS]:
        if run.words < _RUN_WORDS:
            return
        earlier = _covered(blocks, starts, ((s.earlier, s.words) for s in run.stretches))
        later = _covered(blocks, starts, ((s.later, s.words) for s in run.stretches))
        if earlier and later and earlier[-1] < later[0]:
            earlier, later = _grown(blocks, earlier, later)
            sides = _filled(blocks, earlier, later), _filled(blocks, later, earlier)
            yield Pair(*sides, run.words)


def _covered(
    blocks: Sequence[Block], starts: Sequence[int], spans: Iterable[tuple[int, int]]
) -> Side:
    """Give the blocks most of whose words lie in the spans."""
    counts: Counter[int] = Counter()
    for start, length in spans:
        end = start + length
        n = bisect_right(starts, start) - 1
        while n < len(blocks) and starts[n] < end:
            counts[n] += min(end, starts[n + 1]) - max(start, starts[n])
            n += 1
    return tuple(
        sorted(n for n, c in counts.items() if c >= _COPIED_SHARE * len(blocks[n].words) > 0)
    )


def _grown(blocks: Sequence[Block], earlier: Side, later: Side) -> tuple[Side, Side]:
    """Let both ends grow while the blocks beyond them are equal."""
    a, b = earlier[-1] + 1, later[-1] + 1
    while a < later[0] and b < len(blocks) and _is_equal(blocks[a], blocks[b]):
        earlier, later = (*earlier, a), (*later, b)
        a, b = a + 1, b + 1
    a, b = earlier[0] - 1, later[0] - 1
    while a >= 0 and b > earlier[-1] and _is_equal(blocks[a], blocks[b]):
        earlier, later = (a, *earlier), (b, *later)
        a, b = a - 1, b - 1
    return earlier, later


def _is_equal(one: Block, other: Block) -> bool:
    return one.words == other.words if one.words else one.text == other.text


def _filled(blocks: Sequence[Block], side: Side, other: Side) -> Side:
    """Add the blocks between that the other side has too."""
    there = {blocks[n].words for n in range(other[0], other[-1] + 1)}
    here = set(side)
    between = range(side[0], side[-1] + 1)
    return tuple(n for n in between if n in here or blocks[n].words in there)


# Is it a copy, and which of the two goes?

Verdict = tuple[str | None, Side, Side]  # the reason, what to drop, what to keep


@dataclass(frozen=True, slots=True)
class _Judge:
    """What is asked of a pair, with the blocks around it in view; `gone` have been judged."""

    blocks: Sequence[Block]
    gone: set[int]
    may_repeat: Callable[[Block], bool]
    known: Callable[[Sequence[Block]], bool]

    def verdict(self, pair: Pair) -> Verdict:
        earlier, later = pair.earlier, pair.later
        if self.is_cut(earlier, later):
            return CUT, earlier, later
        if self.is_cut(later, earlier):
            return CUT, later, earlier
        if len(earlier) == len(later) == 1:
            return self.single(pair)
        if self.is_body(pair):
            return BODY, *self.lesser(pair)
        return None, (), ()

    def single(self, pair: Pair) -> Verdict:
        """Judge one block that stands twice: only a lead or a caption does so without right."""
        one, two = self.blocks[pair.earlier[0]], self.blocks[pair.later[0]]
        if not (one.is_real and two.is_real) or self.may_repeat(one) or self.may_repeat(two):
            return None, (), ()
        is_lead, is_adjacent = self.is_lead(pair), self.is_adjacent(pair)
        if is_lead or is_adjacent:
            if two.is_caption:
                return CAPTION, pair.later, pair.earlier
            if one.is_caption:
                return CAPTION, pair.earlier, pair.later
        if is_lead:
            return LEAD, pair.earlier, pair.later
        if is_adjacent and pair.words >= _ADJACENT_WORDS:
            return ADJACENT, *self.lesser(pair)
        return None, (), ()

    def lesser(self, pair: Pair) -> tuple[Side, Side]:
        """Give the place to drop, then the other: the later, but for a hidden copy or a summary."""
        earlier, later = pair.earlier, pair.later
        is_hidden = self.is_hidden(earlier) and not self.is_hidden(later)
        if is_hidden or (self.is_apart(earlier) and self.goes_on(later)):
            return earlier, later
        return later, earlier

    def is_hidden(self, side: Side) -> bool:
        return all(self.blocks[n].is_hidden for n in side)

    def goes_on(self, side: Side) -> bool:
        """Whether the story that the side belongs to has more to say."""
        box = common_home(self.blocks[side[0]], self.blocks[side[-1]])
        return box is not None and self.real(self.within(box, self.behind(side))) > 0

    def behind(self, side: Side) -> range:
        return range(side[-1] + 1, min(side[-1] + 1 + _NEAR_BLOCKS, len(self.blocks)))

    def is_cut(self, side: Side, other: Side) -> bool:
        """Whether the side ends in the middle of a block of the other, and says so."""
        last = self.blocks[side[-1]]
        if last.is_link or not _CUT_END.search(last.text):
            return False
        stem = words_of(_CUT_END.sub("", last.text))
        if len(stem) < _STEM_WORDS or self.words(side) < _RUN_WORDS:
            return False
        beside = self.blocks[other[0] : other[-1] + 2]
        return any(
            len(block.words) > len(stem) and block.words[: len(stem)] == stem for block in beside
        )

    def is_adjacent(self, pair: Pair) -> bool:
        """Whether a block is printed again at once, the same but for a word or two."""
        (a,), (b,) = pair.earlier, pair.later
        longer = max(len(self.blocks[a].words), len(self.blocks[b].words))
        return pair.words >= _EXACT_SHARE * longer and self.words(range(a + 1, b)) <= _STEM_WORDS

    def is_lead(self, pair: Pair) -> bool:
        """Whether a standfirst says what the story's first paragraph says, and the story goes on."""
        (a,), (b,) = pair.earlier, pair.later
        one = self.blocks[a]
        if len(one.words) < _LEAD_WORDS or pair.words < _EXACT_SHARE * len(one.words):
            return False
        if not _SENTENCE_END.search(one.text):  # a headline
            return False
        return (
            self.real(self.behind(pair.later)) >= _LEAD_BLOCKS
            and self.real(range(a + 1, b)) <= _LEAD_BLOCKS
            and not self.has_prose_before(a, b)
        )

    def is_body(self, pair: Pair) -> bool:
        earlier, later = pair.earlier, pair.later
        real = max(self.real(earlier), self.real(later))
        span = self.words(range(later[0], later[-1] + 1))
        if real < _TAIL_BLOCKS or pair.words < max(_TAIL_WORDS, _DENSE_SHARE * span):
            return False
        if self.known([self.blocks[n] for n in later]):
            return True
        if sum(map(self.may_repeat, (self.blocks[n] for n in later))) * 2 > len(later):
            return pair.words >= _SURROUNDED_WORDS
        between = self.words(range(earlier[-1] + 1, later[0]))
        is_appended = self.is_apart(later) and not self.is_series(earlier, later)
        is_tail = between <= (_BETWEEN_WORDS if is_appended else 0)
        if is_tail and pair.words >= _EXACT_SHARE * span:
            return True
        if real < _BODY_BLOCKS or pair.words < _BODY_WORDS:
            return False
        return (
            pair.words >= _SURROUNDED_WORDS
            or is_appended
            or not self.has_prose_before(earlier[0], later[0])
        )

    def is_apart(self, side: Side) -> bool:
        """Whether the side has a box of its own, with no more beside it there than a heading."""
        box = common_home(self.blocks[side[0]], self.blocks[side[-1]])
        if box is None:
            return False
        before = self.within(box, range(side[0] - 1, -1, -1))
        behind = self.within(box, range(side[-1] + 1, len(self.blocks)))
        others = (n for n in range(side[0], side[-1]) if n not in side)
        return sum(map(self.words, (before, others, behind))) <= _HEADING_WORDS

    def is_series(self, earlier: Side, later: Side) -> bool:
        """Whether both sides stand in boxes of one kind: entries, cards, answers."""
        one, two = (
            common_home(self.blocks[side[0]], self.blocks[side[-1]]) for side in (earlier, later)
        )
        return (
            one is not None
            and two is not None
            and (one.tag, one.get("class")) == (two.tag, two.get("class"))
            and self.is_apart(earlier)
        )

    def has_prose_before(self, a: int, b: int) -> bool:
        """Whether prose stands before block a in the smallest element that holds a and b."""
        box = common_home(self.blocks[a], self.blocks[b])
        return self.real(self.within(box, range(a - 1, -1, -1))) > 0

    def within(self, box: etree._Element | None, numbers: Iterable[int]) -> Iterator[int]:
        """Give the blocks before the first one outside the box; all when there is no box."""
        return takewhile(lambda n: box is None or box in self.blocks[n].ancestors(), numbers)

    def real(self, numbers: Iterable[int]) -> int:
        return sum(self.blocks[n].is_real for n in numbers if n not in self.gone)

    def words(self, numbers: Iterable[int]) -> int:
        return sum(
            len(self.blocks[n].words)
            for n in numbers
            if n not in self.gone and not self.blocks[n].is_link
        )
