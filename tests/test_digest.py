"""What one mailbox is told: every piece of news once, whole, in order, and nothing for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from config.settings import Mailbox, Source, Topic
from db.records import Content, Hit, Match, Revision, SourceState, Story
from monitor.digest import Digest, compose

if TYPE_CHECKING:
    from db.records import Event, Spans

NOW = datetime(2026, 11, 23, 23, tzinfo=UTC)
DESK = Mailbox(name="desk", zone="Asia/Jakarta")
FERRY = Topic(name="ferry", title="Penyeberangan", query="feri", mailboxes=("desk",))
TIDE = Topic(name="tide", query="pasang", mailboxes=("desk",))

WIRE = """\
Dua feri malam antara Tanjung Lada dan Pulau Kemiri berhenti beroperasi mulai Senin.
Pengelola pelabuhan menyebut mesin kapal tua itu sudah tiga kali mati di tengah selat.
Warga yang bekerja di pasar ikan kini harus menunggu perahu nelayan sejak subuh.
Kepala dinas perhubungan berjanji mendatangkan kapal pengganti sebelum akhir bulan."""
CUT = WIRE.rpartition("\n")[0]
OTHER = " ".join(f"kata{number} lain{number * 7}" for number in range(40))


def a_revision(id_: int, event: Event | None = "new", text: str = WIRE, **said: Any) -> Revision:  # noqa: ANN401 - fields of Content
    content = Content(headline="Feri Malam Berhenti", text=text)
    significance = 0.0
    at = NOW - timedelta(hours=20 - id_)
    return Revision(id_, 1, event, at, significance, replace(content, **said))


def a_hit(  # noqa: PLR0913 - the parts of a hit
    revision: Revision,
    before: Revision | None = None,
    *,
    story: int = 1,
    source: str = "lada",
    topic: Topic = FERRY,
    spans: Spans = (("body", 4, 8),),
) -> Hit:
    told = Story(
        id=story,
        source=source,
        url=f"https://{source}.example/{story}",
        first_seen_at=NOW - timedelta(days=2),
        checked_at=NOW,
        published_at=revision.content.published_at,
        gone_at=None,
        missing=0,
        is_final=False,
        revisions=revision.id,
        revision=revision,
    )
    id_ = revision.id * 100 + story * 10 + (topic.name == TIDE.name)
    return Hit(Match(id_, topic.name, revision.id, spans, NOW), told, revision, before)


def told(
    *hits: Hit,
    topics: tuple[Topic, ...] = (FERRY, TIDE),
    since: datetime | None = None,
    troubled: tuple[SourceState, ...] = (),
    sources: tuple[Source, ...] = (),
    passed_at: datetime | None = None,
) -> Digest | None:
    return compose(
        DESK,
        topics,
        hits,
        since=since,
        now=NOW,
        passed_at=passed_at,
        troubled=troubled,
        sources=sources,
    )


def composed(*hits: Hit, **more: Any) -> Digest:  # noqa: ANN401 - passed on to `told`
    digest = told(*hits, **more)
    assert digest is not None
    return digest


def test_a_mailbox_with_no_news_is_left_in_peace() -> None:
    trouble = SourceState("lada", reason="the server did not answer", failures=3)

    assert told() is None
    assert told(since=NOW - timedelta(days=6), troubled=(trouble,)) is None


def test_after_a_week_of_silence_a_mailbox_hears_that_tilik_still_looks() -> None:
    trouble = SourceState("lada", reason="the server did not answer", failures=3)

    digest = composed(since=NOW - timedelta(days=7), troubled=(trouble,))

    assert digest.entries == ()
    assert [each.reason for each in digest.troubles] == ["the server did not answer"]


def test_a_new_story_that_was_edited_at_once_is_one_entry_in_its_newest_state() -> None:
    first, second = a_revision(1), a_revision(2, "edited", WIRE + "\nTambahan.")

    (entry,) = composed(a_hit(second, first), a_hit(first)).entries

    assert entry.kind == "new"
    assert entry.content.text.endswith("Tambahan.")
    assert entry.change is None
    assert [each.event for each in entry.happenings] == ["new", "edited"]
    assert entry.match_ids == (110, 210)


def test_three_edits_are_one_entry_compared_with_the_state_mailed_last() -> None:
    states = [a_revision(1)]
    for number, word in enumerate(("empat", "lima", "enam"), 2):
        states.append(a_revision(number, "edited", WIRE.replace("tiga", word)))

    (entry,) = composed(*(a_hit(new, old) for old, new in pairwise(states))).entries

    assert entry.change is not None
    pieces = [(p.operation, p.text.strip()) for block in entry.change.blocks for p in block]
    assert ("removed", "tiga") in pieces
    assert ("added", "enam") in pieces
    assert not any("empat" in text for _, text in pieces)


@pytest.mark.parametrize(
    ("events", "headline", "text", "kind"),
    [
        pytest.param(("new",), None, None, "new", id="new"),
        pytest.param(("edited",), None, WIRE + "\nLagi.", "edited", id="edited"),
        pytest.param(("edited", "retitled"), "Judul Lain", None, "retitled", id="retitled"),
        pytest.param(("edited", "gone"), None, WIRE + "\nLagi.", "gone", id="edited, then gone"),
        pytest.param(("new", "gone"), None, None, "gone", id="came and went"),
        pytest.param(("gone", "returned"), None, None, "returned", id="gone and back"),
    ],
)
def test_an_entry_says_in_one_word_what_became_of_the_story(
    events: tuple[Event, ...], headline: str | None, text: str | None, kind: Event
) -> None:
    before = None if events[0] == "new" else a_revision(1, "new")
    hits = []
    for number, event in enumerate(events, 2):
        state = a_revision(number, event, text or WIRE, headline=headline or "Feri Malam Berhenti")
        hits.append(a_hit(state, before))
        before = state

    (entry,) = composed(*hits).entries

    assert entry.kind == kind


def test_a_story_that_changed_and_changed_back_is_not_told_and_not_carried_away() -> None:
    first = a_revision(1)
    second = a_revision(2, "retitled", headline="Sebentar")
    third = a_revision(3, "retitled")

    assert told(a_hit(second, first), a_hit(third, second)) is None


def test_small_edits_wait_until_together_they_matter() -> None:
    strict = FERRY.model_copy(update={"min_significance": 0.05})
    first = a_revision(1)
    second = a_revision(2, "edited", WIRE.replace("tiga", "empat"))
    third = a_revision(3, "edited", second.content.text.replace("Senin", "Kamis malam pekan depan"))

    assert told(a_hit(second, first), topics=(strict,)) is None
    (entry,) = composed(a_hit(second, first), a_hit(third, second), topics=(strict,)).entries
    assert entry.match_ids == (210, 310)


def test_a_topic_that_asks_for_less_than_before_tells_no_edit_that_was_passed_over() -> None:
    first = a_revision(1)
    second = a_revision(2, "edited", WIRE.replace("tiga", "empat"))
    third = a_revision(3, "edited", WIRE.replace("tiga", "lima"))
    small, other = a_hit(second, first), a_hit(third, second)
    passed_at = NOW + timedelta(hours=2)
    later = replace(other, match=replace(other.match, matched_at=NOW + timedelta(hours=3)))

    assert told(small, passed_at=passed_at) is None
    (entry,) = composed(small, later, passed_at=passed_at).entries
    assert entry.match_ids == (210, 310)
    assert composed(a_hit(first), passed_at=passed_at).match_ids == (110,)  # told when it can


def test_an_edit_that_is_found_while_a_digest_is_composed_is_told_by_the_next() -> None:
    first = a_revision(1)
    second = a_revision(2, "edited", WIRE.replace("tiga", "empat"))

    (entry,) = composed(a_hit(second, first), passed_at=NOW).entries

    assert entry.match_ids == (210,)


def test_a_topic_that_asks_for_more_keeps_waiting_while_another_tells_the_edit() -> None:
    strict = TIDE.model_copy(update={"min_significance": 0.5})
    first = a_revision(1)
    second = a_revision(2, "edited", WIRE.replace("tiga", "empat"))
    third = a_revision(3, "edited", WIRE.replace("tiga", "lima"))

    (entry,) = composed(
        a_hit(second, first), a_hit(third, second, topic=strict), topics=(FERRY, strict)
    ).entries

    assert "lima" in entry.content.text
    assert entry.also_in == ()
    assert entry.match_ids == (210,)


def test_a_new_headline_is_told_however_small_the_edit() -> None:
    strict = FERRY.model_copy(update={"min_significance": 1.0})
    state = a_revision(2, "retitled", headline="Feri Malam Berhenti Total")

    (entry,) = composed(a_hit(state, a_revision(1)), topics=(strict,)).entries

    assert entry.before is not None
    assert entry.before.headline == "Feri Malam Berhenti"


def test_one_wire_text_in_three_outlets_is_one_entry_by_the_fullest() -> None:
    hits = [
        a_hit(a_revision(1, text=CUT, headline="Feri Dipotong"), story=1, source="kemiri"),
        a_hit(a_revision(2), story=2, source="lada"),
        a_hit(a_revision(3), story=3, source="pala"),
    ]

    (entry,) = composed(*hits, sources=(a_source("lada", "Harian Lada"),)).entries

    assert entry.outlet == "Harian Lada"
    assert [(each.outlet, each.paragraphs) for each in entry.copies] == [
        ("pala", 0),
        ("kemiri", -1),
    ]
    assert entry.match_ids == (110, 220, 330)


def a_source(name: str, title: str | None = None) -> Source:
    return Source(name=name, title=title, url=f"https://{name}.example/rss", kind="feed")


def test_an_outlet_that_withdrew_its_copy_does_not_speak_for_the_others() -> None:
    gone = a_hit(a_revision(5, "gone"), a_revision(4), story=1, source="lada")
    cut = a_hit(a_revision(6, text=CUT), story=2, source="kemiri")

    (entry,) = composed(gone, cut).entries

    assert (entry.outlet, entry.kind) == ("kemiri", "new")
    assert [(each.outlet, each.kind) for each in entry.copies] == [("lada", "gone")]


def test_strangers_stay_apart() -> None:
    digest = composed(
        a_hit(a_revision(1), story=1), a_hit(a_revision(2, text=OTHER), story=2, source="pala")
    )

    assert len(digest.entries) == 2


def test_a_story_of_two_topics_is_told_under_the_first_and_names_the_second() -> None:
    state = a_revision(1)

    digest = composed(a_hit(state, topic=TIDE), a_hit(state, topic=FERRY, spans=(("title", 0, 4),)))

    assert [section.title for section in digest.sections] == ["Penyeberangan"]
    (entry,) = digest.entries
    assert entry.also_in == ("tide",)
    assert entry.spans == (("body", 4, 8), ("title", 0, 4))
    assert sorted(digest.match_ids) == [110, 111]


def test_sections_stand_in_the_order_declared() -> None:
    hits = [
        a_hit(a_revision(1), story=1),
        a_hit(a_revision(2, text=OTHER), story=2, topic=TIDE),
    ]

    assert [each.title for each in composed(*hits).sections] == ["Penyeberangan", "tide"]
    reverse = composed(*hits, topics=(TIDE, FERRY))
    assert [each.title for each in reverse.sections] == ["tide", "Penyeberangan"]


def test_new_comes_first_then_edits_headlines_and_losses_and_the_latest_before_the_older() -> None:
    texts = [" ".join(f"w{story}x{place}" for place in range(60)) for story in range(6)]
    old = a_revision(1)
    hits = [
        a_hit(a_revision(9, "gone", texts[0]), a_revision(8, "new", texts[0]), story=1),
        a_hit(a_revision(11, "retitled", texts[1], headline="Baru"), old_state(texts[1]), story=2),
        a_hit(a_revision(12, "edited", texts[2] + " x"), old_state(texts[2]), story=3),
        a_hit(a_revision(13, text=texts[3], published_at=old.seen_at), story=4),
        a_hit(a_revision(14, text=texts[4], published_at=NOW), story=5),
    ]

    kinds = [(entry.kind, entry.url[-1]) for entry in composed(*hits).entries]

    assert kinds == [("new", "5"), ("new", "4"), ("edited", "3"), ("retitled", "2"), ("gone", "1")]


def old_state(text: str) -> Revision:
    return a_revision(2, "new", text)


def test_a_page_from_the_future_does_not_sort_above_now() -> None:
    ahead = a_hit(a_revision(1, text=OTHER, published_at=NOW + timedelta(days=900)), story=1)
    today = a_hit(a_revision(2, published_at=NOW - timedelta(minutes=5)), story=2)

    first, second = composed(ahead, today).entries

    assert first.url.endswith("/2")
    assert second.published_at is None


def test_a_withdrawn_story_says_when_its_text_was_last_read() -> None:
    before = a_revision(3)

    (entry,) = composed(a_hit(a_revision(8, "gone"), before)).entries

    assert entry.read_at == before.seen_at
    assert entry.happenings[-1].at > before.seen_at


def test_sources_in_trouble_are_named_as_readers_know_them() -> None:
    well = SourceState("pala")
    ill = SourceState("lada", reason="the name was not found", failing_since=NOW)

    digest = composed(
        a_hit(a_revision(1)), troubled=(well, ill), sources=(a_source("lada", "Harian Lada"),)
    )

    assert [(each.outlet, each.reason) for each in digest.troubles] == [
        ("Harian Lada", "the name was not found")
    ]
