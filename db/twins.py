"""Pure: one key for all addresses under which newspapers give out one story.

By spelling alone: scheme, `www.`, AMP, mobile and printed-sheet forms. Whether addresses of another
spelling are of one story, only their texts can tell (`db.changes.agree`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

# At least two labels must be left: m.example is a name of its own.
LABELS = re.compile(r"\A(?:(?:www|m|amp|mobile|wap)\.)+(?=[^.]+\.)")
PORTS = (None, 80, 443)
PATH_BEGINNING = re.compile(r"\A/amp(?=/)")
PATH_END = re.compile(r"/(?:amp|index\.\w{2,5})\Z")
AMP_SUFFIX = re.compile(r"\.amp(?=(?:\.html?)?\Z)")
SHEET_PATH = re.compile(r"/(?:(?:page|halaman|hal)/(?:\d{1,2}|all)|all)\Z")
SHEET_NAMES = frozenset({"page", "paged", "halaman", "hal", "pg", "pagenum", "showpage", "single"})
SHEET = re.compile(r"\d{1,2}|all|true|")
DRESS = frozenset(
    {
        *(("amp", value) for value in ("", "1", "true")),
        *((name, "amp") for name in ("outputtype", "output", "view")),
        *(("mobile", value) for value in ("", "1", "true")),
    }
)
# What names a story by its path; without it `page=12` may be what does. A day names an edition.
NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{5,}")
WORD = re.compile(r"[^\W\d_]{2,}")
NAME_WORDS = 3
SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jsp|cgi|pl|cfm|do)\Z")
ASCII = "".join(map(chr, range(128)))


def twin_key(url: str) -> str:
    """Return the key that an address shares with its twins: host, path and query without dress.

    It is no address; an address that cannot be taken apart is its own key.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = LABELS.sub("", (parts.hostname or "").lower().rstrip("."))
    if port not in PORTS:
        host = f"{host}:{port}"
    path = parts.path
    if "%" in path or not path.isascii():
        path = quote(unquote_to_bytes(path))
    path = PATH_BEGINNING.sub("", path).rstrip("/")
    path = AMP_SUFFIX.sub("", PATH_END.sub("", path).rstrip("/"))
    whole = SHEET_PATH.sub("", path)
    is_named = _is_name(whole)
    if is_named:
        path = whole
    pairs = [
        (name, value)
        for name, value in query_pairs(parts.query)
        if (name.lower(), value.lower()) not in DRESS and not (is_named and _is_sheet(name, value))
    ]
    return f"{host}{path}?{query_text(sorted(pairs))}" if pairs else f"{host}{path}"


def query_pairs(query: str) -> list[tuple[str, str]]:
    """Take a query apart, byte by byte: what is no UTF-8 (an old newspaper's) comes back as it was.

    Letters that are not written as bytes are written as UTF-8.
    """
    return parse_qsl(quote(query, safe=ASCII), keep_blank_values=True, encoding="latin-1")


def query_text(pairs: Iterable[tuple[str, str]]) -> str:
    """Put a query together that `query_pairs` took apart."""
    return urlencode(list(pairs), encoding="latin-1")


def _is_name(path: str) -> bool:
    """Whether a path names a story: by a number, or by a last part of several words."""
    last = unquote(path.rpartition("/")[2])
    if SCRIPT.search(last):
        return False
    return NUMBER.search(path) is not None or len(WORD.findall(last)) >= NAME_WORDS


def _is_sheet(name: str, value: str) -> bool:
    return name.lower() in SHEET_NAMES and SHEET.fullmatch(value.lower()) is not None
