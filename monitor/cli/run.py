"""`tilik run`: the daemon. Joins the clock to the work and waits to be told to stop."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING

import click

from db.connection import Writer
from db.reader import Reader
from monitor.cli.opening import settings_of, utc_now

if TYPE_CHECKING:
    from config.settings import Settings


@click.command
@click.option("--json", "is_json", is_flag=True, help="Write the log as JSON Lines.")
@click.option("-v", "--verbose", is_flag=True, help="Log what the libraries say, too.")
@click.pass_obj
def command(folder: str, is_json: bool, verbose: bool) -> None:  # noqa: FBT001 - click's way
    """Read around the clock until SIGTERM or Ctrl-C."""
    from monitor.cli.log import begin_log  # noqa: PLC0415

    begin_log(sys.stderr, is_json=is_json, is_verbose=verbose)
    asyncio.run(_run(settings_of(folder)))


async def _run(settings: Settings) -> None:
    # The heavy libraries come after the configuration was found good.
    from monitor.daemon import Daemon  # noqa: PLC0415
    from monitor.service import Service  # noqa: PLC0415

    with Writer(settings.folder) as writer, Reader(settings.folder) as reader:
        service = Service(settings, writer, reader, utc_now)
        for warning in settings.warnings:
            logging.getLogger("tilik").warning(warning)
        await Daemon(service, reader, utc_now).run()
