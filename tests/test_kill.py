"""`kill -9` in the middle of a crawl loses no story, doubles none, and leaves no process behind.

TILIK_KILLS says how often (default 5): `TILIK_KILLS=50 pytest tests/test_kill.py`.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sites import paper
from sites.paper import publish
from sites.server import Asked, Site

from db.reader import Reader

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from conftest import Desk

KILLS = int(os.environ.get("TILIK_KILLS", "5"))
STORIES_A_ROUND = 6
SLOW_S = 0.01  # what the site takes for an answer, so that there is a middle to be killed in
LONGEST_S = 30  # nothing here takes as long; a test that hangs is a failed one


class SlowSite(Site):
    """Sets `reached` when it is asked for the `limit`-th time."""

    def __init__(self) -> None:
        super().__init__()
        self.limit = 0
        self.reached = threading.Event()

    def publish(self, count: int) -> None:
        publish(self, range(count))
        self.pages = {path: self._slowly(reply) for path, reply in self.pages.items()}

    def arm(self, limit: int) -> None:
        self.reached.clear()
        self.limit = len(self.requests) + limit

    def _slowly(
        self, reply: bytes | Callable[[socket.socket, Asked], None]
    ) -> Callable[[socket.socket, Asked], None]:
        def answer(line: socket.socket, asked: Asked) -> None:
            if len(self.requests) >= self.limit:
                self.reached.set()
            threading.Event().wait(SLOW_S)
            line.sendall(reply) if isinstance(reply, bytes) else reply(line, asked)

        return answer


def crawl(folder: Path) -> subprocess.Popen[bytes]:
    tilik = shutil.which("tilik", path=Path(sys.executable).parent)
    assert tilik is not None
    return subprocess.Popen(  # noqa: S603 - our own command
        [tilik, "-C", folder, "crawl"],
        start_new_session=True,  # by its session its workers are found again
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def left_over(session: int) -> list[int]:
    """Return the processes of a session that do not end by themselves."""
    own = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                state = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(state[3]) == session and state[0] != "Z":
                own.append(int(entry.name))
    return [pid for pid in own if not has_ended(pid)]


def has_ended(pid: int) -> bool:
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watch], [], [], 5)[0])
    finally:
        os.close(watch)


def test_a_crawl_that_is_killed_again_and_again_loses_and_doubles_nothing(desk: Desk) -> None:
    moments = random.Random(20260807)  # noqa: S311 - chance that can be repeated
    with SlowSite() as site:
        desk.declare(desk.source(site))
        for round_number in range(1, KILLS + 1):
            site.publish(round_number * STORIES_A_ROUND)
            site.arm(moments.randint(1, STORIES_A_ROUND + 1))
            child = crawl(desk.folder)
            assert site.reached.wait(LONGEST_S), child.communicate(timeout=LONGEST_S)
            threading.Event().wait(moments.uniform(0, 0.08))
            os.kill(child.pid, signal.SIGKILL)
            child.communicate(timeout=LONGEST_S)
            assert left_over(child.pid) == []
            if round_number in (KILLS // 2, KILLS):  # half of the kills hit the first visit
                last = crawl(desk.folder)
                output = last.communicate(timeout=LONGEST_S)
                assert last.returncode == 0, output

    published = range(KILLS * STORIES_A_ROUND)
    with Reader(desk.folder) as reader:
        state = reader.sources().get("desa")
    stories = desk.stories()
    expected = {site.url + paper.path(n): "\n".join(paper.paragraphs(n)) for n in published}
    assert {each.url: each.revision.content.text for each in stories} == expected
    assert len(stories) == len(published)
    assert Counter(each.revisions for each in stories) == {1: len(published)}
    assert state is not None
    assert (state.waiting, state.reason) == (0, None)
    for name in ("tilik.db", "pages.db"):
        with closing(sqlite3.connect(desk.folder / name)) as connection:
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert connection.execute("pragma foreign_key_check").fetchall() == []
