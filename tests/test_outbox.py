"""What watching and mailing leave in the archive: found once, told once, whatever crashes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from shelf import EDITED, NOW, URL, Shelf

from db.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPANS = (("title", 0, 8), ("body", 17, 25))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Three states of two stories, none of them looked at yet; two mailboxes wait for topics."""
    with Shelf(tmp_path) as opened:
        opened.record()
        opened.record(f"{URL}/2")
        opened.record(text=EDITED)
        topics = {"jembatan", "feri"}
        opened.outbox.awaited({"desk": topics, "chief": topics}, topics, opened.now)
        yield opened


def compose(
    shelf: Shelf, slot: str = "2026-08-07 06:00", *matches: int, mailbox: str = "desk"
) -> bool:
    return shelf.outbox.composed(
        mailbox,
        slot,
        message_id=f"<{mailbox}.{slot}@newsroom.example>",
        message=f"to {mailbox}".encode(),
        match_ids=matches,
        now=shelf.now,
    )


def undelivered(shelf: Shelf, *topics: str, mailbox: str = "desk") -> list[int]:
    return [hit.match.id for hit in shelf.reader.undelivered(mailbox, topics or ("jembatan",))]


# watching


def test_every_state_is_looked_at_once_in_its_order(shelf: Shelf) -> None:
    ids = []
    while batch := shelf.reader.unwatched(2):
        ids.append([revision.id for _, revision in batch])
        shelf.outbox.watched([], up_to=batch[-1][1].id, now=NOW)

    assert ids == [[1, 2], [3]]


def test_a_state_comes_with_its_story(shelf: Shelf) -> None:
    found = [
        (story.url, revision.content.text == EDITED)
        for story, revision in shelf.reader.unwatched(9)
    ]

    assert found == [(URL, False), (f"{URL}/2", False), (URL, True)]


def test_a_crash_before_the_mark_repeats_with_the_effect_of_once(shelf: Shelf) -> None:
    hits = [("jembatan", 1, SPANS), ("desa", 1, ())]
    with pytest.raises(StoreError):  # the mark, last of its statements, cannot be set
        shelf.outbox.watched(hits, up_to=None, now=NOW)  # type: ignore[arg-type]
    after_crash = shelf.reader.totals().matches, len(shelf.reader.unwatched(9))

    kept = [shelf.outbox.watched(hits, up_to=1, now=NOW) for _ in range(2)]

    assert after_crash == (0, 3)
    assert kept == [2, 0]
    assert shelf.reader.totals().matches == 2


def test_the_mark_never_goes_back(shelf: Shelf) -> None:
    shelf.outbox.watched([], up_to=3, now=NOW)
    shelf.outbox.watched([], up_to=1, now=NOW)

    assert shelf.reader.unwatched(9) == []


# what a digest takes up


def test_a_match_comes_with_story_state_and_what_it_replaced(shelf: Shelf) -> None:
    shelf.outbox.watched([("jembatan", 1, ()), ("jembatan", 3, SPANS)], up_to=3, now=NOW)

    first, second = shelf.reader.undelivered("desk", ["jembatan"])

    assert first.before is None
    assert second.before == first.revision
    assert (second.story.url, second.revision.content.text) == (URL, EDITED)
    assert second.match.spans == SPANS


def test_only_the_topics_of_a_mailbox_are_told_to_it(shelf: Shelf) -> None:
    shelf.outbox.watched([("jembatan", 1, ()), ("feri", 2, ())], up_to=3, now=NOW)

    assert undelivered(shelf, "feri") == [2]
    assert undelivered(shelf, "feri", "jembatan") == [1, 2]
    assert shelf.reader.undelivered("desk", []) == []


def test_a_match_is_told_to_each_mailbox_once(shelf: Shelf) -> None:
    shelf.outbox.watched([("jembatan", n, ()) for n in (1, 2, 3)], up_to=3, now=NOW)

    compose(shelf, "pagi", 1, 2)

    assert undelivered(shelf) == [3]
    assert undelivered(shelf, mailbox="chief") == [1, 2, 3]


def test_a_slot_is_composed_once(shelf: Shelf) -> None:
    shelf.outbox.watched([("jembatan", 1, ()), ("jembatan", 2, ())], up_to=3, now=NOW)

    assert [compose(shelf, "pagi", 1), compose(shelf, "pagi", 2)] == [True, False]
    assert undelivered(shelf) == [2]
    assert len(shelf.reader.deliveries(9)) == 1


def test_a_digest_is_stored_with_all_it_carries_or_not_at_all(shelf: Shelf) -> None:
    shelf.outbox.watched([("jembatan", 1, ())], up_to=3, now=NOW)
    with pytest.raises(StoreError):
        compose(shelf, "pagi", 1, 999)  # no such match

    assert shelf.reader.deliveries(9) == []
    assert undelivered(shelf) == [1]


def test_a_slot_that_was_seen_to_stays_so(shelf: Shelf) -> None:
    shelf.outbox.slot_passed("desk", NOW)
    shelf.outbox.slot_passed("desk", NOW - timedelta(days=1))

    assert shelf.reader.slot_passed_at("desk") == NOW
    assert shelf.reader.slot_passed_at("chief") is None


# what becomes of it


def states(shelf: Shelf) -> list[tuple[str, int]]:
    return [(each.state, each.attempts) for each in shelf.reader.deliveries(9)]


def test_a_digest_waits_until_the_channel_has_taken_it(shelf: Shelf) -> None:
    compose(shelf)
    waiting = states(shelf)
    shelf.outbox.sending(1)
    under_way = states(shelf)
    shelf.outbox.sent(1, "250 taken", NOW + timedelta(seconds=4))
    (sent,) = shelf.reader.deliveries(9)

    assert (waiting, under_way) == ([("queued", 0)], [("sending", 1)])
    assert (sent.state, sent.reply, sent.sent_at) == (
        "sent",
        "250 taken",
        NOW + timedelta(seconds=4),
    )
    assert shelf.reader.deliveries_due(NOW + timedelta(days=9)) == []


def test_a_crash_while_sending_leaves_the_same_bytes_due(shelf: Shelf) -> None:
    compose(shelf)
    shelf.outbox.sending(1)

    (due,) = shelf.reader.deliveries_due(NOW)

    assert (due.state, due.message, due.attempts) == ("sending", b"to desk", 1)


@pytest.mark.parametrize(
    ("state", "is_due"), [("queued", True), ("uncertain", True), ("failed", False)]
)
def test_what_was_not_taken_is_tried_again_when_it_is_time(
    shelf: Shelf, state: str, *, is_due: bool
) -> None:
    compose(shelf)
    later = NOW + timedelta(minutes=5)
    shelf.outbox.not_sent(1, state, "451 try later", later)  # type: ignore[arg-type]

    assert shelf.reader.deliveries_due(NOW) == []
    assert bool(shelf.reader.deliveries_due(later)) == is_due
    assert shelf.reader.deliveries(1)[0].reply == "451 try later"


def test_digests_are_sent_in_the_order_in_which_they_were_composed(shelf: Shelf) -> None:
    for slot in ("siang", "pagi", "malam"):
        compose(shelf, slot)
        shelf.go_on(minutes=1)

    due = [delivery.slot for delivery in shelf.reader.deliveries_due(shelf.now)]

    assert due == ["siang", "pagi", "malam"]
    assert shelf.reader.last_digest_at("desk") == NOW + timedelta(minutes=2)
