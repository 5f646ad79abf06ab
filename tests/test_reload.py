"""Which of two generations answers, and when the old one is closed."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from migkg.cache import AnswerCache
from migkg.errors import CannotRun
from migkg.metrics import Metrics
from migkg.reload import Parts, Served
from migkg.remote import Remote
from migkg.settings import Limits, Server
from migkg.spool import Spool


class Store(Remote):
    """A backend that tells what was done with it."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9/", Limits())
        self.loop: asyncio.AbstractEventLoop | None = None
        self.renew: Callable[[], None] | None = None
        self.stopped, self.closed = False, threading.Event()

    def attach(self, loop: asyncio.AbstractEventLoop, renew: Callable[[], None]) -> None:
        self.loop, self.renew = loop, renew

    def stop(self) -> None:
        self.stopped = True

    def close(self) -> None:
        assert not self.closed.is_set()
        self.closed.set()


def parts(store: Store) -> Parts:
    metrics, routes = Metrics(store.state), frozenset({"/x"})
    return Parts(lambda *_: [], store, AnswerCache(9), metrics, Server(), 2, 9, routes, Spool(4))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.001)


def run(work: Callable[[Served, Store, Store], Awaitable[None]]) -> None:
    """Run something over an old store that shall be followed by a new one."""

    async def all_of_it() -> None:
        old, new = Store(), Store()
        await work(Served(parts(old), lambda: parts(new)), old, new)

    asyncio.run(all_of_it())


def test_new_parts_answer_on_the_event_loop() -> None:
    async def work(served: Served, old: Store, new: Store) -> None:
        served.renew()
        assert served.enter().backend is old
        served.leave(served.parts)
        await until(lambda: served.parts.backend is new)
        assert (new.loop, new.renew) == (asyncio.get_running_loop(), served.renew)
        assert served.enter().backend is new
        await until(old.closed.is_set)
        assert not new.closed.is_set()

    run(work)


def test_new_parts_are_prepared_while_they_serve() -> None:
    told = threading.Event()

    def fails() -> None:
        told.set()
        raise CannotRun("It cannot be prepared.")

    async def work() -> None:
        new = Store()
        served = Served(parts(Store()), lambda: replace(parts(new), prepare=fails))
        served.prepare()
        assert not told.is_set()
        served.renew()
        await until(told.is_set)
        assert served.parts.backend is new

    asyncio.run(work())


def test_old_parts_are_closed_after_their_last_request() -> None:
    async def work(served: Served, old: Store, new: Store) -> None:
        first, second = served.enter(), served.enter()
        served.renew()
        await until(lambda: served.parts.backend is new)
        served.leave(second)
        served.leave(served.enter())
        assert not old.closed.is_set()
        served.leave(first)
        await until(old.closed.is_set)

    run(work)


def test_end_of_the_server_stops_the_queries_of_both() -> None:
    async def work(served: Served, old: Store, new: Store) -> None:
        served.enter()
        served.renew()
        await until(lambda: served.parts.backend is new)
        served.stop()
        assert (old.stopped, new.stopped) == (True, True)

    run(work)


def test_broken_data_leave_the_old_ones(capsys: pytest.CaptureFixture[str]) -> None:
    old, new, made = Store(), Store(), iter([None, True])

    def make() -> Parts:
        if not next(made):
            raise CannotRun("bad.ttl, line 2: broken.")
        return parts(new)

    async def work() -> None:
        served = Served(parts(old), make)
        served.renew()
        said = ""
        while not said:
            await asyncio.sleep(0.001)
            said = capsys.readouterr().err
        assert said == "migkg: The data served stay as they were. bad.ttl, line 2: broken.\n"
        assert (served.parts.backend, old.closed.is_set()) == (old, False)
        served.renew()
        await until(lambda: served.parts.backend is new)

    asyncio.run(work())


def test_orders_during_a_renewal_are_one_more_renewal() -> None:
    made: list[Store] = []
    ready = threading.Event()

    def make() -> Parts:
        made.append(Store())
        assert ready.wait(10)
        return parts(made[-1])

    async def work() -> None:
        served = Served(parts(Store()), make)
        served.renew()
        await until(lambda: len(made) == 1)
        for _ in range(5):
            served.renew()
        ready.set()
        await until(lambda: len(made) == 2 and served.parts.backend is made[1])
        await until(made[0].closed.is_set)
        assert served._renewing is not None
        await served._renewing
        assert len(made) == 2

    asyncio.run(work())
