"""Site text and links made fit to be shown: nothing invisible, nothing that acts.

Never escapes for HTML: that is the template engine's part.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

HEADER_LIMIT = 150

# What reorders or hides text: C0 and C1 but the newline, direction overrides and isolates, zero
# width spaces and joints, tags, and half surrogate pairs. The joiners U+200C and U+200D stay in
# running text: Persian spelling and composed emoji need them.
_UNSHOWN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_BREAKS = re.compile("[\x09-\x0d\x1c-\x1e\x85\u2028\u2029]+")
_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")


@dataclass(frozen=True, slots=True)
class Link:
    """An address that may be followed, in plain ASCII, and the host that it truly leads to."""

    url: str
    host: str
    is_mixed: bool


def clean_text(text: str) -> str:
    """Drop what cannot be seen; keep line feeds."""
    return _UNSHOWN.sub("", text)


def one_line(text: str) -> str:
    """Drop what cannot be seen and make every run of white space one space."""
    return " ".join(clean_text(_BREAKS.sub(" ", text)).split())


def clean_header(text: str, limit: int = HEADER_LIMIT) -> str:
    """Make one short line that no header parser can be led astray by."""
    return shortened(_JOINERS.sub("", one_line(text)), limit)


def shortened(text: str, limit: int) -> str:
    """Cut a line at a word, with an ellipsis, so that it has at most so many characters."""
    if len(text) <= limit:
        return text
    at_word = text[:limit].rpartition(" ")[0]
    return (at_word if 2 * len(at_word) > limit else text[: limit - 1]).rstrip(" ,;:-–—") + "…"


def safe_link(url: str) -> Link | None:
    """Rebuild a web address from its parts; None when it is no web address.

    What is shown is what is followed: user names are dropped, the host is spelled in ASCII.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        ascii_host = _ascii_host(host or "")
    except ValueError:  # a port that is none, brackets that do not close, a label over its length
        return None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(ascii_host):
        return None
    place = ascii_host if port is None else f"{ascii_host}:{port}"
    rest = _quoted(parts.path)
    rest += f"?{_quoted(parts.query)}" if parts.query else ""
    rest += f"#{_quoted(parts.fragment)}" if parts.fragment else ""
    return Link(f"{parts.scheme}://{place}{rest or '/'}", ascii_host, _is_mixed(host or ""))


def _ascii_host(host: str) -> str:
    if ":" in host:
        return f"[{host.partition('%')[0]}]"
    return ".".join(
        label if label.isascii() else label.encode("idna").decode() for label in host.split(".")
    )


def _quoted(part: str) -> str:
    return quote(part, safe="/:@!$&'()*+,;=~?%-._", errors="replace")


def _is_mixed(host: str) -> bool:
    """Whether one label of a host is written in letters of several alphabets."""
    return any(
        len({_script(letter) for letter in label if letter.isalpha()}) > 1
        for label in _readable(host).split(".")
    )


def _readable(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _script(letter: str) -> str:
    """Name the alphabet of a letter: Unicode's names begin with it ("CYRILLIC SMALL LETTER A")."""
    script = unicodedata.name(letter, "?").partition(" ")[0]
    return "CJK" if script in {"HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC"} else script
