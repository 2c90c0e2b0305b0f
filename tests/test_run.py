"""`tilik run` as a process: how it starts, what it listens to, and how quickly it ends.

And the work it does, on the demo newspaper, when the disk is full or a source is taken away.
"""

from __future__ import annotations

import asyncio
import os
import queue
import select
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shelf import Shelf
from sites import paper
from sites.server import Site, hangs

from db.connection import Writer
from db.errors import StoreError
from db.reader import Reader
from monitor.aside import aside
from monitor.demo.folder import demo_settings
from monitor.demo.newspaper import Newspaper
from monitor.service import Service

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Iterator

    from conftest import Clock, Desk
    from sites.server import Asked

LONGEST_S = 30
STOP_S = 10  # what the keeper of a daemon is promised
TILIK = str(Path(sys.executable).with_name("tilik"))


class Run:
    """A daemon in a process group of its own, whose log can be waited for."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [TILIK, "-C", str(folder), "run"],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.log: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._pump = threading.Thread(target=self._read)
        self._pump.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line.rstrip())

    def says(self, words: str) -> str:
        """Wait for a line of the log."""
        while True:
            try:
                self.log.append(self._lines.get(timeout=LONGEST_S))
            except queue.Empty:
                pytest.fail(f"{words!r} was not said, but {self.log}")
            if words in self.log[-1]:
                return self.log[-1]

    def end(self) -> tuple[int, float]:
        """Tell it to stop; its exit status and how long that took."""
        began = time.monotonic()
        self.process.terminate()
        status = self.process.wait(timeout=LONGEST_S)
        return status, time.monotonic() - began

    def rest(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._pump.join()
        assert self.process.stderr is not None
        self.process.stderr.close()
        while not self._lines.empty():
            self.log.append(self._lines.get())


@contextmanager
def running(folder: Path) -> Iterator[Run]:
    run = Run(folder)
    try:
        yield run
    finally:
        run.rest()


def process_group(leader: int) -> list[int]:
    """Name the living processes of a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it has just ended
            continue
        if int(group) == leader and state not in "ZX":
            found.append(int(stat.parent.name))
    return found


def has_ended(process: int) -> bool:
    try:
        watch = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watch], [], [], 5)[0])
    finally:
        os.close(watch)


def listening_sockets(processes: list[int]) -> list[str]:
    """Name the addresses on which processes accept connections."""
    own = {
        str(descriptor.readlink())
        for process in processes
        for descriptor in Path(f"/proc/{process}/fd").iterdir()
    }
    rows = [
        row.split()
        for table in ("tcp", "tcp6")
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own]


def test_it_ends_within_ten_seconds_in_the_middle_of_a_crawl(desk: Desk) -> None:
    asked = threading.Event()

    def slow(line: socket.socket, request: Asked) -> None:
        asked.set()
        hangs(line, request)

    with Site() as site:
        paper.publish(site, range(6))
        site.pages |= {paper.path(number): slow for number in range(3)}
        desk.declare(
            desk.source(site, interval_s=1), politeness={"interval_s": 1, "interval_floor_s": 1}
        )
        with running(desk.folder) as run:
            assert asked.wait(LONGEST_S), run.log
            group = process_group(run.process.pid)
            listening = listening_sockets(group)
            status, took_s = run.end()
            left = [process for process in group if not has_ended(process)]

    assert status == 0
    assert took_s < STOP_S
    assert len(group) > 1  # there were workers
    assert left == []
    assert listening == []
    assert run.log[-1].endswith("tilik has stopped")
    assert not any("Traceback" in line for line in run.log)
    with Reader(desk.folder) as reader:
        assert reader.integrity() == "ok"


def test_a_second_instance_is_refused_and_the_first_goes_on(desk: Desk) -> None:
    desk.declare()
    with running(desk.folder) as first:
        first.says("tilik runs")

        second = subprocess.run(  # noqa: S603 - our own command
            [TILIK, "-C", str(desk.folder), "run"],
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_S,
        )

        assert second.returncode == 75
        assert f"another tilik is at work here (process {first.process.pid})" in second.stderr
        assert "Traceback" not in second.stderr
        assert first.process.poll() is None


def test_it_lives_through_a_broken_edit_and_takes_up_the_next(desk: Desk) -> None:
    desk.declare(network={"ports": [443]})
    with running(desk.folder) as run:
        run.says("tilik runs sources=0")
        (desk.folder / "sources" / "all.toml").write_text("[[source]\n")
        run.process.send_signal(signal.SIGHUP)
        broken = run.says("going on with the last good state")
        desk.declare(desk.source(), network={"ports": [443]}, limits={"workers": 2})
        run.process.send_signal(signal.SIGHUP)
        restart = run.says("limits has changed")
        run.says("files reloaded sources=1")
        status, _ = run.end()

    assert "sources/all.toml:1" in broken
    assert "restart tilik" in restart
    assert status == 0


