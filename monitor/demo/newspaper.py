"""A small newspaper on loopback: three outlets, two editions. It never leaves this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from monitor.demo.manuscripts import HOUSES, OutletKind, first_edition, house, second_edition
from monitor.demo.press import print_site
from monitor.demo.server import OutletServer, Request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import TracebackType

    from monitor.demo.manuscripts import Manuscript

__all__ = ["Edition", "Newspaper", "Outlet", "Request"]


@dataclass(frozen=True)
class Outlet:
    """One newspaper as a `[[source]]` table names it; `url` is where its stories are listed."""

    name: str
    url: str
    home: str
    kind: OutletKind
    lang: str
    zone: str
    title: str
    region: str


@dataclass(frozen=True)
class Edition:
    """What the second edition did to the first, by the addresses of the stories."""

    new: tuple[str, ...]
    edited: tuple[str, ...]
    retitled: tuple[str, ...]
    withdrawn: tuple[str, ...]


class Newspaper:
    """Three outlets, each on a free port of loopback, from `with` until its end.

    `now` is the hour of the first edition: its stories are one to thirty-three hours old then.
    `outlets` are the one with a feed, the one with a sitemap, the one with a section page;
    before `with` there are none. `requests` is the log of all three, in the order of arrival.
    """

    def __init__(self, now: datetime) -> None:
        self._first_now = now
        self._servers: tuple[OutletServer, ...] = ()
        self.outlets: tuple[Outlet, ...] = ()
        self.requests: list[Request] = []

    def __enter__(self) -> Self:
        """Print the first edition and open the doors."""
        self._servers = tuple(OutletServer(name, self.requests) for name in HOUSES)
        for server in self._servers:
            stories = first_edition(server.name, self._first_now)
            _publish(server, stories, (), self._first_now)
            server.open()
        self.outlets = tuple(_outlet(server) for server in self._servers)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Answer what has been asked, then stop."""
        for server in self._servers:
            server.close()

    def publish_second_edition(self, now: datetime) -> Edition:
        """Add two stories, edit, retitle and withdraw one each; say which."""
        new, edited, retitled, withdrawn = [], [], [], []
        for server in self._servers:
            old = first_edition(server.name, self._first_now)
            stories = second_edition(server.name, self._first_now, now)
            _publish(server, stories, old, now)
            before = {server.home + story.path: story for story in old}
            after = {server.home + story.path: story for story in stories}
            kept = [url for url in after if url in before]
            new += [url for url in after if url not in before]
            edited += [url for url in kept if after[url].sheets != before[url].sheets]
            retitled += [url for url in kept if after[url].headline != before[url].headline]
            withdrawn += [url for url in before if url not in after]
        return Edition(tuple(new), tuple(edited), tuple(retitled), tuple(withdrawn))


def _publish(
    server: OutletServer, stories: Sequence[Manuscript], old: Sequence[Manuscript], now: datetime
) -> None:
    gone = {story.path for story in old} - {story.path for story in stories}
    server.site = print_site(house(server.name), server.home, stories, gone, now)


def _outlet(server: OutletServer) -> Outlet:
    of = house(server.name)
    return Outlet(
        name=of.name,
        url=server.home + of.start,
        home=server.home,
        kind=of.kind,
        lang=of.lang,
        zone=of.zone,
        title=of.title,
        region=of.region,
    )
