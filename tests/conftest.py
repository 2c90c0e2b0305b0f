"""Shared by the tests: a clock, a source, the user's files, and whole rounds over them.

`clock` stands still until `clock.go_on(hours=1)`. `a_source(site, "/rss", kind="feed")` is a source
on a test site. `settings_for(folder, *sources, **tables)` writes the files that a user would write
and loads them; loopback is allowed and there is no pause, unless a table says otherwise.
`desk` is all of it: `desk.declare(desk.source(site)).read()` visits every source once.
`site` and `bad` are test sites on two hosts; more of them: `from sites.server import Site`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import pytest

from config.load import load
from config.origins import WEB_PORTS
from config.settings import Source
from db.connection import Writer
from db.reader import Reader
from monitor.cli.crawl import one_round
from monitor.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from config.settings import Settings
    from crawler.visits import Report
    from db.records import Story

sys.path.insert(0, str(Path(__file__).parent))  # worker processes find tests/sites through it too

from sites.server import Site


class Clock:
    """Stands still until it is moved on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 8, 7, 16, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def a_source() -> Callable[..., Source]:
    def make(site: Any = None, path: str = "/rss", **keys: Any) -> Source:  # noqa: ANN401 - a test site; the keys of [[source]]
        home = site.url if site else "https://kabar-desa.example"
        return Source.model_validate({"name": "desa", "kind": "feed", "url": home + path, **keys})

    return make


@pytest.fixture
def settings_for() -> Callable[..., Settings]:
    def make(folder: Path, *sources: Source, **tables: dict[str, Any]) -> Settings:
        addresses = [urlsplit(source.url) for source in sources]
        ports = {each.port or WEB_PORTS[each.scheme] for each in addresses}
        network = {"allow": ["127.0.0.0/8"], "ports": sorted(ports), **tables.pop("network", {})}
        politeness = {"delay_s": 0.0, **tables.pop("politeness", {})}
        return _written(folder, sources, network=network, politeness=politeness, **tables)

    return make


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        yield opened


@pytest.fixture
def bad() -> Iterator[Site]:
    """A site on another host, so that its faults cannot hide behind a queue."""
    with Site("127.0.0.2") as opened:
        yield opened


class Desk:
    """The user's folder with its clock: declares sources, reads them, looks into the archive."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        source: Callable[..., Source],
        settings_for: Callable[..., Settings],
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.source = source
        self._settings_for = settings_for
        self._settings: Settings | None = None

    def declare(self, *sources: Source, **tables: dict[str, Any]) -> Self:
        self._settings = self._settings_for(self.folder, *sources, **tables)
        return self

    def read(self) -> dict[str, Report]:
        """Visit every source once; the reports by source name."""
        settings = self._settings
        assert settings is not None
        round_ = one_round(settings, settings.sources, self.clock, lambda _: None)
        reports, _ = asyncio.run(round_)
        assert len(reports) == len(settings.sources)
        return {report.source: report for report in reports}

    def read_one(self) -> Report:
        """Visit the only source."""
        (report,) = self.read().values()
        return report

    def live(self, **parts: float) -> None:
        """Read the only source whenever it is due, for some time; the clock goes on by itself."""
        asyncio.run(self._live(self.clock.now + timedelta(**parts)))

    async def _live(self, end: datetime) -> None:
        settings = self._settings
        assert settings is not None
        (source,), read = settings.sources, asyncio.Event()

        async def names() -> AsyncIterator[str]:
            while True:
                state = reader.source(source.name)
                due_at = state.due_at if state and state.due_at else self.clock.now
                if due_at >= end:
                    self.clock.now = end
                    return
                self.clock.now = max(due_at, self.clock.now)
                yield source.name
                await read.wait()
                read.clear()

        async def on_read(_: str) -> None:
            read.set()

        with Writer(self.folder) as writer, Reader(self.folder) as reader:
            service = Service(settings, writer, reader, self.clock)
            await service.read(names(), on_read, read.set)

    def stories(self, source: str | None = None) -> list[Story]:
        with Reader(self.folder) as reader:
            assert reader.integrity() == "ok"
            return reader.newest_stories(10_000, source)

    def texts(self) -> dict[str, str]:
        return {story.url: story.revision.content.text for story in self.stories()}


@pytest.fixture
def desk(
    tmp_path: Path,
    clock: Clock,
    a_source: Callable[..., Source],
    settings_for: Callable[..., Settings],
) -> Desk:
    return Desk(tmp_path, clock, a_source, settings_for)


def _written(folder: Path, sources: tuple[Source, ...], **tables: dict[str, Any]) -> Settings:
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    main = [
        'contact = "desk@newsroom.example"\n',
        *(_table(f"[{n}]", t) for n, t in tables.items()),
    ]
    (folder / "tilik.toml").write_text("\n".join(main))
    declared = [_table("[[source]]", _keys(folder, source)) for source in sources]
    (folder / "sources" / "all.toml").write_text("\n".join(declared))
    return load(folder, {})


def _keys(folder: Path, source: Source) -> dict[str, Any]:
    """Say a source as a user would, its password in a file."""
    keys = source.model_dump(exclude_unset=True, exclude={"password"})
    if source.password is not None:
        secret = folder / f"{source.name}.secret"
        secret.write_text(source.password.get_secret_value() + "\n")
        secret.chmod(0o600)
        keys["password_file"] = secret.name
    return keys


def _table(name: str, keys: dict[str, Any]) -> str:
    """Write a TOML table; its values are of the kinds that JSON writes alike."""
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())
    return "\n".join([name, *lines, ""])
