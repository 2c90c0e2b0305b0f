"""Digests as .eml files in a folder, for a trial without a mail server. Never overwrites one.

The same Message-ID written twice is one file; a file is there whole or not at all.
"""

from __future__ import annotations

import os
import re
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from monitor.channels.outcome import Accepted, Again

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

    from config.settings import Mailbox, Settings
    from db.records import Delivery
    from monitor.channels.outcome import Outcome


def send(delivery: Delivery, mailbox: Mailbox, settings: Settings) -> Outcome:
    """Write a digest as <folder>/<date>-<mailbox>-<n>.eml."""
    folder = settings.folder / mailbox.folder
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, is_there = _place(folder, delivery)
        if not is_there:
            _write(path, delivery.message)
    except OSError as error:
        return Again(f"{folder}: cannot be written ({error.strerror or error})")
    return Accepted(f"written to {path}")


def _place(folder: Path, delivery: Delivery) -> tuple[Path, bool]:
    """Return the file for a digest, and whether an earlier attempt has already written it."""
    date = parsedate_to_datetime(str(_headers(delivery.message)["Date"])).date()
    stem = f"{date.isoformat()}-{re.sub('[^A-Za-z0-9._-]', '-', delivery.mailbox)}"
    number = 1
    while (path := folder / f"{stem}-{number}.eml").exists():
        if _headers(path.read_bytes())["Message-ID"] == delivery.message_id:
            return path, True
        number += 1
    return path, False


def _headers(message: bytes) -> Message:
    return BytesHeaderParser(policy=SMTP).parsebytes(message)


def _write(path: Path, message: bytes) -> None:
    """Write beside, flush to the disk, then rename: a crash leaves no half digest behind."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as file:
        file.write(message)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
