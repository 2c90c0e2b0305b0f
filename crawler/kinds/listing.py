"""What the kinds of source have in common: the values between them, and the safe XML parser.

A kind takes bytes and returns links. It never fetches and never looks at the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from datetime import datetime

FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
# Warnings of the program that writes a listing stand before it, now and then.
BEGINNING = re.compile(rb"<(\?xml|rss|rdf:RDF|(\w+:)?feed|urlset|sitemapindex)\b")
BEGINNING_BYTES = 4096
DECLARED = re.compile(rb"<\?xml[^>]{0,100}encoding=[\"']([\w.-]{1,40})")
# What newsrooms get wrong without losing an item: &nbsp; undeclared, a prefix undeclared.
HARMLESS = re.compile(r"WAR_|NS_|ERR_UNDECLARED_ENTITY")
CUT_SHORT = "ERR_TAG_NOT_FINISHED"
UNSAFE = "it declares entities of its own, which is not safe to read"
ENTRIES = ("item", "entry", "url", "sitemap")
NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # JSON can write all of them
TITLE_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """The bytes of a listing and what is needed to read them. `limit` bounds the links.

    `encoding` and `zone` are null where they are not known. `links` is a piece of text that article
    addresses must contain, `select` the CSS selector of the links or of what they stand in; null
    asks for none. `since` asks also for where the listing goes on, as far back as that; null asks
    for nothing.
    """

    kind: str
    url: str
    body: bytes
    encoding: str | None
    limit: int
    now: datetime
    zone: str | None = None
    links: str | None = None
    select: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A link of a listing, with what the listing said of it. Null where it said nothing.

    `modified_at` is when the story is said to have changed last: a hint, and often untrue.
    """

    url: str
    title: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed, sitemap or section page lists, newest first as far as it tells.

    `further` are listings that this one points to (a sitemap index); `older` those where it goes
    on, which only a backfill reads; `complaint` says in a sentence what was wrong with it, null
    when nothing was. `vouches` is false for an index that does not date what it points to:
    unchanged itself, it says nothing of the others.
    """

    links: tuple[Found, ...] = ()
    further: tuple[str, ...] = ()
    older: tuple[str, ...] = ()
    complaint: str | None = None
    vouches: bool = True


class Unreadable(Exception):  # noqa: N818 - it says what the listing is
    """A listing that gives no links at all; the sentence says why."""


def xml_root(
    body: bytes, url: str, encoding: str | None = None
) -> tuple[etree._Element, str | None]:
    """Parse hostile XML: no entities, no network, damage repaired where possible.

    Returns the root and a complaint (null when the XML was sound); an entry that was cut short is
    left out. `url` is what relative addresses in it start from, `encoding` what the server named.
    Raises Unreadable.
    """
    body = body.strip()
    if not body:
        raise Unreadable("it is empty")
    first = FIRST_ELEMENT.search(body)
    if ENTITY.search(body[: first.start()] if first else body):  # later it is text about XML
        raise Unreadable(UNSAFE)
    body, known = in_utf_8(_from_beginning(body), encoding)
    parser = etree.XMLParser(
        encoding=known,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
    )
    try:
        root = etree.fromstring(body, parser, base_url=url)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"it is not XML ({error.msg})") from error
    if root is None:
        raise Unreadable("it is not XML")
    if _declares_entities(root):  # in UTF-16, or behind a comment
        raise Unreadable(UNSAFE)
    damages = [entry for entry in parser.error_log if not HARMLESS.match(entry.type_name)]
    if any(entry.type_name == CUT_SHORT for entry in damages):
        _drop_last_entry(root)
    if not damages:
        return root, None
    return root, f"it is damaged from line {damages[0].line} on ({damages[0].message.strip()})"


def in_utf_8(body: bytes, said: str | None) -> tuple[bytes, str | None]:
    """Return XML whose encoding is known as that, or as it is, with null: it says so itself.

    Bytes that are UTF-8 are UTF-8, whatever they declare. Where nothing is declared, or UTF-8 and
    hardly a letter is, what the server `said` counts.
    """
    if b"\0" in body[:BEGINNING_BYTES] or b"\x1b" in body:  # UTF-16, or one that switches
        return body, None
    text = body.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    if not wrong:
        return body, "utf-8"
    declared = DECLARED.match(body)
    is_other = declared is not None and declared[1].lower() not in (b"utf-8", b"utf8")
    right = sum(not letter.isascii() for letter in text) - wrong
    if is_other or said is None or right > wrong:
        return body, None
    try:
        return body.decode(said, "replace").encode(), "utf-8"
    except LookupError:
        return body, None


def clean_title(text: str | None) -> str | None:
    """Return a title without markup for characters, and not longer than any headline."""
    return " ".join(NO_TEXT.sub(" ", unescape(text or "")).split())[:TITLE_CHARACTERS] or None


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def child_text(element: etree._Element, *names: str) -> str | None:
    """Return the text of the first child with one of the names, in the order of the names.

    A child in the element's own namespace goes first: a picture has a title of its own, too.
    """
    for name in names:
        named = [child for child in element if local(child) == name]
        for child in sorted(named, key=lambda child: _namespace(child) != _namespace(element)):
            text = " ".join("".join(map(str, child.itertext())).split())
            if text:
                return text
    return None


def _namespace(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[0]


def _from_beginning(body: bytes) -> bytes:
    """Leave out what a program wrote before the listing; never a declaration or a comment."""
    first = BEGINNING.search(body[:BEGINNING_BYTES])
    if first is None or b"<!" in body[: first.start()]:
        return body
    return body[first.start() :]


def _declares_entities(root: etree._Element) -> bool:
    document_type: Any = root.getroottree().docinfo.internalDTD  # the stubs do not know it
    return document_type is not None and any(document_type.iterentities())


def _drop_last_entry(root: etree._Element) -> None:
    """Half an address may lead elsewhere."""
    entries = [element for element in root.iter() if local(element) in ENTRIES]
    if entries and (parent := entries[-1].getparent()) is not None:
        parent.remove(entries[-1])
