"""Messages between the web process, the zygote and the workers: JSON, then bytes, on a socket."""

import json
import os
import socket
import struct
import time
from collections import deque
from typing import TYPE_CHECKING, Any, TypeAlias

from migkg import errors
from migkg.errors import MigkgError

if TYPE_CHECKING:
    # The query processes have no event loop, and start without what it is made of.
    import asyncio

_LENGTHS = struct.Struct("!II")
_CHUNK = 2**17
Head = dict[str, Any]
Reply: TypeAlias = "asyncio.Future[tuple[Head, bytes]]"
_JSON = json.JSONEncoder(default=str)


def send(channel: socket.socket, head: Head, body: bytes = b"") -> None:
    """Send one message; raises OSError if nobody listens any more."""
    start = _start(head, body)
    if len(body) <= _CHUNK:
        # In one piece, so that the receiver wakes up once.
        channel.sendall(start + body)
        return
    channel.sendall(start)
    channel.sendall(body)


class Inbox:
    """The end of a channel at which a query process receives."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._data = bytearray()

    def receive(self, awake: float = 0.0) -> tuple[Head, bytes]:
        """Return the next message, for which it looks for `awake` seconds before it sleeps.

        To fall asleep and to be woken costs more than a small query, also as others then push its
        data out of the caches. Raises EOFError if the other side is gone.
        """
        while (length := _length(self._data)) > len(self._data):
            try:
                chunk = self._look(awake) or self._channel.recv(_CHUNK)
            except ConnectionError:
                chunk = b""
            if not chunk:
                raise EOFError
            self._data += chunk
        return _first(self._data, length)

    def _look(self, awake: float) -> bytes | None:
        """Return what comes while this is awake; meanwhile whoever has work to do goes first."""
        end = time.monotonic() + awake
        while time.monotonic() < end:
            try:
                return self._channel.recv(_CHUNK, socket.MSG_DONTWAIT)
            except BlockingIOError:
                os.sched_yield()
        return None


class Line:
    """The channel of a worker on an event loop: messages go out, and as many come back in turn.

    It listens all the time, which is cheaper than to begin and to end it for each message.
    """

    def __init__(self, loop: "asyncio.AbstractEventLoop", channel: socket.socket) -> None:
        """Listen at a channel that does not block, until `close`."""
        self._loop = loop
        self._channel = channel
        self._data = bytearray()
        self._unsent = bytearray()
        self._answers: deque[Reply] = deque()
        loop.add_reader(channel, self._read)

    @property
    def load(self) -> int:
        """Return how many messages are not answered yet."""
        return len(self._answers)

    @property
    def wasted(self) -> bool:
        """Tell whether the other side makes an answer that nobody waits for any more."""
        return bool(self._answers) and self._answers[0].done()

    def ask(self, head: Head) -> Reply:
        """Send a message and return its answer, which comes after those to the messages before.

        It ends with EOFError where the other side goes in the middle of it, with BrokenPipeError
        where that did not come to it; raises BrokenPipeError where the other side is gone.
        """
        data = _start(head, b"")
        if not self._unsent:
            self._send(memoryview(data))
        else:
            self._unsent += data
        answer = self._loop.create_future()
        self._answers.append(answer)
        return answer

    def is_behind(self, answer: Reply) -> bool:
        """Tell whether the other side has another answer to make before this one."""
        return answer in self._answers and self._answers[0] is not answer

    def give_up_others(self) -> None:
        """Give up all answers but the one that is being made."""
        for answer in [*self._answers][1:]:
            _give_up(answer, BrokenPipeError())

    def close(self) -> None:
        """Listen no more and give up all answers; the channel itself stays open."""
        self._loop.remove_reader(self._channel)
        self._loop.remove_writer(self._channel)
        self.give_up_others()
        if self._answers:
            _give_up(self._answers[0], EOFError())

    def _send(self, data: memoryview) -> None:
        try:
            sent = self._channel.send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise BrokenPipeError from error
        if sent < len(data):
            self._unsent += data[sent:]
            self._loop.add_writer(self._channel, self._write)

    def _write(self) -> None:
        try:
            del self._unsent[: self._channel.send(self._unsent)]
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        if not self._unsent:
            self._loop.remove_writer(self._channel)

    def _read(self) -> None:
        try:
            chunk = self._channel.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            self.close()
            return
        self._data += chunk
        while (length := _length(self._data)) <= len(self._data):
            message = _first(self._data, length)
            answer = self._answers.popleft()
            if not answer.done():
                answer.set_result(message)


def _give_up(answer: Reply, fault: Exception) -> None:
    if not answer.done():
        answer.set_exception(fault)


def _start(head: Head, body: bytes) -> bytes:
    text = _JSON.encode(head).encode()
    return _LENGTHS.pack(len(text), len(body)) + text


def _length(data: bytearray) -> int:
    """Return the length of the message that begins so, or of its first part while that is short."""
    if len(data) < _LENGTHS.size:
        return _LENGTHS.size
    text, body = _LENGTHS.unpack_from(data)
    return int(_LENGTHS.size + text + body)


def _first(data: bytearray, length: int) -> tuple[Head, bytes]:
    """Take the message of this length from the start of the data, and return its head and body."""
    end = _LENGTHS.size + _LENGTHS.unpack_from(data)[0]
    head: Head = json.loads(data[_LENGTHS.size : end].decode())
    body = bytes(data[end:length])
    del data[:length]
    return head, body


def post(channel: socket.socket, head: Head, *handles: int) -> None:
    """Send one small message, and descriptors, over a channel that keeps messages apart."""
    socket.send_fds(channel, [_JSON.encode(head).encode()], handles)


def collect(channel: socket.socket) -> tuple[Head, list[int]]:
    """Return the next small message and the descriptors with it; raises EOFError at the end."""
    data, handles, _, _ = socket.recv_fds(channel, _CHUNK, 1)
    if not data:
        raise EOFError
    head: Head = json.loads(data)
    return head, handles


def fault_to_head(fault: MigkgError) -> Head:
    """Return a fault as the head of a message."""
    return {"fault": type(fault).__name__, "parts": vars(fault)}


def raise_fault(head: Head) -> None:
    """Raise the fault that a head carries, if it carries one; RuntimeError for one of the code."""
    if "bug" in head:
        raise RuntimeError(head["bug"])
    if "fault" not in head:
        return
    kind: type[MigkgError] = getattr(errors, head["fault"])
    # JSON has lists only; a fault holds tuples.
    parts = {k: tuple(v) if isinstance(v, list) else v for k, v in head["parts"].items()}
    fault = kind.__new__(kind, parts["detail"], parts["hint"])
    vars(fault).update(parts)
    raise fault
