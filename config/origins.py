"""Pure: of which host and origin an address is, however they are written."""

from __future__ import annotations

from urllib.parse import urlsplit

WEB_PORTS = {"http": 80, "https": 443}


def host(url: str) -> str:
    """Return the host name without port, as the network writes it; empty when there is none."""
    return in_ascii((urlsplit(url).hostname or "").lower())


def port(url: str) -> int | None:
    """Return the port, also where it goes without saying; null for a scheme that has none.

    Raises ValueError when what is written is no port.
    """
    parts = urlsplit(url)
    return parts.port or WEB_PORTS.get(parts.scheme)


def authority(url: str) -> str:
    """Return host and port, the port only where it does not go without saying."""
    name, written = host(url), urlsplit(url).port
    if ":" in name:
        name = f"[{name}]"
    return (
        f"{name}:{written}" if written and written != WEB_PORTS.get(urlsplit(url).scheme) else name
    )


def origin(url: str) -> str:
    """Return scheme, host and port: what robots.txt speaks for, and what a login belongs to."""
    return f"{urlsplit(url).scheme}://{authority(url)}"


def in_ascii(name: str) -> str:
    """Write an international host name as the network does; one that is none stays as it is."""
    if name.isascii():
        return name
    import idna  # noqa: PLC0415 - a table of all letters, which hardly any address needs

    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return name
