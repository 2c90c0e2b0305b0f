"""Every connection passes here: which IP addresses may be reached. Decides by the final address.

`GatedHandler` is Scrapy's aiohttp handler with a connector of our own. The socket factory is
called with the address after name resolution and before connecting, for IP literals too, so
redirects, robots.txt and rebinding names all meet the same wall.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, ClassVar, cast

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from ipaddress import IPv4Network, IPv6Network

    from aiohappyeyeballs import AddrInfoType
    from scrapy.crawler import Crawler

    from config.settings import Network

HEADER_LINE_BYTES = 16 * 1024  # the library's 8,190 is less than some newspapers' policy headers
NAME_SHARE = 1 / 3  # of the time for a whole exchange: 10 s of 30
LOOKUPS_PER_REQUEST = 2  # a lookup that hangs outlives its request; so many of them are borne
DNS_CACHE_S = 60

# `is_global` says yes to these on Python 3.11, though they lead inward or nowhere.
NEVER_PUBLIC = tuple(
    ip_network(block)
    for block in (
        "100.64.0.0/10",  # carrier-grade NAT
        "168.63.129.16/32",  # Azure's own services answer every virtual machine there
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata among them
        "192.88.99.0/24",  # 6to4 relays
        "::/96",  # IPv4-compatible
        "64:ff9b::/96",  # NAT64, may reach inner IPv4
        "64:ff9b:1::/48",
        "2001::/32",  # Teredo carries an IPv4 address
        "2002::/16",  # 6to4 likewise
        "fec0::/10",  # site-local, before fc00::/7 took its place
    )
)


def objection(address: str, port: int, network: Network) -> str | None:
    """Say why an IP address and port may not be reached, None when they may."""
    try:
        ip = _plain(address)
    except ValueError:
        return f"{address} is no IP address"
    is_public = ip.is_global and not ip.is_multicast and not ip.is_reserved
    if not _is_in(ip, network.allow) and (not is_public or _is_in(ip, NEVER_PUBLIC)):
        return f"{ip} is not a public address (allow it in [network] if it is meant)"
    if port not in network.ports:
        return f"port {port} is not among the permitted ones ([network] ports)"
    return None


class GatedHandler(AiohttpDownloadHandler):
    """Scrapy's download handler behind the gate."""

    experimental: ClassVar[bool] = False  # the handler is; the warning on each start helps nobody

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._network = cast("Network", crawler.settings["TILIK_NETWORK"])
        self._stock_session = self._session
        self._resolver = Resolver(
            self._network,
            limit_s=crawler.settings.getfloat("DOWNLOAD_TIMEOUT") * NAME_SHARE,
            lookups=crawler.settings.getint("CONCURRENT_REQUESTS") * LOOKUPS_PER_REQUEST,
        )
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._pool_size_total,
                limit_per_host=self._pool_size_per_host,
                resolver=self._resolver,
                ttl_dns_cache=DNS_CACHE_S,
                socket_factory=self._socket,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=HEADER_LINE_BYTES,
            max_field_size=HEADER_LINE_BYTES,
            response_class=self._stock_session._response_class,  # noqa: SLF001 - keeps peer and TLS data
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    def _socket(self, info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, target = info
        reason = objection(str(target[0]), int(target[1]), self._network)
        if reason is not None:
            raise OSError(errno.EACCES, reason)
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Close both sessions: ours and the one that the stock handler made."""
        await self._stock_session.close()
        await self._session.close()
        await self._resolver.close()


class Resolver(AbstractResolver):
    """Names to addresses, refusing a name that has any inward address.

    aiohttp tries the next address when one is refused, so a mixed answer is refused whole. Each
    lookup has a thread of its own: names that hang hold up neither each other nor the end.
    """

    def __init__(self, network: Network, *, limit_s: float, lookups: int) -> None:
        self._network = network
        self._limit_s = limit_s
        self._lookups = lookups
        self._threads: set[threading.Thread] = set()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look a name up within the limit; raises OSError with the reason."""
        lookup = self._begin(host, port, family)
        try:
            found = await asyncio.wait_for(asyncio.wrap_future(lookup), self._limit_s)
        except TimeoutError:
            raise OSError(
                errno.ETIMEDOUT, f"no name server answered within {self._limit_s:g} s"
            ) from None
        for result in found:
            reason = objection(result["host"], port, self._network)
            if reason is not None:
                raise OSError(errno.EACCES, reason)
        return found

    async def close(self) -> None:
        """Wait for nothing: a lookup that hangs ends with the process."""

    def _begin(
        self, host: str, port: int, family: socket.AddressFamily
    ) -> Future[list[ResolveResult]]:
        """Start a lookup. An executor would not do: its threads are waited for at the end."""
        self._threads = {thread for thread in self._threads if thread.is_alive()}
        if len(self._threads) >= self._lookups:
            raise OSError(errno.EAGAIN, "too many host names wait for a name server's answer")
        lookup: Future[list[ResolveResult]] = Future()
        lookup.set_running_or_notify_cancel()  # from here on nobody can cancel it
        thread = threading.Thread(
            target=_carry_out, args=(lookup, host, port, family), name="names", daemon=True
        )
        self._threads.add(thread)
        thread.start()
        return lookup


def _carry_out(
    lookup: Future[list[ResolveResult]], host: str, port: int, family: socket.AddressFamily
) -> None:
    try:
        lookup.set_result(_look_up(host, port, family))
    except OSError as error:
        lookup.set_exception(error)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    try:
        infos: Sequence[Any] = socket.getaddrinfo(
            host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    except UnicodeError as error:  # an empty label, or one of more than 63 letters
        raise OSError(errno.EINVAL, f"{host} is no host name") from error
    return [
        ResolveResult(
            hostname=host,
            host=str(target[0]),
            port=port,
            family=found_family,
            proto=protocol,
            flags=socket.AI_NUMERICHOST,
        )
        for found_family, _, protocol, _, target in infos
    ]


def _is_in(ip: IPv4Address | IPv6Address, blocks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(ip.version == block.version and ip in block for block in blocks)


def _plain(address: str) -> IPv4Address | IPv6Address:
    """Read an address without its zone, and as IPv4 where it only wraps one."""
    ip = ip_address(address.split("%", 1)[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return ip
