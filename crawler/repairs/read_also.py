"""Knows the lines that only point to other stories: "Baca juga", "Read also", "Читайте также".

Words per language, and a shape where the page's links are known: a short block, nearly all of it a
link, with such a label. A sentence that only begins with such a word is never one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.blocks import Block

# No sentence of a story begins with these, whatever follows.
_STRONG: Final = {
    "id": "baca juga, baca pula, simak juga, simak pula, lihat juga, lihat pula, tonton juga, "
    "cek juga, saksikan juga, dengarkan juga, baca selengkapnya, baca artikel lainnya, "
    "baca berita lainnya, baca berita terkait, baca artikel terkait, lihat berita lainnya",
    "jv": "waca uga",
    "en": "read also, see also, watch also, also read, also see, also watch, read more about, "
    "read more on, read more from, read more at, read more here",
    "de": "lesen sie auch, lies auch",
    "fr": "lire aussi, à lire aussi, lire également, voir aussi",
    "es": "lea también, lee también, leer también, ver también, vea también",
    "pt": "leia também, veja também",
    "it": "leggi anche",
    "nl": "lees ook",
    "sv": "läs också, läs även",
    "da": "læs også",
    "no": "les også",
    "fi": "lue myös",
    "pl": "czytaj także, czytaj też, czytaj również, zobacz także, zobacz też, przeczytaj także",
    "cs": "čtěte také, čtěte více",
    "ro": "citește și, citeşte şi, citiți și",
    "tr": "ayrıca okuyun",
    "vi": "xem thêm, đọc thêm, tin liên quan",
    "ru": "читайте также, читайте ещё, читайте еще, смотрите также, также читайте",
    "uk": "читайте також",
    "bg": "прочетете още, вижте още",
    "ar": "اقرأ أيضا, اقرأ أيضًا, اقرأ أيضاً, إقرأ أيضا, شاهد أيضا",
    "th": "อ่านเพิ่มเติม, ข่าวที่เกี่ยวข้อง, อ่านข่าวเพิ่มเติม",
    "ko": "관련기사, 관련 기사, 함께 보면 좋은 기사",
    "ja": "関連記事, あわせて読みたい",
    "zh": "相关阅读, 相關閱讀, 延伸閱讀, 延伸阅读",
}
# These also head what belongs to a story: they stand alone, before a colon, or all in a link.
_WEAK: Final = {
    "id": "berita terkait, artikel terkait, berita lainnya, artikel lainnya, berita pilihan, "
    "berita populer, berita terpopuler, topik terkait, video terkait, video pilihan, foto lainnya, "
    "konten menarik, bacaan terkait, jangan lewatkan, pilihan redaksi, pilihan editor, "
    "rekomendasi untuk anda",
    "en": "read more, read next, read on, see more, further reading, related stories, "
    "related story, related articles, related article, related news, related posts, related links, "
    "related coverage, related topics, related content, related reading, more on this, "
    "more on this story, more on this topic, more stories, more news, more coverage, "
    "recommended for you, recommended reading, recommended stories, you may also like, "
    "you might also like, you may like, don't miss, don’t miss, must read, must-read, "
    "what to read next, trending now",
    "de": "lesen sie mehr, lesen sie hier, mehr zum thema, auch interessant, siehe auch, zum thema",
    "fr": "lire la suite, à lire, sur le même sujet, sur le même thème",
    "es": "lea más, leer más, ver más, te puede interesar, le puede interesar, "
    "noticias relacionadas, noticia relacionada, artículos relacionados",
    "pt": "leia mais, saiba mais, notícias relacionadas",
    "it": "leggi di più, ti potrebbe interessare, potrebbe interessarti, articoli correlati",
    "nl": "lees meer, lees verder, zie ook",
    "sv": "läs mer",
    "da": "læs mere",
    "no": "les mer",
    "pl": "polecamy",
    "tr": "ilgili haber, ilgili haberler",
    "ru": "по теме, ещё по теме, еще по теме, материалы по теме, читать далее, читать также, "
    "подробнее",
    "ko": "더 읽기, 주요기사, 주요 기사",
    "ja": "関連ニュース, おすすめ記事",
    "zh": "相关新闻, 相關新聞, 相关报道, 相關報導, 推荐阅读, 推薦閱讀, "
    "更多新闻, 更多新聞, 更多报道",
}
# Single words that begin sentences: alone or directly before a colon only.
_VERBS: Final = (
    "baca, simak, lihat, tonton, saksikan, selengkapnya, terkait, read, see, watch, related, "
    "читать, lire, lea, leia, leggi, lees, czytaj"
)


def _any_of(*lists: str) -> str:
    phrases = (phrase for phrases in lists for phrase in phrases.split(", "))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in phrases)


_S, _W, _V = _any_of(*_STRONG.values()), _any_of(*_WEAK.values()), _any_of(_VERBS)
_BULLET: Final = r"[\s\W]*"
_COLON: Final = r"\s*[:：|»►▶→]\s*"

_LABEL: Final = re.compile(rf"{_BULLET}(?:{_S}|{_W})(?!\w)", re.IGNORECASE)
_SURE: Final = re.compile(rf"{_BULLET}(?:{_S})(?!\w)", re.IGNORECASE)
_COLONED: Final = re.compile(rf"{_BULLET}(?:{_W}|{_V}){_COLON}\S", re.IGNORECASE)
_ALONE: Final = re.compile(
    rf"{_BULLET}(?:{_S}|{_W}|{_V})(?:\s+(?:lain|lainnya|ini|di ?sini|here|\[\w+\]))?\W*",
    re.IGNORECASE,
)
# The first words of all these, asked before so many alternatives are tried.
_FIRST_WORD: Final = re.compile(r"\w+")
_OPENINGS: Final = frozenset(
    match[0]
    for phrases in (*_STRONG.values(), *_WEAK.values(), _VERBS)
    for phrase in phrases.split(", ")
    if (match := _FIRST_WORD.search(phrase))
)
# A lower-case "(read: …)" explains a word; with capitals on both sides of the colon it is a link.
_IN_BRACKETS: Final = re.compile(
    rf"[(\[]\s*(?:(?i:{_S})|Baca|BACA|Simak|Lihat|Read|READ)\s*[:：]\s*"
    r"(?=[^a-z\s])[^()\[\]]{3,200}[)\]]\s*"
)

_LINE_CHARACTERS: Final = 250
_FULL_STOPS: Final = (".", "!", "…", "。")
_LINK_RATIO, _LINK_ONLY_RATIO = 0.5, 0.8
_LISTED: Final = 8  # how many links one label may head


def is_read_also(line: str) -> bool:
    """Whether a line of plain text only points to another story."""
    if len(line) > _LINE_CHARACTERS or not _opens_like_one(line):
        return False
    if _ALONE.fullmatch(line):
        return True
    if line.endswith(_FULL_STOPS):
        return False
    return bool(_SURE.match(line) or _COLONED.match(line))


def cut_brackets(line: str) -> tuple[str, list[str]]:
    """Cut "(Baca juga: …)" out of a line; give what is left and what was cut."""
    if "(" not in line and "[" not in line:
        return line, []
    cut = [match[0].strip() for match in _IN_BRACKETS.finditer(line)]
    return (_IN_BRACKETS.sub("", line).rstrip() if cut else line), cut


def find_related(blocks: Sequence[Block], url: str) -> tuple[set[int], tuple[tuple[str, str], ...]]:
    """Give the places of the blocks that only point to other stories, and the links in them."""
    places: set[int] = set()
    for n, block in enumerate(blocks):
        if n in places or not _is_pointer(block):
            continue
        places.add(n)
        if _ALONE.fullmatch(block.text):
            places.update(_headed(blocks, n + 1))
    links = (link for n in sorted(places) for link in _links(blocks[n], url))
    return places, tuple(dict.fromkeys(links))


def _is_pointer(block: Block) -> bool:
    if is_read_also(block.text):
        return True
    is_short = len(block.text) <= _LINE_CHARACTERS
    return (
        is_short
        and block.link_ratio >= _LINK_RATIO
        and _opens_like_one(block.text)
        and bool(_LABEL.match(block.text))
    )


def _opens_like_one(line: str) -> bool:
    word = _FIRST_WORD.search(line)
    # The small letter of a Turkish capital is two characters to Python, one to its patterns.
    return word is not None and word[0].replace("İ", "i").lower() in _OPENINGS


def _headed(blocks: Sequence[Block], start: int) -> Iterator[int]:
    """Give the places of the links that follow a label at once."""
    for place in range(start, min(start + _LISTED, len(blocks))):
        block = blocks[place]
        if block.link_ratio < _LINK_ONLY_RATIO or len(block.text) > _LINE_CHARACTERS:
            return
        yield place


def _links(block: Block, url: str) -> Iterable[tuple[str, str]]:
    for link in block.links:
        text = " ".join(link.text_content().split())
        try:
            target = urljoin(url, (link.get("href") or "").strip())
            is_page = urlsplit(target).scheme in ("http", "https")
        except ValueError:  # a bracket where the host should be
            continue
        if text and is_page:
            yield text, target
