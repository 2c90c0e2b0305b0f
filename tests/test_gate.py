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
from sites.paper import RSS, headline, path, publish, rss, sitemap, story
from sites.server import Site, answer, redirect

from config.settings import Network
from crawler.extract.article import Refusal
from crawler.fetch import Answer, Later
from crawler.gate import Resolver, objection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Clock, Desk

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
        resolver = Resolver(Network())
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


def test_a_name_that_is_rebound_after_robots_reaches_nothing(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, canary: Site
) -> None:
    """The first answer is allowed loopback; what the name says later is looked at again."""
    with Site() as site:
        site.pages["/x"] = redirect(f"http://kabar-desa.example:{canary.port}/")
        monkeypatch.setattr(socket, "getaddrinfo", answering("127.0.0.2"))
        of = settings([site.port, canary.port])
        (got,) = ask_all(of, clock, site.url + "/x")

    assert isinstance(got, Refusal)
    assert got.reason == "not-permitted"
    assert canary.connections == 0


# a canary on a part of loopback that is not allowed


@pytest.fixture
def canary() -> Iterator[Site]:
    with Site("127.0.0.2") as site:
        yield site


SPELLINGS = [
    "127.0.0.2",
    "0x7f.0.0.2",
    "0x7f000002",
    "0177.0.0.2",
    "127.2",
    "127.0.2",
    "2130706434",
    "017700000002",
    "127.0.0.2.",
    "１２７.0.0.2",
    "127。0。0。2",
    "%31%32%37.0.0.2",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "[::127.0.0.2]",
    "[64:ff9b::7f00:2]",
    "[2002:7f00:2::]",
    "[::ffff:127.0.0.2%25lo]",
]


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("door", ["asked", "redirected"])
def test_no_spelling_of_an_inward_address_reaches_it(
    clock: Clock, canary: Site, host: str, door: str
) -> None:
    target = f"http://{host}:{canary.port}/x"
    with Site() as site:
        site.pages["/x"] = redirect(target)
        url = target if door == "asked" else site.url + "/x"
        (got,) = ask_all(settings([site.port, canary.port]), clock, url)

    assert isinstance(got, Later | Refusal)
    assert canary.connections == 0


def test_the_reason_names_the_address_and_what_to_do(clock: Clock, canary: Site) -> None:
    (got,) = ask_all(settings([canary.port]), clock, canary.url + "/x")

    assert isinstance(got, Refusal)
    assert got.reason == "not-permitted"
    assert "127.0.0.2 is not a public address (allow it in [network]" in got.detail


def test_robots_that_lead_inward_are_not_followed(clock: Clock, canary: Site) -> None:
    with Site() as site:
        site.pages["/robots.txt"] = redirect(canary.url + "/robots.txt")
        site.pages["/x"] = answer("<p>Hai</p>")
        (got,) = ask_all(settings([site.port, canary.port]), clock, site.url + "/x")

    assert isinstance(got, Refusal)
    assert site.asked("/x") == []
    assert canary.connections == 0


def test_a_port_that_is_not_permitted_is_not_knocked_at(clock: Clock) -> None:
    with Site() as site, Site() as other:
        (got,) = ask_all(settings([site.port]), clock, other.url + "/x")

    assert isinstance(got, Refusal)
    assert f"port {other.port} is not among the permitted ones" in got.detail
    assert other.connections == 0


@pytest.mark.parametrize("kind", ["feed", "sitemap", "index", "section", "canonical", "sheet"])
def test_links_that_lead_inward_are_refused_and_shown(desk: Desk, canary: Site, kind: str) -> None:
    inward = canary.url + path(7)
    with Site() as site:
        (good,) = publish(site, [1])
        page = story(1)
        match kind:
            case "feed":
                site.pages["/rss"] = answer(rss([(good, headline(1)), (inward, "x")]), RSS)
            case "sitemap":
                site.pages["/rss"] = answer(sitemap([good, inward]))
            case "index":
                site.pages["/map"] = answer(sitemap([good]))
                rows = f"<sitemap><loc>{inward}</loc></sitemap><sitemap><loc>/map</loc></sitemap>"
                site.pages["/rss"] = answer(f"<sitemapindex>{rows}</sitemapindex>")
            case "section":
                links = f"<a href='{good}'>{headline(1)}</a><a href='{inward}'>{headline(7)}</a>"
                site.pages["/rss"] = answer(f"<html><body>{links}</body></html>")
            case "canonical":
                page = page.replace("</head>", f"<link rel=canonical href='{inward}'></head>")
            case _:
                page = story(1, following=inward)
        site.pages[path(1)] = answer(page)
        given = {"index": "sitemap", "section": "section", "sitemap": "sitemap"}.get(kind, "feed")
        network = {"allow": ["127.0.0.1/32"], "ports": [site.port, canary.port]}
        report = desk.declare(desk.source(site, kind=given), network=network).read_one()

    assert canary.connections == 0
    if kind == "index":
        assert inward in (report.complaint or "")
    if kind in ("feed", "sitemap"):
        assert [url for url, _ in report.troubles] == [inward]
    if kind != "sheet":
        assert [each.url for each in desk.stories()] == [good]


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
