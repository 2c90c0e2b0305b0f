"""Shared by the tests: a clock, a source, the user's files, and one round of `tilik crawl`.

`clock` stands still until `clock.go_on(hours=1)`. `a_source(site, "/rss", kind="feed")` is a source
on a test site. `settings_for(folder, *sources, **tables)` writes the files that a user would write
and loads them; loopback is allowed and there is no pause, unless a table says otherwise.
`read_round(settings)` visits every source once and returns the reports by source name.
The test sites are in `tests/sites/`: `from sites.server import Site`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from config.load import load
from config.settings import Source
from monitor.cli.crawl import one_round

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.settings import Settings
    from crawler.visits import Report

sys.path.insert(0, str(Path(__file__).parent))  # worker processes find tests/sites through it too


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
        ports = {urlsplit(source.url).port or 80 for source in sources}
        network = {"allow": ["127.0.0.0/8"], "ports": sorted(ports), **tables.pop("network", {})}
        politeness = {"delay_s": 0.0, **tables.pop("politeness", {})}
        return _written(folder, sources, network=network, politeness=politeness, **tables)

    return make


@pytest.fixture
def read_round(clock: Clock) -> Callable[[Settings], dict[str, Report]]:
    def read(settings: Settings) -> dict[str, Report]:
        reports, _ = asyncio.run(one_round(settings, settings.sources, clock, lambda _: None))
        assert len(reports) == len(settings.sources)
        return {report.source: report for report in reports}

    return read


def _written(folder: Path, sources: tuple[Source, ...], **tables: dict[str, Any]) -> Settings:
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    main = ['contact = "desk@newsroom.example"\n', *(_table(f"[{n}]", t) for n, t in tables.items())]
    (folder / "tilik.toml").write_text("\n".join(main))
    declared = [_table("[[source]]", source.model_dump(exclude_unset=True)) for source in sources]
    (folder / "sources" / "all.toml").write_text("\n".join(declared))
    return load(folder, {})


def _table(name: str, keys: dict[str, Any]) -> str:
    """Write a TOML table; its values are of the kinds that JSON writes alike."""
    return "\n".join([name, *(f"{key} = {json.dumps(value)}" for key, value in keys.items()), ""])
