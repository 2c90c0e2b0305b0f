"""A progress bar on standard error, for a person at a terminal; silent for everybody else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    import rich.progress


class Progress:
    """Counts what is done; `verb` says what, `total` is null while nobody knows how many."""

    def __init__(self, verb: str, total: int | None, *, is_shown: bool) -> None:
        self._verb = verb
        self._total = total
        self._is_shown = is_shown
        self._bar: rich.progress.Progress | None = None
        self._task: rich.progress.TaskID | None = None

    def __enter__(self) -> Self:
        if self._is_shown:
            from rich.console import Console  # noqa: PLC0415 - a pipe need not pay for it
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

            self._bar = Progress(
                TextColumn(self._verb),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.description}", markup=False),
                console=Console(stderr=True),
                transient=True,
                redirect_stdout=False,  # what goes into a pipe would miss it
            )
            self._bar.start()
            self._task = self._bar.add_task("", total=self._total)
        return self

    def advance(self, note: str) -> None:
        """Note that one more is done; `note` is shown beside the bar."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=1, description=note)

    def say(self, line: str) -> None:
        """Print a line on standard output at once, above the bar."""
        if self._bar is not None:
            self._bar.stop()
        click.echo(line)
        sys.stdout.flush()
        if self._bar is not None:
            self._bar.start()

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
