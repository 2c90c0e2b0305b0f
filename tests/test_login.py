"""A login goes to the origin of its source, and to nobody else, whoever asks for it."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from sites.paper import headline, path, rss, story
from sites.server import Site, answer, redirect, status

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from conftest import Desk
    from sites.server import Asked

LOGIN = {"username": "desk", "password": "rahasia-ü"}
EXPECTED = "Basic " + b64encode("desk:rahasia-ü".encode()).decode()


def subscribers_only(reply: bytes) -> Callable[[socket.socket, Asked], None]:
    """Answer whoever says who he is."""

    def answered(line: socket.socket, asked: Asked) -> None:
        line.sendall(reply if asked.headers.get("authorization") == EXPECTED else status(401))

    return answered


def issue(site: Site, *addresses: str) -> None:
    feed = rss([(address, headline(nth)) for nth, address in enumerate(addresses)])
    site.pages["/rss"] = subscribers_only(answer(feed, "application/rss+xml"))
    site.pages[path(0)] = subscribers_only(answer(story(0)))


def test_a_source_is_read_with_its_login(desk: Desk, site: Site) -> None:
    issue(site, site.url + path(0))
    report = desk.declare(desk.source(site, **LOGIN)).read_one()

    assert report.outcomes == {"baseline": 1}
    assert {asked.headers.get("authorization") for asked in site.requests} == {EXPECTED}


def test_without_it_the_source_says_that_it_was_refused(desk: Desk, site: Site) -> None:
    issue(site, site.url + path(0))
    report = desk.declare(desk.source(site)).read_one()

    assert report.reason is not None
    assert "401" in (report.detail or "")


def test_no_other_host_port_or_redirect_is_told_a_login(desk: Desk, site: Site, bad: Site) -> None:
    with Site() as same_host:
        for other in (bad, same_host):
            other.pages[path(1)] = answer(story(1))
            other.pages[path(2)] = redirect(site.url + path(0))
        issue(site, *(other.url + path(nth) for other in (bad, same_host) for nth in (1, 2)))
        site.pages["/away"] = redirect(bad.url + "/listed")
        away = desk.source(site, "/away", name="away")
        ports = {"ports": [site.port, bad.port, same_host.port]}
        desk.declare(desk.source(site, **LOGIN), away, network=ports).read()

        assert same_host.asked(path(1))
        assert bad.asked(path(1))
        assert bad.asked("/listed")
        assert all("authorization" not in each.headers for each in bad.requests)
        assert all("authorization" not in each.headers for each in same_host.requests)
    assert {asked.headers.get("authorization") for asked in site.requests} == {EXPECTED}
