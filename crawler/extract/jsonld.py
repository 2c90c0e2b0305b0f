"""Reads what a page says of its article in JSON-LD. Never trusts its shape, size or syntax."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_CHARACTERS = 400_000  # of all blocks together; the largest honest ones seen have a third of it
MAX_NODES = 500
_MAX_DEPTH = 4  # a story stands at the top, in a list, in @graph or as the main entity of its page
_MAX_NAMES = 20

_ARTICLE = re.compile(
    r"article|(?<!job)posting$|^report$|newsitem|review$|liveblog|story", re.IGNORECASE
)
_PAGE = re.compile(r"webpage$|itempage$|^videoobject$|^imagegallery$|^creativework$", re.IGNORECASE)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\]\]>|\]\]>)\s*;?\s*$"
)
_DECODER = json.JSONDecoder(strict=False)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_BARE_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|articleSection)"\s*:\s*"((?:[^"\\\n]|\\.){1,400})"'
)
_BARE_AUTHOR = re.compile(
    r'"author"\s*:\s*[\[{\s]*[^}\]]{0,200}?"name"\s*:\s*"((?:[^"\\\n]|\\.){1,200})"'
)


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The fields of the page's own article, as written there; empty where it is silent.

    `authors` leaves out what calls itself an organisation; those names are in `organisations`.
    """

    headline: str = ""
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    publisher: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    image: str = ""
    caption: str = ""
    credit: str = ""
    is_free: bool | None = None


def read_jsonld(blocks: Iterable[str]) -> LinkedData:
    """Give the fields of the article that the blocks describe; all empty when none does."""
    nodes: list[dict[str, Any]] = []
    broken: list[str] = []
    left = MAX_CHARACTERS
    for block in blocks:
        left -= len(block)
        if left < 0:
            break
        document = _parse(block)
        if document is None:
            broken.append(block)
        else:
            nodes.extend(_nodes(document))
    article = max(nodes, key=_rank, default={})
    if _rank(article) == 0:
        return _salvage("\n".join(broken))
    named = {
        node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")
    }
    return _read(article, named)


def _parse(block: str) -> object:
    """Give the JSON of a block, mended where usual mistakes allow; null when it stays broken."""
    text = block.strip()
    if text[-1:] not in {"}", "]"} or text[:1] not in {"{", "["}:
        text = _WRAPPING.sub("", text).strip()
    for attempt in (text, _TRAILING_COMMA.sub("", text)):
        try:
            # strict=False lets raw line breaks stand inside a string.
            return _DECODER.raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(document: object) -> Iterator[dict[str, Any]]:
    """Walk to what may be the page's own article, never into lists of others."""
    waiting = [(document, 0)]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        value, depth = waiting.pop(0)
        if isinstance(value, list):
            waiting.extend((item, depth) for item in value[:MAX_NODES])
        elif isinstance(value, dict):
            yield value
            if depth < _MAX_DEPTH:
                inner = (
                    value.get(key) for key in ("@graph", "mainEntity", "mainEntityOfPage", "author")
                )
                waiting.extend(
                    (item, depth + 1) for item in inner if isinstance(item, (dict, list))
                )


def _rank(node: dict[str, Any]) -> int:
    """Say how likely the node is the article; what only names a person or a path is none."""
    kinds = " ".join(_strings(node.get("@type"))).split()
    fields = sum(
        bool(node.get(field)) for field in ("headline", "datePublished", "author", "articleBody")
    )
    if any(_ARTICLE.search(kind) for kind in kinds):
        return 10 + fields
    return fields if fields and any(_PAGE.search(kind) for kind in kinds) else 0


def _read(article: dict[str, Any], named: dict[str, dict[str, Any]]) -> LinkedData:
    persons, organisations = _authors(article.get("author") or article.get("creator"), named)
    image = _resolve(_first(article.get("image")), named)
    picture = image if isinstance(image, dict) else {}
    return LinkedData(
        headline=_text(article.get("headline") or article.get("name")),
        published=_text(article.get("datePublished") or article.get("dateCreated")),
        modified=_text(article.get("dateModified")),
        authors=persons,
        creators=_authors(article.get("creator"), named)[0],
        editors=_authors(article.get("editor"), named)[0],
        organisations=organisations,
        publisher=_publisher(_resolve(_first(article.get("publisher")), named)),
        section=_text(_first(article.get("articleSection"))),
        tags=tuple(_strings(article.get("keywords"))),
        image=_text(picture.get("url") or picture.get("contentUrl")) if picture else _text(image),
        caption=_text(picture.get("caption")),
        credit=_text(picture.get("creditText")) or _name(picture.get("author")),
        is_free=_truth(article.get("isAccessibleForFree")),
    )


def _authors(
    value: object, named: dict[str, dict[str, Any]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    persons: list[str] = []
    organisations: list[str] = []
    for item in (value if isinstance(value, list) else [value])[:_MAX_NAMES]:
        author = _resolve(item, named)
        kinds = " ".join(_strings(author.get("@type"))) if isinstance(author, dict) else ""
        is_person = "organi" not in kinds.lower() or "Person" in kinds
        names = _strings(author.get("name")) if isinstance(author, dict) else _strings(author)
        (persons if is_person else organisations).extend(names)
    return tuple(dict.fromkeys(persons)), tuple(dict.fromkeys(organisations))


def _resolve(value: object, named: dict[str, dict[str, Any]]) -> object:
    """Follow {"@id": ...} to the object of that name."""
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and not value.get("name"):
        return named.get(value["@id"], value)
    return value


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _name(value: object) -> str:
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _publisher(value: object) -> str:
    """Give the name of the house; a person who publishes alone is none."""
    kinds = _strings(value.get("@type")) if isinstance(value, dict) else []
    return "" if "Person" in kinds else _name(value)


def _strings(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for item in values[:MAX_NODES] if (text := _name(item))]


def _text(value: object) -> str:
    if isinstance(value, list):
        value = _first(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return " ".join(html.unescape(html.unescape(str(value))).split())


def _truth(value: object) -> bool | None:
    return {"true": True, "false": False}.get(str(value).strip().lower().rpartition("/")[2])


def _salvage(text: str) -> LinkedData:
    """Read single fields out of JSON that stays broken, the first of each name."""
    fields: dict[str, str] = {}
    for match in _BARE_FIELD.finditer(text):
        fields.setdefault(match[1], _unquote(match[2]))
    author = _BARE_AUTHOR.search(text)
    return LinkedData(
        headline=fields.get("headline", ""),
        published=fields.get("datePublished", ""),
        modified=fields.get("dateModified", ""),
        section=fields.get("articleSection", ""),
        authors=(_unquote(author[1]),) if author else (),
    )


def _unquote(quoted: str) -> str:
    try:
        return _text(json.loads(f'"{quoted}"', strict=False))
    except ValueError:
        return _text(quoted)
