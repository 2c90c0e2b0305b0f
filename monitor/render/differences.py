"""What of a change a reader is shown: the changed paragraphs, with a few words around each change.

Pure. Says nothing about how removed and added words look.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from db.changes import Piece
from monitor.render.clean import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from db.changes import Change

PARAGRAPHS = 6
CONTEXT_WORDS = 9  # on either side of a change
LONGEST_WORDS = 90  # of one removed or added run
ELLIPSIS = "…"
SPACE = Piece("same", " ")

Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """The changed paragraphs that are shown, and how many more there are."""

    paragraphs: tuple[Pieces, ...]
    more: int


def differences(change: Change | None) -> Differences:
    """Choose what is shown of a change; nothing when there is none."""
    blocks = [block for block in change.blocks if _is_changed(block)] if change else []
    shown = tuple(_trimmed(_gathered(block)) for block in blocks[:PARAGRAPHS])
    return Differences(shown, max(0, len(blocks) - PARAGRAPHS))


def _is_changed(block: Iterable[Piece]) -> bool:
    return any(piece.operation != "same" and piece.text.strip() for piece in block)


def _gathered(block: Pieces) -> Pieces:
    """Bring what was removed and added at one place together."""
    gathered: list[Piece] = []
    for is_same, run in groupby(block, key=lambda piece: piece.operation == "same"):
        pieces = list(run)
        if is_same:
            gathered += pieces
        else:
            removed = "".join(piece.text for piece in pieces if piece.operation == "removed")
            added = "".join(piece.text for piece in pieces if piece.operation == "added")
            gathered += _both(removed, added)
    return tuple(gathered)


def _both(removed: str, added: str) -> list[Piece]:
    """Put the removed words before the added ones, and all space outside of either."""
    old, new = removed.strip(), added.strip()
    shown = [Piece("removed", old)] * bool(old) + [Piece("added", new)] * bool(new)
    if len(shown) > 1:
        shown.insert(1, SPACE)
    begins = removed[:1].isspace() or added[:1].isspace()
    ends = removed[-1:].isspace() or added[-1:].isspace()
    return [SPACE] * begins + shown + [SPACE] * ends


def _trimmed(block: Pieces) -> Pieces:
    """Keep a few words on the sides of each change that lie towards it."""
    last = len(block) - 1
    return tuple(
        Piece(piece.operation, clean_text(_cut(piece, is_first=i == 0, is_last=i == last)))
        for i, piece in enumerate(block)
    )


def _cut(piece: Piece, *, is_first: bool, is_last: bool) -> str:
    words = piece.text.split()
    lead = "" if is_first else " " * piece.text[:1].isspace()
    tail = "" if is_last else " " * piece.text[-1:].isspace()
    if piece.operation != "same":
        more = f" {ELLIPSIS}" if len(words) > LONGEST_WORDS else ""
        return f"{lead}{' '.join(words[:LONGEST_WORDS])}{more}{tail}"
    if is_first and len(words) > CONTEXT_WORDS:
        return f"{ELLIPSIS} {' '.join(words[-CONTEXT_WORDS:])}{tail}"
    if is_last and len(words) > CONTEXT_WORDS:
        return f"{lead}{' '.join(words[:CONTEXT_WORDS])} {ELLIPSIS}"
    if len(words) > 2 * CONTEXT_WORDS:
        head, end = " ".join(words[:CONTEXT_WORDS]), " ".join(words[-CONTEXT_WORDS:])
        return f"{lead}{head} {ELLIPSIS} {end}{tail}"
    return f"{lead}{' '.join(words)}{tail}" if words else " "
