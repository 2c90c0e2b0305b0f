"""Nothing inward is reached: by no spelling, through no door, under no name."""

from __future__ import annotations

import asyncio
import errno
import socket
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sites.asking import AskingSpider, ask_all, asking, settings
from sites.server import Site, answer

from config.settings import Network
from crawler.extract.article import Refusal
from crawler.fetch import Answer
from crawler.gate import Resolver, objection

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Clock

INWARD = [
    "0.0.0.0",  # noqa: S104 - not to bind to, but to refuse
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "127.1",
    "",
    "kabar-desa.example",
]
OUTWARD = ["1.1.1.1", "8.8.8.8", "203.119.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]


@pytest.mark.parametrize("address", INWARD)
def test_an_inward_address_is_refused_with_a_reason(address: str) -> None:
    assert objection(address, 80, Network()) is not None


@pytest.mark.parametrize("address", OUTWARD)
def test_a_public_address_is_let_through_on_the_usual_ports(address: str) -> None:
    assert objection(address, 443, Network()) is None
    assert "port 22 is not among the permitted ones" in (objection(address, 22, Network()) or "")


def test_an_allowed_network_is_let_through_on_permitted_ports_only() -> None:
    network = Network(allow=(ip_network("10.1.0.0/16"), ip_network("fd00::/8")), ports=(8000,))

    assert objection("10.1.2.3", 8000, network) is None
    assert objection("::ffff:10.1.2.3", 8000, network) is None
    assert objection("fd00::7", 8000, network) is None
    assert "not a public address" in (objection("10.2.0.1", 8000, network) or "")
    assert "port 6379" in (objection("10.1.2.3", 6379, network) or "")


# names


def answering(*addresses: str) -> Callable[..., list[Any]]:
    """Stand in for the system's resolver, the outermost seam."""

    def look_up(_: str, port: int, **__: object) -> list[Any]:
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in addresses
        ]

    return look_up


def resolve(host: str) -> list[str]:
    async def ask() -> list[str]:
        resolver = Resolver(Network(), limit_s=10, lookups=1)
        try:
            return [found["host"] for found in await resolver.resolve(host, 80)]
        finally:
            await resolver.close()

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1",), ("1.1.1.1", "10.0.0.1"), ("2606:4700::1111", "::1"), ("1.1.1.1", "fec0::1")],
)
def test_a_name_with_any_inward_address_is_refused_whole(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answering(*addresses))

    with pytest.raises(OSError, match="not a public address") as refusal:
        resolve("kabar-desa.example")
    assert refusal.value.errno == errno.EACCES


def test_a_public_name_is_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answering("1.1.1.1", "2606:4700::1111"))

    assert resolve("kabar-desa.example") == ["1.1.1.1", "2606:4700::1111"]


def test_a_port_that_is_not_permitted_is_not_knocked_at(clock: Clock) -> None:
    with Site() as site, Site() as other:
        (got,) = ask_all(settings([site.port]), clock, other.url + "/x")

    assert isinstance(got, Refusal)
    assert f"port {other.port} is not among the permitted ones" in got.detail
    assert other.connections == 0


def test_reading_listens_on_no_port(clock: Clock) -> None:
    def listening() -> set[str]:
        tables = (Path(f"/proc/self/net/{name}").read_text() for name in ("tcp", "tcp6"))
        rows = (row.split() for table in tables for row in table.splitlines()[1:])
        own = {
            link.readlink().name for link in Path("/proc/self/fd").iterdir() if link.is_symlink()
        }
        return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own}

    with Site() as site:
        site.pages["/x"] = answer("<p>Hai</p>")
        before = listening()

        async def act(spider: AskingSpider) -> set[str]:
            assert isinstance(await spider.ask(site.url + "/x"), Answer)
            return listening()

        during = asking(settings([site.port]), act, clock)

    assert before
    assert during == before
