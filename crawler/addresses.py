"""Pure: what an address is, whether it may be asked for, and what a page may say of its own.

Never connects; the gate decides again by the final IP address.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from config.origins import WEB_PORTS, authority, host
from db.twins import LABELS, query_pairs, query_text

LONGEST = 2083  # what browsers and Scrapy's URLLENGTH_LIMIT take
UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff\\]")  # half a surrogate comes from JSON
UNREADABLE = re.compile(r"[\[\]]|[^!-~]")  # what the library may stumble over in a host
TRACKING = re.compile(
    r"(utm_\w+|(fb|g|y|d|tw|tt)clid|msclkid|[gw]braid|igsh(id)?|sfnsn|mc_[ce]id|_hs(enc|mi)|_g[al]"
    r"|at_\w+|(pk|mtm|piwik|matomo)_\w+|fb_action_\w+|ref_src|xtor|__twitter_impression)\Z"
)


def objection(url: str) -> str | None:
    """Say why an address is not asked for, None when there is no objection to how it is written."""
    if len(url) > LONGEST:
        return f"the address is longer than {LONGEST} characters"
    if UNSAFE.search(url):
        return "the address has a space, a backslash or a character in it that is none"
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it checks it
    except ValueError as error:
        return f"the address cannot be read ({error})"
    if parts.scheme not in WEB_PORTS:
        return f"only http and https are read, not {parts.scheme or 'an address without a scheme'}"
    if not parts.hostname:
        return "the address names no host"
    if "@" in parts.netloc:
        return "the address has a user name or password in it"
    return None


def resolved(base: str, reference: str) -> str | None:
    """Return the clean absolute form of a link found on a page, None when it leads nowhere."""
    try:
        url = canonical(urljoin(base, reference.strip()))
    except ValueError:
        return None
    return None if objection(url) else url


def named(base: str, reference: str) -> str | None:
    """Return the absolute form of what a listing names as a story, also if it is not asked for.

    None for nothing. What cannot be an address is written so that `objection` says why: a story
    that is not read has a reason to show.
    """
    text = reference.strip()
    if not text:
        return None
    try:
        url = canonical(urljoin(base, text))
    except ValueError:
        url = UNREADABLE.sub(_shown, text)
    return UNSAFE.sub(_shown, url)[: LONGEST + 1]


def canonical(url: str) -> str:
    """Write an address in one way: lower-case ASCII host, no default port, fragment or tracking."""
    parts = urlsplit(url)
    # A user name is kept, so that `objection` sees it.
    place = parts.netloc if "@" in parts.netloc else authority(url)
    query = parts.query
    if query:
        pairs = query_pairs(query)
        kept = [(name, value) for name, value in pairs if not TRACKING.match(name)]
        if len(kept) != len(pairs):
            query = query_text(kept)
    return urlunsplit(SplitResult(parts.scheme.lower(), place, parts.path or "/", query, ""))


def asked_whole(url: str, how: str) -> str:
    """Return the address that gives an article in one sheet: `?name=value` or `/part` added."""
    parts = urlsplit(url)
    if how.startswith("?"):
        query = f"{parts.query}&{how[1:]}" if parts.query else how[1:]
        return urlunsplit(parts._replace(query=query))
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + how))


def is_same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one host, `www.`, `m.` and `amp.` aside."""
    return _site(one) == _site(other)


def is_believable(url: str, claimed: str) -> bool:
    """Whether a page may be right that its own address is another one: of its site, and no home.

    Whether it is right, only the text at that address can tell.
    """
    if objection(claimed) or not urlsplit(claimed).path.strip("/"):
        return False
    return is_same_site(url, claimed) or _domain(url) == _domain(claimed) != ""


def _site(url: str) -> str:
    try:
        return LABELS.sub("", authority(url))
    except ValueError:  # of no site
        return url


def _shown(character: re.Match[str]) -> str:
    return f"\\x{ord(character[0]):02x}"


def _domain(url: str) -> str:
    """Return what the owner of a host has registered; empty for an IP address."""
    # 0.1 s that only a page with such a claim needs.
    from crawler.domains import registered  # noqa: PLC0415

    return registered(host(url))
