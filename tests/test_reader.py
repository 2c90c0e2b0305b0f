"""What can be asked of the archive: searching, browsing page by page, counting."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from shelf import EDITED, NOW, TEXT, URL, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.records import Story

FERRY = "Kapal feri terakhir ke pulau seberang berangkat pukul lima sore, kata syahbandar."


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


def found(shelf: Shelf, words: str, **limits: str | int) -> list[str]:
    options = {"limit": 50, **limits}
    return [story.url for story in shelf.reader.search(words, **options)]  # type: ignore[arg-type]


# search


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FERRY, "feri"),
        (FERRY, "FERI terakhir"),
        (FERRY, "sore berangkat"),
        ("Pemerintah Côte d'Ivoire menutup kantornya.", "cote d ivoire"),
        ("Владимир Путин прилетел в Пхеньян ещё до рассвета.", "еще пхеньян"),
        ("北京和平壤签署条约。", "平壤"),
        ("북한과 러시아가 조약을 맺었다.", "조약"),
        ("Harga C++ dan NEAR(x) di papan tulis.", "C++"),
        ("Kota-Baru menerima tamu.", "Kota-Baru"),
        ('Ia berkata "tidak" dua kali.', '"tidak" dua kali'),
        ("Mereka memilih AND atau OR sebagai nama.", "AND OR"),
        (FERRY, "feri\0"),
        (FERRY, "feri* ^kapal {kata}: -pukul (sore)"),
    ],
    ids=str,
)
def test_a_search_finds_a_story_by_the_words_that_were_typed(
    shelf: Shelf, text: str, words: str
) -> None:
    shelf.record(text=text, headline="Berita")
    shelf.record(f"{URL}/lain", text=TEXT, headline="Lain")

    assert found(shelf, words) == [URL]


@pytest.mark.parametrize(
    "words",
    ["平京", "fer", "feri NOT kapal", "headline:feri", "feri OR tidakada", "kapal NEAR pulau"],
)
def test_a_search_knows_no_operators_and_no_parts_of_words(shelf: Shelf, words: str) -> None:
    shelf.record(text=f"{FERRY} 北京和平壤")

    assert found(shelf, words) == []


@pytest.mark.parametrize("words", ["", "  ", '"', "()", "*", "\0", "-- ;"])
def test_a_search_without_a_word_finds_nothing(shelf: Shelf, words: str) -> None:
    shelf.record()

    assert found(shelf, words) == []


def test_a_search_for_ten_thousand_words_is_answered(shelf: Shelf) -> None:
    shelf.record()

    assert found(shelf, "jembatan " * 10_000) == [URL]
    assert found(shelf, " ".join(f"kata{n}" for n in range(10_000))) == []


def test_a_search_finds_the_newest_state_of_a_story_only(shelf: Shelf) -> None:
    shelf.record()
    shelf.record(text=EDITED)

    assert found(shelf, "lima bulan") == [URL]
    assert found(shelf, "tiga") == []


def test_a_story_that_is_gone_and_back_is_found_once_by_its_new_words(shelf: Shelf) -> None:
    shelf.record()
    shelf.archive.missed(shelf.story().id, now=NOW, is_final=True)
    while_gone = found(shelf, "tiga bulan")
    shelf.record(text=EDITED)

    assert while_gone == [URL]
    assert found(shelf, "lima bulan") == [URL]
    assert found(shelf, "tiga") == []


# browsing


@pytest.fixture
def ten(shelf: Shelf) -> Shelf:
    """Ten stories, one an hour, every other one of a second source."""
    for number in range(10):
        source = "kabar-kota" if number % 2 else "kabar-desa"
        shelf.record(f"{URL}/{number}", source=source)
        shelf.go_on(hours=1)
    return shelf


def numbers(stories: list[Story]) -> str:
    return "".join(story.url[-1] for story in stories)


def test_stories_come_newest_first_and_page_by_page(ten: Shelf) -> None:
    first = ten.reader.newest_stories(4)
    second = ten.reader.newest_stories(4, before=first[-1].id)
    third = ten.reader.newest_stories(4, before=second[-1].id)

    assert [numbers(page) for page in (first, second, third)] == ["9876", "5432", "10"]


def test_a_search_is_paged_within_one_source(ten: Shelf) -> None:
    first = ten.reader.search("jembatan", 3, "kabar-desa")
    second = ten.reader.search("jembatan", 3, "kabar-desa", before=first[-1].id)

    assert [numbers(page) for page in (first, second)] == ["864", "20"]


def test_stories_of_one_source_and_of_the_last_hours(ten: Shelf) -> None:
    recent = ten.reader.recent("kabar-kota", NOW + timedelta(hours=5))

    assert numbers(ten.reader.newest_stories(10, "kabar-kota")) == "97531"
    assert numbers(ten.reader.stories(story.id for story in recent)) == "579"
    assert numbers(ten.reader.stories(story.id for story in reversed(recent))) == "975"


def test_what_is_not_there_is_told_as_nothing(shelf: Shelf) -> None:
    assert shelf.reader.story(1) is None
    assert shelf.reader.story_at(URL) is None
    assert shelf.reader.revisions(1) == []
    assert shelf.reader.source("kabar-desa") is None
    assert shelf.reader.last_digest_at("desk") is None
    assert shelf.reader.slot_passed_at("desk") is None


def test_the_totals_count_stories_states_matches_and_mail(ten: Shelf) -> None:
    ten.record(f"{URL}/0", text=EDITED)
    ten.archive.missed(ten.story(f"{URL}/1").id, now=ten.now, is_final=True)
    ten.outbox.watched([("t", 1, ()), ("t", 2, ())], up_to=12, now=NOW)
    ten.outbox.composed("desk", "s", message_id="<1@x>", message=b"", match_ids=[1], now=NOW)

    totals = ten.reader.totals()

    assert (totals.stories, totals.revisions, totals.gone) == (10, 12, 1)
    assert (totals.matches, totals.queued, totals.failed) == (2, 1, 0)
    assert totals.archive_bytes > 0


def test_each_state_knows_the_one_it_replaced(shelf: Shelf) -> None:
    shelf.record()
    shelf.record(f"{URL}/lain")
    shelf.record(text=EDITED)
    first, second = shelf.life()

    assert shelf.reader.revision_before(second) == first
    assert shelf.reader.revision_before(first) is None
