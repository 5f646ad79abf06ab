"""Notices clients that leave before they are answered: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2.

To wait for each client's end costs more than most answers, so it begins only for those that have
waited for a while: one look for all of them.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

# Seconds; what is answered within them is not worth the watching.
_UNWATCHED = 0.05


@dataclass(eq=False)
class Visit:
    """A request that is being answered: how to wait for its client's end, and what to do then."""

    gone: Callable[[], Coroutine[Any, Any, None]]
    leave: Callable[[], None]
    seen: bool = False
    watching: asyncio.Task[None] | None = None

    async def watch(self) -> None:
        """Wait for the client's end."""
        await self.gone()
        self.leave()


class Door:
    """All visits at one time, on one event loop; a timer looks after all of them together."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._inside: set[Visit] = set()
        self._looking = False

    def enter(self, visit: Visit) -> None:
        """Begin to look after a visit."""
        self._inside.add(visit)
        if not self._looking:
            self._looking = True
            self._loop.call_later(_UNWATCHED, self._look)

    def exit(self, visit: Visit) -> None:
        """Look no more after a visit."""
        self._inside.discard(visit)
        if visit.watching:
            visit.watching.cancel()

    def _look(self) -> None:
        """Watch the visits that were here at the last look already."""
        for visit in self._inside:
            if visit.seen and not visit.watching:
                visit.watching = self._loop.create_task(visit.watch())
            visit.seen = True
        self._looking = bool(self._inside)
        if self._looking:
            self._loop.call_later(_UNWATCHED, self._look)
