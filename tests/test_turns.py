"""Who is visited next: in the order in which sources fell due, but few of one host at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sites.paper import publish
from sites.server import Site, hangs

from monitor.turns import AT_ONCE, Turns

if TYPE_CHECKING:
    from conftest import Desk


def taken(turns: Turns) -> list[str | None]:
    """Take all who may be visited now; the last is one of a host of its own."""

    async def until_the_last() -> list[str | None]:
        turns.add("last", "last")
        names = [await turns.next()]
        while names[-1] != "last":
            names.append(await turns.next())
        return names[:-1]

    names = asyncio.run(until_the_last())
    turns.done("last")
    return names


def lined_up(*names: str) -> Turns:
    """Add sources that are called by their host and a number."""
    turns = Turns()
    for name in names:
        turns.add(name, name[0])
    return turns


def test_sources_of_other_hosts_pass_by_the_line_of_one() -> None:
    turns = lined_up("a1", "a2", "a3", "a4", "b1")

    assert AT_ONCE == 2
    assert taken(turns) == ["a1", "a2", "b1"]


def test_when_a_visit_ends_the_next_of_its_host_comes() -> None:
    turns = lined_up("a1", "a2", "a3", "a4", "b1")
    taken(turns)
    turns.done("b1")
    after_b1 = taken(turns)
    turns.done("a2")

    assert after_b1 == []
    assert taken(turns) == ["a3"]


def test_a_source_that_waits_or_is_visited_is_not_put_in_line_again() -> None:
    turns = lined_up("a1", "a2", "a3", "a1", "a3")
    taken(turns)
    turns.add("a1", "a")
    for name in ("a1", "a2"):
        turns.done(name)

    assert taken(turns) == ["a3"]
    turns.add("a1", "a")
    assert taken(turns) == ["a1"]


def test_whoever_waits_is_told_when_there_are_no_more() -> None:
    turns = Turns()

    async def waits() -> str | None:
        waiting = asyncio.create_task(turns.next())
        await asyncio.sleep(0)
        turns.end()
        return await waiting

    assert asyncio.run(waits()) is None


def test_a_host_that_hangs_with_many_sources_costs_no_other_source(desk: Desk, site: Site) -> None:
    publish(site, range(3))
    with Site("127.0.0.2") as bad:
        bad.pages = {f"/{number}": hangs for number in range(6)}
        hanging = [desk.source(bad, f"/{number}", name=f"h{number}") for number in range(6)]
        limits = {"timeout_s": 0.5, "requests": 2}  # four visits at once: fewer than hang
        desk.declare(*hanging, desk.source(site), limits=limits).read()

    assert len(desk.stories()) == 3
    hanging_until = [asked.ended_s for asked in bad.requests if asked.path != "/robots.txt"]
    assert site.asked("/rss")[0].began_s < min(hanging_until)
