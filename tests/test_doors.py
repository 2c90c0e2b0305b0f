"""No door leads inward: every spelling of a refused address, at every place that can name one.

The newspaper is on 127.0.0.2, which alone is allowed; canaries sit on the same port of 127.0.0.1
and ::1, and nothing may ever connect to them. (F22, F24; safety.md T1)
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from html import escape
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError
from sites.asking import ask_all, settings
from sites.paper import RSS, headline, path, publish, rss, sitemap, story
from sites.server import Asked, Site, answer, redirect, status
from sites.spellings import INWARD, NAMES, PAPER, REBINDING, SPELLINGS

from crawler import gate
from crawler.extract.article import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Clock, Desk


@pytest.fixture
def canaries() -> Iterator[tuple[Site, Site]]:
    while True:  # until a port is free on all three addresses
        try:
            one = Site(INWARD)
            six = Site("::1", port=one.port)
            break
        except OSError:
            continue
    with one, six:
        yield one, six


@pytest.fixture
def paper(canaries: tuple[Site, Site]) -> Iterator[Site]:
    """The newspaper; under each of its names it may have another robots.txt, at `//name`."""

    def robots(line: socket.socket, request: Asked) -> None:
        name = request.headers["host"].partition(":")[0]
        reply = opened.pages.get(f"//{name}", status(404))
        assert isinstance(reply, bytes)
        line.sendall(reply)

    with Site(PAPER, port=canaries[0].port) as opened:
        opened.pages["/robots.txt"] = robots
        yield opened


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the name server, the outermost seam; and let no answer of it be kept."""
    look_up = socket.getaddrinfo
    answers: Iterator[str] = chain([PAPER], repeat(INWARD))

    def answering(host: str, port: int, **more: Any) -> list[Any]:  # noqa: ANN401 - of `getaddrinfo`
        if host == REBINDING:
            return look_up(next(answers), port, **more)
        if host.startswith("paper-"):
            return look_up(PAPER, port, **more)
        known = NAMES.get(host, (host,))
        return [found for address in known for found in look_up(address, port, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", answering)
    monkeypatch.setattr(gate, "DNS_CACHE_S", 0)


# doors: each puts an address where a source meets it, and says which source that is


def asked(_: Site, __: int, inward: str) -> dict[str, Any]:
    return {"url": inward}


def redirected(site: Site, number: int, inward: str) -> dict[str, Any]:
    site.pages[f"/{number}"] = redirect(inward)
    return {"url": f"{site.url}/{number}"}


def robots(site: Site, number: int, inward: str) -> dict[str, Any]:
    site.pages[f"//paper-{number}.example"] = redirect(inward)
    return {"url": f"http://paper-{number}.example:{site.port}/rss"}


def fed(site: Site, number: int, inward: str) -> dict[str, Any]:
    site.pages[f"/{number}"] = answer(rss([(inward, headline(7))]), RSS)
    return {"url": f"{site.url}/{number}"}


def mapped(site: Site, number: int, inward: str) -> dict[str, Any]:
    site.pages[f"/{number}"] = answer(sitemap([inward]))
    return {"url": f"{site.url}/{number}", "kind": "sitemap"}


def indexed(site: Site, number: int, inward: str) -> dict[str, Any]:
    row = f"<sitemap><loc>{escape(inward)}</loc></sitemap>"
    site.pages[f"/{number}"] = answer(f"<sitemapindex>{row}</sitemapindex>")
    return {"url": f"{site.url}/{number}", "kind": "sitemap"}


def listed(site: Site, number: int, inward: str) -> dict[str, Any]:
    base = f"<base href='{escape(inward)}'>"
    link = f"<a href='{escape(inward)}'>{headline(7)}</a><a href='{path(7)}'>{headline(8)}</a>"
    site.pages[f"/{number}"] = answer(f"<html>{base if number % 2 else ''}<body>{link}</body>")
    return {"url": f"{site.url}/{number}", "kind": "section", "links": "/"}


def claimed(site: Site, number: int, inward: str) -> dict[str, Any]:
    link = f"<link rel=canonical href='{escape(inward)}'></head>"
    site.pages[path(number)] = answer(story(number).replace("</head>", link))
    return fed(site, number, site.url + path(number))


def continued(site: Site, number: int, inward: str) -> dict[str, Any]:
    site.pages[path(number)] = answer(story(number, following=escape(inward)))
    return fed(site, number, site.url + path(number))


Door = Callable[[Site, int, str], dict[str, Any]]

OPEN: list[Door] = [asked, redirected, robots, fed, mapped, indexed]  # but for the gate
SHUT: list[Door] = [listed, claimed, continued]  # only the newspaper's own addresses are believed


@pytest.mark.parametrize("door", OPEN + SHUT)
def test_no_spelling_of_an_inward_address_reaches_it_through_any_door(
    desk: Desk, paper: Site, canaries: tuple[Site, Site], door: Door
) -> None:
    sources = []
    for number, spelling in enumerate(SPELLINGS):
        keys = door(paper, number, spelling.format(p=paper.port, paper=PAPER))
        with suppress(ValidationError):  # an address that not even the configuration takes
            sources.append(desk.source(name=f"s{number}", **keys))
    network = {"allow": [f"{PAPER}/32"], "ports": [paper.port]}
    reports = desk.declare(*sources, network=network).read()

    assert [canary.connections for canary in canaries] == [0, 0]
    if door in OPEN[:3]:  # the source itself cannot be read
        assert all(report.reason and report.detail for report in reports.values())
    if door in SHUT[1:]:
        assert len(desk.stories()) == len(SPELLINGS)


@pytest.mark.parametrize("door", OPEN)
def test_the_canaries_would_sing_were_it_not_for_the_gate(
    desk: Desk, paper: Site, canaries: tuple[Site, Site], door: Door
) -> None:
    spellings = (f"http://0x7f.1:{paper.port}/x", f"http://[::1]:{paper.port}/x")
    keys = [door(paper, number, spelling) for number, spelling in enumerate(spellings)]
    sources = [desk.source(name=f"s{number}", **each) for number, each in enumerate(keys)]
    network = {"allow": ["127.0.0.0/8", "::1/128"], "ports": [paper.port]}
    desk.declare(*sources, network=network).read()

    assert all(canary.connections for canary in canaries)


@pytest.mark.parametrize("door", SHUT)
def test_a_page_of_an_allowed_network_names_no_other_host_of_it(
    desk: Desk, paper: Site, canaries: tuple[Site, Site], door: Door
) -> None:
    source = desk.source(**door(paper, 1, canaries[0].url + path(7)))
    desk.declare(source, network={"ports": [paper.port]}).read()
    desk.clock.go_on(days=1, hours=1)
    desk.read()

    assert canaries[0].connections == 0


# what a person sees, and the rest of the newspaper


def test_a_name_that_is_bound_anew_after_robots_reaches_nothing(
    clock: Clock, paper: Site, canaries: tuple[Site, Site]
) -> None:
    of = settings([paper.port], network={"allow": (f"{PAPER}/32",)})
    (got,) = ask_all(of, clock, f"http://{REBINDING}:{paper.port}/x")

    assert paper.paths() == ["/robots.txt"]
    assert isinstance(got, Refusal)
    assert got.reason == "not-permitted"
    assert canaries[0].connections == 0


@pytest.mark.parametrize("kind", ["feed", "sitemap", "index"])
def test_what_leads_inward_is_shown_with_its_reason_and_costs_no_other_story(
    desk: Desk, paper: Site, canaries: tuple[Site, Site], kind: str
) -> None:
    inward = canaries[0].url + path(7)
    (good,) = publish(paper, [1])
    match kind:
        case "feed":
            paper.pages["/rss"] = answer(rss([(good, headline(1)), (inward, "x")]), RSS)
        case "sitemap":
            paper.pages["/rss"] = answer(sitemap([good, inward]))
        case _:
            paper.pages["/map"] = answer(sitemap([good]))
            rows = f"<sitemap><loc>{inward}</loc></sitemap><sitemap><loc>/map</loc></sitemap>"
            paper.pages["/rss"] = answer(f"<sitemapindex>{rows}</sitemapindex>")
    source = desk.source(paper, kind="feed" if kind == "feed" else "sitemap")
    network = {"allow": [f"{PAPER}/32"], "ports": [paper.port]}
    report = desk.declare(source, network=network).read_one()
    told = report.troubles or [(inward, report.complaint or "")]

    reason = "127.0.0.1 is not a public address (allow it in [network] if it is meant)"
    assert [(url, reason in sentence) for url, sentence in told] == [(inward, True)]
    assert [each.url for each in desk.stories()] == [good]
    assert canaries[0].connections == 0
