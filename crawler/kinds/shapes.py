"""Pure: which links of a page lead to stories and which are its menu, by the shapes they share.

A newspaper builds the addresses of all its stories alike, and the menu otherwise. One link may be
in doubt; the many that are built like it are not. Knows no site, never fetches.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Shape = tuple[str, ...]

HEADLINE_WORDS = 4  # menu entries and categories rarely have more than three
HEADLINE_CHARACTERS = 20
DENSE_CHARACTERS = 8  # the same for scripts that say a word in two characters
ALIKE = 3  # so many sure stories teach a shape; two may be chance
ALIKE_UNMARKED = 5  # the same where nothing but the texts speaks for it
MOST = 0.5  # of the links of a shape; a menu has a long entry now and then
NEARLY_ALL = 0.8
HARDLY_ANY = 0.3
STRANGERS_STEPS = 2  # in a path: /kebijakan-privasi-dan-kuki, /tentang/kami-dan-redaksi-kami
PAGE_NAMES = frozenset({"page", "paged", "hal", "halaman", "start", "offset"})

SLUG = re.compile(r"[^/\d_-][_-](?:[^/_-]+[_-]){2,}[^/_-]+")  # four parts or more
SHORT_SLUG = re.compile(r"[^/]*[^/\d_-][_-](?:[^/_-]+[_-])+[^/_-]+")  # a headline of three words
INDEX = re.compile(r"/index\.\w+\Z")  # names nothing; the part before it does
NUMBER = re.compile(r"\d{4,}")
YEAR = re.compile(r"(19|20)\d\d")
MONTH_OR_DAY = re.compile(r"\d{1,2}")
DATE = re.compile(r"(19|20)\d\d([-.]\d{1,2}){1,2}|(19|20)\d\d(0\d|1[0-2])([0-2]\d|3[01])")
DATE_PATH = re.compile(r"/(19|20)\d\d/\d{1,2}(/|\Z)")
DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer
LISTING_PATH = re.compile(
    r"/(tags?|topi[ck]s?|kategori|category|rubrik|author|penulis|indeks|index|search|cari|page"
    r"|login|register|video|foto|photo|gallery|galeri)(/|\Z)",
    re.IGNORECASE,
)


def stories_among(links: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the addresses that lead to stories, of a page's addresses with their link texts."""
    headlined = {url for url, texts in links.items() if any(map(is_headline, texts))}
    groups: defaultdict[Shape, list[str]] = defaultdict(list)
    for url in links:
        if not is_listing(url):
            groups[shape_of(url)].append(url)
    stories: set[str] = set()
    for alike in groups.values():
        stories.update(_stories_alike(alike, headlined))
    return stories - _strangers(stories)


def shape_of(url: str) -> Shape:
    """Name how an address is built: words as they stand, numbers, dates and slugs by their kind.

    The last part of a path is what names the story; where it is a word, it is any word.
    """
    parts = urlsplit(url)
    steps = _steps(url)
    kinds = [_kind(step) for step in steps]
    if kinds and kinds[-1] == steps[-1]:
        kinds[-1] = "word"
    asked = [f"?{name}={_kind(value)}" for name, value in parse_qsl(parts.query)]
    return (parts.hostname or "", *kinds, *sorted(asked))


def _steps(url: str) -> list[str]:
    return [step for step in INDEX.sub("", urlsplit(url).path).split("/") if step]


def is_headline(text: str) -> bool:
    """Whether a link text is long enough for a headline."""
    if DENSE.search(text):
        return len(text) >= DENSE_CHARACTERS
    is_many = len(text.split()) >= HEADLINE_WORDS or UNSPACED.search(text) is not None
    return is_many and len(text) >= HEADLINE_CHARACTERS


def is_listing(url: str) -> bool:
    """Whether an address says itself that it lists stories: a tag, a search, a day's archive."""
    parts = urlsplit(url)
    if LISTING_PATH.search(parts.path):
        return True
    steps = _steps(url)
    if any(_is_calendar(steps[-count:]) for count in (1, 2, 3)):
        return True
    asked = parse_qsl(parts.query)
    if not asked or NUMBER.search(parts.path):
        return False
    is_page = all(name.lower() in PAGE_NAMES and value.isdecimal() for name, value in asked)
    return is_page or _is_calendar([value for _, value in asked])


def is_marked(url: str) -> bool:
    """Whether an address has what addresses of stories have: a long slug, or a number."""
    parts = urlsplit(url)
    return any(SLUG.search(text) or NUMBER.search(text) for text in (parts.path, parts.query))


def _stories_alike(alike: list[str], headlined: set[str]) -> Iterable[str]:
    """Return the stories among addresses of one shape."""
    sure = [url for url in alike if _is_sure(url, is_headlined=url in headlined)]
    told = [url for url in alike if url in headlined]
    if len(alike) >= ALIKE_UNMARKED and len(sure) < HARDLY_ANY * len(alike):
        # What lies at the top is the menu, however long its entries are.
        is_told = len(told) >= max(ALIKE_UNMARKED, NEARLY_ALL * len(alike))
        return told if is_told and len(_steps(alike[0])) > 1 else []
    if len(sure) >= ALIKE and len(sure) >= MOST * len(alike):
        return [url for url in alike if url in sure or is_marked(url)]
    return sure


def _strangers(stories: set[str]) -> set[str]:
    """Return what lies above the many stories and has no number: terms, a contact."""
    outlines = Counter(map(_outline, stories))
    depths = [len(outline) for outline, count in outlines.items() if count >= ALIKE]
    shallow = min(*depths, STRANGERS_STEPS + 1) if depths else 0
    return {
        url
        for url in stories
        if len(outline := _outline(url)) < shallow
        and outlines[outline] < ALIKE
        and not NUMBER.search(urlsplit(url).path)
    }


def _outline(url: str) -> Shape:
    """Name a shape with any word for a word: the rubrics of a newspaper are built alike."""
    kinds = ("number", "slug", "numbered")
    return tuple(
        step if step in kinds or step.startswith("?") else "word" for step in shape_of(url)[1:]
    )


def _is_sure(url: str, *, is_headlined: bool) -> bool:
    path = urlsplit(url).path
    if is_headlined:
        return is_marked(url)
    return SLUG.search(path) is not None and DATE_PATH.search(path) is not None


def _kind(step: str) -> str:
    """Return the kind of a part of an address, or the part itself where it is a word."""
    if re.fullmatch(r"[\d.-]+", step):
        return "number"
    if SHORT_SLUG.fullmatch(step):
        return "slug"
    return "numbered" if NUMBER.search(step) else step


def _is_calendar(values: list[str]) -> bool:
    """Whether parts of an address name a month or a day, and nothing else."""
    if any(DATE.fullmatch(value) for value in values):
        return len(values) == 1
    numbers = [value for value in values if MONTH_OR_DAY.fullmatch(value)]
    years = [value for value in values if YEAR.fullmatch(value)]
    return len(years) == 1 and len(numbers) >= 1 and len(numbers) + 1 == len(values)
