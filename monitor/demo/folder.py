"""The user's files of the demo: a tilik.toml, its sources, and the starter set's watchlist."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.load import STARTER, load
from config.writing import told_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from config.settings import Settings
    from monitor.demo.newspaper import Outlet

WATCHLIST = "watchlists/russia-dprk.toml"


def demo_settings(folder: Path, outlets: Iterable[Outlet]) -> Settings:
    """Write files such as a user would write into an empty folder, and load them."""
    watchlist = (STARTER / WATCHLIST).read_bytes()
    with told_of(folder):
        _write(folder, tuple(outlets), watchlist)
    return load(folder, _without_overrides())


def _write(folder: Path, outlets: Sequence[Outlet], watchlist: bytes) -> None:
    (folder / "sources").mkdir(parents=True)
    (folder / "watchlists").mkdir()
    (folder / WATCHLIST).write_bytes(watchlist)
    ports = sorted({urlsplit(outlet.url).port or 80 for outlet in outlets})
    (folder / "tilik.toml").write_text(
        'contact = "demo@example.org"\n\n'
        '[network]\nallow = ["127.0.0.0/8"]  # the demo newspapers live on this machine\n'
        f"ports = {ports}\n\n"
        "[politeness]\ndelay_s = 0  # nobody is disturbed here; the default is 1\n\n"
        '[[mailbox]]\nname = "desk"\nzone = "Asia/Jakarta"\nchannel = "folder"\n'
    )
    (folder / "sources" / "demo.toml").write_text("\n".join(map(_source, outlets)))


def _source(outlet: Outlet) -> str:
    keys = ("name", "url", "kind", "title", "region", "lang", "zone")
    lines = (f"{key} = {json.dumps(getattr(outlet, key), ensure_ascii=False)}" for key in keys)
    return "[[source]]\n" + "\n".join(lines) + "\n"


def _without_overrides() -> dict[str, str]:
    """Leave out the user's own TILIK__ variables: they are meant for the real thing."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TILIK__")}
