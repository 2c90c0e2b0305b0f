"""The tour behind `tilik demo`: two rounds over the demo newspaper, and the digest they lead to.

Everything but the newspaper is the product's own code. Returns what happened; prints nothing.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from config.writing import told_of
from db.connection import Writer
from db.outbox import Outbox
from db.reader import Reader
from monitor.cli.crawl import one_round
from monitor.deliver import compose_digest, deliver_due
from monitor.demo.folder import demo_settings
from monitor.demo.newspaper import Newspaper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from config.settings import Settings
    from crawler.visits import Report
    from db.records import Story
    from monitor.demo.newspaper import Outlet, Request

BETWEEN_ROUNDS = timedelta(hours=2)  # what the demo's clock jumps ahead instead of waiting


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to: reports, requests by HTTP status, matches, and the stories now."""

    reports: tuple[Report, ...]
    statuses: Counter[int]
    matches: int
    stories: tuple[Story, ...]

    @property
    def outcomes(self) -> Counter[str]:
        """How many stories came out how."""
        return sum((report.outcomes for report in self.reports), Counter())


@dataclass(frozen=True, slots=True)
class Mail:
    """The digest as it was delivered: its two files, and its text."""

    eml: Path
    html: Path
    subject: str
    text: str


class Tour:
    """The demo newspaper, an empty folder, and a clock that can be moved on."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._now = now
        self._newspaper = Newspaper(now)
        self._settings: Settings | None = None
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            opened.enter_context(self._newspaper)
            self._settings = demo_settings(self._folder, self._newspaper.outlets)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """The newspapers."""
        return self._newspaper.outlets

    def read(self, on_report: Callable[[Report], None]) -> Round:
        """Make one round."""
        before = len(self._newspaper.requests)
        reports, matches = asyncio.run(
            one_round(self._loaded, self._loaded.sources, lambda: self._now, on_report)
        )
        with Reader(self._folder) as reader:
            stories = reader.newest_stories(1_000)
        return Round(
            tuple(sorted(reports, key=lambda report: report.source)),
            _statuses(self._newspaper.requests[before:]),
            matches,
            tuple(stories),
        )

    def go_on(self) -> None:
        """Let two hours pass, in which the newspapers publish, edit, retitle and withdraw."""
        self._now += BETWEEN_ROUNDS
        self._newspaper.publish_second_edition(self._now)

    def mail(self) -> Mail:
        """Compose the digest and deliver it to the folder channel."""
        settings, now = self._loaded, self._now
        mailbox = settings.mailboxes[0]
        with Writer(self._folder) as writer, Reader(self._folder) as reader:
            outbox = Outbox(writer)
            slot = now.strftime("%Y-%m-%d %H:%M")
            compose_digest(settings, reader, outbox, mailbox, slot=slot, now=now)
            deliver_due(settings, reader, outbox, now=now)
        (eml,) = (self._folder / mailbox.folder).glob("*.eml")
        message = email.message_from_bytes(eml.read_bytes(), policy=email.policy.default)
        html = eml.with_suffix(".html")
        with told_of(html):
            html.write_text(_part(message, "html"))
        return Mail(eml, html, str(message["Subject"]), _part(message, "plain"))

    @property
    def _loaded(self) -> Settings:
        if self._settings is None:
            raise RuntimeError("the tour has not begun: use it in a `with` statement")
        return self._settings


def _statuses(requests: Iterable[Request]) -> Counter[int]:
    return Counter(request.status for request in requests)


def _part(message: email.message.EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        raise ValueError(f"the digest has no {kind} part")
    return str(part.get_content()).replace("\r\n", "\n")
