"""Pure: one key for all addresses under which newspapers give out one story.

By spelling alone: scheme, `www.`, AMP, mobile and printed-sheet forms. Whether addresses of another
spelling are of one story, only their texts can tell (`db.changes.agree`).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

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
# What names a story by its path; without it `page=12` may be what does.
NAMED = re.compile(r"\d{4,}|(?<![^/_-])[^/_-]+[_-][^/_-]+[_-][^/_-]")


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
    is_named = NAMED.search(path) is not None
    if is_named:
        path = SHEET_PATH.sub("", path)
    pairs = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if (name.lower(), value.lower()) not in DRESS and not (is_named and _is_sheet(name, value))
    ]
    return f"{host}{path}?{urlencode(sorted(pairs))}" if pairs else f"{host}{path}"


def _is_sheet(name: str, value: str) -> bool:
    return name.lower() in SHEET_NAMES and SHEET.fullmatch(value.lower()) is not None
