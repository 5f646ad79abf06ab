"""Where queries run: the processes over the own files, or another SPARQL 1.1 store. No third."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from migkg.callers import Observe
from migkg.catalog import Order
from migkg.exchange import Answer, Query
from migkg.execute import Pool, State
from migkg.formats import Format
from migkg.settings import Data, Limits, Server


class Backend(Protocol):
    """What the pages and the endpoint ask; an empty `digest` says that the data may change."""

    observe: Observe

    @property
    def digest(self) -> str:
        """Return the digest of the data once they are loaded; raises CannotRun."""

    def run(self, query: Query) -> Answer:
        """Answer a query.

        Raises BadRequest, Refused, Unprocessable, TooLarge, NotAcceptable, Unavailable.
        """

    def export(self, order: Order) -> Answer:
        """Make an export, not yet compressed; raises NotFound, and as `run`."""

    def graph(self, row: Format, iri: str | None) -> Answer:
        """Return the triples of a named graph, or of all (None) as one; raises as `export`."""

    def index(self) -> bytes:
        """Return the text index, as `search_index.make`; raises as `run`."""

    def attach(self, loop: asyncio.AbstractEventLoop, renew: Callable[[], None]) -> None:
        """Run on this event loop from now on; `renew` is called there for other data."""

    def state(self) -> State:
        """Return how the processes are now, all zero where there are none."""

    def stop(self) -> None:
        """Give what runs or waits a last answer: the server ends."""

    def close(self) -> None:
        """End what belongs to the backend."""


def open_backend(server: Server, data: Data, limits: Limits) -> Backend:
    """Return the backend that the settings name; own data begin to be loaded."""
    if not server.backend:
        return Pool(data, limits, counts=server.logs)
    # The library that asks takes time and memory that the own data do not need.
    from migkg.remote import Remote

    return Remote(server.backend, limits)
