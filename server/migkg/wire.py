"""Messages between the web process, the zygote and the workers: JSON, then bytes, on a socket."""

import json
import socket
import struct
from typing import TYPE_CHECKING, Any

from migkg import errors
from migkg.errors import MigkgError

if TYPE_CHECKING:
    # The query processes have no event loop, and start without what it is made of.
    import asyncio

_LENGTHS = struct.Struct("!II")
_CHUNK = 2**17
Head = dict[str, Any]
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


def receive(channel: socket.socket) -> tuple[Head, bytes]:
    """Return the next message; raises EOFError if the other side is gone."""
    data = bytearray()
    while (length := _length(data)) > len(data):
        try:
            chunk = channel.recv(_CHUNK)
        except ConnectionError:
            chunk = b""
        if not chunk:
            raise EOFError
        data += chunk
    return _parted(data, length)


class Line:
    """The channel of a worker on an event loop: a message goes out, one comes back, and so on.

    It listens all the time, which is cheaper than to begin and to end it for each message.
    """

    def __init__(self, loop: "asyncio.AbstractEventLoop", channel: socket.socket) -> None:
        """Listen at a channel that does not block, until `close`."""
        self._loop = loop
        self._channel = channel
        self._data = bytearray()
        self._unsent = memoryview(b"")
        self._answer: asyncio.Future[tuple[Head, bytes]] | None = None
        loop.add_reader(channel, self._read)

    def ask(self, head: Head) -> "asyncio.Future[tuple[Head, bytes]]":
        """Send a message and return the next that will come.

        It ends with EOFError where the other side goes before; raises OSError where it is gone.
        """
        data = _start(head, b"")
        try:
            sent = self._channel.send(data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            self._unsent = memoryview(data)[sent:]
            self._loop.add_writer(self._channel, self._write)
        self._answer = self._loop.create_future()
        return self._answer

    def close(self) -> None:
        """Listen no more; the channel itself stays open."""
        self._loop.remove_reader(self._channel)
        self._loop.remove_writer(self._channel)

    def _write(self) -> None:
        try:
            self._unsent = self._unsent[self._channel.send(self._unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self._end()
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
            self._end()
            return
        self._data += chunk
        if (length := _length(self._data)) <= len(self._data):
            data, self._data = self._data, bytearray()
            if self._answer and not self._answer.done():
                self._answer.set_result(_parted(data, length))

    def _end(self) -> None:
        self.close()
        if self._answer and not self._answer.done():
            self._answer.set_exception(EOFError())


def _start(head: Head, body: bytes) -> bytes:
    text = _JSON.encode(head).encode()
    return _LENGTHS.pack(len(text), len(body)) + text


def _length(data: bytearray) -> int:
    """Return the length of the message that begins so, or of its first part while that is short."""
    if len(data) < _LENGTHS.size:
        return _LENGTHS.size
    text, body = _LENGTHS.unpack_from(data)
    return int(_LENGTHS.size + text + body)


def _parted(data: bytearray, length: int) -> tuple[Head, bytes]:
    """Return head and body of a message; one side speaks at a time, so nothing follows it."""
    end = _LENGTHS.size + _LENGTHS.unpack_from(data)[0]
    head: Head = json.loads(data[_LENGTHS.size : end].decode())
    return head, bytes(data[end:length])


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
