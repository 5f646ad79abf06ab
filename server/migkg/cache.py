"""Answers kept for the next to ask: https://www.rfc-editor.org/rfc/rfc9111."""

import threading
from collections import OrderedDict

from migkg.response import Response

Key = tuple[str | bool, ...]
_CACHED = ", cache"
# A response above a sixteenth of the room is not kept: it would push out too many others.
_SHARE = 16
# What the objects of a kept response take beside their texts, as measured.
_OBJECTS = 1024


class AnswerCache:
    """The responses used last, up to a number of bytes; safe for many threads.

    Only what has an ETag is kept. The data never changes, so nothing is ever taken back.
    """

    def __init__(self, size: int) -> None:
        self._all = self._room = size
        self._kept: OrderedDict[Key, Response] = OrderedDict()
        self._lock = threading.Lock()

    def size(self) -> tuple[int, int]:
        """Return how many responses are kept, and how many bytes they take."""
        return len(self._kept), self._all - self._room

    def get(self, key: Key) -> Response | None:
        """Return the response kept under a key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Key, response: Response, rows: int | None = None) -> None:
        """Keep a response of so many rows, and let go of those not used for the longest time."""
        if not self._all or len(response.body) > self._all // _SHARE:
            return
        if response.status != 200 or not response.header("etag"):
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = response = _kept(response, rows)
            self._room -= _size(key, response)
            while self._room < 0:
                self._room += _size(*self._kept.popitem(last=False))


def _kept(response: Response, rows: int | None) -> Response:
    """Return a response as the next to ask gets it: the time in it is that of another request."""
    headers = tuple(_earlier(row) if row[0] == "server-timing" else row for row in response.headers)
    return Response(response.status, headers, response.body, rows)


def _earlier(row: tuple[str, str]) -> tuple[str, str]:
    # One in a coding may be made of one that was kept.
    return row[0], row[1].removesuffix(_CACHED) + _CACHED


def _size(key: Key, response: Response) -> int:
    # The address stands in a header as well.
    return 2 * sum(len(str(part)) for part in key) + len(response.body) + _OBJECTS
