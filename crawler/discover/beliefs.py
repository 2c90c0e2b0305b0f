"""Pure: which name, language, zone and region a newspaper seems to have. Null before a guess.

Language from the texts, zone from the offsets that are printed, region from what is declared.
"""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from crawler.discover.home import Home

CLEAR = 0.8  # of the stories; a paper that mixes languages has none of its own
NAME_CHARACTERS = 50
TEXTS = 3  # fewer stories say little of a newspaper
# Country domains that the whole world uses for their letters.
WORLDWIDE = frozenset(
    {"ai", "cc", "co", "fm", "gg", "im", "io", "la", "me", "sh", "so", "to", "tv", "ws"}
)
# What stands before a country's domain, or before every site, names no newspaper.
SUFFIXES = frozenset({"ac", "co", "com", "desa", "edu", "go", "gov", "net", "or", "org", "web"})
PREFIXES = frozenset({"www", "m", "amp", "mobile"})
# Languages whose newspapers nearly all stand in one country; believed only beside its offset.
AT_HOME = {
    "bn": "BD", "cs": "CZ", "da": "DK", "fi": "FI", "he": "IL", "hu": "HU", "hy": "AM", "id": "ID",
    "it": "IT", "ja": "JP", "jv": "ID", "ka": "GE", "km": "KH", "ko": "KR", "ms": "MY", "my": "MM",
    "no": "NO", "pl": "PL", "ro": "RO", "ru": "RU", "sv": "SE", "th": "TH", "tr": "TR", "uk": "UA",
    "vi": "VN", "zh": "CN",
}  # fmt: skip


def name_of(url: str) -> str:
    """Return a name for the source: what is particular in the host, and the port if it is odd."""
    parts = urlsplit(url)
    labels = (parts.hostname or "").split(".")
    if not labels[-1].isdecimal() and len(labels) > 1:
        labels = labels[:-1]
        while len(labels) > 1 and labels[0] in PREFIXES:
            labels = labels[1:]
        if len(labels) > 1 and labels[-1] in SUFFIXES:
            labels = labels[:-1]
    name = "-".join([*labels, *([str(parts.port)] if parts.port else [])])
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:NAME_CHARACTERS] or "source"


def language_of(langs: Sequence[str | None]) -> str | None:
    """Return the language of nearly all stories, null when there are several or too few."""
    counted = Counter(langs)
    lang, count = counted.most_common(1)[0] if counted else (None, 0)
    return lang if count >= max(CLEAR * len(langs), min(TEXTS, len(langs))) else None


def country_of(home: Home) -> str | None:
    """Return the code (ISO 3166) of the country that the page declares or its address ends in."""
    countries, said = _countries(), (home.country or "").strip()
    named = [code for code, name in countries.items() if said in (code, code.lower(), name)]
    if named:
        return named[0]
    last = (urlsplit(home.url).hostname or "").rpartition(".")[2]
    code = {"uk": "GB"}.get(last, last.upper())
    return code if last not in WORLDWIDE and code in countries else None


def region_of(home: Home) -> str | None:
    """Return the province or city that the page declares, else its country."""
    return home.place or _countries().get(country_of(home) or "")


def zone_of(times: Iterable[datetime], country: str | None, lang: str | None) -> str | None:
    """Return the zone that stories print; without a name, that of the country with their offset.

    A country with one zone needs no printed offset.
    """
    times = [at for at in times if _name(at) or at.utcoffset()]  # in UTC, no place shows
    names = Counter(filter(None, map(_name, times)))
    if names and names.most_common(1)[0][1] >= CLEAR * len(times):
        return names.most_common(1)[0][0]
    zones = _zones(country or AT_HOME.get(lang or "", ""))
    if not times:
        return zones[0] if country and len(zones) == 1 else None
    for zone in zones:
        fitting = [
            at for at in times if at.astimezone(ZoneInfo(zone)).utcoffset() == at.utcoffset()
        ]
        if len(fitting) >= CLEAR * len(times):
            return zone
    return None


def _name(at: datetime) -> str | None:
    """Return the zone whose name was printed, null for a bare offset."""
    zone = at.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) and zone.key != "UTC" else None


def _zones(country: str) -> list[str]:
    """Return the zones of a country, those of most people first (the order of the table)."""
    return [zone for code, _, zone, *_ in _table("zone.tab") if code == country]


def _countries() -> dict[str, str]:
    """Return the names of countries by code."""
    return {code: name for code, name, *_ in _table("iso3166.tab")}


def _table(name: str) -> list[list[str]]:
    text = files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
