"""What hostile pages do to a worker process, as functions that a worker can import."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from crawler.extract.article import Refusal

if TYPE_CHECKING:
    from crawler.extract.article import Page


def reads(number: int) -> int:
    return number * 2


def tells_its_process(_: int) -> int:
    return os.getpid()


def sleeps(_: int) -> int:
    time.sleep(60)
    return 0


def spins_in_python(_: int) -> int:
    while True:
        pass


def spins_in_c(_: int) -> int:
    return sum(range(10**15))  # never looks for signals


def eats_memory(_: int) -> int:
    return len(bytearray(2**40))


def leaves(_: int) -> int:
    os._exit(3)


def is_killed(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def fails(_: int) -> int:
    raise ValueError("a fault of ours")


def page_that_kills(page: Page) -> int:
    return leaves(len(page.body))


def page_that_hangs(page: Page) -> int:
    return sleeps(len(page.body))


def page_that_is_good(page: Page) -> int:
    return len(page.body)


def page_that_is_refused(_: Page) -> Refusal:
    return Refusal("empty", "The server sent an empty page.")


def blocked_signals(_: int) -> list[int]:
    return [int(each) for each in signal.pthread_sigmask(signal.SIG_BLOCK, ())]


def where_it_is_from(_: int) -> str:
    return str(sys.modules["crawler.workers"].__file__)
