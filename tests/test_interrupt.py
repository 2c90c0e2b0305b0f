"""Ctrl-C while newspapers are being read, through the real command."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sites.server import Site, hangs

if TYPE_CHECKING:
    import socket

    from conftest import Desk
    from sites.server import Asked

LONGEST_S = 30
TILIK = Path(sys.executable).with_name("tilik")


def test_an_interrupted_crawl_says_so_and_claims_no_success(desk: Desk) -> None:
    asked = threading.Event()

    def slow(line: socket.socket, request: Asked) -> None:
        asked.set()
        hangs(line, request)

    with Site() as site:
        site.pages["/rss"] = slow
        desk.declare(desk.source(site))
        crawl = subprocess.Popen(  # noqa: S603 - our own command
            [TILIK, "-C", desk.folder, "crawl"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert asked.wait(LONGEST_S)
            crawl.send_signal(signal.SIGINT)
            said, complained = crawl.communicate(timeout=LONGEST_S)
        finally:
            crawl.kill()

    assert crawl.returncode == 130
    assert said == ""
    assert complained.strip().startswith("tilik: interrupted. What was stored is safe")
