"""Turns the bytes of a Page into one bounded tree, or says why not. Never reads anything but them.

libxml2 answers a tree that is too deep with an empty one and no exception, so its log is read.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from lxml import etree, html
from trafilatura.utils import detect_encoding
from w3lib.encoding import html_to_unicode

from crawler.extract.article import Refusal

if TYPE_CHECKING:
    from crawler.extract.article import Page

MAX_HTML_BYTES = 2 * 1024 * 1024  # safety.md T5: the largest article page seen has half of it
MAX_ELEMENTS = 50_000  # safety.md T5

_MARKUP = re.compile(rb"<\s*[a-zA-Z!]")
_SNIFFED_BYTES = 4096
_MAX_NUL_RATIO = 0.02  # text in UTF-16 is decoded before this is asked
# What XML, and with it every later step, cannot hold: written out or as a reference.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# UTF-8 that was read as Latin-1 and written out again: no language puts C1 controls after letters.
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
_READ_TWICE = re.compile(
    "[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_FORBIDDEN_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bceBCEfF]|1[0-9a-fA-F]))(?:;|(?![0-9a-fA-F]))"
)


def parse(page: Page) -> html.HtmlElement | Refusal:
    """Give the page as a tree; refuse what is empty, no HTML, too large or too deep."""
    if not page.body.strip():
        return Refusal("empty", "The server sent an empty page.")
    if len(page.body) > MAX_HTML_BYTES:
        return Refusal(
            "too-large",
            f"The page has {len(page.body)} bytes; more than {MAX_HTML_BYTES} are not read.",
        )
    source = decode(page.body, page.encoding)
    if not _is_markup(page.body, source):
        return Refusal("not-html", "The page is no HTML: a file, a picture or plain data.")
    return _tree(source)


def decode(body: bytes, encoding: str | None) -> str:
    """Give the text of the bytes: UTF-8 when they are, else what the server or the page declares."""
    try:
        # A page cut within a character is still UTF-8: only its last bytes are left out.
        text, _ = codecs.utf_8_decode(body.removeprefix(codecs.BOM_UTF8), "strict", False)  # noqa: FBT003 - the C function takes no keyword
    except UnicodeDecodeError:
        declared = f"text/html; charset={encoding}" if encoding else None
        _, text = html_to_unicode(declared, body, auto_detect_fun=_guess_encoding)
    if _C1.search(text):
        text = _READ_TWICE.sub(_read_once, text)
    return _FORBIDDEN_REFERENCE.sub("", _FORBIDDEN.sub("", text))


def _read_once(match: re.Match[str]) -> str:
    try:
        return match[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _guess_encoding(body: bytes) -> str:
    """Guess for a page that declares nothing; UTF-8 with a few broken bytes is UTF-8."""
    loosely = body.decode("utf-8", "replace")
    if loosely.count("\ufffd") * 10 < len(body) - len(loosely):
        return "utf-8"
    return next(iter(detect_encoding(body)), "utf-8")


def _is_markup(body: bytes, source: str) -> bool:
    head = body[:_SNIFFED_BYTES]
    if head.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b")):
        return False
    if "\ufffd" in source[:_SNIFFED_BYTES] and head.count(0) > len(head) * _MAX_NUL_RATIO:
        return False
    return bool(_MARKUP.search(source.encode("utf-8", "replace")))


def _tree(source: str) -> html.HtmlElement | Refusal:
    parser = html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
    )
    try:
        tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    if any("RESOURCE_LIMIT" in entry.type_name for entry in parser.error_log):
        return Refusal("too-deep", "The page nests its elements more than 256 deep; none is read.")
    if tree is None:
        return Refusal("not-html", "Nothing in the page can be read as HTML.")
    elements = int(tree.xpath("count(//*)"))
    if elements > MAX_ELEMENTS:
        return Refusal(
            "too-large", f"The page has {elements} elements; more than {MAX_ELEMENTS} are not read."
        )
    return tree
