"""The fixed words for a page that gives no article, and their signs. Never guesses.

Refusing a page that has a story loses the story, so each sign must be sure: a short text alone is
none, and a wall in front of a full text is no wall.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from lxml.etree import XPath

from crawler.extract.article import Refusal
from crawler.extract.parse import parse

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.extract.article import Article, Page

SENTENCES: Final = {
    "too-short": "Too few characters of text for a story were found: {length}.",
    "index-page": "The page lists other stories and has none of its own.",
    "challenge": "The server asks to prove that a person reads; the story is behind that page.",
    "login-wall": "The story is only shown to readers who log in or pay.",
    "soft-404": "The page says that the story does not exist, though the server called it found.",
    "script-shell": "The page is empty until a browser runs its scripts.",
    "not-an-article": "The page holds no running text: a gallery, a video or a form.",
}

SHORT_CHARACTERS = 200  # safety.md T7: a shorter text is looked at for the signs below
LEAST_CHARACTERS = 25  # less than one sentence is no story anywhere

_CHALLENGE = re.compile(
    r"just a moment|checking (?:if|your) .{0,40}browser|attention required|ddos protection by"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|are you a robot|unusual traffic"
    r"|enable javascript and cookies to continue|access to this page has been denied",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:log ?in|sign in|subscribe|register|berlangganan|masuk|войдите|подпи\w+|로그인|登录|登入)"
    r".{0,60}(?:to (?:continue|read|view)|untuk (?:membaca|melanjutkan|lanjut)"
    r"|чтобы (?:читать|прочитать)|하세요|后(?:查看|阅读))",
    re.IGNORECASE | re.DOTALL,
)
_MISSING = re.compile(
    r"\b404\b.{0,40}(?:not found|error|tidak ditemukan)"
    r"|(?:page|article|story|content) (?:was |is |could )?not(?: be)? found|page does not exist"
    r"|page doesn.t exist|halaman (?:yang anda cari )?tidak (?:dapat )?ditemukan"
    r"|(?:berita|artikel) tidak ditemukan|страница не найдена|페이지를 찾을 수 없|页面不存在"
    r"|找不到(?:页面|頁面)",
    re.IGNORECASE,
)
_SCRIPTS_WANTED = re.compile(
    r"enable javascript|javascript (?:is )?(?:required|disabled)|requires javascript"
    r"|aktifkan javascript|включите javascript",
    re.IGNORECASE,
)
_SHOWN = XPath(
    "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]",
    smart_strings=False,
)
# No article among 800 pages has as many headlines, as much of its words in links, and no date.
_INDEX_HEADLINES = 20
_INDEX_LINK_RATIO = 0.7


def refusal(reason: str, length: int = 0) -> Refusal:
    """Make the Refusal for a fixed word."""
    return Refusal(reason, SENTENCES[reason].format(length=length))


def is_doubtful(article: Article) -> bool:
    """Whether the page must be looked at again: little text, no date, or a front page."""
    is_front = urlsplit(article.url).path.strip("/") == ""
    return len(article.text) < SHORT_CHARACTERS or article.head.published is None or is_front


def judge(page: Page, article: Article) -> Refusal | None:
    """Say why this doubtful page is surely no article; null when it may be one."""
    tree = parse(page)  # anew: the first tree has been used up
    if isinstance(tree, Refusal):
        return tree
    if len(article.text) < SHORT_CHARACTERS:
        reason = _reason(tree, _shown(tree), article)
    else:
        reason = "index-page" if _is_index(tree, len(article.text)) else None
    return refusal(reason, len(article.text)) if reason else None


def _reason(tree: HtmlElement, shown: str, article: Article) -> str | None:
    text, head = article.text, article.head
    title = f"{head.headline or ''} {' '.join(tree.xpath('string(//title)').split())}"
    if _says(_CHALLENGE, title, shown, 10 * SHORT_CHARACTERS):
        return "challenge"
    if _says(_MISSING, title, shown, 5 * SHORT_CHARACTERS):
        return "soft-404"
    read = text if len(text) >= LEAST_CHARACTERS else shown
    if head.is_free is False or _LOGIN.search(read):
        return "login-wall"
    if head.published is None and _is_index(tree):
        return "index-page"
    if len(text) >= LEAST_CHARACTERS or (text and len(text) * 2 >= len(shown)):
        return None  # short, but all the page has to say
    has_scripts = tree.find(".//script") is not None
    if len(shown) < SHORT_CHARACTERS and (has_scripts or _SCRIPTS_WANTED.search(shown)):
        return "script-shell"
    return "too-short" if text else "not-an-article"


def _says(sign: re.Pattern[str], title: str, shown: str, most_characters: int) -> bool:
    """Whether the title says it, or a page that says little else."""
    return bool(sign.search(title) or (len(shown) < most_characters and sign.search(shown)))


def _shown(tree: HtmlElement) -> str:
    return " ".join(" ".join(cast("list[str]", _SHOWN(tree))).split())


def _is_index(tree: HtmlElement, read: int = 0) -> bool:
    """Whether the page is made of links to stories; so many characters of it were read."""
    links = [" ".join(link.text_content().split()) for link in tree.iter("a")]
    if sum(len(link) >= LEAST_CHARACTERS for link in links) < _INDEX_HEADLINES:
        return False
    linked = sum(map(len, links))
    # What a page shows is hardly less than what was read of it, and takes longer to count.
    if linked <= read * _INDEX_LINK_RATIO:
        return False
    return linked > len(_shown(tree)) * _INDEX_LINK_RATIO
