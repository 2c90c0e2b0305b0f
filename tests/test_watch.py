"""New states of stories to matches: every topic looks at every state once, and at no old news."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shelf import EDITED, HEADLINE, NOW, TEXT, URL, Shelf

from config.load import ConfigError, load
from db.errors import StoreError
from monitor.query.story import Text
from monitor.watch import compiled, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.settings import Settings
    from monitor.query.index import TopicIndex

MAIN = 'contact = "desk@newsroom.example"\n[[mailbox]]\nname = "desk"\nzone = "Asia/Jakarta"\n'
SOURCES = """\
[[source]]
name = "kabar-desa"
url = "https://kabar-desa.example/rss"
kind = "feed"
region = "Riau"
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


@pytest.fixture
def declare(tmp_path: Path) -> Callable[..., Settings]:
    """Write topics as `name = query`, and load all of the user's files."""

    def declared(**queries: str) -> Settings:
        for folder in ("sources", "watchlists"):
            (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / "tilik.toml").write_text(MAIN)
        (tmp_path / "sources" / "all.toml").write_text(SOURCES)
        topics = [
            f"[[topic]]\nname = \"{name}\"\nmailboxes = [\"desk\"]\nquery = '''{query}'''\n"
            for name, query in queries.items()
        ]
        concepts = '[concept.crossing]\nid = ["jembatan", "feri"]\nen = ["bridge"]\n'
        (tmp_path / "watchlists" / "mine.toml").write_text("\n".join(topics))
        (tmp_path / "watchlists" / "shared.toml").write_text(concepts)
        return load(tmp_path, {})

    return declared


def look(shelf: Shelf, settings: Settings) -> list[tuple[str, int]]:
    """Let the topics look at what is new; return the matches of all of them by state."""
    index: TopicIndex = compiled(settings)
    shelf.outbox.awaited(settings.topics_of_mailboxes(), settings.topic_names, shelf.now)
    watch(settings, index, shelf.reader, shelf.outbox, shelf.now)
    hits = shelf.reader.undelivered("desk", [topic.name for topic in settings.topics])
    return [(hit.match.topic, hit.revision.id) for hit in hits]


def test_a_topic_finds_each_new_state_that_says_its_words(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    settings = declare(bridge="@crossing", mayor="wali kota")
    shelf.record()
    shelf.record(f"{URL}/lain", text="Harga cabai naik lagi di pasar induk.", headline="Cabai")

    assert look(shelf, settings) == [("bridge", 1)]


def test_the_watchlist_of_the_documentation_does_what_it_says(tmp_path: Path) -> None:
    documentation = (Path(__file__).parents[1] / "docs" / "topics.md").read_text("utf-8")
    (watchlist,) = re.findall(r"```watchlist\n(.*?)```", documentation, re.DOTALL)
    (tmp_path / "tilik.toml").write_text(MAIN)
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "documented.toml").write_text(watchlist, "utf-8")
    index = compiled(load(tmp_path, {}))

    assert index.match(Text("", "Стратегическим партнёрством доволен Ким Чен Ын", lang="ru"))
    assert index.match(Text("", "A pact: Kim flew home to Pyongyang", lang="en"))
    assert not index.match(Text("", "A pact: Kim flew home to Busan", lang="en"))


