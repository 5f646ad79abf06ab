import asyncio
from collections.abc import Callable

from migkg.disconnects import Door, Visit


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.01)


def test_client_that_goes_lets_its_request_leave() -> None:
    left: list[str] = []

    async def at_once() -> None:
        return

    async def never() -> None:
        await asyncio.Event().wait()

    async def work() -> None:
        door = Door(asyncio.get_running_loop())
        going, staying = (
            Visit(at_once, lambda: left.append("going")),
            Visit(never, lambda: left.append("staying")),
        )
        door.enter(going)
        door.enter(staying)
        await until(lambda: staying.watching is not None and left == ["going"])
        door.exit(going)
        door.exit(staying)
        await until(lambda: bool(staying.watching and staying.watching.cancelled()))

    asyncio.run(work())
    assert left == ["going"]


def test_short_request_is_not_watched() -> None:
    asked: list[str] = []

    async def gone() -> None:
        asked.append("gone")

    async def work() -> None:
        door = Door(asyncio.get_running_loop())
        first, second = Visit(gone, lambda: None), Visit(gone, lambda: None)
        door.enter(first)
        door.exit(first)
        door.enter(second)
        await until(lambda: asked == ["gone"])
        door.exit(second)
        assert (first.watching, second.watching is None) == (None, False)

    asyncio.run(work())
