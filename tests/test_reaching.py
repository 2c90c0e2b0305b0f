"""A server that is not reached, a name server that does not help, and no way round by a proxy."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sites.asking import AskingSpider, ask_all, asking, settings
from sites.server import Site, answer

from config.settings import Network
from crawler.fetch import Answer, Later
from crawler.gate import Resolver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Clock

    from crawler.fetch import Fetched


# not reached


def test_a_closed_port_is_called_refused(clock: Clock) -> None:
    with Site() as site:
        closed = site.url
        port = site.port
    (got,) = ask_all(settings([port]), clock, closed + "/x")

    assert isinstance(got, Later)
    assert got.reason == "refused"
    assert "refuses the connection" in got.detail


def test_a_host_without_a_way_to_it_is_not_called_refusing(clock: Clock) -> None:
    of = settings([80], network={"allow": ("255.255.255.255/32",)})  # no stream leads there
    (got,) = ask_all(of, clock, "http://255.255.255.255/x")

    assert isinstance(got, Later)
    assert got.reason == "unreached"
    assert "cannot be reached" in got.detail


def test_an_unknown_name_is_called_unknown(clock: Clock) -> None:
    (got,) = ask_all(settings([80]), clock, "http://tidak-ada.invalid/x")

    assert isinstance(got, Later)
    assert got.reason == "no-such-name"
    assert "not found" in got.detail


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Stand in for the name server: *.hangs.example has no answer before the test ends."""
    is_over = threading.Event()
    asked: list[str] = []

    def answering(host: str, port: int, **_: object) -> list[Any]:
        asked.append(host)
        if host.endswith(".hangs.example"):
            is_over.wait()
        if host.endswith(".fails.example"):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answering)
    yield asked
    is_over.set()
    for thread in _lookups():
        thread.join()


def _lookups() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "names"]


def test_names_that_hang_hold_nobody_up(clock: Clock, names: list[str]) -> None:
    async def act(spider: AskingSpider) -> list[Fetched]:
        hanging = [spider.ask(f"http://{n}.hangs.example:{site.port}/x") for n in range(20)]
        return await asyncio.gather(*hanging, spider.ask(f"http://koran.example:{site.port}/x"))

    with Site() as site:
        site.pages["/x"] = answer("<p>Hai</p>")
        *hung, good = asking(settings([site.port], limits={"timeout_s": 1.5}), act, clock)

    assert isinstance(good, Answer)
    sentence = "the host name was not looked up (no name server answered within 0.5 s)"
    for each in hung:
        assert isinstance(each, Later)
        assert each.reason == "no-name-server"
        assert each.detail == f"{sentence} (asked for robots.txt)"
    assert len(names) == 21  # none is asked for twice


def test_of_names_that_hang_only_so_many_are_asked_for(clock: Clock, names: list[str]) -> None:
    of = settings([80], limits={"timeout_s": 0.1, "requests": 1})
    urls = [f"http://{number}.hangs.example/x" for number in range(4)]
    last = ask_all(of, clock, *urls)[-1]

    assert isinstance(last, Later)
    assert "too many host names wait for a name server" in last.detail
    assert len(names) == 2


def test_a_name_server_that_fails_is_not_a_name_that_is_not_there(
    clock: Clock, names: list[str]
) -> None:
    (got,) = ask_all(settings([80]), clock, "http://koran.fails.example/x")

    assert isinstance(got, Later)
    assert got.reason == "no-name-server"
    assert names


@pytest.mark.usefixtures("names")
def test_a_name_that_hangs_does_not_keep_a_process_alive() -> None:
    resolver = Resolver(Network(), limit_s=0.01, lookups=1)

    with pytest.raises(OSError, match="no name server answered"):
        asyncio.run(resolver.resolve("koran.hangs.example", 80))
    assert [thread.daemon for thread in _lookups()] == [True]


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_not_used(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with Site() as proxy, Site() as site:
        monkeypatch.setenv(name, proxy.url)
        site.pages["/x"] = answer("<p>Hai</p>")
        (got,) = ask_all(settings([site.port, proxy.port]), clock, site.url + "/x")

    assert isinstance(got, Answer)
    assert proxy.connections == 0
