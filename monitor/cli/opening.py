"""What commands begin with: the folder of the user's files, the settings, the clock."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.load import load

if TYPE_CHECKING:
    from config.settings import Settings, Source, Topic

as_json = click.option("--json", "is_json", is_flag=True, help="Print JSON for programs.")


def settings_of(folder: str) -> Settings:
    """Load the user's files. Raises ConfigError with file, line and key of everything wrong."""
    return load(Path(folder), os.environ)


def source_of(settings: Settings, name: str) -> Source:
    """Return the source of that name, or say which one may have been meant."""
    source = settings.source_named(name)
    if source is None:
        raise _unknown("source", name, [each.name for each in settings.sources])
    return source


def topic_of(settings: Settings, name: str) -> Topic:
    """Return the topic of that name, or say which one may have been meant."""
    topic = settings.topic_named(name)
    if topic is None:
        raise _unknown("topic", name, [each.name for each in settings.topics])
    return topic


def _unknown(kind: str, name: str, known: list[str]) -> click.UsageError:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistyped word

    files = {"source": "sources/*.toml", "topic": "watchlists/*.toml"}[kind]
    near = get_close_matches(name, known, 1)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    return click.UsageError(f"there is no {kind} “{name}” in {files}.{hint}")


def ago(written: str, now: datetime) -> datetime:
    """Read how far back to look: 12h, 30d, 8w, or a day such as 2026-03-31 (from midnight UTC)."""
    found = re.fullmatch(r"([0-9]{1,5})([hdw])", written)
    try:
        if found:
            unit = {"h": "hours", "d": "days", "w": "weeks"}[found[2]]
            at = now - timedelta(**{unit: int(found[1])})
        else:
            at = datetime.combine(date.fromisoformat(written), time(), UTC)
    except (ValueError, OverflowError):
        message = f"“{written}” is neither an age such as 30d, 12h or 8w, nor a day as 2026-03-31"
        raise click.UsageError(message) from None
    if at >= now:
        raise click.UsageError(f"“{written}” does not lie in the past")
    return at


def utc_now() -> datetime:
    """Return the time: the only clock of the command line."""
    return datetime.now(UTC)
