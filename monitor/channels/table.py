"""The ways a digest leaves, in one table. A new one is a file beside this one and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.channels import folder, mail

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.settings import Mailbox, Settings
    from db.records import Delivery
    from monitor.channels.outcome import Outcome

KINDS: dict[str, Callable[[Delivery, Mailbox, Settings], Outcome]] = {
    "mail": mail.send,
    "folder": folder.send,
}
