"""The outbox: compose, store, send, then mark. Never sends what is not stored.

A digest's final bytes and Message-ID are stored with its matches before the first attempt, and
it is marked as sent only after the other side has said so: at least once, at most one extra copy.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from monitor.channels.outcome import Accepted, Again, Failed, Held, Uncertain
from monitor.channels.table import KINDS
from monitor.digest import compose
from monitor.mute import Mutes
from monitor.query.story import Story as Words
from monitor.render.message import ascii_address, message, render_parts
from monitor.watch import text_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import datetime

    from config.settings import Mailbox, Settings, Topic
    from db.outbox import Outbox
    from db.reader import Reader
    from db.records import Delivery, DeliveryState, Hit
    from monitor.channels.outcome import Outcome
    from monitor.digest import Digest
    from monitor.render.message import Rendered

logger = logging.getLogger(__name__)

RETRY_MINUTES = (1, 5, 15, 30, 60)  # after the first, second, ... attempt; then hourly
UNCERTAIN_MINUTES = 15
HELD_MINUTES = 60
SPREAD = 0.1  # of the pause: mails that failed together do not all come back together
LIFE = timedelta(days=5)
NOBODY = "tilik@localhost.invalid"  # the sender of files that never leave this machine


@dataclass
class Tally:
    """What one round of delivering came to. `problems` has a sentence for each that did not go."""

    sent: int = 0
    waiting: int = 0
    uncertain: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)

    def count(self, state: DeliveryState, sentence: str) -> None:
        """Add one delivery."""
        self.sent += state == "sent"
        self.waiting += state == "queued"
        self.uncertain += state == "uncertain"
        self.failed += state == "failed"
        if state != "sent":
            self.problems.append(sentence)


def compose_digest(  # noqa: PLR0913 - the rooms it goes through
    settings: Settings,
    reader: Reader,
    outbox: Outbox,
    mailbox: Mailbox,
    *,
    slot: str,
    now: datetime,
) -> bool:
    """Store what a mailbox is to be told, final, in the outbox; False when there is nothing."""
    hits = _undelivered(settings, reader, mailbox)
    muted = _muted(settings, reader, hits)
    outbox.muted(muted)
    digest = _digest(settings, reader, mailbox, _told(hits, muted), now)
    if digest is None:
        return False
    (message_id, first, match_ids), *further = [
        _sealed(settings, mailbox, part, rendered, now=now)
        for part, rendered in render_parts(digest)
    ]
    return outbox.composed(
        mailbox.name,
        slot,
        message_id=message_id,
        message=first,
        match_ids=match_ids,
        now=now,
        further=further,
    )


def digest_for(
    settings: Settings, reader: Reader, mailbox: Mailbox, *, now: datetime
) -> Digest | None:
    """Compose what a mailbox would be told now, and store nothing."""
    hits = _undelivered(settings, reader, mailbox)
    return _digest(settings, reader, mailbox, _told(hits, _muted(settings, reader, hits)), now)


def _digest(
    settings: Settings, reader: Reader, mailbox: Mailbox, hits: Sequence[Hit], now: datetime
) -> Digest | None:
    read = {source.name for source in settings.sources if source.enabled}
    return compose(
        mailbox,
        _topics(settings, mailbox),
        hits,
        since=reader.last_digest_at(mailbox.name),
        now=now,
        passed_at=reader.slot_passed_at(mailbox.name),
        troubled=[
            state for state in reader.sources().values() if state.reason and state.name in read
        ],
        sources=settings.sources,
    )


def _topics(settings: Settings, mailbox: Mailbox) -> list[Topic]:
    return [topic for topic in settings.topics if mailbox.name in topic.mailboxes]


def _undelivered(settings: Settings, reader: Reader, mailbox: Mailbox) -> list[Hit]:
    return reader.undelivered(mailbox.name, [topic.name for topic in _topics(settings, mailbox)])


def _muted(settings: Settings, reader: Reader, hits: Iterable[Hit]) -> dict[int, str]:
    """Say of hits that waited why nobody is told: a topic may have been muted after the find."""
    mutes = Mutes(settings, reader)
    muted = {}
    for hit in hits:
        topic = settings.topic_named(hit.match.topic)
        words = Words(text_of(hit.story, hit.revision, settings))
        if topic and (reason := mutes.reason(topic, hit.story.id, words)):
            muted[hit.match.id] = reason
    return muted


def _told(hits: Iterable[Hit], muted: Container[int]) -> list[Hit]:
    return [hit for hit in hits if hit.match.id not in muted]


def sender_of(settings: Settings) -> str:
    """Say who writes: the mail server's sender, else the contact, else nobody."""
    if settings.mail is not None:
        return settings.mail.sender
    return settings.contact if "://" not in settings.contact else NOBODY


