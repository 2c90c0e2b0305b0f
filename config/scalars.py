"""What one written value must look like: annotated types for names, addresses, zones, aliases.

Each check says in one sentence what is wrong and what would be right.
It never changes what a value means, and never reads a file or asks the network.
"""

import re
from collections.abc import Iterable
from datetime import time
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

# What Indonesian papers print for their zones is not what the zone database calls them.
PRINTED_ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
LOOPBACK_NAMES = ("localhost", "localhost.", "ip6-localhost")


def nearest(word: str, words: Iterable[str]) -> str:
    """Return `; did you mean "..."?` for the most similar word, or nothing when none is near."""
    by_folded = {each.casefold(): each for each in words}
    close = get_close_matches(word.casefold(), by_folded, n=1)
    return f'; did you mean "{by_folded[close[0]]}"?' if close else ""


def quoted(value: object) -> str:
    """Write a value as it may be shown: in double quotes, one short line, nothing invisible."""
    return f'"{repr(str(value))[1:-1]:.80}"'


def is_loopback(host: str) -> bool:
    """Say whether a host never leaves this machine: 127.0.0.0/8, ::1 or localhost."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in LOOPBACK_NAMES


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    if not value.isprintable():
        raise ValueError("must be one line without control characters")
    return value


def _name(value: str) -> str:
    # Names become file names (outbox, exports), so nothing in them may climb out of a folder.
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", value):
        raise ValueError(
            f'{quoted(value)} is no name: use at most 64 of a-z, A-Z, 0-9, ".", "_", "-", '
            "with a letter or digit first"
        )
    return value


def _url(value: str) -> str:
    if not value.isprintable() or any(letter in value for letter in "\\ "):
        raise ValueError("must not hold spaces, backslashes or control characters")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port  # reading the port checks it
    except ValueError as error:
        raise ValueError(f"is no web address: {error}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("must be a whole web address that begins with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user name or password before the host")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):  # what zoneinfo raises for bad, odd and unknown keys
        raise ValueError(_why_no_zone(value)) from None
    return value


def _why_no_zone(value: str) -> str:
    zones = available_timezones()
    if not zones:
        return "this machine has no time zone data: install the tzdata package"
    if value.upper() in PRINTED_ZONES:
        return f'unknown zone {quoted(value)}; did you mean "{PRINTED_ZONES[value.upper()]}"?'
    hint = nearest(value, zones) or "; use an IANA name such as Asia/Jakarta or Europe/Berlin"
    return f"unknown zone {quoted(value)}{hint}"


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise ValueError(f"{quoted(value)} is no language code such as id, en, ru, ko or zh")
    return value


def _address(value: str) -> str:
    if not value.isprintable() or not re.fullmatch(r'[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\]+', value):
        raise ValueError(f"{quoted(value)} is no mail address such as desk@newsroom.example")
    return value


def _contact(value: str) -> str:
    # Sent with every request, inside the comment of the User-Agent: ASCII, no parentheses.
    check = _url if "://" in value else _address
    if not value.isascii() or any(letter in value for letter in "() "):
        raise ValueError("must be plain ASCII without spaces or parentheses")
    try:
        return check(value)
    except ValueError:
        raise ValueError(
            "must be a mail address or a web address where a newspaper can reach you"
        ) from None


def _alias(value: str) -> str:
    words = _text(value).split()
    if '"' in value or not any(letter.isalnum() for letter in value):
        raise ValueError(
            f"{quoted(value)} is no alias: write a word, a phrase or prefix*, unquoted"
        )
    if any("*" in word.removesuffix("*") or word == "*" for word in words):
        raise ValueError(f"{quoted(value)}: a star may stand only at the end of a word")
    return " ".join(words)


def inflected(alias: str) -> str:
    """Ask for all forms of an alias and of what must stand near it, unless `=`, `*` or `?` is."""
    parts = _NEAR.split(alias)
    parts[::2] = (f"~{part}" if not set(part) & set("=~*?") else part for part in parts[::2])
    return "".join(parts)


_NEAR = re.compile(r"(\sNEAR/[0-9]+\s)")


def _whole(value: str) -> str:
    if not re.fullmatch(r"[?/][^\s?#]+", _text(value)):
        raise ValueError('must begin with "?" or "/", such as "?page=all" or "/all"')
    return value


def _selector(value: str) -> str:
    from cssselect import HTMLTranslator, SelectorError  # noqa: PLC0415 - few sources have one

    try:
        HTMLTranslator().css_to_xpath(_text(value))
    except SelectorError as error:
        raise ValueError(f"{quoted(value)} is no CSS selector: {error}") from None
    return value


def _time(value: object) -> object:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{2}:[0-9]{2}", value):
        return value
    raise ValueError('must be a time of day in quotes, such as "06:00"')


def _block(value: object) -> object:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    if not isinstance(value, str):  # ip_network would take a number for an address
        raise ValueError("must be a network in quotes, such as 127.0.0.0/8")  # noqa: TRY004 - pydantic reports ValueError
    try:
        return ip_network(value)
    except ValueError as error:
        raise ValueError(f"is no network such as 127.0.0.0/8 or fd00::/8: {error}") from None


def _file(value: object) -> object:
    return _text(value) if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_text)]
Name = Annotated[str, AfterValidator(_name)]
Url = Annotated[str, AfterValidator(_url)]
Zone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[str, AfterValidator(_language)]
Address = Annotated[str, AfterValidator(_address)]
Contact = Annotated[str, AfterValidator(_contact)]
Alias = Annotated[str, AfterValidator(_alias)]
Whole = Annotated[str, AfterValidator(_whole)]
Selector = Annotated[str, AfterValidator(_selector)]
File = Annotated[Path, BeforeValidator(_file)]
TimeOfDay = Annotated[time, BeforeValidator(_time)]
Block = Annotated[IPv4Network | IPv6Network, BeforeValidator(_block)]
# Strict: TOML has numbers and booleans of its own, so "5" and 1 for true are slips of the pen.
Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=1)]
Port = Annotated[int, Field(strict=True, ge=1, le=65535)]
Seconds = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Ratio = Annotated[float, Field(strict=True, ge=0, le=1)]
