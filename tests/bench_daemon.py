"""`make bench`: ten thousand sources on fifty hosts of this machine, read by `tilik run`.

Hosts and daemon share the machine, so time is pressed together: an interval of 15 minutes is
`--interval` seconds, and a pause of a second and a timeout of 30 s shrink alike. All listings are
unchanged; in a second run a part of the hosts takes requests and never answers. Prints what was
measured beside what must hold; exit status 1 when something does not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from config.load import load
from db.archive import Archive
from db.connection import ARCHIVE, Writer
from db.records import Validators

if TYPE_CHECKING:
    from collections.abc import Iterator

TILIK = Path(sys.executable).with_name("tilik")
INTERVAL_S, DELAY_S, TIMEOUT_S = 900, 1.0, 30.0  # what a minute of the bench stands for
LEAD_S = 15  # from the start of the daemon to the first due time
POLL_S = 3.0
EPOCH = datetime.fromtimestamp(0, UTC)
ETAG = '"1"'
UNCHANGED = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n\r\n".encode()
CPU_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Log:
    """What the hosts saw: when each source was asked for, and how many bytes went to and fro."""

    asked: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bytes: int = 0


class Host(asyncio.Protocol):
    """Answers “unchanged”, or nothing."""

    def __init__(self, log: Log, *, hangs: bool) -> None:
        self._log = log
        self._hangs = hangs

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._line = transport

    def data_received(self, data: bytes) -> None:
        path = data.split(b" ", 2)[1].decode()
        self._log.asked[path.removeprefix("/")].append(time.time())
        if not self._hangs:
            self._log.bytes += len(data) + len(UNCHANGED)
            self._line.write(UNCHANGED)


@dataclass
class Measured:
    """What a run came to. Lags are in seconds of the bench, by source that answers."""

    start_s: float
    cpu_s: float
    rss_mib: float
    lags: list[float]
    bytes_per_visit: float

    @property
    def p99_s(self) -> float:
        return quantiles(self.lags, n=100)[98]


def folder_of(path: Path, options: argparse.Namespace, port: int) -> Path:
    """Declare the sources as a user would, and let them all have been read once."""
    shrink = options.interval / INTERVAL_S
    (path / "sources").mkdir()
    (path / "tilik.toml").write_text(
        'contact = "desk@newsroom.localhost"\n'
        f"[politeness]\ndelay_s = {DELAY_S * shrink}\ninterval_floor_s = {options.interval}\n"
        f"[limits]\ntimeout_s = {TIMEOUT_S * shrink}\n"
        f'[network]\nallow = ["127.0.0.0/8"]\nports = [{port}]\n'
    )
    tables = (
        f'[[source]]\nname = "{number}"\nkind = "feed"\ninterval_s = {options.interval}\n'
        f'url = "http://{address(number % options.hosts)}:{port}/{number}"\n'
        for number in range(options.sources)
    )
    (path / "sources" / "all.toml").write_text("\n".join(tables))
    settings, now = load(path, {}), datetime.now(UTC)
    with Writer(path) as writer:
        archive = Archive(writer)
        for number in range(options.hosts):
            archive.robots_read(f"http://{address(number)}:{port}", 404, b"", now)
        for number, source in enumerate(settings.sources):
            due_at = EPOCH + timedelta(seconds=options.interval * number / options.sources)
            archive.links_found(source.name, [], {source.url: Validators(ETAG)}, now)
            archive.visited(source.name, now=now, due_at=due_at, reason=None, is_fault=False)
    with closing(sqlite3.connect(path / ARCHIVE)) as rows, rows:  # all that took its time
        start = int(time.time()) + LEAD_S
        rows.execute("update source set due_at = due_at + ?", (start,))
    return path


def address(host: int) -> str:
    return f"127.0.1.{host + 1}"


async def run(options: argparse.Namespace, *, hanging: int) -> Measured:
    """Let the daemon read for some intervals; so many of the hosts never answer."""
    loop, log = asyncio.get_running_loop(), Log()
    servers, port = [], 0
    for number in range(options.hosts):
        host = partial(Host, log, hangs=number < hanging)
        servers.append(await loop.create_server(host, address(number), port))
        port = servers[0].sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory(dir=options.dir) as path:
        folder = folder_of(Path(path), options, port)
        began = time.time()
        daemon = await asyncio.create_subprocess_exec(
            TILIK, "-C", folder, "run", stderr=asyncio.subprocess.PIPE
        )
        assert daemon.stderr is not None
        while b"tilik runs" not in (line := await daemon.stderr.readline()):
            if not line:
                sys.exit("tilik has ended before its time")
        start_s = time.time() - began
        draining = asyncio.create_task(daemon.stderr.read())
        due = await watched(folder, began + LEAD_S + options.interval * options.rounds)
        cpu_s, rss_mib = spent(daemon.pid)
        daemon.terminate()
        await asyncio.gather(daemon.wait(), draining)
    for server in servers:
        server.close()
    good = {name: at for name, at in log.asked.items() if int(name) % options.hosts >= hanging}
    return Measured(
        start_s=start_s,
        cpu_s=cpu_s,
        rss_mib=rss_mib,
        lags=[lag for name, times in good.items() for lag in lags(times, due[name])],
        bytes_per_visit=log.bytes / sum(map(len, good.values())),
    )


async def watched(folder: Path, until: float) -> dict[str, set[int]]:
    """Collect the due times of all sources while the daemon runs."""
    due: defaultdict[str, set[int]] = defaultdict(set)
    archive = sqlite3.connect(f"{(folder / ARCHIVE).as_uri()}?mode=ro", uri=True)
    while time.time() < until:
        for name, due_at in archive.execute("select name, due_at from source"):
            due[name].add(due_at)
        await asyncio.sleep(POLL_S)
    archive.close()
    return due


def lags(times: list[float], due: set[int]) -> Iterator[float]:
    """Give how long after its due time each visit came."""
    for at in times:
        planned = max((each for each in due if each <= at), default=None)
        if planned is not None:
            yield at - planned


def spent(process: int) -> tuple[float, float]:
    """Return the CPU seconds of a process and the most memory it ever had, in MiB."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    assert peak is not None
    return (int(fields[11]) + int(fields[12])) * CPU_TICK_S, int(peak[1]) / 1024


