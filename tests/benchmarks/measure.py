"""Sends requests over connections that stay open, as lightly as Python can: one epoll loop.

Bodies are counted, not read: https://www.rfc-editor.org/rfc/rfc9112#name-message-body-length.
"""

import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_CHUNK = 2**18


@dataclass
class Slot:
    """What came of some requests: seconds of each good answer, of them all, and the failures.

    `own`: processor seconds that asking took; `hung`: an answer did not come in time.
    """

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0
    own: float = 0.0
    hung: bool = False

    @property
    def rate(self) -> float:
        """Good answers in a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def add(self, other: "Slot") -> None:
        """Take in what another slot found."""
        self.latencies += other.latencies
        self.seconds += other.seconds
        self.failures += other.failures
        self.own += other.own
        self.hung |= other.hung


class _Line:
    """One connection: it sends a request and tells when its answer is whole."""

    def __init__(self, port: int, own: str, selector: selectors.BaseSelector) -> None:
        self.port = port
        self.own = own
        self.selector = selector
        self.lost = False
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
        with suppress(KeyError, ValueError):  # it was closed when the line was lost
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

    It also ends when the requests do. Who has not answered after `patience` seconds has failed, and
    a line that breaks is not used again.
    `own`: the addresses that the lines come from, in turn.
    """
    slot = Slot()
    with selectors.DefaultSelector() as selector:
        every = _connected(port, own, lines, selector)
        slot.failures = lines - len(every)
        start, spent = time.perf_counter(), time.process_time()
        busy = {line for line in every if _asked(line, requests, slot)}
        asked = len(busy)
        while busy:
            for key, _ in selector.select(timeout=1.0):
                line: _Line = key.data
                if line not in busy or not _came(line, slot):
                    continue
                now = time.perf_counter()
                wanted = asked < least or now - start < seconds
                if not line.lost and wanted and _asked(line, requests, slot):
                    asked += 1
                else:
                    busy.discard(line)
            now = time.perf_counter()
            if any(now - line.started > patience for line in busy):
                slot.failures += len(busy)
                slot.hung = True
                break
        slot.seconds = time.perf_counter() - start
        slot.own = time.process_time() - spent
        for line in every:
            line.close()
    return slot


def _connected(
    port: int, own: Sequence[str], lines: int, selector: selectors.BaseSelector
) -> list[_Line]:
    """The lines; fewer where the server does not take them."""
    found: list[_Line] = []
    with suppress(OSError):
        for number in range(lines):
            found.append(_Line(port, own[number % len(own)], selector))
    return found


def _came(line: _Line, slot: Slot) -> bool:
    """Take what has come; True when the answer is whole, or the line lost."""
    try:
        if not line.receive():
            return False
    except OSError:
        line.lost = True
    if line.good and not line.lost:
        slot.latencies.append(time.perf_counter() - line.started)
    else:
        slot.failures += 1
    return True


def _asked(line: _Line, requests: Iterator[bytes], slot: Slot) -> bool:
    """Send the next request, if there is one and the server takes it."""
    request = next(requests, None)
    if request is None:
        return False
    try:
        line.send(request)
    except OSError:
        line.lost = True
        slot.failures += 1
    return not line.lost
