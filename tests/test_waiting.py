"""Who waits for news gets what comes from then on; and asking often is not asking long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def found(shelf: Shelf, url: str) -> None:
    shelf.record(url)
    revision = max(each.revision.id for each in shelf.reader.newest_stories(10))
    shelf.outbox.watched([("treaty", revision, ())], up_to=revision, now=shelf.now)


def test_a_new_mailbox_is_not_mailed_what_was_found_before_it_waited(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.outbox.awaited(["desk"], shelf.now)
        found(shelf, "https://kabar-desa.example/1")
        shelf.go_on(days=200)
        shelf.outbox.awaited(["desk", "late"], shelf.now)
        found(shelf, "https://kabar-desa.example/2")

        told = {name: shelf.reader.undelivered(name, ["treaty"]) for name in ("desk", "late")}

    assert [len(told["desk"]), len(told["late"])] == [2, 1]
    assert told["late"][0].story.url == "https://kabar-desa.example/2"


def test_ten_thousand_quick_questions_are_no_long_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.reader.STEPS_BETWEEN_LOOKS", 1_000)
    with Shelf(tmp_path) as shelf:
        shelf.record()

        answers = {shelf.reader.totals().stories for _ in range(3_000)}
        answers |= {len(shelf.reader.newest_stories(5)) for _ in range(7_000)}

    assert answers == {1}
