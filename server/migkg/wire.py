"""Messages between the web process, the zygote and the workers: JSON, then bytes, on a socket."""

import json
import socket
import struct
import time
from typing import Any

from migkg import errors
from migkg.errors import MigkgError

_LENGTHS = struct.Struct("!II")
Head = dict[str, Any]


def send(channel: socket.socket, head: Head, body: bytes = b"") -> None:
    """Send one message; raises OSError if nobody listens any more."""
    text = json.dumps(head, default=str).encode()
    channel.settimeout(None)
    channel.sendall(_LENGTHS.pack(len(text), len(body)) + text)
    if body:
        channel.sendall(body)


def receive(channel: socket.socket, deadline: float | None = None) -> tuple[Head, bytes]:
    """Return the next message; `deadline` is in seconds of `time.monotonic`.

    Raises TimeoutError past the deadline, EOFError if the other side is gone.
    """
    text_length, body_length = _LENGTHS.unpack(_exactly(channel, _LENGTHS.size, deadline))
    head: Head = json.loads(_exactly(channel, text_length, deadline))
    return head, _exactly(channel, body_length, deadline)


def _exactly(channel: socket.socket, length: int, deadline: float | None) -> bytes:
    data = bytearray(length)
    view, got = memoryview(data), 0
    while got < length:
        if deadline is not None:
            channel.settimeout(max(deadline - time.monotonic(), 1e-6))
        try:
            count = channel.recv_into(view[got:])
        except ConnectionError:
            count = 0
        if count == 0:
            raise EOFError
        got += count
    return bytes(data)


def fault_to_head(fault: MigkgError) -> Head:
    """Return a fault as the head of a message."""
    return {"fault": type(fault).__name__, "parts": vars(fault)}


def raise_fault(head: Head) -> None:
    """Raise the fault that a head carries, if it carries one."""
    if "fault" not in head:
        return
    kind: type[MigkgError] = getattr(errors, head["fault"])
    fault = kind.__new__(kind, head["parts"]["detail"], head["parts"]["hint"])
    vars(fault).update(head["parts"])
    raise fault
