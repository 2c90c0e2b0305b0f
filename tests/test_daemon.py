"""The daemon on a real loop: what is due happens, once; what breaks is told; the end is quick."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from shelf import Shelf

from config.load import load
from db.errors import StoreFailed, StoreFull
from monitor.daemon import Daemon

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable, Iterator
    from pathlib import Path

    from conftest import Clock

    from config.settings import Mailbox, Settings, Source

LONGEST_S = 20
MAIN = """\
contact = "desk@newsroom.localhost"
[[mailbox]]
name = "desk"
zone = "Asia/Jakarta"
times = ["06:00", "18:00"]
"""
SOURCE = '[[source]]\nname = "{name}"\nurl = "https://{name}.example/rss"\nkind = "feed"\n'


class Work:
    """The one fake: does nothing, and says what it was asked to do. Keeps marks in a real archive.

    A verb that has an entry in `instead` does that after it was heard.
    """

    def __init__(self, settings: Settings, shelf: Shelf, clock: Clock) -> None:
        self.settings = settings
        self.done: list[str] = []
        self.instead: dict[str, Callable[[], Awaitable[None]]] = {}
        self._shelf = shelf
        self._clock = clock
        self._heard = asyncio.Event()

    async def _say(self, what: str) -> None:
        self.done.append(what)
        self._heard.set()
        if act := self.instead.get(what):
            await act()

    async def heard(self, what: str, times: int = 1) -> None:
        """Wait until it was asked to do something so many times."""
        async with asyncio.timeout(LONGEST_S):
            while self.done.count(what) < times:
                self._heard.clear()
                await self._heard.wait()

    async def read(
        self,
        names: AsyncIterable[str],
        on_read: Callable[[str], Awaitable[None]],
        on_fault: Callable[[], None],
    ) -> None:
        async with asyncio.TaskGroup() as visits:
            async for name in names:
                visits.create_task(self._visit(name, on_read, on_fault))

    async def _visit(
        self, name: str, on_read: Callable[[str], Awaitable[None]], on_fault: Callable[[], None]
    ) -> None:
        try:
            await self._say(f"read {name}")
        except StoreFailed:
            on_fault()
            raise
        await on_read(name)

    async def expect_digests(self) -> None:
        for mailbox in self.settings.mailboxes:
            if self._shelf.reader.slot_passed_at(mailbox.name) is None:
                self._shelf.outbox.slot_passed(mailbox.name, self._clock())

    async def digest(self, mailbox: Mailbox, slot: str, due_at: datetime) -> None:
        await self._say(f"digest {mailbox.name} {slot}")
        self._shelf.outbox.slot_passed(mailbox.name, due_at)

    async def deliver(self) -> None:
        await self._say("deliver")

    async def tidy(self) -> None:
        await self._say("tidy")

    def reload(self) -> None:
        self.done.append("try to reload")
        self._heard.set()
        self.settings = load(self.settings.folder, {})
        self.done.append("reload")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Shelf(tmp_path) as opened:
        yield opened


@pytest.fixture
def declare(tmp_path: Path) -> Callable[..., Settings]:
    def declared(*names: str, main: str = MAIN) -> Settings:
        (tmp_path / "sources").mkdir(exist_ok=True)
        (tmp_path / "tilik.toml").write_text(main)
        sources = "\n".join(SOURCE.format(name=name) for name in names)
        (tmp_path / "sources" / "all.toml").write_text(sources)
        return load(tmp_path, {})

    return declared


def due(shelf: Shelf, name: str, at: datetime, way: str | None = None) -> None:
    shelf.archive.visited(name, now=at, due_at=at, reason=None, is_fault=False, way=way)


def run(
    work: Work,
    shelf: Shelf,
    clock: Clock,
    play: Callable[[], Awaitable[object]],
    **limits: float,
) -> None:
    """Run a daemon while something is played, then stop it."""

    async def both() -> None:
        daemon = Daemon(work, shelf.reader, clock, **limits)
        running = asyncio.create_task(daemon.run())
        playing = asyncio.ensure_future(play())
        await asyncio.wait({running, playing}, return_when=asyncio.FIRST_COMPLETED)
        daemon.stop()
        async with asyncio.timeout(LONGEST_S):
            await asyncio.gather(running, playing)

    asyncio.run(both())


async def hang_up(work: Work, times: int = 1) -> None:
    os.kill(os.getpid(), signal.SIGHUP)
    await work.heard("reload", times)


async def for_ever() -> None:
    await asyncio.Event().wait()


# sources


def test_the_sources_that_are_due_are_read_and_no_others(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    due(shelf, "kemarin", clock.now - timedelta(days=1))
    due(shelf, "tadi", clock.now - timedelta(seconds=1))
    due(shelf, "besok", clock.now + timedelta(days=1))
    off = SOURCE.format(name="mati") + "enabled = false\n"
    work = Work(declare("kemarin", "tadi", "besok"), shelf, clock)
    (shelf.folder / "sources" / "off.toml").write_text(off)

    async def play() -> None:
        await work.heard("read kemarin")
        await work.heard("read tadi")
        await hang_up(work)  # everything has been looked at once more

    run(work, shelf, clock, play)

    assert sorted(each for each in work.done if each.startswith("read")) == [
        "read kemarin",
        "read tadi",
    ]


def test_a_source_is_read_again_when_its_next_time_comes(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    due(shelf, "tadi", clock.now)
    work = Work(declare("tadi"), shelf, clock)

    async def soon() -> None:
        due(shelf, "tadi", clock.now + timedelta(seconds=1))

    work.instead["read tadi"] = soon

    run(work, shelf, clock, lambda: work.heard("read tadi", 2))


def test_a_source_that_is_declared_otherwise_is_read_at_once_whatever_it_waited_for(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    settings = declare("pindah", "tetap")
    for source in settings.sources:
        due(shelf, source.name, clock.now + timedelta(days=7), source.way)
    work = Work(settings, shelf, clock)

    async def play() -> None:
        await work.heard("deliver")  # it has planned all
        file = shelf.folder / "sources" / "all.toml"
        file.write_text(file.read_text().replace("pindah.example/rss", "pindah.example/feed"))
        await hang_up(work)
        await work.heard("read pindah")

    run(work, shelf, clock, play)

    assert "read tetap" not in work.done


SHOWN = {
    "title": "Desa",
    "region": "Riau",
    "zone": "Asia/Jakarta",
    "verified": True,
    "interval_s": 900,
}
LOGIN = {"username": "desk", "password": "rahasia"}
WAYS = [{"kind": "section"}, {"path": "/feed"}, LOGIN, {"ignore_robots_because": "asked them"}]


@pytest.mark.parametrize("keys", WAYS)
def test_where_and_how_a_source_is_read_makes_its_way_and_no_more(
    a_source: Callable[..., Source], keys: dict[str, str]
) -> None:
    assert a_source(**keys).way != a_source().way
    assert a_source(**SHOWN).way == a_source().way
    assert a_source(**LOGIN).way == a_source(**LOGIN | {"password": "other"}).way


def test_a_visit_that_could_not_be_accounted_for_is_not_repeated_at_once(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    due(shelf, "tadi", clock.now)
    work = Work(declare("tadi"), shelf, clock)

    async def play() -> None:
        await work.heard("read tadi")
        due(shelf, "kini", clock.now)
        declare("tadi", "kini")
        await work.heard("read kini")

    run(work, shelf, clock, play)

    assert work.done.count("read tadi") <= 2  # the second, if any, is of the reload


def test_a_source_under_way_is_not_read_a_second_time_beside_it(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    due(shelf, "lambat", clock.now)
    due(shelf, "kini", clock.now)
    work = Work(declare("lambat"), shelf, clock)
    go_on = asyncio.Event()

    async def slowly() -> None:
        await go_on.wait()

    work.instead["read lambat"] = slowly

    async def play() -> None:
        await work.heard("read lambat")
        declare("lambat", "kini")
        await hang_up(work)
        await work.heard("read kini")
        due(shelf, "lambat", clock.now + timedelta(days=1))
        go_on.set()

    run(work, shelf, clock, play)

    assert work.done.count("read lambat") == 1


# the user's files


def test_an_edited_file_is_read_again_by_itself(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    due(shelf, "baru", clock.now)
    work = Work(declare(), shelf, clock)

    async def play() -> None:
        await work.heard("deliver")
        async with asyncio.timeout(LONGEST_S):
            while "read baru" not in work.done:  # the watch may begin a moment after we have
                declare("baru")
                with suppress(TimeoutError):
                    await asyncio.wait_for(work.heard("read baru"), 1)

    run(work, shelf, clock, play)


def test_a_broken_edit_keeps_the_last_good_state_and_says_so(
    shelf: Shelf,
    declare: Callable[..., Settings],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    due(shelf, "lama", clock.now + timedelta(days=1))
    work = Work(declare("lama"), shelf, clock)
    good = work.settings

    async def told() -> None:
        (shelf.folder / "sources" / "all.toml").write_text('[[source]]\nnmae = "x"\n')
        os.kill(os.getpid(), signal.SIGHUP)
        await work.heard("try to reload")
        assert work.settings is good
        declare("lama", "baru")
        await hang_up(work)

    with caplog.at_level(logging.INFO):
        run(work, shelf, clock, told)

    (said,) = {each for each in caplog.messages if "last good state" in each}
    assert "sources/all.toml:2: source[0].nmae: unknown key" in said
    assert "\n" not in said
    assert [source.name for source in work.settings.sources] == ["lama", "baru"]
    assert "files reloaded sources=2" in caplog.messages


# digests

SLOTS = {  # 16:05 UTC is 23:05 in Jakarta
    "one slot": (timedelta(hours=6), "digest desk 2026-08-07 18:00"),
    "two slots make one digest": (timedelta(hours=20), "digest desk 2026-08-07 18:00"),
    "a week makes one digest": (timedelta(days=7), "digest desk 2026-08-07 18:00"),
}


@pytest.mark.parametrize("case", SLOTS)
def test_digest_slots_that_were_missed_are_made_up_for_once(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock, case: str
) -> None:
    ago, digest = SLOTS[case]
    shelf.outbox.slot_passed("desk", clock.now - ago)
    work = Work(declare(), shelf, clock)

    async def play() -> None:
        await work.heard(digest)
        await work.heard("deliver", 2)  # after the digest, besides the one of the start
        await hang_up(work)

    run(work, shelf, clock, play)
    again = Work(work.settings, shelf, clock)
    run(again, shelf, clock, lambda: hang_up(again))

    assert [each for each in work.done + again.done if each.startswith("digest")] == [digest]


def test_a_new_mailbox_waits_for_its_first_slot_and_then_gets_it_even_after_a_restart(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    first = Work(declare(), shelf, clock)
    run(first, shelf, clock, lambda: hang_up(first))
    clock.go_on(hours=8)
    second = Work(declare(), shelf, clock)
    run(second, shelf, clock, lambda: second.heard("digest desk 2026-08-08 06:00"))

    assert not any(each.startswith("digest") for each in first.done)


def test_a_digest_comes_at_its_hour(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    clock.now = datetime(2026, 8, 7, 22, 59, 59, 900_000, tzinfo=UTC)
    work = Work(declare(), shelf, clock)

    async def play() -> None:
        await work.heard("deliver")
        clock.go_on(seconds=0.2)  # as it does by itself
        await work.heard("digest desk 2026-08-08 06:00")

    run(work, shelf, clock, play)


def test_a_digest_that_fails_is_tried_again_and_holds_nothing_else_up(
    shelf: Shelf,
    declare: Callable[..., Settings],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shelf.outbox.slot_passed("desk", clock.now - timedelta(hours=6))
    due(shelf, "kini", clock.now)
    work = Work(declare("kini"), shelf, clock)
    digest = "digest desk 2026-08-07 18:00"

    async def fails() -> None:
        raise ZeroDivisionError

    work.instead[digest] = fails

    async def play() -> None:
        await work.heard("read kini")
        await work.heard(digest, 3)
        del work.instead[digest]
        await work.heard(digest, 4)
        await work.heard("deliver", 2)

    run(work, shelf, clock, play, retry_s=0.01)

    assert caplog.messages.count("job failed job=digest") == 3
    assert work.done.count(digest) == 4


def test_a_digest_that_fails_is_not_tried_again_at_once(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    shelf.outbox.slot_passed("desk", clock.now - timedelta(hours=6))
    due(shelf, "nanti", clock.now + timedelta(seconds=1))
    work = Work(declare("nanti"), shelf, clock)
    digest = "digest desk 2026-08-07 18:00"

    async def full() -> None:
        raise StoreFull("0 bytes are free")

    work.instead[digest] = full

    run(work, shelf, clock, lambda: work.heard("read nanti"))

    assert work.done.count(digest) == 1


# the clock


def test_after_a_suspend_what_was_missed_happens_once(
    shelf: Shelf,
    declare: Callable[..., Settings],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shelf.outbox.slot_passed("desk", clock.now)
    due(shelf, "nanti", clock.now + timedelta(hours=3))
    work = Work(declare("nanti"), shelf, clock)

    async def read() -> None:
        due(shelf, "nanti", clock.now + timedelta(hours=3))

    work.instead["read nanti"] = read

    async def play() -> None:
        await work.heard("deliver")
        clock.go_on(hours=8)
        await work.heard("read nanti")
        await work.heard("digest desk 2026-08-08 06:00")
        await hang_up(work)

    run(work, shelf, clock, play, heartbeat_s=0.01)

    assert "the clock moved by_s=28800" in [
        each.replace("28799", "28800") for each in caplog.messages
    ]
    assert work.done.count("read nanti") == 1
    assert len([each for each in work.done if each.startswith("digest")]) == 1


def test_a_clock_that_is_set_back_does_not_put_the_newspapers_off(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    due(shelf, "nanti", clock.now + timedelta(seconds=1))
    work = Work(declare("nanti"), shelf, clock)

    async def play() -> None:
        await work.heard("deliver")
        clock.go_on(hours=-8)
        await work.heard("deliver", 2)  # it has planned anew
        await work.heard("read nanti")

    run(work, shelf, clock, play, heartbeat_s=0.01)


# the end


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_it_ends_when_it_is_told_to_even_twice(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock, name: str
) -> None:
    work = Work(declare(), shelf, clock)

    async def play() -> None:
        await work.heard("deliver")
        os.kill(os.getpid(), getattr(signal, name))
        os.kill(os.getpid(), getattr(signal, name))

    run(work, shelf, clock, play)


@pytest.mark.parametrize("hanging", ["read lambat", "deliver", "digest desk 2026-08-07 18:00"])
def test_nothing_that_hangs_holds_the_end_up(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock, hanging: str
) -> None:
    due(shelf, "lambat", clock.now)
    shelf.outbox.slot_passed("desk", clock.now - timedelta(hours=6))
    work = Work(declare("lambat"), shelf, clock)
    work.instead[hanging] = for_ever

    run(work, shelf, clock, lambda: work.heard(hanging), stop_limit_s=0.05)


def test_a_mail_under_way_is_marked_before_the_end(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    work = Work(declare(), shelf, clock)
    marked = []

    async def slowly() -> None:
        await asyncio.to_thread(threading.Event().wait, 0.3)  # a server that thinks
        marked.append(True)

    work.instead["deliver"] = slowly

    run(work, shelf, clock, lambda: work.heard("deliver"))

    assert marked == [True]


@pytest.mark.parametrize("where", ["tidy", "read kini"])
def test_a_disk_that_fails_ends_the_daemon_with_its_reason(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock, where: str
) -> None:
    due(shelf, "kini", clock.now)
    work = Work(declare("kini"), shelf, clock)

    async def fails() -> None:
        raise StoreFailed("the disk failed")

    work.instead[where] = fails

    with pytest.raises((StoreFailed, ExceptionGroup)) as ended:
        run(work, shelf, clock, lambda: work.heard(where))

    assert ended.group_contains(StoreFailed) if where != "tidy" else ended.type is StoreFailed


def test_a_disk_that_is_full_is_told_and_waited_for(
    shelf: Shelf,
    declare: Callable[..., Settings],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    due(shelf, "kini", clock.now)
    work = Work(declare("kini"), shelf, clock)

    async def full() -> None:
        raise StoreFull("/var/tilik/tilik.db: cannot write; 0 bytes are free")

    work.instead["tidy"] = work.instead["deliver"] = full

    async def play() -> None:
        await work.heard("tidy")
        await work.heard("deliver")
        await work.heard("read kini")

    run(work, shelf, clock, play)

    assert "deliver: /var/tilik/tilik.db: cannot write; 0 bytes are free" in caplog.messages


def test_a_reading_that_ends_by_itself_ends_the_daemon(
    shelf: Shelf, declare: Callable[..., Settings], clock: Clock
) -> None:
    class Ended(Work):
        async def read(self, *_: object) -> None:
            raise OSError("the engine is broken")

    with pytest.raises(OSError, match="engine is broken"):
        run(Ended(declare(), shelf, clock), shelf, clock, for_ever)