def shown(title: str, got: Measured, interval_s: int) -> bool:
    """Print what a run came to beside its limits; True when all of it holds."""
    rows = [
        ("start, s", got.start_s, 5.0),
        ("lag p99, part of the interval", got.p99_s / interval_s, 0.05),
        ("peak memory, MiB", got.rss_mib, 600.0),
        ("CPU of a visit, start included, ms", got.cpu_s / len(got.lags) * 1000, 8.0),
        ("bytes of a visit, to and fro", got.bytes_per_visit, 500.0),
    ]
    print(f"{title}: {len(got.lags)} visits, lag median {median(got.lags):.2f} s")
    holds = [held(*row) for row in rows]
    return all(holds)


def held(what: str, value: float, limit: float) -> bool:
    print(f"  {what:40} {value:9.3f}   at most {limit:g}{'' if value <= limit else '   FAILED'}")
    return value <= limit


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--hang", type=float, default=0.25, help="part of the hosts, 2nd run")
    parser.add_argument("--interval", type=int, default=180, help="seconds for 15 minutes")
    parser.add_argument("--rounds", type=float, default=1.1)
    parser.add_argument("--dir", help="where the archive lies; in memory it takes less time")
    options = parser.parse_args()
    title = f"{options.sources} sources on {options.hosts} hosts"
    well = asyncio.run(run(options, hanging=0))
    holds = [shown(title, well, options.interval)]
    ill = asyncio.run(run(options, hanging=round(options.hang * options.hosts)))
    holds.append(shown(f"{title}, {options.hang:.0%} hanging", ill, options.interval))
    later_s = (ill.p99_s - well.p99_s) * INTERVAL_S / options.interval
    holds.append(held("lag p99 of the others is longer by, s", later_s, 1.0))
    return int(not all(holds))


if __name__ == "__main__":
    sys.exit(main())
