"""Places as the bits of a number, the first the lowest: what stands everywhere costs no more.

Pure; a number of 20,000 bits is shifted and compared in less than a microsecond.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ONE = ord("1")
_SET = re.compile("1")


def packed(places: Iterable[int], count: int) -> int:
    """Set the bits at these of so many places."""
    bits = bytearray(b"0") * count
    for place in places:
        bits[-1 - place] = _ONE
    return int(bits or b"0", 2)


def unpacked(bits: int) -> list[int]:
    """Give the places whose bits are set, in order."""
    return [found.start() for found in _SET.finditer(f"{bits:b}"[::-1])]


def spread(bits: int, reach: int) -> int:
    """Set also the bits at most so many places before and after those that are set."""
    width = 1  # places that each bit has become, upwards
    while width <= 2 * reach:
        step = min(width, 2 * reach + 1 - width)
        bits |= bits << step
        width += step
    return bits >> reach
