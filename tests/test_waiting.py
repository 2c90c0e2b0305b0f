"""Who waits for news gets what comes from then on; and asking often is not asking long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


TOPICS = {"treaty", "floods"}  # what the watchlists declare


def found(shelf: Shelf, url: str, topic: str = "treaty") -> None:
    shelf.record(url)
    revision = max(each.revision.id for each in shelf.reader.newest_stories(10))
    shelf.outbox.watched([(topic, revision, ())], up_to=revision, now=shelf.now)


def told(shelf: Shelf, mailbox: str, *topics: str) -> list[str]:
    hits = shelf.reader.undelivered(mailbox, topics)
    return [f"{hit.match.topic} {hit.story.url[-1]}" for hit in hits]


def test_a_new_mailbox_is_not_mailed_what_was_found_before_it_waited(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.outbox.awaited({"desk": ["treaty"]}, TOPICS, shelf.now)
        found(shelf, "https://kabar-desa.example/1")
        shelf.go_on(days=200)
        shelf.outbox.awaited({"desk": ["treaty"], "late": ["treaty"]}, TOPICS, shelf.now)
        found(shelf, "https://kabar-desa.example/2")

        assert told(shelf, "desk", "treaty") == ["treaty 1", "treaty 2"]
        assert told(shelf, "late", "treaty") == ["treaty 2"]


def test_a_mailbox_that_is_not_noted_yet_is_told_nothing(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        found(shelf, "https://kabar-desa.example/1")

        assert told(shelf, "desk", "treaty") == []


def test_a_topic_that_is_new_to_a_mailbox_tells_it_nothing_old(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.outbox.awaited({"desk": ["treaty"], "other": ["floods"]}, TOPICS, shelf.now)
        found(shelf, "https://kabar-desa.example/1")
        found(shelf, "https://kabar-desa.example/2", "floods")
        shelf.go_on(days=3)
        before = told(shelf, "desk", "treaty", "floods")  # edited, but nobody was at work since
        shelf.outbox.awaited({"desk": ["treaty", "floods"], "other": ["floods"]}, TOPICS, shelf.now)
        found(shelf, "https://kabar-desa.example/3", "floods")

        assert before == ["treaty 1"]
        assert told(shelf, "desk", "treaty", "floods") == ["treaty 1", "floods 3"]
        assert told(shelf, "other", "floods") == ["floods 2", "floods 3"]


def test_a_topic_that_was_away_comes_back_as_a_new_one(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.outbox.awaited({"desk": ["treaty", "floods"]}, TOPICS, shelf.now)
        found(shelf, "https://kabar-desa.example/1")
        shelf.outbox.awaited({"desk": ["floods"]}, TOPICS, shelf.now)
        shelf.go_on(days=30)
        shelf.outbox.awaited({"desk": ["treaty", "floods"]}, TOPICS, shelf.now)

        assert told(shelf, "desk", "treaty") == []


def test_a_watchlist_that_is_gone_for_a_moment_loses_nothing(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.outbox.awaited({"desk": ["treaty", "floods"]}, TOPICS, shelf.now)
        found(shelf, "https://kabar-desa.example/1")
        shelf.go_on(minutes=5)
        shelf.outbox.awaited({"desk": ["floods"]}, {"floods"}, shelf.now)
        shelf.go_on(minutes=1)
        shelf.outbox.awaited({"desk": ["treaty", "floods"]}, TOPICS, shelf.now)

        assert told(shelf, "desk", "treaty") == ["treaty 1"]


def test_a_mailbox_that_comes_back_is_not_mailed_what_was_found_meanwhile(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.outbox.awaited({"desk": ["treaty"], "boss": ["treaty"]}, TOPICS, shelf.now)
        shelf.outbox.awaited({"desk": ["treaty"]}, TOPICS, shelf.now)
        shelf.go_on(days=80)
        found(shelf, "https://kabar-desa.example/1")
        shelf.go_on(days=1)
        shelf.outbox.awaited({"desk": ["treaty"], "boss": ["treaty"]}, TOPICS, shelf.now)

        assert told(shelf, "boss", "treaty") == []
        assert told(shelf, "desk", "treaty") == ["treaty 1"]


def test_what_waits_when_tilik_is_upgraded_is_not_lost(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        with shelf.writer.transaction() as connection:  # as an older tilik noted it
            at = int(shelf.now.timestamp())
            connection.execute("insert into mark values ('waits:desk', ?)", (at,))
        found(shelf, "https://kabar-desa.example/1")
        shelf.go_on(days=1)
        before = told(shelf, "desk", "treaty")
        shelf.outbox.awaited({"desk": ["treaty"]}, TOPICS, shelf.now)

        assert before == told(shelf, "desk", "treaty") == ["treaty 1"]


def test_ten_thousand_quick_questions_are_no_long_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.asking.STEPS_BETWEEN_LOOKS", 1_000)
    with Shelf(tmp_path) as shelf:
        shelf.record()

        answers = {shelf.reader.totals().stories for _ in range(3_000)}
        answers |= {len(shelf.reader.newest_stories(5)) for _ in range(7_000)}

    assert answers == {1}
