"""What the archive remembers of pages: stories, their states, their addresses, and what waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from shelf import EDITED, HEADLINE, NOW, TEXT, URL, Shelf, a_content

from db.errors import StoreError
from db.pages import Pages
from db.records import Link, Unread, Validators

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ETAG = Validators('"a1"', None)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


# what a page means for its story


def test_a_page_seen_for_the_first_time_is_a_new_story(shelf: Shelf) -> None:
    outcome = shelf.record(published_at=NOW - timedelta(hours=2), lang="id", tags=("desa",))

    story = shelf.story()
    assert outcome == "new"
    assert (story.url, story.source, story.revisions) == (URL, "kabar-desa", 1)
    assert (story.first_seen_at, story.published_at) == (NOW, NOW - timedelta(hours=2))
    assert (story.revision.event, story.revision.significance) == ("new", 0.0)
    assert story.revision.content.tags == ("desa",)


def test_what_was_there_before_tilik_is_stored_without_an_event(shelf: Shelf) -> None:
    outcome = shelf.record(is_silent=True)

    assert outcome == "baseline"
    assert shelf.story().revision.event is None


TYPOGRAPHY = {
    "the same": (HEADLINE, TEXT),
    "quotes and dashes": (HEADLINE, TEXT.replace(" dan ", " \u2013 ")),
    "spaces": (f" {HEADLINE}\u00a0", TEXT.replace(" ", "  ")),
    "invisible": (HEADLINE.replace("Hulu", "Hu\u00adlu"), f"\u200b{TEXT}"),
}


@pytest.mark.parametrize("case", TYPOGRAPHY)
def test_typesetting_alone_is_no_change(shelf: Shelf, case: str) -> None:
    headline, text = TYPOGRAPHY[case]
    before = TEXT.replace(" dan ", " - ") if case == "quotes and dashes" else TEXT
    shelf.record(text=before)
    shelf.go_on(hours=1)

    outcome = shelf.record(text=text, headline=headline)

    assert outcome == "same"
    assert len(shelf.life()) == 1
    assert shelf.story().checked_at == NOW + timedelta(hours=1)


def test_an_edited_text_is_a_second_state_that_says_how_much_changed(shelf: Shelf) -> None:
    shelf.record()
    shelf.go_on(hours=1)

    outcome = shelf.record(text=EDITED)

    first, second = shelf.life()
    assert outcome == "edited"
    assert (first.content.text, second.content.text) == (TEXT, EDITED)
    assert (second.event, second.seen_at) == ("edited", NOW + timedelta(hours=1))
    assert second.significance == pytest.approx(1 / len(TEXT.split()), abs=0.001)
    assert shelf.story().revision == second


def test_a_new_headline_outranks_a_new_text(shelf: Shelf) -> None:
    shelf.record()

    assert shelf.record(text=EDITED, headline="Jembatan Dibuka") == "retitled"
    assert shelf.story().revision.significance > 0


def test_a_text_that_shrank_at_once_is_held_back_and_asked_for_again_in_full(shelf: Shelf) -> None:
    shelf.record(validators={URL: ETAG})

    outcome = shelf.record(text=TEXT[:60], validators={URL: Validators('"b2"', None)})

    assert outcome == "shrunk"
    assert shelf.story().revision.content.text == TEXT
    assert shelf.reader.validators(URL, NOW - timedelta(days=7)) == ETAG


def test_a_text_that_shrank_is_held_back_under_a_new_headline_too(shelf: Shelf) -> None:
    shelf.record()

    assert shelf.record(text=TEXT[:60], headline="Situs dalam perbaikan") == "shrunk"
    assert len(shelf.life()) == 1


# gone and back


def test_one_visit_that_misses_a_page_does_not_make_it_gone(shelf: Shelf) -> None:
    shelf.record()

    assert shelf.archive.missed(shelf.story().id, now=shelf.now, is_final=False) is False
    assert shelf.story().gone_at is None


def test_a_page_missed_twice_in_a_row_is_gone_and_told_once(shelf: Shelf) -> None:
    shelf.record(page_hash="0a")
    story_id = shelf.story().id
    verdicts = []
    for _ in range(4):
        shelf.go_on(hours=1)
        verdicts.append(shelf.archive.missed(story_id, now=shelf.now, is_final=False))

    first, last = shelf.life()
    assert verdicts == [False, True, False, False]
    assert (last.event, last.content.text, last.content.page_hash) == ("gone", TEXT, None)
    assert shelf.story().gone_at == NOW + timedelta(hours=2)
    assert first.content.page_hash == "0a"


def test_a_page_that_was_seen_in_between_starts_the_count_again(shelf: Shelf) -> None:
    shelf.record()
    story_id = shelf.story().id
    shelf.archive.missed(story_id, now=shelf.now, is_final=False)
    shelf.archive.unchanged(story_id, shelf.now)

    assert shelf.archive.missed(story_id, now=shelf.now, is_final=False) is False


def test_a_page_that_the_server_calls_gone_for_good_is_gone_at_once(shelf: Shelf) -> None:
    shelf.record()

    assert shelf.archive.missed(shelf.story().id, now=shelf.now, is_final=True) is True


def test_a_story_that_is_back_as_it_was_has_returned(shelf: Shelf) -> None:
    shelf.record()
    shelf.archive.missed(shelf.story().id, now=shelf.now, is_final=True)

    outcome = shelf.record()

    assert outcome == "returned"
    assert shelf.story().gone_at is None
    assert [state.event for state in shelf.life()] == ["new", "gone", "returned"]
    assert shelf.life()[-1].significance == 0


def test_a_story_that_is_back_with_other_words_has_returned_and_shows_them(shelf: Shelf) -> None:
    shelf.record()
    shelf.archive.missed(shelf.story().id, now=shelf.now, is_final=True)

    assert shelf.record(text=EDITED) == "returned"
    assert shelf.life()[-1].significance > 0


def test_a_stump_in_the_place_of_a_story_that_is_gone_does_not_bring_it_back(shelf: Shelf) -> None:
    shelf.record()
    shelf.archive.missed(shelf.story().id, now=shelf.now, is_final=True)

    assert shelf.record(text="Halaman ini telah dipindahkan.") == "shrunk"
    assert shelf.story().gone_at == NOW


def test_a_story_that_is_gone_is_no_longer_asked_for_conditionally(shelf: Shelf) -> None:
    """Asked with its old validators, a page that is back unchanged would answer 304 for ever."""
    shelf.record(aliases=[f"{URL}?amp"], validators={URL: ETAG, f"{URL}?amp": ETAG})

    shelf.archive.missed(shelf.story().id, now=shelf.now, is_final=True)

    assert shelf.reader.validators(URL, NOW - timedelta(days=7)) == Validators()
    assert shelf.reader.validators(f"{URL}?amp", NOW - timedelta(days=7)) == Validators()


# addresses


def test_a_story_is_found_under_every_address_it_ever_had(shelf: Shelf) -> None:
    shelf.record(aliases=["https://m.kabar-desa.example/1"])
    shelf.record("https://m.kabar-desa.example/1", aliases=["https://kabar-desa.example/?p=1"])

    addresses = [URL, "https://m.kabar-desa.example/1", "https://kabar-desa.example/?p=1"]
    assert {shelf.story(address).id for address in addresses} == {shelf.story().id}
    assert shelf.reader.totals().stories == 1


def test_an_alias_of_another_story_does_not_take_a_story_over(shelf: Shelf) -> None:
    """A page may claim any canonical address: its own address decides which story it is."""
    shelf.record("https://kabar-desa.example/a")
    shelf.record("https://kabar-desa.example/b", headline="Pasar Pagi Pindah")

    claimed = ["https://kabar-desa.example/a"]
    outcome = shelf.record(
        "https://kabar-desa.example/b", headline="Pasar Pagi Pindah", aliases=claimed
    )

    assert outcome == "same"
    assert shelf.story("https://kabar-desa.example/a").revision.content.headline == HEADLINE


# links: what waits to be read


def links_waiting(shelf: Shelf) -> list[str]:
    return [link.url for link in shelf.reader.links_waiting("kabar-desa", shelf.now, 100)]


def test_a_link_is_kept_once_and_waits_until_it_is_read(shelf: Shelf) -> None:
    link = Link(URL, title=HEADLINE, published_at=NOW)
    found = [shelf.archive.links_found("kabar-desa", [link], {}, NOW) for _ in range(2)]

    assert found == [1, 0]
    assert shelf.reader.links_waiting("kabar-desa", NOW, 10) == [link]


def test_a_link_to_a_known_story_is_not_read_again(shelf: Shelf) -> None:
    shelf.record(aliases=[f"{URL}?amp"])

    assert shelf.archive.links_found("kabar-desa", [Link(f"{URL}?amp")], {}, NOW) == 0


def test_the_links_of_a_story_are_settled_with_it_in_one_transaction(shelf: Shelf) -> None:
    short = "https://kabar-desa.example/?p=1"
    shelf.archive.links_found("kabar-desa", [Link(URL), Link(short)], {}, NOW)
    too_long = Validators("x" * 10, "y")
    with pytest.raises(StoreError):  # the last of its statements fails
        shelf.record(aliases=[short], validators={None: too_long})  # type: ignore[dict-item]

    assert sorted(links_waiting(shelf)) == sorted([URL, short])
    assert shelf.reader.totals().stories == 0

    shelf.record(aliases=[short])

    assert links_waiting(shelf) == []
    assert shelf.reader.totals().stories == 1


def test_a_feed_is_never_called_read_when_its_links_were_not_kept(shelf: Shelf) -> None:
    feed = "https://kabar-desa.example/rss"
    with pytest.raises(StoreError):
        shelf.archive.links_found(
            "kabar-desa",
            [Link(URL)],
            {feed: ETAG, None: ETAG},  # type: ignore[dict-item]
            NOW,
        )

    assert links_waiting(shelf) == []
    assert shelf.reader.validators(feed, NOW - timedelta(days=7)) == Validators()


def test_links_are_read_newest_first_and_only_when_it_is_time(shelf: Shelf) -> None:
    dated = [Link(f"{URL}/{day}", published_at=NOW - timedelta(days=day)) for day in (3, 1, 2)]
    shelf.archive.links_found("kabar-desa", dated, {}, NOW)
    shelf.archive.postponed(f"{URL}/1", NOW + timedelta(minutes=5), "busy")

    assert links_waiting(shelf) == [f"{URL}/2", f"{URL}/3"]
    shelf.go_on(minutes=5)
    assert links_waiting(shelf) == [f"{URL}/1", f"{URL}/2", f"{URL}/3"]


def test_attempts_are_counted_and_a_refusal_settles_a_link(shelf: Shelf) -> None:
    shelf.archive.links_found("kabar-desa", [Link(URL)], {}, NOW)
    shelf.archive.postponed(URL, NOW, "busy")
    (waiting,) = shelf.reader.links_waiting("kabar-desa", NOW, 1)
    postponed = shelf.reader.unread("kabar-desa")

    shelf.archive.refused(URL, "not-an-article", "this page is a photo gallery")

    assert waiting.attempts == 1
    assert links_waiting(shelf) == []
    assert postponed == [Unread(URL, NOW, None, "busy", NOW)]
    assert shelf.reader.unread("kabar-desa") == [
        Unread(URL, NOW, "not-an-article", "this page is a photo gallery", None)
    ]


def test_the_part_of_a_long_baseline_that_is_passed_over_never_waits(shelf: Shelf) -> None:
    shelf.archive.links_found("kabar-desa", [Link(URL, is_passed_over=True)], {}, NOW)

    assert links_waiting(shelf) == []
    assert [each.reason for each in shelf.reader.unread("kabar-desa")] == ["older"]


# sources


def test_a_source_remembers_its_faults_until_it_is_well(shelf: Shelf) -> None:
    shelf.archive.visited("s", now=NOW, due_at=NOW, reason=None, is_fault=False)
    for hours in (1, 2):
        at = NOW + timedelta(hours=hours)
        shelf.archive.visited("s", now=at, due_at=at, reason="refused", is_fault=True)
    ill = shelf.reader.source("s")
    shelf.archive.visited("s", now=NOW, due_at=NOW, reason="some items are bad", is_fault=False)
    well = shelf.reader.source("s")

    assert ill
    assert (ill.failures, ill.reason, ill.failing_since) == (
        2,
        "refused",
        NOW + timedelta(hours=1),
    )
    assert (ill.first_success_at, ill.last_success_at) == (NOW, NOW)
    assert well
    assert (well.failures, well.failing_since, well.reason) == (0, None, "some items are bad")


def test_a_source_counts_its_stories_and_what_waits(shelf: Shelf) -> None:
    shelf.archive.visited("kabar-desa", now=NOW, due_at=NOW, reason=None, is_fault=False)
    shelf.record()
    shelf.archive.links_found("kabar-desa", [Link(f"{URL}/2"), Link(f"{URL}/3")], {}, NOW)

    state = shelf.reader.sources()["kabar-desa"]

    assert (state.stories, state.waiting) == (1, 2)


def test_the_robots_file_of_a_site_is_remembered_with_its_hour(shelf: Shelf) -> None:
    shelf.archive.robots_read("https://kabar-desa.example", 500, b"", NOW)
    shelf.archive.robots_read("https://kabar-desa.example", 200, b"User-agent: *", NOW)

    assert shelf.reader.robots("https://kabar-desa.example") == (NOW, 200, b"User-agent: *")
    assert shelf.reader.robots("https://lain.example") is None


# retention


def states(shelf: Shelf, count: int) -> list[int]:
    """Record so many states of one story and return their ids."""
    for number in range(count):
        shelf.record(text=f"{TEXT}\nKeadaan nomor {number}.")
    return [state.id for state in shelf.life()]


def test_of_too_many_states_the_oldest_go_but_never_the_first_or_the_newest(shelf: Shelf) -> None:
    ids = states(shelf, 8)
    shelf.outbox.watched([], up_to=ids[-1], now=NOW)
    shelf.record(f"{URL}/lain")

    dropped = shelf.archive.trimmed(4)

    assert dropped == 4
    assert [state.id for state in shelf.life()] == [ids[0], *ids[5:]]
    assert shelf.reader.totals().stories == 2
    assert shelf.archive.trimmed(4) == 0


def test_a_cap_of_one_still_keeps_the_first_and_the_newest_state(shelf: Shelf) -> None:
    ids = states(shelf, 4)
    shelf.outbox.watched([], up_to=ids[-1], now=NOW)

    shelf.archive.trimmed(1)

    assert [state.id for state in shelf.life()] == [ids[0], ids[-1]]


def test_a_state_that_a_topic_found_stays_with_the_one_before_it(shelf: Shelf) -> None:
    ids = states(shelf, 6)
    shelf.outbox.watched([("jembatan", ids[3], ())], up_to=ids[-1], now=NOW)

    shelf.archive.trimmed(2)

    assert [state.id for state in shelf.life()] == [ids[0], ids[2], ids[3], ids[5]]


def test_a_state_that_no_topic_has_looked_at_yet_stays(shelf: Shelf) -> None:
    ids = states(shelf, 6)
    shelf.outbox.watched([], up_to=ids[3], now=NOW)

    shelf.archive.trimmed(2)

    assert [state.id for state in shelf.life()] == [ids[0], ids[3], ids[4], ids[5]]
    assert [state.id for _, state in shelf.reader.unwatched(10)] == ids[4:]


# raw pages


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    opened = Pages(tmp_path)
    yield opened
    opened.close()


def test_a_raw_page_comes_back_byte_for_byte_and_is_kept_once(pages: Pages) -> None:
    body = b"<html>\0\xff" + b"baris " * 5000

    names = {pages.put(f"https://kabar-desa.example/{n}", body, NOW) for n in range(3)}

    (name,) = names
    assert pages.get(name) == body
    assert pages.path.stat().st_size < len(body) * 3


def test_a_raw_page_older_than_retention_is_let_go(pages: Pages) -> None:
    old = pages.put("https://kabar-desa.example/1", b"lama", NOW - timedelta(days=31))
    new = pages.put("https://kabar-desa.example/2", b"baru", NOW)

    assert pages.prune(NOW - timedelta(days=30)) == 1
    assert (pages.get(old), pages.get(new)) == (None, b"baru")


def test_a_content_comes_back_as_it_was_recorded(shelf: Shelf) -> None:
    content = a_content(
        authors=("Redaksi",),
        editor="Penyunting",
        agency="Kantor Berita",
        section="Daerah",
        tags=("jembatan", "desa"),
        lang="id",
        published_at=NOW,
        published_precision="minute",
        modified_at=NOW + timedelta(hours=1),
        image="https://kabar-desa.example/foto.jpg",
        caption="Warga melintas.",
        sheets=2,
        removals=(("repetition", "printed twice", TEXT),),
        page_hash="0a",
        extractor="7",
    )
    shelf.archive.recorded("kabar-desa", URL, content, now=NOW)

    assert shelf.story().revision.content == content
