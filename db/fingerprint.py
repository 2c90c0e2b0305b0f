"""Pure: are two texts the same? are two stories the same news? Never touches the database."""

from __future__ import annotations

import hashlib
import re
import unicodedata

QUOTES = str.maketrans("“”„«»‟‘’‚‹›`´", "\"\"\"\"\"\"'''''''")
DASHES = re.compile("[‐‑‒–—―−]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
WORD = re.compile(r"\w+")

# Two stories are the same news when this share of the shorter one's four-word runs stands in the
# other. Wire copies with a cut tail and a new lead stay above .8, two reports of one event below
# .2 (own demo texts and the duplication benchmark's edited copies).
SAME_NEWS_RATIO = 0.6
RUN_WORDS = 4
SHORTEST_WORDS = 30  # below that a few common phrases would make strangers alike


def normalised(text: str) -> str:
    """Fold what typesetting changes and a newsroom does not mean: quotes, dashes, spaces."""
    text = unicodedata.normalize("NFKC", text).translate(QUOTES)
    return " ".join(INVISIBLE.sub("", DASHES.sub("-", text)).split())


def fingerprint(headline: str, text: str) -> str:
    """Name what a story says: equal for two states that a reader would call the same."""
    said = f"{normalised(headline)}\0{normalised(text)}"
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def is_same_news(one: str, other: str) -> bool:
    """Say whether the shorter of two texts stands, for the most part, in the longer one."""
    first, second = _runs(one), _runs(other)
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) < SHORTEST_WORDS:
        return normalised(one) == normalised(other)
    return len(shorter & longer) >= SAME_NEWS_RATIO * len(shorter)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = [word.casefold() for word in WORD.findall(normalised(text))]
    return frozenset(zip(*(words[start:] for start in range(RUN_WORDS)), strict=False))