def deliver_due(settings: Settings, reader: Reader, outbox: Outbox, *, now: datetime) -> Tally:
    """Hand what is due to its channel, and mark what came of it. Blocks while servers think.

    When a channel lets nothing through, the rest of its mail waits without being tried.
    """
    tally = Tally()
    closed: dict[str, tuple[Outcome, datetime]] = {}
    for delivery in reader.deliveries_due(now):
        mailbox = settings.mailbox_named(delivery.mailbox)
        channel = mailbox.channel if mailbox else ""
        if channel in closed:
            outcome, due_at = closed[channel]
        else:
            outbox.sending(delivery.id)
            outcome = _guarded(settings, delivery)
            due_at = _due_at(delivery, outcome, now)
        if isinstance(outcome, Held) or (isinstance(outcome, Again) and outcome.is_unreachable):
            closed[channel] = outcome, due_at
        state = _mark(outbox, delivery, outcome, due_at=due_at, now=now)
        tally.count(state, f"{delivery.mailbox}, {delivery.slot}: {outcome.reply}")
    return tally


def _guarded(settings: Settings, delivery: Delivery) -> Outcome:
    """Let a fault of ours cost one digest a try, and never the mail behind it."""
    try:
        return attempt(settings, delivery)
    except Exception as error:
        logger.exception("delivery failed mailbox=%s slot=%s", delivery.mailbox, delivery.slot)
        return Uncertain(f"a fault of tilik's own: {type(error).__name__}")


def attempt(settings: Settings, delivery: Delivery) -> Outcome:
    """Hand one digest to the channel of its mailbox; touches no database."""
    mailbox = settings.mailbox_named(delivery.mailbox)
    if mailbox is None:
        return Again(f'tilik.toml has no mailbox "{delivery.mailbox}" any more')
    return KINDS[mailbox.channel](delivery, mailbox, settings)


def _sealed(
    settings: Settings, mailbox: Mailbox, part: Digest, rendered: Rendered, *, now: datetime
) -> tuple[str, bytes, tuple[int, ...]]:
    """Make the final bytes of one mail: Message-ID, message, and the matches it carries."""
    sender = sender_of(settings)
    message_id = f"<{uuid4().hex}@{ascii_address(sender).rpartition('@')[2]}>"
    mail = message(
        rendered,
        part,
        mailbox,
        sender=sender,
        message_id=message_id,
        now=now,
        contact=settings.contact if "://" not in settings.contact else None,
    )
    return message_id, mail.as_bytes(), part.match_ids


def _mark(
    outbox: Outbox, delivery: Delivery, outcome: Outcome, *, due_at: datetime, now: datetime
) -> DeliveryState:
    if isinstance(outcome, Accepted):
        outbox.sent(delivery.id, outcome.reply, now)
        return "sent"
    state = _state(delivery, outcome, now)
    outbox.not_sent(delivery.id, state, outcome.reply, due_at)
    return state


def _state(delivery: Delivery, outcome: Outcome, now: datetime) -> DeliveryState:
    """Say how a digest waits. One whose fate was unknown stays so, and gets one more try only."""
    was_uncertain = delivery.state in {"uncertain", "sending"}
    is_old = isinstance(outcome, Again) and now - delivery.composed_at >= LIFE
    if isinstance(outcome, Failed) or is_old or (isinstance(outcome, Uncertain) and was_uncertain):
        return "failed"
    return "uncertain" if was_uncertain or isinstance(outcome, Uncertain) else "queued"


def _due_at(delivery: Delivery, outcome: Outcome, now: datetime) -> datetime:
    if isinstance(outcome, Held):
        minutes = HELD_MINUTES
    elif isinstance(outcome, Uncertain):
        minutes = UNCERTAIN_MINUTES
    else:
        minutes = RETRY_MINUTES[min(delivery.attempts, len(RETRY_MINUTES) - 1)]
    return now + timedelta(minutes=minutes * (1 + SPREAD * (delivery.id % 8) / 8))
