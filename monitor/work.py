"""What the daemon asks of the rest of the program, as one small protocol. Does nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable
    from datetime import datetime

    from config.settings import Mailbox, Settings


class Work(Protocol):
    """What the daemon keeps going; everything that has an effect is behind these verbs."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""

    async def read(
        self,
        names: AsyncIterable[str],
        on_read: Callable[[str], Awaitable[None]],
        on_fault: Callable[[], None],
    ) -> None:
        """Visit sources by name until there are no more; call back after each is accounted for.

        When it cannot go on it calls `on_fault`, and raises the fault once the names have ended.
        """

    async def expect_digests(self) -> None:
        """Note, for mailboxes that never had a digest, that they wait for one from now on."""

    async def digest(self, mailbox: Mailbox, slot: str, due_at: datetime) -> None:
        """Compose what a mailbox has not had yet."""

    async def deliver(self) -> None:
        """Hand to their channels the digests that are due."""

    async def tidy(self) -> None:
        """Let go of what retention no longer keeps."""

    def reload(self) -> None:
        """Read the user's files again. Raises ConfigError, changing nothing, when they are bad."""
