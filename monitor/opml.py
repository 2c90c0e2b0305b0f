"""OPML, in which feed readers exchange their lists: sources to text and text to sources. Pure.

Feeds stand in it as every reader knows them; what only tilik knows is in attributes of its own.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from lxml import etree
from pydantic import ValidationError

from config.origins import port
from config.settings import Source
from crawler.discover.beliefs import name_of
from crawler.kinds.listing import Unreadable, clean_title, local, xml_root

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

OWN = "urn:tilik:source"
KEPT = ("name", "kind", "region", "lang", "zone", "links", "select", "whole")
OUTLINES = 10_000  # no reader follows so many; a longer file is a mistake or a trap
NAME_CHARACTERS = 50


def opml_of(sources: Iterable[Source]) -> str:
    """Return the sources as OPML 2.0."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"tilik": OWN})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "tilik"
    body = etree.SubElement(root, "body")
    for source in sources:
        is_feed = source.kind == "feed"
        outline = etree.SubElement(body, "outline", {"text": source.title or source.name})
        outline.set("type", "rss" if is_feed else "link")
        outline.set("xmlUrl" if is_feed else "url", source.url)
        for key in KEPT:
            if value := getattr(source, key):
                outline.set(f"{{{OWN}}}{key}", value)
    return etree.tostring(root, pretty_print=True, encoding="unicode")


def read_opml(
    text: bytes, known: Sequence[Source], ports: Collection[int]
) -> tuple[list[Source], list[str]]:
    """Return the sources that a file adds to those known, and in sentences what it leaves out.

    `ports` are those that the configuration lets through; one source beside them would stop it.

    Raises Unreadable when it is no OPML, or so damaged that no source is left.
    """
    root, complaint = xml_root(text, "")
    if local(root) != "opml":
        raise Unreadable(f"it is no OPML: its root element is <{local(root)}>")
    names, urls = {each.name for each in known}, {each.url for each in known}
    found: list[Source] = []
    left_out: list[str] = []
    outlines = (each for each in root.iter() if local(each) == "outline")
    for outline, _ in zip(outlines, range(OUTLINES), strict=False):
        source = _source(outline, names)
        if isinstance(source, str):
            left_out.append(source)
        elif source is not None and source.url in urls:
            left_out.append(f"{source.url}: is declared already")
        elif source is not None and (asked := port(source.url)) not in ports:
            left_out.append(f"{source.url}: port {asked} is not among the ports of [network]")
        elif source is not None:
            found.append(source)
            names.add(source.name)
            urls.add(source.url)
    if complaint and not found and not left_out:
        raise Unreadable(complaint)
    if complaint:
        left_out.append(f"{complaint}: what stands behind may be missing")
    return found, left_out


def _source(outline: etree._Element, names: set[str]) -> Source | str | None:
    """Return the source that an outline stands for, why it can be none, or null: a mere folder."""
    said = {key.lower(): value.strip() for key, value in _attributes(outline)}
    own = {key: value for key in KEPT if (value := said.get(f"{{{OWN}}}{key}"))}
    url = said.get("xmlurl") or (said.get("url") if "kind" in own else None)
    if not url:
        return None
    title = "".join(
        filter(str.isprintable, clean_title(said.get("title") or said.get("text")) or "")
    )
    try:
        own["name"] = _free(own.get("name") or _name(title) or name_of(url), names)
        return Source.model_validate({"kind": "feed", "title": title or None, **own, "url": url})
    except ValidationError as error:
        first = error.errors()[0]
        why = first["msg"].removeprefix("Value error, ")
        return f"{url}: {'.'.join(map(str, first['loc']))} {why}"
    except ValueError as error:  # an address that cannot even be taken apart
        return f"{url}: {error}"


def _attributes(outline: etree._Element) -> Iterable[tuple[str, str]]:
    return ((str(key), str(value)) for key, value in outline.items())


def _name(title: str) -> str:
    """Make a name of a title; empty when it has no letter of a-z."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:NAME_CHARACTERS].strip("-")


def _free(name: str, taken: set[str]) -> str:
    """Return a name that nobody has, numbered if need be."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name[:NAME_CHARACTERS]}-{number}"
    return free
