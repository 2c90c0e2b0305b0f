"""Decides which blocks are a second copy of others, and why. Never touches a page or a text.

A copy is one long run in the same order; what repeats by right (a refrain, a charge, a quote) is a
block or two with other prose between. So it is the run that is judged, not the block.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, islice, takewhile
from typing import TYPE_CHECKING

from crawler.blocks import common_home, words_of
from crawler.repairs.pairs import RUN_WORDS, find_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

    from crawler.blocks import Block
    from crawler.repairs.pairs import Pair, Side

BODY, CUT, LEAD = "a second copy of the body", "a cut copy", "the lead again"
CAPTION, ADJACENT = "the caption again", "the same again at once"

_ROUNDS = 4  # what is taken out may have stood between a caption and its copy
_ROUNDS_WORDS = 600_000  # read in all of them: one round is enough for a page larger than a book
_DENSE_SHARE, _EXACT_SHARE = 0.7, 0.9  # of the words between the ends of a copy
_BODY_WORDS, _BODY_BLOCKS = 80, 3
_TAIL_WORDS, _TAIL_BLOCKS = 25, 2  # enough when the copy follows its original at once
_SURROUNDED_WORDS = 250  # amid other prose: no refrain, charge or bulletin is as long
_BETWEEN_WORDS = 12  # a divider, a time, a label: less than a sentence that could set two apart
_ITEM_WORDS = 8  # of a caption: the options of a poll, the entries of a schedule are shorter
_HEADING_WORDS = 6  # of a box around a copy
_LEAD_WORDS, _ADJACENT_WORDS = 10, 12
_LEAD_PLACES = 2  # said a third time, it is a refrain
_LEAD_GAP_BLOCKS, _LEAD_BODY_BLOCKS = 1, 2  # a caption may stand between; a body must follow
_NEAR_BLOCKS = 6  # within so many a story goes on
_STEM_WORDS, _DATELINE_WORDS = 3, 7
_CUT_END = re.compile(
    r"(…|\.\.\.|\[…\]|selengkapnya|read more|continue reading|читать далее|더보기|阅读全文)\W*$",
    re.IGNORECASE,
)

_SENTENCE_END = re.compile(r"[.!?…。！？]\W*$")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Copy:
    """Blocks that only say again what others say."""

    blocks: tuple[Block, ...]
    reason: str


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
    copies: list[Copy] = []
    left = blocks
    words = sum(len(block.words) for block in blocks if not block.is_link)
    for _ in range(max(1, min(_ROUNDS, _ROUNDS_WORDS // (words or 1)))):
        found = list(_round(_Judge(left, set(), may_repeat, known)))
        if not found:
            break
        copies += found
        gone = {block for copy in found for block in copy.blocks}
        left = [block for block in left if block not in gone]
    return copies


def _round(judge: _Judge) -> Iterator[Copy]:
    blocks, gone = judge.blocks, judge.gone
    for pair in find_pairs(blocks):
        reason, drop, keep = judge.verdict(pair)
        fresh = [n for n in drop if n not in gone]
        if reason and fresh and not gone.intersection(keep):
            gone.update(fresh)
            yield Copy(tuple(blocks[n] for n in fresh), reason)


# Is it a copy, and which of the two goes?

Verdict = tuple[str | None, "Side", "Side"]  # the reason, what to drop, what to keep


@dataclass(frozen=True)
class _Judge:
    """What is asked of a pair, with the blocks around it in view; `gone` have been judged."""

    blocks: Sequence[Block]
    gone: set[int]
    may_repeat: Callable[[Block], bool]
    known: Callable[[Sequence[Block]], bool]

    @cached_property
    def times(self) -> Counter[tuple[str, ...]]:
        """How often each block stands there, by its words; few pages ask for it."""
        return Counter(block.words for block in self.blocks)

    @cached_property
    def sentences(self) -> list[int]:
        """Which blocks are real: pages have thousands of labels, and each pair looks past them."""
        return [n for n, block in enumerate(self.blocks) if block.is_real]

    def verdict(self, pair: Pair) -> Verdict:
        earlier, later = pair.earlier, pair.later
        if self.is_cut(earlier, later):
            return CUT, earlier, later
        if self.is_cut(later, earlier):
            return CUT, later, earlier
        if not pair.is_whole:
            return None, (), ()
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
        if is_adjacent and pair.words >= _ADJACENT_WORDS and not self.is_sample(pair):
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
        return box is not None and self.has_real(self.within(box, self.behind(side)))

    def behind(self, side: Side) -> range:
        return range(side[-1] + 1, min(side[-1] + 1 + _NEAR_BLOCKS, len(self.blocks)))

    def is_cut(self, side: Side, other: Side) -> bool:
        """Whether the side ends in the middle of a block of the other, and says so."""
        last = self.blocks[side[-1]]
        if last.is_link or not _CUT_END.search(last.text):
            return False
        stem = words_of(_CUT_END.sub("", last.text))
        if len(stem) < _STEM_WORDS or self.words(side) < RUN_WORDS:
            return False
        beside = self.blocks[other[0] : other[-1] + 2]
        return any(
            len(block.words) > len(stem) and block.words[skip : skip + len(stem)] == stem
            for block in beside
            for skip in range(_DATELINE_WORDS)
        )

    def is_adjacent(self, pair: Pair) -> bool:
        """Whether a block is printed again at once, the same but for a word or two."""
        (a,), (b,) = pair.earlier, pair.later
        one, two = self.blocks[a], self.blocks[b]
        longer = max(len(one.words), len(two.words))
        return (
            pair.words >= _EXACT_SHARE * longer
            and not self.is_longer(range(a + 1, b), _STEM_WORDS)
            and not _is_next_case(one, two)
        )

    def is_sample(self, pair: Pair) -> bool:
        """Whether a box says nothing else, in elements of one kind: there is no story to copy."""
        (a,), (b,) = pair.earlier, pair.later
        one, two = self.blocks[a], self.blocks[b]
        if one.home is None or two.home is None or not _is_alike(one.home, two.home):
            return False
        box = one.home.getparent()
        around = (range(a - 1, -1, -1), range(b + 1, len(self.blocks)))
        others = chain.from_iterable(self.within(box, numbers) for numbers in around)
        return all(not self.blocks[n].is_real or self.blocks[n].words == one.words for n in others)

    def is_lead(self, pair: Pair) -> bool:
        """Whether a standfirst says what the first paragraph says, and the story goes on."""
        (a,), (b,) = pair.earlier, pair.later
        one = self.blocks[a]
        if len(one.words) < _LEAD_WORDS or pair.words < _EXACT_SHARE * len(one.words):
            return False
        if not _SENTENCE_END.search(one.text):  # a headline
            return False
        return (
            self.real(self.behind(pair.later)) >= _LEAD_BODY_BLOCKS
            and not self.has_real(takewhile(lambda n: n > a, self.before(b)), _LEAD_GAP_BLOCKS)
            and not self.has_prose_before(a, b)
            and self.times[one.words] <= _LEAD_PLACES
        )

    def is_body(self, pair: Pair) -> bool:
        earlier, later = pair.earlier, pair.later
        if self.is_list_again(pair):
            return True
        real = max(self.real(earlier), self.real(later))
        span = self.words(range(later[0], later[-1] + 1))
        if real < _TAIL_BLOCKS or pair.words < max(_TAIL_WORDS, _DENSE_SHARE * span):
            return False
        if self.known([self.blocks[n] for n in later]):
            return True
        if sum(map(self.may_repeat, (self.blocks[n] for n in later))) * 2 > len(later):
            return pair.words >= _SURROUNDED_WORDS
        between = range(earlier[-1] + 1, later[0])
        is_appended = self.is_apart(later) and not self.is_series(earlier, later)
        is_tail = not self.is_longer(between, _BETWEEN_WORDS if is_appended else 0)
        if is_tail and self.is_exact(pair):
            return True
        if real < _BODY_BLOCKS or pair.words < _BODY_WORDS:
            return False
        return (
            pair.words >= _SURROUNDED_WORDS
            or is_appended
            or not self.has_prose_before(earlier[0], later[0])
        )

    def is_list_again(self, pair: Pair) -> bool:
        """Whether a list follows its equal at once: the captions of pictures and of thumbnails."""
        earlier, later = pair.earlier, pair.later
        items = [n for n in later if len(self.blocks[n].words) >= _ITEM_WORDS]
        return (
            len(items) >= _TAIL_BLOCKS
            and not self.is_longer(range(earlier[-1] + 1, later[0]), 0)
            and all(self.is_apart(side) for side in (earlier, later))
            and not self.is_series(earlier, later)
            and self.is_exact(pair)
        )

    def is_exact(self, pair: Pair) -> bool:
        """Whether every block of the copy is one of the original's, but for a dateline."""
        one, two = (self.blocks[side[0]].words for side in (pair.earlier, pair.later))
        shorter, longer = sorted((len(one), len(two)))
        has_dateline = (
            shorter >= _STEM_WORDS
            and longer - shorter <= _DATELINE_WORDS
            and one[-shorter:] == two[-shorter:]
        )
        known = {self.blocks[n].words for n in pair.earlier}
        return all(
            self.blocks[n].words in known or (n == pair.later[0] and has_dateline)
            for n in pair.later
        )

    def is_apart(self, side: Side) -> bool:
        """Whether the side has a box of its own, with no more beside it there than a heading."""
        box = common_home(self.blocks[side[0]], self.blocks[side[-1]])
        if box is None:
            return False
        before = self.within(box, range(side[0] - 1, -1, -1))
        behind = self.within(box, range(side[-1] + 1, len(self.blocks)))
        others = (n for n in range(side[0], side[-1]) if n not in side)
        return not self.is_longer(chain(others, before, behind), _HEADING_WORDS)

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
        return self.has_real(self.within(box, self.before(a)))

    def before(self, a: int) -> Iterator[int]:
        """Give the sentences before block a, the nearest first."""
        return (self.sentences[n] for n in range(bisect_left(self.sentences, a) - 1, -1, -1))

    def within(self, box: HtmlElement | None, numbers: Iterable[int]) -> Iterator[int]:
        """Give the blocks before the first one outside the box; all when there is no box."""
        return takewhile(lambda n: box is None or box in self.blocks[n].ancestors(), numbers)

    def real(self, numbers: Iterable[int]) -> int:
        return sum(self.blocks[n].is_real for n in numbers if n not in self.gone)

    def has_real(self, numbers: Iterable[int], beyond: int = 0) -> bool:
        """Whether more than so many are sentences; looks no further than it has to."""
        found = (n for n in numbers if n not in self.gone and self.blocks[n].is_real)
        return next(islice(found, beyond, None), None) is not None

    def words(self, numbers: Iterable[int]) -> int:
        return sum(self.counted(numbers))

    def is_longer(self, numbers: Iterable[int], words: int) -> bool:
        """Whether the blocks have more than so many words; looks no further than it has to."""
        return any(total > words for total in accumulate(self.counted(numbers)))

    def counted(self, numbers: Iterable[int]) -> Iterator[int]:
        return (
            len(self.blocks[n].words)
            for n in numbers
            if n not in self.gone and not self.blocks[n].is_link
        )


def _is_next_case(one: Block, two: Block) -> bool:
    """Whether each has a number the other has not: the next item, charge, draw or result."""
    there, here = (Counter(_NUMBER.findall(block.text)) for block in (one, two))
    return bool(there - here and here - there)


def _is_alike(one: HtmlElement, two: HtmlElement) -> bool:
    """Whether the elements are children of one parent, and of one kind."""
    return one.getparent() is two.getparent() and (
        (one.tag, one.get("class")) == (two.tag, two.get("class"))
    )
