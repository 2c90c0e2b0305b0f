"""`tilik source`: the commands about newspapers, each imported when it is called."""

from __future__ import annotations

import click

from monitor.cli import Commands

COMMANDS = {
    "add": "look at a newspaper, propose how to read it, declare it",
    "test": "one visit without storing: what is listed, what it gives, what not",
    "unread": "listed addresses that gave no story: why, and when they are asked again",
    "list": "yield, last success, next visit and health of every source",
    "import": "declare the feeds of an OPML file",
    "export": "print the declared sources as OPML",
}


@click.group(
    cls=Commands,
    table=COMMANDS,
    modules="monitor.cli.source_",
    epilog="Each of them takes --json, for programs.",
)
def command() -> None:
    """Find, add, test, list, import and export newspapers."""
