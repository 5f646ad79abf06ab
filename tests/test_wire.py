import asyncio
import socket
from collections.abc import Iterator

import pytest

from migkg import wire
from migkg.errors import BrokenTurtle, MigkgError, NotFound, QuerySyntax


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


Ends = tuple[socket.socket, socket.socket]


def test_message_arrives_whole(ends: Ends) -> None:
    wire.send(ends[0], {"text": "é\n", "number": 1}, b"\x00body")
    assert wire.receive(ends[1]) == ({"text": "é\n", "number": 1}, b"\x00body")


def test_answer_is_awaited_without_blocking(ends: Ends) -> None:
    ends[0].setblocking(False)

    async def ask() -> tuple[wire.Head, bytes]:
        loop = asyncio.get_running_loop()
        line = wire.Line(loop, ends[0])
        # Longer than the system takes at once.
        asking = line.ask({"text": "x" * 1_000_000})
        assert (await asyncio.to_thread(wire.receive, ends[1]))[0] == {"text": "x" * 1_000_000}
        await asyncio.to_thread(wire.send, ends[1], {"more": True}, b"y" * 500_000)
        answer = await asking
        line.close()
        return answer

    assert asyncio.run(ask()) == ({"more": True}, b"y" * 500_000)


def test_closed_channel_ends_the_waiting(ends: Ends) -> None:
    ends[0].setblocking(False)

    async def ask() -> None:
        loop = asyncio.get_running_loop()
        line = wire.Line(loop, ends[0])
        asking = line.ask({})
        await asyncio.to_thread(wire.receive, ends[1])
        ends[1].close()
        with pytest.raises(EOFError):
            await asking
        with pytest.raises(BrokenPipeError):
            line.ask({})

    asyncio.run(ask())


def test_channel_closed_before_all_is_sent_ends_the_waiting(ends: Ends) -> None:
    ends[0].setblocking(False)

    async def ask() -> None:
        asking = wire.Line(asyncio.get_running_loop(), ends[0]).ask({"text": "x" * 1_000_000})
        ends[1].close()
        with pytest.raises(EOFError):
            await asking

    asyncio.run(ask())


def test_small_messages_stay_apart_and_carry_a_descriptor() -> None:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with one, other:
        wire.post(one, {"a": 1})
        wire.post(one, {"b": 2}, one.fileno())
        assert wire.collect(other) == ({"a": 1}, [])
        head, handles = wire.collect(other)
        assert head == {"b": 2}
        with socket.socket(fileno=handles[0]) as same:
            same.send(b"{}")
        assert wire.collect(other) == ({}, [])
        one.close()
        with pytest.raises(EOFError):
            wire.collect(other)


@pytest.mark.parametrize("sent", [b"", b"\x00\x00\x00\x09\x00\x00\x00\x00{"])
def test_closed_channel_is_the_end(ends: Ends, sent: bytes) -> None:
    ends[0].sendall(sent)
    ends[0].close()
    with pytest.raises(EOFError):
        wire.receive(ends[1])


@pytest.mark.parametrize(
    "fault", [NotFound("a", "b"), QuerySyntax("a", 1, 2, "b"), BrokenTurtle("a.ttl", 1, 2, "c")]
)
def test_fault_travels_as_it_is(ends: Ends, fault: MigkgError) -> None:
    wire.send(ends[0], wire.fault_to_head(fault))
    with pytest.raises(type(fault)) as found:
        wire.raise_fault(wire.receive(ends[1])[0])
    assert (str(found.value), vars(found.value)) == (str(fault), vars(fault))


def test_answer_is_no_fault() -> None:
    wire.raise_fault({"more": False})
    with pytest.raises(AttributeError):
        wire.raise_fault({"fault": "Unheard", "parts": {}})