def test_a_match_keeps_where_its_words_stand(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    shelf.record()
    look(shelf, settings := declare(school="sekolah"))

    (hit,) = shelf.reader.undelivered("desk", ["school"])
    ((field, start, end),) = hit.match.spans

    assert (field, TEXT[start:end]) == ("body", "sekolah")
    assert hit.match.matched_at == NOW
    assert settings.topics[0].mailboxes == ("desk",)


def test_what_was_there_before_tilik_is_never_told(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    shelf.record(is_silent=True)
    settings = declare(bridge="@crossing")
    before = look(shelf, settings)
    shelf.record(text=EDITED)

    assert before == []
    assert look(shelf, settings) == [("bridge", 2)]


def test_a_state_is_looked_at_once_and_by_no_later_topic(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    shelf.record()
    look(shelf, declare(mayor="wali kota"))

    assert look(shelf, declare(bridge="@crossing")) == []


def test_more_states_than_one_batch_are_all_looked_at(
    shelf: Shelf, declare: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.watch.BATCH", 2)
    for number in range(5):
        shelf.record(f"{URL}/{number}")

    assert len(look(shelf, declare(bridge="@crossing"))) == 5
    assert shelf.reader.unwatched(9) == []


def test_a_crash_before_the_mark_finds_the_same_again(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    shelf.record()
    settings = declare(bridge="@crossing")
    with shelf.writer.transaction() as connection:  # the mark cannot be set
        connection.execute(
            "create trigger no_mark before insert on mark when new.name = 'watched_revision_id' "
            "begin select raise(abort, 'killed'); end"
        )
    with pytest.raises(StoreError, match="killed"):
        look(shelf, settings)
    after_crash = shelf.reader.totals().matches
    with shelf.writer.transaction() as connection:
        connection.execute("drop trigger no_mark")

    assert after_crash == 0
    assert look(shelf, settings) == [("bridge", 1)]


FIELDS = {
    "source:kabar-desa": True,
    "source:kabar-kota": False,
    "region:riau": True,
    "lang:id": True,
    "section:daerah": True,
    "author:sari": True,
    "tag:infrastruktur": True,
    "url:kabar-desa.example": True,
    "event:new": True,
    "event:edited": False,
    "title:jembatan": True,
    "title:sekolah": False,
    "after:2026-08-06 before:2026-08-09": True,
}


@pytest.mark.parametrize("query", FIELDS)
def test_a_topic_may_ask_for_all_that_is_known_of_a_story(
    shelf: Shelf, declare: Callable[..., Settings], query: str
) -> None:
    shelf.record(
        lang="id",
        section="Daerah",
        authors=("Sari Wulan",),
        tags=("infrastruktur",),
        published_at=NOW,
    )

    assert bool(look(shelf, declare(asked=query))) is FIELDS[query]


CHANGES = {
    "headline": ("Baru", TEXT, {"titles"}),
    "both": ("Baru", EDITED, {"edits", "titles"}),
    "text": (HEADLINE, EDITED, {"edits"}),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_topic_may_wait_for_a_kind_of_change(
    shelf: Shelf, declare: Callable[..., Settings], case: str
) -> None:
    headline, text, expected = CHANGES[case]
    settings = declare(edits="event:edited sekolah", titles="event:retitled sekolah")
    shelf.record(is_silent=True)
    shelf.record(text=text, headline=headline)

    assert {topic for topic, _ in look(shelf, settings)} == expected


def test_an_edit_that_takes_the_very_words_away_is_told(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    settings = declare(months="tiga bulan")
    shelf.record(is_silent=True)
    shelf.record(text=EDITED)

    assert look(shelf, settings) == [("months", 2)]
    (hit,) = shelf.reader.undelivered("desk", ["months"])
    assert hit.match.spans == ()


def test_stories_of_a_source_that_is_no_longer_declared_are_still_watched(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    shelf.record(source="kabar-lama")

    assert look(shelf, declare(bridge="@crossing")) == [("bridge", 1)]


def test_all_bad_queries_are_refused_at_once_with_file_line_and_column(
    declare: Callable[..., Settings],
) -> None:
    settings = declare(good="jembatan", open="(feri", unknown="@crosing")

    with pytest.raises(ConfigError) as refused:
        compiled(settings)

    first, second = str(refused.value).splitlines()[-2:]
    assert first.startswith("watchlists/mine.toml:9: topic open: query: ")
    assert second.startswith("watchlists/mine.toml:14: topic unknown: query: ")
    assert "crossing" in second


def test_two_headlines_in_turn_are_told_once(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    settings = declare(bridge="@crossing")
    shelf.record(is_silent=True)
    told = []
    for headline in ["Jembatan Lama Dibuka", HEADLINE] * 3:
        shelf.go_on(hours=1)
        shelf.record(headline=headline)
        told = look(shelf, settings)

    assert told == [("bridge", 2)]
