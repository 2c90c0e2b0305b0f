"""The command `tilik`: imports click and nothing else; a subcommand is imported when called."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS = {
    "init": "write the commented starter files into a folder",
    "check": "look at configuration, topics, database and disk before anything runs",
    "demo": "the whole product offline: a small newspaper, two rounds, a digest",
    "run": "the daemon: reads around the clock and mails digests",
    "crawl": "one round now, with progress and a summary",
    "source": "find, add, test, list, import and export newspapers",
    "topic": "explain, test, lint and tune what readers wait for",
    "extract": "the article of an address or file, and the repairs that touched it",
    "stories": "browse or search the archive",
    "show": "one story, its revisions if asked",
    "diff": "what changed between two revisions of a story",
    "digest": "compose and deliver what a mailbox has not had yet",
    "status": "one screen: sources, stories, mail, alarms",
}


class Commands(click.Group):
    """A group whose help is a literal table, so that `tilik --help` costs next to nothing.

    `modules` is what the module names of its commands begin with.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - click's own
        table: Mapping[str, str],
        modules: str,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self._table = table
        self._modules = modules

    def list_commands(self, _: click.Context) -> list[str]:
        """Name the commands in the order in which a newcomer meets them."""
        return list(self._table)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Import a command's module and return its command."""
        if name not in self._table:
            return None
        command: click.Command = importlib.import_module(f"{self._modules}{name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        if args and args[0] not in self._table and not args[0].startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415 - only for a mistyped word

            near = get_close_matches(args[0], self._table, 1)
            lists = f"`{ctx.command_path} --help` lists them."
            hint = f" Did you mean “{near[0]}”?" if near else f" {lists}"
            ctx.fail(f"there is no command “{args[0]}”.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the table without importing a single command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._table.items()))


def _version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:  # noqa: FBT001 - click's
    if is_asked and not ctx.resilient_parsing:
        from importlib.metadata import version  # noqa: PLC0415 - 10 ms that only this option needs

        click.echo(f"tilik {version('tilik')}")
        ctx.exit()


@click.group(
    cls=Commands,
    table=COMMANDS,
    modules="monitor.cli.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "-C",
    "--folder",
    default=".",
    envvar="TILIK_FOLDER",
    metavar="DIR",
    help="The folder with tilik.toml (default: this one; or TILIK_FOLDER).",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version)
@click.pass_context
def tilik(ctx: click.Context, folder: str) -> None:
    """Read newspapers politely, keep clean text, notice edits, mail digests."""
    from monitor.cli.log import keep_quiet  # noqa: PLC0415 - `--help` comes without it

    keep_quiet()
    ctx.obj = folder


def main() -> None:
    """Run the command line; every error ends in one clear sentence and the right exit status."""
    from monitor.cli.ending import run  # noqa: PLC0415 - keeps the module's own import to click

    run(tilik)
