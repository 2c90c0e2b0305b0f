"""A progress bar on standard error, for a person at a terminal; silent for everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import rich.progress

    from crawler.visits import Report


class Progress:
    """Counts visits as their reports come in; `total` is null while nobody knows how many."""

    def __init__(self, total: int | None, *, is_shown: bool) -> None:
        self._total = total
        self._is_shown = is_shown
        self._bar: rich.progress.Progress | None = None
        self._task: rich.progress.TaskID | None = None

    def __enter__(self) -> Self:
        if self._is_shown:
            from rich.console import Console  # noqa: PLC0415 - a pipe need not pay for it
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

            self._bar = Progress(
                TextColumn("reading"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.description}", markup=False),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("", total=self._total)
        return self

    def advance(self, report: Report) -> None:
        """Note that a visit has ended."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=1, description=report.source)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
