import asyncio

import pytest

from migkg.callers import Caller, SentBack, Ticket
from migkg.errors import Busy, ClientGone
from migkg.turns import Turn


def ticket() -> Ticket:
    return Ticket(Turn("", 0, 0.0, 1), asyncio.Future(), 1.0, 1.0)


def test_who_waits_is_woken() -> None:
    async def run() -> None:
        made = ticket()
        made.stop(Busy("first"))
        made.stop(Busy("second"))
        await asyncio.wait_for(made.go, 1)
        assert str(made.reason) == "first"

    asyncio.run(run())


def test_who_made_room_can_still_be_stopped() -> None:
    async def run() -> None:
        made = ticket()
        made.stop(SentBack())
        made.stop(Busy("late"))
        assert str(made.reason) == "late"

    asyncio.run(run())


def test_who_runs_finds_the_end_of_the_answer() -> None:
    async def run() -> None:
        made = ticket()
        made.answer = asyncio.Future()
        made.stop(Busy(""))
        with pytest.raises(EOFError):
            await made.answer

    asyncio.run(run())


def test_caller_that_leaves_stops_all_and_asks_no_more() -> None:
    async def run() -> None:
        caller, made, done = Caller("a"), ticket(), ticket()
        for one in (made, done):
            caller.waits_for(one)
        caller.tickets.discard(done)
        caller.leave()
        assert isinstance(made.reason, ClientGone)
        assert done.reason is None
        with pytest.raises(ClientGone):
            caller.waits_for(ticket())

    asyncio.run(run())
