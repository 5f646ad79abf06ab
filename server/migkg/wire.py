"""Messages between the web process, the zygote and the workers: JSON, then bytes, on a socket."""

import json
import socket
import struct
import time
from typing import Any

from migkg import errors
from migkg.errors import MigkgError

_LENGTHS = struct.Struct("!II")
_CHUNK = 2**17
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
    data = bytearray()
    _fill(channel, data, _LENGTHS.size, deadline)
    text_length, body_length = _LENGTHS.unpack_from(data)
    end = _LENGTHS.size + text_length
    _fill(channel, data, end + body_length, deadline)
    head: Head = json.loads(data[_LENGTHS.size : end])
    return head, bytes(data[end:])


def _fill(channel: socket.socket, data: bytearray, length: int, deadline: float | None) -> None:
    """Receive until there are so many bytes; one side speaks at a time, so none are too many."""
    while len(data) < length:
        if deadline is not None:
            channel.settimeout(max(deadline - time.monotonic(), 1e-6))
        try:
            chunk = channel.recv(_CHUNK)
        except ConnectionError:
            chunk = b""
        if not chunk:
            raise EOFError
        data += chunk


def post(channel: socket.socket, head: Head, *handles: int) -> None:
    """Send one small message, and descriptors, over a channel that keeps messages apart."""
    socket.send_fds(channel, [json.dumps(head, default=str).encode()], handles)


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
    """Raise the fault that a head carries, if it carries one."""
    if "fault" not in head:
        return
    kind: type[MigkgError] = getattr(errors, head["fault"])
    fault = kind.__new__(kind, head["parts"]["detail"], head["parts"]["hint"])
    vars(fault).update(head["parts"])
    raise fault
