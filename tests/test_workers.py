"""A page that hangs, grows or breaks its reader costs itself and nothing else."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sites import work

from crawler.extract.article import Refusal
from crawler.workers import Bounds, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

ROOT = Path(__file__).parents[1]
BOUNDS = Bounds(memory_bytes=2**30, soft_s=0.3, hard_s=1, wall_s=2)


def run(
    act: Callable[[Workers], Coroutine[Any, Any, Any]], *, count: int = 2, bounds: Bounds = BOUNDS
) -> Any:  # noqa: ANN401 - whatever the test asks of its workers
    async def with_workers() -> Any:  # noqa: ANN401
        workers = Workers(count, bounds)
        try:
            return await act(workers)
        finally:
            workers.close()

    return asyncio.run(with_workers())


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param(work.sleeps, "too-slow", id="sleeps"),
        pytest.param(work.spins_in_python, "too-slow", id="spins"),
        pytest.param(work.spins_in_c, "poisonous", id="spins-in-c"),
        pytest.param(work.eats_memory, "too-large", id="eats-memory"),
        pytest.param(work.leaves, "poisonous", id="exits"),
        pytest.param(work.is_killed, "poisonous", id="is-killed"),
    ],
)
def test_a_bad_page_is_refused_and_the_others_are_read(
    bad: Callable[[int], int], reason: str
) -> None:
    async def act(workers: Workers) -> list[int | Refusal]:
        good = [workers.do(work.reads, number) for number in range(6)]
        return await asyncio.gather(*good[:3], workers.do(bad, 0), *good[3:])

    outcomes = run(act)
    refusal = outcomes.pop(3)

    assert isinstance(refusal, Refusal)
    assert refusal.reason == reason
    assert refusal.detail.startswith("reading this page ")
    assert outcomes == [0, 2, 4, 6, 8, 10]


def test_after_a_bad_page_reading_goes_on() -> None:
    async def act(workers: Workers) -> list[int | Refusal]:
        await workers.do(work.leaves, 0)
        return [await workers.do(work.reads, number) for number in range(3)]

    assert run(act) == [0, 2, 4]


def test_two_bad_pages_at_once_are_both_found_out() -> None:
    async def act(workers: Workers) -> tuple[int | Refusal, ...]:
        return await asyncio.gather(
            workers.do(work.leaves, 0), workers.do(work.reads, 4), workers.do(work.is_killed, 0)
        )

    first, good, last = run(act)

    assert good == 8
    assert (first.reason, last.reason) == ("poisonous", "poisonous")


def test_a_fault_of_our_own_is_not_taken_for_the_pages() -> None:
    async def act(workers: Workers) -> int | Refusal:
        return await workers.do(work.fails, 0)

    with pytest.raises(ValueError, match="a fault of ours"):
        run(act)


def test_limits_hold_for_each_page_and_not_for_all_together() -> None:
    async def act(workers: Workers) -> list[int | Refusal]:
        await workers.do(work.sleeps, 0)
        return [await workers.do(work.reads, number) for number in range(50)]

    assert run(act, count=1) == [number * 2 for number in range(50)]


def test_workers_are_replaced_in_time_and_nothing_is_lost() -> None:
    async def act(workers: Workers) -> tuple[list[int | Refusal], set[int | Refusal]]:
        doubled = await asyncio.gather(*(workers.do(work.reads, number) for number in range(20)))
        asked = [await workers.do(work.tells_its_process, 0) for _ in range(15)]
        return list(doubled), set(asked)

    doubled, processes = run(act, count=1, bounds=Bounds(pages=5))

    assert doubled == [number * 2 for number in range(20)]
    assert len(processes) >= 3


def test_no_worker_remains_after_the_end_even_a_busy_one() -> None:
    async def act(workers: Workers) -> list[int]:
        pid = await workers.do(work.tells_its_process, 0)
        assert isinstance(pid, int)
        watch = os.pidfd_open(pid)
        busy = asyncio.create_task(workers.do(work.sleeps, 0))
        await asyncio.sleep(0)  # lets it begin
        workers.close()
        busy.cancel()
        return [watch]

    (watch,) = run(act, count=1, bounds=Bounds())
    ended, _, _ = select.select([watch], [], [], 5)
    os.close(watch)

    assert ended == [watch]


def test_ctrl_c_in_a_terminal_is_heard_by_no_worker_from_its_first_instruction_on() -> None:
    async def act(workers: Workers) -> list[int]:
        return await workers.do(work.blocked_signals, 0)

    assert {signal.SIGINT, signal.SIGTERM} <= set(run(act))


def test_modules_of_the_folder_that_tilik_is_called_from_are_not_taken_for_its_own(
    tmp_path: Path,
) -> None:
    for name in ("config", "crawler", "db"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('not ours')\n")
    program = (
        "import asyncio; from crawler.workers import Workers; from sites import work\n"
        "if __name__ == '__main__':\n"
        "    workers = Workers(1)\n"
        "    print(asyncio.run(workers.do(work.where_it_is_from, 0)))\n"
        "    workers.close()\n"
    )
    (tmp_path / "apart").mkdir()
    (tmp_path / "apart" / "program.py").write_text(program)
    called = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, tmp_path / "apart" / "program.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert called.stderr == ""
    assert Path(called.stdout.strip()) == ROOT / "crawler" / "workers.py"
