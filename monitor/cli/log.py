"""The log: one line per event on standard error, for people or as JSON Lines.

The daemon keeps one. Every other command says in its own words what a person needs, and is silent
beside that, unless TILIK_DEBUG is set.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.cli.output import clean

if TYPE_CHECKING:
    from typing import TextIO

DEBUG = "TILIK_DEBUG"
LIBRARIES = ("scrapy", "twisted", "aiohttp", "apscheduler", "watchfiles", "trafilatura", "asyncio")


def begin_log(stream: TextIO, *, is_json: bool, is_verbose: bool) -> None:
    """Send the log to a stream; libraries speak only from warnings on unless asked."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_JsonLine() if is_json else _Line())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.INFO if is_verbose else logging.WARNING)


def keep_quiet() -> None:
    """Show nothing of the log, neither tilik's nor the libraries', unless TILIK_DEBUG asks for it.

    Without this Python prints warnings and tracebacks of anybody into the middle of a table.
    """
    if os.environ.get(DEBUG):
        begin_log(sys.stderr, is_json=False, is_verbose=True)
    else:
        logging.basicConfig(handlers=[logging.NullHandler()])


class _Line(logging.Formatter):
    """A line for a person: time in UTC, level where it matters, and no raw site text."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()}: "
        text = f"{at:%Y-%m-%dT%H:%M:%SZ} {level}{clean(record.getMessage())}"
        return (
            f"{text}\n{clean(self.formatException(record.exc_info))}" if record.exc_info else text
        )


class _JsonLine(logging.Formatter):
    """The same for a program."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
