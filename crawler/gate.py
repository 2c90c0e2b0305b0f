"""Every connection passes here: which IP addresses may be reached. Decides by the final address.

`GatedHandler` is Scrapy's aiohttp handler with a connector of our own. The socket factory is
called with the address after name resolution and before connecting, for IP literals too, so
redirects, robots.txt and rebinding names all meet the same wall.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from concurrent.futures import ThreadPoolExecutor
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
DNS_LIMIT_S = 10
DNS_THREADS = 8  # a pool of their own: twenty hanging names must not stop anything else
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
        self._resolver = Resolver(self._network)
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
    """Names to addresses, on threads of its own, refusing a name that has any inward address.

    aiohttp tries the next address when one is refused, so a mixed answer is refused whole.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._threads = ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look a name up within the limit; raises OSError with the reason."""
        loop = asyncio.get_running_loop()
        lookup = loop.run_in_executor(self._threads, _look_up, host, port, family)
        try:
            found = await asyncio.wait_for(lookup, DNS_LIMIT_S)
        except TimeoutError:
            raise OSError(
                errno.ETIMEDOUT, f"{host} was not resolved within {DNS_LIMIT_S} s"
            ) from None
        for result in found:
            reason = objection(result["host"], port, self._network)
            if reason is not None:
                raise OSError(errno.EACCES, reason)
        return found

    async def close(self) -> None:
        """Let go of the threads; one that hangs in a lookup ends with the process."""
        self._threads.shutdown(wait=False, cancel_futures=True)


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
