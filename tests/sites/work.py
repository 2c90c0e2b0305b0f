"""What hostile pages do to a worker process, as functions that a worker can import."""

from __future__ import annotations

import os
import signal
import time


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
