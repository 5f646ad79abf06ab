import asyncio
import os
import time
from collections.abc import Callable

import pytest

from migkg.vigil import AWAKE, Vigil

LONG = 5 * AWAKE


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When an event loop looked whether there was something to do, instead of sleeping."""
    found: list[float] = []
    monkeypatch.setattr(os, "sched_yield", lambda: found.append(time.monotonic()))
    return found


def run(*steps: Callable[[], object]) -> None:
    """Do one thing after another on an event loop, which has the time to fall asleep at the end."""

    async def all_of_them() -> None:
        for step in steps:
            step()
            await asyncio.sleep(0)
        await asyncio.sleep(LONG)

    asyncio.run(all_of_them())


def test_second_query_that_comes_alone_keeps_the_loop_awake_for_a_while(looks: list[float]) -> None:
    vigil = Vigil(lambda: 0)
    run(vigil.keep, vigil.keep)
    assert len(looks) > 5
    assert looks[-1] - looks[0] < LONG
    run(vigil.keep)
    assert looks[-1] - looks[0] >= LONG


def test_query_that_comes_alone_once_keeps_nobody_awake(looks: list[float]) -> None:
    run(Vigil(lambda: 0).keep)
    assert looks == []


def test_queries_beside_others_keep_nobody_awake(looks: list[float]) -> None:
    vigil = Vigil(lambda: 1)
    run(vigil.keep, vigil.keep, vigil.keep)
    assert looks == []


def test_second_query_beside_one_ends_the_vigil(looks: list[float]) -> None:
    crowd = [0]
    vigil = Vigil(lambda: crowd[0])
    run(vigil.keep, vigil.keep, lambda: crowd.append(crowd.pop() + 2))
    assert 0 < len(looks) < 5


def test_one_who_asks_again_and_again_keeps_one_vigil(looks: list[float]) -> None:
    # With one for each query, each look would be made several times.
    steps: list[int] = []

    async def ask() -> None:
        vigil = Vigil(lambda: 0)
        for _ in range(20):
            vigil.keep()
            before = len(looks)
            await asyncio.sleep(0)
            steps.append(len(looks) - before)

    asyncio.run(ask())
    assert max(steps) == 1
