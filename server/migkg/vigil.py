"""An event loop that stays awake while one program asks one small query after another.

To fall asleep and to be woken takes longer than a small query, most of all in a virtual machine:
https://docs.kernel.org/virt/guest-halt-polling.html.
"""

import asyncio
import os
import time
from collections.abc import Callable

# Seconds in which a small query is answered and the next one comes.
AWAKE = 0.002


class Vigil:
    """Keeps an event loop awake; `crowd` tells how many queries there are."""

    def __init__(self, crowd: Callable[[], int]) -> None:
        """Begin asleep."""
        self._crowd = crowd
        self._alone = False
        self._until = 0.0

    def keep(self) -> None:
        """Stay awake for a while if a query, not yet counted, and the one before it came alone."""
        before, self._alone = self._alone, not self._crowd()
        if not (before and self._alone):
            return
        asleep = not self._until
        self._until = time.monotonic() + AWAKE
        if asleep:
            self._look(asyncio.get_running_loop())

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._crowd() > 1 or time.monotonic() >= self._until:
            self._until = 0.0
            return
        # Whoever has work to do goes first.
        os.sched_yield()
        loop.call_soon(self._look, loop)
