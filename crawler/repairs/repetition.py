"""Takes a second copy out of a page or text: body, caption, lead. Never what repeats by right.

For the extractor, in this order: `tree_copies(blocks)` and `cut_tree` before the body is looked
for; `protect(blocks)`, so that the extractor does not fold equal paragraphs that may stay
(refrains, charges, quotes); when something was cut, `settle(text, uncut, removals)` with the text
that the same extractor gives for the page neither cut nor protected; `cut_text(text)`, which leaves
protected lines alone; `unprotect(text)` last.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from crawler.blocks import text_blocks, words_of
from crawler.extract.article import Removal
from crawler.repairs.copies import CAPTION, find_copies
from crawler.repairs.runs import shingles
from crawler.repairs.surgery import take_out, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.blocks import Block
    from crawler.repairs.copies import Copy

# A mark is invisible and printable: a grapheme joiner, then variation selectors. No script
# puts the two side by side, so taking marks out never takes anything of the newspaper's.
_JOINER, _FIRST_DIGIT, _DIGITS, _PLACES = "\u034f", 0xE0100, 240, 3
_MARK = re.compile("\u034f[\U000e0100-\U000e01ef]+")
_PROTECTED_WORDS = 3  # of fewer: labels and buttons rather than refrains

_LOST_SHARE = 0.02  # of the uncut page's shingles: more than a byline
_SAME_SHARE = 0.5  # of a line's shingles: the rest may be edited
_LINE_SHINGLES = 5  # lines of fewer are furniture: labels, names, times


def tree_copies(blocks: Sequence[Block]) -> list[Copy]:
    """Find the copies in a page. What stands in a footer is no second body."""
    return find_copies(
        [block for block in blocks if not any(box.tag == "footer" for box in block.asides)]
    )


def cut_tree(blocks: Sequence[Block], copies: Sequence[Copy]) -> tuple[Removal, ...]:
    """Take copies out of the tree of these blocks, in place, and say what went.

    Afterwards the blocks are no longer those of the tree.
    """
    if not copies:
        return ()
    gone = {block for copy in copies for block in copy.blocks}
    take_out(block for block in blocks if block in gone)
    # On cut pages alone: on every page it would move the extractor's choice of body.
    wrap(block for block in blocks if block not in gone and block.is_real)
    return _report(copies)


def cut_text(text: str, removals: Sequence[Removal] = ()) -> tuple[str, tuple[Removal, ...]]:
    """Take copies out of a text of one block per line, and say what went.

    `removals`: what the tree showed to be copies and this text still has.
    """
    blocks = text_blocks(text)
    judged = [_shingles(removal.text) for removal in removals]

    def is_known(lines: Sequence[Block]) -> bool:
        here = _shingles("\n".join(line.text for line in lines))
        return any(
            len(here & there) >= _SAME_SHARE * max(len(here), len(there)) for there in judged
        )

    copies = find_copies(blocks, may_repeat=_is_marked, known=is_known)
    if not copies:
        return text, ()
    gone = {block for copy in copies for block in copy.blocks}
    return "\n".join(block.text for block in blocks if block not in gone), _report(copies)


def _report(copies: Iterable[Copy]) -> tuple[Removal, ...]:
    return tuple(
        Removal("repetition", c.reason, unprotect("\n".join(block.text for block in c.blocks)))
        for c in copies
    )


def protect(blocks: Iterable[Block]) -> None:
    """Mark every block that stands more than once, invisibly and each one differently."""
    groups: defaultdict[tuple[str, ...], list[Block]] = defaultdict(list)
    for block in blocks:
        if len(block.words) >= _PROTECTED_WORDS and not block.is_link:
            groups[block.words].append(block)
    repeated = (
        group for group in groups.values() if len(group) > 1 and not any(map(_is_title, group))
    )
    for number, block in enumerate(chain.from_iterable(repeated)):
        element, is_tail = block.slots[-1]
        if is_tail:
            element.tail = _marked(element.tail or "", number)
        else:
            element.text = _marked(element.text or "", number)
        block.text = _marked(block.text, number)


def _marked(text: str, number: int) -> str:
    digits = (number // _DIGITS**place % _DIGITS for place in range(_PLACES))
    stem = text.rstrip()
    return f"{stem}{_JOINER}{''.join(chr(_FIRST_DIGIT + n) for n in digits)}{text[len(stem) :]}"


def _is_title(block: Block) -> bool:
    return block.home is not None and block.home.tag == "h1"


def unprotect(text: str) -> str:
    """Take the marks out again."""
    return _MARK.sub("", text)


def _is_marked(block: Block) -> bool:
    return _JOINER in block.text and _MARK.search(block.text) is not None


def settle(text: str, uncut: str, removals: Sequence[Removal]) -> tuple[str, tuple[Removal, ...]]:
    """Give the text to go on with, and what was taken out of it.

    The extractor chooses its body by what stands around it, so a cut may move its choice. When the
    text of the cut page lacks prose that the uncut page gave, the uncut text is cut instead.
    """
    whole, cut = cut_text(uncut, removals)
    there, here = _shingles(whole), _shingles(text)
    lost, gained = _missing(whole, here), _missing(text, there)
    both_gone = any(
        _is_in(line, there) and not _is_in(line, here)
        for removal in removals
        if removal.reason != CAPTION
        for line in map(_shingles, removal.text.split("\n"))
        if len(line) >= _LINE_SHINGLES
    )
    if both_gone or lost - gained > _LOST_SHARE * len(there):
        return whole, cut
    return text, tuple(removals)


def _missing(text: str, known: set[tuple[str, ...]]) -> int:
    """Count the shingles of the lines that are not known."""
    lines = [_shingles(line) for line in text.split("\n")]
    return sum(
        len(line) for line in lines if len(line) >= _LINE_SHINGLES and not _is_in(line, known)
    )


def _is_in(line: set[tuple[str, ...]], known: set[tuple[str, ...]]) -> bool:
    return len(line & known) >= _SAME_SHARE * len(line)


def _shingles(text: str) -> set[tuple[str, ...]]:
    return set(shingles(words_of(text)))
