"""What commands print: tables and words for people, JSON for programs, and no raw site text.

`clean` is the one door for site text on its way to a terminal.
"""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.extract.article import Moment

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


def clean(text: str) -> str:
    """Show control, bidi and zero-width characters as what they are; keep line ends and tabs."""
    return UNSEEN.sub(lambda found: _shown(ord(found[0])), text)


def print_json(value: object) -> None:
    """Print a value as one JSON document: times in ISO 8601, bytes left out."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_json_line(value: object) -> None:
    """Print a value as one line of JSON Lines."""
    click.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table: with rich on a terminal, tab-separated into a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(_cell(value) for value in row))
        return
    from rich.console import Console  # noqa: PLC0415 - 40 ms that a pipe need not pay
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))  # Text: no markup is read
    Console().print(table)


def when(at: datetime | None) -> str:
    """Write a time for a table, in UTC and saying so."""
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else "never"


def printed_time(moment: Moment | None) -> str:
    """Write when a page says its story was published; only the day where it says no more."""
    if moment is None:
        return ""
    if moment.precision == "day":
        return f"{moment.at:%Y-%m-%d}"
    return when(moment.at.astimezone(UTC))


def _cell(value: object) -> str:
    """Write a value so that it keeps to its cell: without line ends and tabs, and cleaned."""
    if value is None:
        return ""
    text = when(value) if isinstance(value, datetime) else str(value)
    return clean(text.replace("\n", " ").replace("\t", " "))


def _shown(code: int) -> str:
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"  # noqa: PLR2004 - one byte


def _plain(value: object) -> Any:  # noqa: ANN401 - what json.dumps asks for
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: item
            for field in dataclasses.fields(value)
            if not isinstance(item := getattr(value, field.name), bytes)
        }
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"cannot write {type(value).__name__} as JSON")
