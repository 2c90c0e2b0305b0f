"""`tilik topic`: the commands about topics, each imported when it is called."""

from __future__ import annotations

import click

from monitor.cli import Commands

COMMANDS = {
    "test": "what a topic would have caught: hits a day, mails a week, what an edit changes",
    "explain": "why a story is a hit or is none, clause by clause",
    "lint": "words that find too much, nothing, or the same twice",
    "suggest": "words that set the hits apart: aliases that may be missing, and exclusions",
    "lookback": "alert from an earlier time on, where a new topic would from now on",
    "mute": "keep the news of one story from the readers of a topic; list, undo",
}


@click.group(
    cls=Commands,
    table=COMMANDS,
    modules="monitor.cli.topic_",
    epilog="Each of them takes --json, for programs.",
)
def command() -> None:
    """Explain, test, lint and tune what readers wait for."""
