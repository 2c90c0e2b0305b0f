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
    from config.settings import Settings, Source

SPANS = {"h": "hours", "d": "days", "w": "weeks"}

as_json = click.option("--json", "is_json", is_flag=True, help="Print JSON for programs.")


def settings_of(folder: str) -> Settings:
    """Load the user's files. Raises ConfigError with file, line and key of everything wrong."""
    return load(Path(folder), os.environ)


def source_of(settings: Settings, name: str) -> Source:
    """Return the source of that name, or say which one may have been meant."""
    source = settings.source_named(name)
    if source is None:
        from difflib import get_close_matches  # noqa: PLC0415 - only for a mistyped word

        near = get_close_matches(name, [each.name for each in settings.sources], 1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        raise click.UsageError(f"there is no source “{name}” in sources/*.toml.{hint}")
    return source


def since_of(text: str, now: datetime) -> datetime:
    """Read how far back to go: a date (its beginning in UTC), or `30d`, `12h`, `2w` before now."""
    span = re.fullmatch(r"(\d{1,4})([hdw])", text)
    if span:
        return now - timedelta(**{SPANS[span[2]]: int(span[1])})
    try:
        since = datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise click.UsageError(
            f"“{text}” is no date: write it as 2026-07-31, or as 30d, 12h, 2w before now."
        ) from None
    if since > now:
        raise click.UsageError(f"{text} is still to come.")
    return since


def utc_now() -> datetime:
    """Return the time: the only clock of the command line."""
    return datetime.now(UTC)
