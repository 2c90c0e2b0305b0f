"""What commands begin with: the folder of the user's files, the settings, the clock."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.load import load

if TYPE_CHECKING:
    from config.settings import Settings

as_json = click.option("--json", "is_json", is_flag=True, help="Print JSON for programs.")


def settings_of(folder: str) -> Settings:
    """Load the user's files. Raises ConfigError with file, line and key of everything wrong."""
    return load(Path(folder), os.environ)


def utc_now() -> datetime:
    """Return the time: the only clock of the command line."""
    return datetime.now(UTC)
