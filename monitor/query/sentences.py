"""Where sentences end: a guess by signs, with no dictionary. Never reads beyond one paragraph."""

from __future__ import annotations

import re


def sentences(paragraph: str) -> list[str]:
    """Cut a paragraph after each sentence; in doubt rather too late than too early."""
    ends = [found.end() for found in _END.finditer(paragraph) if _is_end(paragraph, found)]
    cuts = zip([0, *ends], [*ends, len(paragraph)], strict=True)
    return [paragraph[start:end] for start, end in cuts]


# The look behind keeps a run of a million dots from being tried a million times.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'“”‘’»)\]]*+\s+|[。！？]+[”’」』）]*")
_OPENING = "\"'“”‘«(["
_LAST_WORD = re.compile(r"\w+$")
# Of Indonesian, English and Russian: what ends in a full stop and is followed by a name.
_ABBREVIATIONS = frozenset(
    {
        *(
            "brigjen",
            "dr",
            "dra",
            "drs",
            "gg",
            "hj",
            "hlm",
            "ir",
            "irjen",
            "jl",
            "jln",
            "kab",
            "kec",
        ),
        *(
            "kel",
            "kh",
            "kombes",
            "letjen",
            "mayjen",
            "no",
            "ny",
            "prof",
            "prov",
            "sdr",
            "tgl",
            "tn",
        ),
        *("col", "gen", "gov", "lt", "mr", "mrs", "ms", "rep", "sen", "sgt", "st", "vs"),
        *("акад", "ген", "им", "обл", "проф", "респ", "см", "стр", "ул"),
    }
)
_LONGEST = 1 + max(map(len, _ABBREVIATIONS))  # one more, to tell the end of a longer word


def _is_end(paragraph: str, found: re.Match[str]) -> bool:
    sign = found[0]
    if sign[0] in "。！？":
        return True
    following = paragraph[found.end() : found.end() + 3].lstrip(_OPENING)[:1]
    if following.islower():
        return False
    start = found.start()
    word = _LAST_WORD.search(paragraph[max(0, start - _LONGEST) : start])
    if sign.rstrip() != "." or word is None:
        return True
    is_initial = len(word[0]) == 1 and not word[0].isdigit()
    return not is_initial and word[0].casefold() not in _ABBREVIATIONS
