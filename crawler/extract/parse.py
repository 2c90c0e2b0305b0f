"""Turns the bytes of a Page into one bounded tree, or says why not. Never reads anything but them.

libxml2 answers a tree that is too deep with an empty one and no exception, so its log is read.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from lxml import etree, html
from w3lib.encoding import html_to_unicode

from crawler.extract.article import Refusal

if TYPE_CHECKING:
    from crawler.extract.article import Page

MAX_BODY_BYTES = 5 * 1024 * 1024  # what the fetcher lets through at most
MAX_HTML_CHARACTERS = 2 * 1024 * 1024  # without the programs, which alone may be larger
MAX_ELEMENTS = 50_000  # safety.md T5

_MARKUP = re.compile(rb"<\s*[a-zA-Z!]")
_FILES = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b")
_SNIFFED_BYTES = 4096
# Control bytes: no text has them, random bytes a tenth; UTF-16 is made of what looks like them.
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOISE = bytes({*range(1, 9), *range(14, 27), *range(28, 32)})
_MAX_NOISE_RATIO = 0.02
_MAX_NUL_RATIO = 0.02  # text in UTF-16 is decoded before this is asked
_ISO_2022_JP = b"\x1b$"  # Japanese in ASCII begins so: it would pass for UTF-8
_UNREAD = "\ufffd".encode()

# What XML, and with it every later step, cannot hold: written out or as a reference.
_CONTROLS = bytes(code for code in range(32) if chr(code) not in "\t\n\r")
_NO_CHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF
_FORBIDDEN_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?:;|(?!\d))"
    rb"|[xX]0*(?:[0-8bceBCEfF]|1[0-9a-fA-F]|[fF]{3}[efEF])(?:;|(?![0-9a-fA-F])))"
)
# UTF-8 that was read as Latin-1 and written out again: no language puts C1 controls after letters.
_C1 = re.compile(b"\xc2[\x80-\x84\x86-\x9f]")
_READ_TWICE = re.compile(
    "[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
# Another tag, or 2,000 characters, ends the search, or a page of open tags would take hours.
_PROGRAM_TAG = re.compile(rb"<(/?)(script|style)\b([^<>]{0,2000})>", re.IGNORECASE)
_ELEMENTS_A_TAG = 2  # its own, and the paragraph that HTML puts around it


def parse(page: Page) -> html.HtmlElement | Refusal:
    """Give the page as a tree; refuse what is empty, no HTML, too large or too deep."""
    if not page.body or page.body.isspace():
        return Refusal("empty", "The server sent an empty page.")
    if len(page.body) > MAX_BODY_BYTES:
        return _too_large(len(page.body), MAX_BODY_BYTES, "bytes")
    if b"\0" in page.body:  # UTF-16, or tags in pieces: programs are only found when it is decoded
        source = _without_programs(as_utf_8(page.body, page.encoding))
    else:
        # Programs first: they are much of a page, and its encoding is that of the rest.
        source = as_utf_8(_without_programs(page.body), page.encoding)
    if not _is_markup(page.body, source):
        return Refusal("not-html", "The page is no HTML: a file, a picture or plain data.")
    source = _readable(source)
    if len(source) > MAX_HTML_CHARACTERS:
        characters = len(source.decode(errors="replace"))
        if characters > MAX_HTML_CHARACTERS:
            return _too_large(characters, MAX_HTML_CHARACTERS, "characters of HTML")
    return _tree(source)


def as_utf_8(body: bytes, encoding: str | None) -> bytes:
    """Give the bytes in UTF-8: as they are when they are, else from what server or page declare."""
    # Text in UTF-16 is full of NUL, and would be found to have no markup.
    clean = body.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")
    with suppress(UnicodeDecodeError):
        # A page cut within a character is still UTF-8: only its last bytes are left out.
        _, length = codecs.utf_8_decode(clean, "strict", False)  # noqa: FBT003 - the C function takes no keyword
        if _ISO_2022_JP not in clean:
            return clean[:length]
    declared = f"text/html; charset={encoding}" if encoding else None
    _, text = html_to_unicode(declared, body, auto_detect_fun=_guess_encoding)
    return text.encode("utf-8", "replace").replace(b"\0", b"")


def _readable(source: bytes) -> bytes:
    """Take out what no tree can hold, and mend what was encoded twice."""
    if _C1.search(source):
        source = _READ_TWICE.sub(_read_once, source.decode()).encode("utf-8", "replace")
    source = _NO_CHARACTERS.sub(b"", source.translate(None, _CONTROLS))
    mended = _FORBIDDEN_REFERENCE.sub(b"", source)
    if len(mended) == len(source):
        return source
    return _FORBIDDEN_REFERENCE.sub(_UNREAD, mended)  # &#&#1;1; makes a new one of what is left


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
    # Hardly a page comes here, and whoever only parses should not pay for the library.
    from trafilatura.utils import detect_encoding  # noqa: PLC0415

    return next(iter(detect_encoding(body)), "utf-8")


def _is_markup(body: bytes, source: bytes) -> bool:
    head = body[:_SNIFFED_BYTES]
    if head.startswith(_FILES):
        return False
    if _UNREAD in source[:_SNIFFED_BYTES] and head.count(0) > len(head) * _MAX_NUL_RATIO:
        return False
    noise = len(head) - len(head.translate(None, _NOISE))
    is_noise = noise > len(head) * _MAX_NOISE_RATIO and not head.startswith(_UTF_16)
    return not is_noise and bool(_MARKUP.search(source))


def _without_programs(source: bytes) -> bytes:
    """Empty the scripts and styles; what is written as JSON-LD stays, for the head to read."""
    kept: list[bytes] = []
    start, opened = 0, b""
    for tag in _PROGRAM_TAG.finditer(source):
        is_end, name = bool(tag[1]), tag[2].lower()
        if not opened and not is_end and b"ld+json" not in tag[3].lower():
            kept.append(source[start : tag.end()])
            opened = name
        elif opened == name and is_end:
            start, opened = tag.start(), b""
    return b"".join(kept) if opened else b"".join([*kept, source[start:]])


def _tree(source: bytes) -> html.HtmlElement | Refusal:
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    # One class for all elements: lxml.html's own lookup is a Python call for every element touched.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        tree = html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    if any("RESOURCE_LIMIT" in entry.type_name for entry in parser.error_log):
        return Refusal("too-deep", "The page nests its elements more than 256 deep; none is read.")
    if tree is None:
        return Refusal("not-html", "Nothing in the page can be read as HTML.")
    if source.count(b"<") * _ELEMENTS_A_TAG > MAX_ELEMENTS:
        elements = int(cast("float", tree.xpath("count(//*)")))
        if elements > MAX_ELEMENTS:
            return _too_large(elements, MAX_ELEMENTS, "elements")
    return tree


def _too_large(found: int, limit: int, unit: str) -> Refusal:
    return Refusal("too-large", f"The page has {found} {unit}; more than {limit} are not read.")
