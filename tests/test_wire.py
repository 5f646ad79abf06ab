import asyncio
import socket
import threading
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
    assert wire.Inbox(ends[1]).receive() == ({"text": "é\n", "number": 1}, b"\x00body")


def test_answer_is_awaited_without_blocking(ends: Ends) -> None:
    ends[0].setblocking(False)

    async def ask() -> tuple[wire.Head, bytes]:
        loop = asyncio.get_running_loop()
        line = wire.Line(loop, ends[0])
        # Longer than the system takes at once.
        asking = line.ask({"text": "x" * 1_000_000})
        assert (await asyncio.to_thread(wire.Inbox(ends[1]).receive))[0] == {
            "text": "x" * 1_000_000
        }
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
        await asyncio.to_thread(wire.Inbox(ends[1]).receive)
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


def test_answers_come_in_the_order_of_the_messages(ends: Ends) -> None:
    ends[0].setblocking(False)

    async def ask() -> None:
        line = wire.Line(asyncio.get_running_loop(), ends[0])
        # The first is longer than the system takes at once, so the others wait to be sent.
        asked = [line.ask({"text": "x" * 1_000_000}), line.ask({"n": 1}), line.ask({"n": 2})]
        assert line.load == 3
        assert [line.is_behind(answer) for answer in asked] == [False, True, True]
        inbox = wire.Inbox(ends[1])
        heads = [(await asyncio.to_thread(inbox.receive))[0] for _ in asked]
        assert heads[1:] == [{"n": 1}, {"n": 2}]
        # All at once.
        for number in range(3):
            wire.send(ends[1], {"n": number}, b"y" * number)
        assert await asyncio.gather(*asked) == [({"n": n}, b"y" * n) for n in range(3)]
        assert line.load == 0
        line.close()

    asyncio.run(ask())


def test_end_breaks_one_answer_and_the_others_have_not_begun(ends: Ends) -> None:
    ends[0].setblocking(False)

    async def ask() -> None:
        line = wire.Line(asyncio.get_running_loop(), ends[0])
        asked = [line.ask({}) for _ in range(3)]
        wire.Inbox(ends[1]).receive()
        wire.send(ends[1], {"n": 0})
        ends[1].close()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert found[0] == ({"n": 0}, b"")
        assert [type(fault) for fault in found[1:]] == [EOFError, BrokenPipeError]

    asyncio.run(ask())


def test_answer_that_nobody_wants_any_more_is_passed_over(ends: Ends) -> None:
    ends[0].setblocking(False)

    async def ask() -> None:
        line = wire.Line(asyncio.get_running_loop(), ends[0])
        asked = [line.ask({}) for _ in range(3)]
        asked[1].cancel()
        assert not line.wasted
        wire.send(ends[1], {"n": 0})
        await asked[0]
        assert line.wasted
        wire.send(ends[1], {"n": 1})
        wire.send(ends[1], {"n": 2})
        assert (await asked[2])[0] == {"n": 2}
        assert not line.wasted
        line.close()

    asyncio.run(ask())


def test_inbox_that_is_awake_finds_what_comes(ends: Ends) -> None:
    inbox = wire.Inbox(ends[1])
    for sent in ({"n": 1}, {"n": 2}):
        later = threading.Timer(0.01 * sent["n"] ** 4, wire.send, (ends[0], sent))
        later.start()
        # The second comes when it sleeps.
        assert inbox.receive(0.05) == (sent, b"")
        later.join()


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
        wire.Inbox(ends[1]).receive()


@pytest.mark.parametrize(
    "fault", [NotFound("a", "b"), QuerySyntax("a", 1, 2, "b"), BrokenTurtle("a.ttl", 1, 2, "c")]
)
def test_fault_travels_as_it_is(ends: Ends, fault: MigkgError) -> None:
    wire.send(ends[0], wire.fault_to_head(fault))
    with pytest.raises(type(fault)) as found:
        wire.raise_fault(wire.Inbox(ends[1]).receive()[0])
    assert (str(found.value), vars(found.value)) == (str(fault), vars(fault))


def test_answer_is_no_fault() -> None:
    wire.raise_fault({"more": False})
    with pytest.raises(AttributeError):
        wire.raise_fault({"fault": "Unheard", "parts": {}})
