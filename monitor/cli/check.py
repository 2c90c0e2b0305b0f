"""`tilik check`: everything that can be found wrong before anything runs."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import click

from db.connection import ARCHIVE, library_weakness
from db.errors import StoreDamaged, StoreRefused
from db.reader import Reader
from monitor.cli.opening import as_json, settings_of
from monitor.cli.output import clean, print_json
from monitor.counting import counted
from monitor.watch import compiled

if TYPE_CHECKING:
    from config.settings import Settings

ROOM_BYTES = 500 * 2**20  # a week of a hundred sources; below it a person should know


@click.command
@as_json
@click.pass_obj
def command(folder: str, is_json: bool) -> int:  # noqa: FBT001 - click's way
    """Check configuration, topics, folder, disk and archive, and say what to mend.

    Exit status: 78 configuration, 73 the folder cannot be written, 65 the archive is damaged.
    """
    settings = settings_of(folder)
    compiled(settings)
    warnings = [*settings.warnings, *_of_folder(settings), *_of_archive(settings)]
    if is_json:
        print_json({"ok": True, "warnings": warnings, "folder": settings.folder})
        return 0
    unverified = sum(not source.verified for source in settings.sources)
    click.echo(
        f"{counted(len(settings.sources), 'source', 'sources')} ({unverified} not verified yet), "
        f"{counted(len(settings.topics), 'topic', 'topics')}, "
        f"{counted(len(settings.concepts), 'concept', 'concepts')}, "
        f"{counted(len(settings.mailboxes), 'mailbox', 'mailboxes')}: all fit together."
    )
    for warning in warnings:
        click.echo(clean(f"! {warning}"))
    return 0


def _of_folder(settings: Settings) -> list[str]:
    folder, found = settings.folder, []
    if not os.access(folder, os.W_OK):
        raise StoreRefused(f"{folder}: cannot be written: nothing can be stored here")
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < ROOM_BYTES:
        found.append(f"only {free_bytes / 2**20:.0f} MiB are free on the disk of {folder}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        found.append("you are root: run tilik as a user of its own")
    return found


def _of_archive(settings: Settings) -> list[str]:
    found = [weakness] if (weakness := library_weakness()) else []
    if (settings.folder / ARCHIVE).exists():
        with Reader(settings.folder) as reader:
            answer = reader.integrity()
        if answer != "ok":
            raise StoreDamaged(f"{settings.folder / ARCHIVE}: damaged ({answer}). Restore a backup")
    return found
