"""What the kinds of source have in common: the value they return, and the safe XML parser.

A kind takes bytes and returns links. It never fetches and never looks at the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from datetime import datetime

DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
HARMLESS_DOCTYPE = re.compile(rb"<!DOCTYPE\s+(rss|rdf:RDF|feed)\b[^\[>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A link of a listing, with what the listing said of it. Null where it said nothing."""

    url: str
    title: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed, sitemap or section page lists, newest first as far as it tells.

    `further` are listings that this one points to (a sitemap index); `complaint` says in a
    sentence what was wrong with it, null when nothing was. `vouches` is false for an index that
    does not date what it points to: unchanged itself, it says nothing of the others.
    """

    links: tuple[Found, ...] = ()
    further: tuple[str, ...] = ()
    complaint: str | None = None
    vouches: bool = True


class Unreadable(Exception):  # noqa: N818 - it says what the listing is
    """A listing that gives no links at all; the sentence says why."""


def xml_root(body: bytes) -> tuple[etree._Element, str | None]:
    """Parse hostile XML: no entities, no network, damage repaired where possible.

    Returns the root and a complaint (null when the XML was sound). Raises Unreadable.
    """
    body = HARMLESS_DOCTYPE.sub(b"", body, count=1).strip()
    if not body:
        raise Unreadable("it is empty")
    if DECLARATION.search(body):
        raise Unreadable("it declares entities or a document type, which is not safe to read")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"it is not XML ({error.msg})") from error
    if root is None:
        raise Unreadable("it is not XML")
    complaint = None
    if len(parser.error_log):
        first = parser.error_log[0]
        complaint = f"it is damaged from line {first.line} on ({first.message.strip()})"
    return root, complaint


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def child_text(element: etree._Element, *names: str) -> str | None:
    """Return the text of the first child with one of the names, in the order of the names."""
    for name in names:
        for child in element:
            if local(child) == name:
                text = " ".join("".join(map(str, child.itertext())).split())
                if text:
                    return text
    return None
