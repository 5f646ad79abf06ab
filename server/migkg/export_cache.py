"""Files that took long to make, kept for the next to ask: a tenth of their size in Zstandard.

https://www.rfc-editor.org/rfc/rfc8878
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import zstandard

from migkg.catalog import Order
from migkg.exchange import Answer

# A sixteenth of the room for answers, into which all networks of the whole graph fit; a file that
# would take more than half of that is not kept.
_SHARE, _LARGEST = 16, 2


class ExportCache:
    """Exports of data that never change; those not used for the longest time make room."""

    def __init__(self, size: int) -> None:
        """Begin with none; `size` is the room for all answers, of which these take a share."""
        self._room = size // _SHARE
        self._all: OrderedDict[Order, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, order: Order, make: Callable[[], Answer]) -> Answer:
        """Return the export of an order, kept or made now; raises what `make` raises."""
        # In whatever coding it is sent, the bytes are the same.
        order = replace(order, coding="")
        with self._lock:
            if kept := self._all.get(order):
                self._all.move_to_end(order)
        if kept:
            return replace(kept, body=zstandard.decompress(kept.body))
        made = make()
        packed = replace(made, body=zstandard.compress(made.body))
        if not made.volatile and _size(order, packed) <= self._room // _LARGEST:
            self._put(order, packed)
        return made

    def _put(self, order: Order, packed: Answer) -> None:
        with self._lock:
            self._all[order] = packed
            while sum(_size(*row) for row in self._all.items()) > self._room:
                self._all.popitem(last=False)


def _size(order: Order, packed: Answer) -> int:
    return len(packed.body) + len(order.query)