# the work behind it


def read_all(service: Service, names: list[str]) -> tuple[list[str], list[str]]:
    """Let the service read sources; whom it called back for, and its faults."""
    accounted: list[str] = []
    faults: list[str] = []

    async def feed() -> AsyncIterator[str]:
        for name in names:
            yield name

    async def on_read(name: str) -> None:
        accounted.append(name)

    asyncio.run(service.read(feed(), on_read, lambda: faults.append("fault")))
    return accounted, faults


def test_every_source_is_accounted_for_even_one_that_was_taken_away(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "archive"
    with Newspaper(clock.now) as newspaper:
        settings = demo_settings(folder, newspaper.outlets)
        names = [outlet.name for outlet in newspaper.outlets]
        with Shelf(folder) as shelf:
            service = Service(settings, shelf.writer, shelf.reader, clock)

            accounted, faults = read_all(service, [*names, "koran-lama"])

            assert sorted(accounted) == sorted([*names, "koran-lama"])
            assert faults == []
            assert shelf.reader.totals().stories > 10


def test_a_full_disk_costs_a_visit_and_not_the_daemon(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "archive"
    with Newspaper(clock.now) as newspaper:
        settings = demo_settings(folder, newspaper.outlets)
        names = [outlet.name for outlet in newspaper.outlets]
        with Shelf(folder) as shelf:
            service = Service(settings, shelf.writer, shelf.reader, clock)
            with shelf.writer.transaction() as connection:
                (pages,) = connection.execute("pragma page_count").fetchone()
                connection.execute(f"pragma max_page_count={pages}")

            first = read_all(service, names)
            told = [state.reason for state in shelf.reader.sources().values()]
            while_full = shelf.reader.totals().stories
            with shelf.writer.transaction() as connection:
                connection.execute("pragma max_page_count=100000")
            second = read_all(service, names)

            for accounted, faults in (first, second):
                assert (sorted(accounted), faults) == (sorted(names), [])
            assert any("Make room and it goes on" in (reason or "") for reason in told)
            assert shelf.reader.totals().stories > while_full
            assert shelf.reader.integrity() == "ok"


def test_a_visit_that_cannot_be_accounted_for_now_is_still_called_back_for(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "archive"
    with Newspaper(clock.now) as newspaper:
        settings = demo_settings(folder, newspaper.outlets[:1])
        (name,) = (source.name for source in settings.sources)
        with closing(Writer(folder, busy_timeout_s=0.01)) as writer, Reader(folder) as reader:
            service = Service(settings, writer, reader, clock)
            with closing(sqlite3.connect(writer.path, isolation_level=None)) as other:
                other.execute("begin immediate")

                assert read_all(service, [name]) == ([name], [])

    assert f"visit not accounted for source={name}: " in caplog.text
    assert "another program holds the file" in caplog.text


def test_a_store_that_has_failed_ends_the_reading(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "archive"
    faults: list[str] = []

    async def feed() -> AsyncIterator[str]:
        for source in settings.sources:
            yield source.name

    async def on_read(_: str) -> None:
        pytest.fail("nothing was accounted for")

    with Newspaper(clock.now) as newspaper:
        settings = demo_settings(folder, newspaper.outlets[:1])
        with Shelf(folder) as shelf:
            service = Service(settings, shelf.writer, shelf.reader, clock)
            with shelf.writer.transaction() as connection:
                connection.execute(
                    "create trigger broken before insert on source "
                    "begin select raise(abort, 'broken'); end"
                )

            with pytest.raises(StoreError, match="broken"):
                asyncio.run(service.read(feed(), on_read, lambda: faults.append("fault")))

    assert faults


# threads beside the loop


def test_work_beside_the_loop_returns_and_raises_as_usual() -> None:
    def divide(one: int, *, by: int) -> float:
        return one / by

    async def both() -> float:
        with pytest.raises(ZeroDivisionError):
            await aside(divide, 1, by=0)
        return await aside(divide, 1, by=4)

    assert asyncio.run(both()) == 0.25


def test_work_that_never_ends_does_not_keep_a_process_alive() -> None:
    script = (
        "import asyncio, threading\n"
        "from monitor.aside import aside\n"
        "async def main():\n"
        "    task = asyncio.create_task(aside(threading.Event().wait))\n"
        "    await asyncio.sleep(0)\n"
        "    task.cancel()\n"
        "asyncio.run(main())\n"
        "print('ended')\n"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=LONGEST_S,
    )

    assert done.stdout == "ended\n"
