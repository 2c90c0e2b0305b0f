"""What a topic keeps to itself is kept with its reason, counted, and mailed to nobody."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shelf import TEXT, URL, Shelf
from terminal import MAIN, SOURCES, Terminal

from config.load import ConfigError, load
from db.connection import Writer
from db.outbox import Outbox
from monitor.deliver import compose_digest, digest_for
from monitor.watch import compiled, look_back, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from config.settings import Settings

DOCUMENTATION = Path(__file__).parent.parent / "docs" / "topics.md"
TOPIC = '[[topic]]\nname = "bridge"\nmailboxes = ["desk"]\nquery = "jembatan"\n'
OTHER = SOURCES.replace("kabar-desa", "kabar-kota")
COPY = f"Redaksi.\n{TEXT}"  # the same news in another outlet


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture
def declare(tmp_path: Path) -> Callable[..., Settings]:
    def declared(mute: str = "", topic: str = TOPIC) -> Settings:
        for folder in ("sources", "watchlists"):
            (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / "tilik.toml").write_text(MAIN)
        (tmp_path / "sources" / "all.toml").write_text(SOURCES + OTHER)
        (tmp_path / "watchlists" / "mine.toml").write_text(f"{topic}{mute}\n")
        return load(tmp_path, {})

    return declared


def look(shelf: Shelf, settings: Settings) -> list[str]:
    """Let the topics look at what is new; return the addresses that would be mailed."""
    shelf.outbox.awaited(settings.topics_of_mailboxes(), settings.topic_names, shelf.now)
    watch(settings, compiled(settings), shelf.reader, shelf.outbox, shelf.now)
    return pending(shelf)


def pending(shelf: Shelf) -> list[str]:
    return [hit.story.url[-1] for hit in shelf.reader.undelivered("desk", ["bridge"])]


def fill(shelf: Shelf) -> None:
    shelf.record(f"{URL}/1", section="Daerah ")
    shelf.record(f"{URL}/2", "Jembatan di kota, kata wali kota.", source="kabar-kota")
    shelf.record(f"{URL}/3", COPY, source="kabar-kota", section="Olahraga")


MUTES = {
    "": (["1", "2", "3"], []),
    'mute.sources = ["kabar-kota"]': (["1"], [("source kabar-kota", 2)]),
    'mute.sections = ["daerah"]': (["2", "3"], [("section Daerah", 1)]),
    'mute.words = "(kota OR pasar) NOT lalu"': (["1", "3"], [("words kota", 1)]),
    f'mute.clusters = ["{URL}/1"]': (["2"], [("news of story 1", 2)]),
    'mute.clusters = ["https://nowhere.example/"]': (["1", "2", "3"], []),
    "[topic.mute]\nwords = '\"wali kota\"'\nsections = ['olahraga']": (
        ["1"],
        [("section Olahraga", 1), ("words wali kota", 1)],
    ),
}


@pytest.mark.parametrize("mute", MUTES)
def test_a_muted_match_is_kept_with_its_reason_and_told_to_nobody(
    shelf: Shelf, declare: Callable[..., Settings], mute: str
) -> None:
    told, counted = MUTES[mute]
    fill(shelf)

    assert look(shelf, declare(mute)) == told
    assert [(why, matches) for _, why, matches in shelf.reader.muted()] == counted
    assert shelf.reader.totals().matches == 3


@pytest.mark.parametrize("mute", MUTES)
def test_what_is_muted_after_it_was_found_is_not_mailed_either(
    shelf: Shelf, declare: Callable[..., Settings], mute: str
) -> None:
    told, counted = MUTES[mute]
    fill(shelf)
    look(shelf, declare())
    settings = declare(mute)
    desk = settings.mailboxes[0]
    preview = digest_for(settings, shelf.reader, desk, now=shelf.now)
    compose_digest(settings, shelf.reader, shelf.outbox, desk, slot="1", now=shelf.now)

    assert preview is not None
    assert len(preview.match_ids) == len(told)
    assert [(why, matches) for _, why, matches in shelf.reader.muted()] == counted
    assert pending(shelf) == []


def test_what_was_mailed_is_never_called_muted(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    fill(shelf)
    settings = declare()
    look(shelf, settings)
    desk = settings.mailboxes[0]
    compose_digest(settings, shelf.reader, shelf.outbox, desk, slot="1", now=shelf.now)
    shelf.outbox.muted({1: "source s"})

    assert shelf.reader.muted() == []


def test_the_news_of_a_story_is_muted_in_all_outlets_and_only_for_one_topic(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    settings = declare("", TOPIC + TOPIC.replace('"bridge"', '"other"'))
    fill(shelf)
    shelf.outbox.mute("bridge", 1, shelf.now)

    assert look(shelf, settings) == ["2"]
    assert len(shelf.reader.undelivered("desk", ["other"])) == 3
    assert shelf.outbox.mute("bridge", 1, shelf.now) is False
    assert shelf.outbox.unmute("bridge", 1)
    shelf.record(f"{URL}/4", COPY.replace("Redaksi", "Antara"))
    assert look(shelf, settings) == ["2", "4"]
    assert shelf.outbox.unmute("bridge", 1) is False


REFUSED = {
    'mute.words = "(a"': ("watchlists/mine.toml:5: topic bridge: mute.words: line 1", "closed"),
    'mute.sources = ["kabar-dsa"]': ("topic[0].mute: unknown source", 'mean "kabar-desa"?'),
    'mute.source = ["a"]': ("topic[0].mute.source: unknown key", 'did you mean "sources"?'),
    'mute.clusters = ["12"]': ("topic[0].mute.clusters[0]: must be a whole web address", ""),
}


@pytest.mark.parametrize("mute", REFUSED)
def test_a_mute_that_cannot_be_read_is_refused_with_its_place(
    declare: Callable[..., Settings], mute: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        compiled(declare(mute))

    for says in REFUSED[mute]:
        assert says in str(refused.value)


def test_the_example_of_the_documentation_is_understood(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCUMENTATION.read_text("utf-8"), re.DOTALL)
    for folder in ("sources", "watchlists"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tilik.toml").write_text(MAIN)
    source = SOURCES.replace("kabar-desa", "kabar-olahraga")
    (tmp_path / "sources" / "all.toml").write_text(source)
    (tmp_path / "watchlists" / "mine.toml").write_text(example)

    settings = load(tmp_path, {})

    assert compiled(settings)
    assert len(settings.topics[0].mute.model_dump(exclude_defaults=True)) == 4


# the commands


@pytest.fixture
def folder(tmp_path: Path, declare: Callable[..., Settings]) -> Path:
    settings = declare()
    with Shelf(tmp_path) as shelf:
        fill(shelf)
        look(shelf, settings)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_the_news_of_a_story_is_muted_listed_and_told_again(call: Terminal) -> None:
    before = call("topic", "mute", "bridge")
    muted = call("topic", "mute", "bridge", 1)
    again = call("topic", "mute", "bridge", 1)
    listed = call("topic", "mute", "bridge")
    as_json = json.loads(call("topic", "mute", "bridge", "--json")[1])
    undone = call("topic", "mute", "bridge", 1, "--undo")
    unknown = call("topic", "mute", "bridge", 1, "--undo")

    assert before[1] == "No news of single stories is muted for bridge.\n"
    assert muted[1] == "The news of story 1 is muted for bridge; --undo takes it back.\n"
    assert "was already muted" in again[1]
    assert listed[1].startswith("1\t")
    assert [each["story_id"] for each in as_json["news"]] == [1]
    assert undone[1] == "The news of story 1 is told again from now on.\n"
    assert unknown[1] == "The news of story 1 was not muted.\n"
    assert [said[0] for said in (before, muted, again, listed, undone, unknown)] == [0] * 6


MISTAKES = {
    ("brige", "1"): "Did you mean “bridge”?",
    ("bridge", "99"): "there is no story 99",
    ("bridge", "--undo"): "--undo needs the ID of a story",
}


@pytest.mark.parametrize("words", MISTAKES)
@pytest.mark.usefixtures("folder")
def test_a_mistake_is_told_with_the_way_out(call: Terminal, words: tuple[str, ...]) -> None:
    code, said, complaint = call("topic", "mute", *words)

    assert (code, said) == (64, "")
    assert MISTAKES[words] in complaint


def test_beside_a_daemon_the_watchlist_is_the_way(call: Terminal, folder: Path) -> None:
    with Writer(folder):
        code, _, complaint = call("topic", "mute", "bridge", 1)

    assert code == 75
    assert "mute.clusters = " in complaint


def test_the_muted_are_counted_by_status_and_preview_and_explained(
    call: Terminal, folder: Path, declare: Callable[..., Settings]
) -> None:
    with Writer(folder) as writer:
        Outbox(writer).muted({1: "source \x1b[1m"})
    declare('mute.sources = ["kabar-kota"]')

    status = call("status")[1]
    preview = call("topic", "test", "bridge", "--since", "2026-01-01")[1]
    explained = call("topic", "explain", "bridge", 2)[1]

    assert "bridge\tsource \\x1b[1m\t1" in status
    assert "2 more are muted because of source kabar-kota." in preview
    assert "1 of 3 stories since" in preview
    assert "muted because of source kabar-kota: nobody is told" in explained


# what was there before a topic


def test_a_changed_topic_tells_no_old_story_and_may_look_back(
    shelf: Shelf, declare: Callable[..., Settings]
) -> None:
    since = shelf.now
    shelf.record(f"{URL}/0", is_silent=True)
    shelf.record(f"{URL}/1")
    shelf.go_on(days=2)
    shelf.record(f"{URL}/2")
    assert look(shelf, declare("", TOPIC.replace("jembatan", "wali kota"))) == []
    settings = declare()
    assert look(shelf, settings) == []

    def back(begin: datetime) -> int:
        topic = settings.topics[0]
        return look_back(settings, topic, shelf.reader, shelf.outbox, begin, shelf.now)

    assert (back(shelf.now), pending(shelf)) == (1, ["2"])
    assert (back(since), pending(shelf)) == (1, ["2", "1"])
    assert back(since) == 0


def test_looking_back_is_mailed_with_the_next_digest_and_once(
    call: Terminal, tmp_path: Path, declare: Callable[..., Settings]
) -> None:
    earlier = declare("", TOPIC.replace("jembatan", "sungai lebar"))
    with Shelf(tmp_path) as shelf:
        fill(shelf)
        look(shelf, earlier)
    call("digest")
    declare()
    before = call("digest", "--json")[1]
    found = call("topic", "lookback", "bridge", "--since", "2026-01-01", "--json")[1]
    after = [call("digest", "--json")[1] for _ in range(2)]

    assert json.loads(before)["composed"] == []
    assert json.loads(found)["matches"] == 3
    assert [json.loads(each)["composed"] for each in after] == [["desk"], []]


@pytest.mark.parametrize("is_noted", [True, False])
def test_a_dry_run_shows_what_the_real_one_mails(
    call: Terminal, tmp_path: Path, declare: Callable[..., Settings], *, is_noted: bool
) -> None:
    settings = declare()
    with Shelf(tmp_path) as shelf:
        if is_noted:
            wanted = settings.topics_of_mailboxes()
            shelf.outbox.awaited(wanted, settings.topic_names, shelf.now)
        shelf.record()
        shelf.outbox.watched([("bridge", 1, ())], up_to=1, now=shelf.now)

    shown = [each["mailbox"] for each in json.loads(call("digest", "--dry-run", "--json")[1])]
    mailed = json.loads(call("digest", "--json")[1])["composed"]

    assert shown == mailed == (["desk"] if is_noted else [])
