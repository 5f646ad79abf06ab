"""Sends requests over connections that stay open, as lightly as Python can: one epoll loop.

Bodies are counted, not read: https://www.rfc-editor.org/rfc/rfc9112#name-message-body-length.
"""

import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_CHUNK = 2**18


@dataclass
class Slot:
    """What came of some requests: seconds of each good answer, of them all, and the failures."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0

    @property
    def rate(self) -> float:
        """Good answers in a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def add(self, other: "Slot") -> None:
        """Take in what another slot found."""
        self.latencies += other.latencies
        self.seconds += other.seconds
        self.failures += other.failures


class _Line:
    """One connection: it sends a request and tells when its answer is whole."""

    def __init__(self, port: int, own: str, selector: selectors.BaseSelector) -> None:
        self.port = port
        self.own = own
        self.selector = selector
        self._connect()

    def _connect(self) -> None:
        address = ("127.0.0.1", self.port)
        self.socket = socket.create_connection(address, 60, source_address=(self.own, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(self.socket, selectors.EVENT_READ, self)

    def send(self, request: bytes) -> None:
        self.request = request
        self.head: bytearray | None = bytearray()
        self.tail, self.left, self.good = b"", -1, False
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; True when the answer is whole."""
        data = self.socket.recv(_CHUNK)
        if not data:
            return self._closed()
        if self.head is not None:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            data = self._begun(bytes(self.head[: end + 2]), bytes(self.head[end + 2 :]))
        if self.left >= 0:
            self.left -= len(data)
            return self.left == 0
        self.tail = (self.tail + data)[-len(_LAST_CHUNK) :]
        return self.tail == _LAST_CHUNK

    def _begun(self, head: bytes, rest: bytes) -> bytes:
        """Read the head; the rest starts with the end of its last line."""
        self.head = None
        status, length = _STATUS.match(head), _LENGTH.search(head)
        self.good = status is not None and status[1] == b"200"
        self.left = int(length[1]) + 2 if length else -1
        return rest

    def _closed(self) -> bool:
        """The server ended the connection: before the answer, at its end, or inside it."""
        self.close()
        self._connect()
        if self.head is not None and not self.head:
            started = self.started
            self.send(self.request)
            self.started = started
            return False
        self.good = self.good and self.left == -1
        return True

    def close(self) -> None:
        self.selector.unregister(self.socket)
        self.socket.close()


def drive(
    port: int,
    requests: Iterator[bytes],
    lines: int,
    seconds: float,
    least: int,
    patience: float,
    own: Sequence[str] = ("127.0.0.1",),
) -> Slot:
    """Send requests over so many lines for some seconds, and until there were `least` of them.

    It also ends when the requests do. Who has not answered after `patience` seconds has failed.
    `own`: the addresses that the lines come from, in turn.
    """
    slot = Slot()
    with selectors.DefaultSelector() as selector:
        every = [_Line(port, own[n % len(own)], selector) for n in range(lines)]
        start = time.perf_counter()
        busy = {line for line in every if _ask(line, requests)}
        asked = len(busy)
        while busy:
            for key, _ in selector.select(timeout=1.0):
                line: _Line = key.data
                if line not in busy or not line.receive():
                    continue
                now = time.perf_counter()
                if line.good:
                    slot.latencies.append(now - line.started)
                else:
                    slot.failures += 1
                wanted = asked < least or now - start < seconds
                if wanted and _ask(line, requests):
                    asked += 1
                else:
                    busy.discard(line)
            now = time.perf_counter()
            if any(now - line.started > patience for line in busy):
                slot.failures += len(busy)
                break
        slot.seconds = time.perf_counter() - start
        for line in every:
            line.close()
    return slot


def _ask(line: _Line, requests: Iterator[bytes]) -> bool:
    request = next(requests, None)
    if request is not None:
        line.send(request)
    return request is not None
