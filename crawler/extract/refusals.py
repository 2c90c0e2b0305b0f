"""The fixed words for a page that gives no article, and the signs they are read from. Never guesses.

Refusing a page that has a story loses the story, so each sign must be sure: a short text alone is
none, and a wall in front of a full text is no wall.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.article import Refusal
from crawler.extract.parse import parse

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.extract.article import Article, Page

SENTENCES: Final = {
    "too-short": "Only {length} characters of text were found, too few for a story.",
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
    r"just a moment|checking (?:if|your) .{0,40}browser|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|enable javascript and cookies to continue|attention required|ddos protection by"
    r"|are you a robot|unusual traffic|access to this page has been denied",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:log ?in|sign in|subscribe|register|berlangganan|masuk|войдите|подпи\w+|로그인|登录|登入)"
    r".{0,60}(?:to (?:continue|read|view)|untuk (?:membaca|melanjutkan|lanjut)|чтобы (?:читать|прочитать)"
    r"|하세요|后(?:查看|阅读))",
    re.IGNORECASE | re.DOTALL,
)
_MISSING = re.compile(
    r"(?:\b404\b.{0,40}(?:not found|error|tidak ditemukan)|(?:page|article|story|content) (?:was |is |could )?not"
    r"(?: be)? found|page (?:does not|doesn.t) exist|halaman (?:yang anda cari )?tidak (?:dapat )?ditemukan"
    r"|(?:berita|artikel) tidak ditemukan|страница не найдена|페이지를 찾을 수 없|页面不存在|找不到(?:页面|頁面))",
    re.IGNORECASE,
)
_SCRIPTS_WANTED = re.compile(
    r"enable javascript|javascript (?:is )?(?:required|disabled)|requires javascript|aktifkan javascript"
    r"|включите javascript",
    re.IGNORECASE,
)
_INDEX_LINKS = 40  # a list page of the smallest paper has more
_INDEX_LINK_SHARE = 0.75


def refusal(reason: str, length: int = 0) -> Refusal:
    """Make the Refusal for a fixed word."""
    return Refusal(reason, SENTENCES[reason].format(length=length))


def judge(page: Page, article: Article) -> Refusal | None:
    """Say why this page, whose text is short, is surely no article; null when it may be one."""
    tree = parse(page)
    if isinstance(tree, Refusal):
        return tree
    text, head = article.text, article.head
    reason = _reason(tree, text, head.headline or "", is_free=head.is_free)
    return refusal(reason, len(text)) if reason else None


def _reason(tree: HtmlElement, text: str, headline: str, *, is_free: bool | None) -> str | None:
    shown = _shown(tree)
    title = f"{headline} {' '.join(tree.xpath('string(//title)').split())}"
    if _says(_CHALLENGE, title, shown, 10 * SHORT_CHARACTERS):
        return "challenge"
    if _says(_MISSING, title, shown, 5 * SHORT_CHARACTERS):
        return "soft-404"
    if is_free is False or _LOGIN.search(text):
        return "login-wall"
    if len(text) >= LEAST_CHARACTERS or (text and len(text) * 2 >= len(shown)):
        return None  # short, but all the page has to say
    if len(shown) < SHORT_CHARACTERS and (
        tree.xpath("count(//script)") or _SCRIPTS_WANTED.search(shown)
    ):
        return "script-shell"
    if _is_index(tree, shown):
        return "index-page"
    return "not-an-article" if not text else "too-short"


def _says(sign: re.Pattern[str], title: str, shown: str, most_characters: int) -> bool:
    """Whether the title says it, or a page that says little else."""
    return bool(sign.search(title) or (len(shown) < most_characters and sign.search(shown)))


def _shown(tree: HtmlElement) -> str:
    texts = tree.xpath(
        "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
    )
    return " ".join(" ".join(texts).split())


def _is_index(tree: HtmlElement, shown: str) -> bool:
    links = [" ".join(link.text_content().split()) for link in tree.iter("a")]
    headlines = [link for link in links if len(link) >= LEAST_CHARACTERS]
    return (
        len(headlines) >= _INDEX_LINKS // 2
        and sum(map(len, links)) > len(shown) * _INDEX_LINK_SHARE
    )
