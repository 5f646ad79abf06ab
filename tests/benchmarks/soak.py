"""Two hundred clients with heavy queries, for a while: what another client notices, what is left.

The other asks for a thing that nobody asked for before, each time.
"""

import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks import machine
from tests.benchmarks.measure import Slot, drive
from tests.benchmarks.mix import ROWS, get
from tests.benchmarks.rounds import quantile
from tests.serving import serving

CLIENTS = 200
# A tenth of a second each; the number makes every text a new one.
HEAVY = """
SELECT (COUNT(*) AS ?pairs) WHERE {{
  ?one <https://w3id.org/migkg/ontology#isInSection> ?section .
  ?other <https://w3id.org/migkg/ontology#isInSection> ?section .
  FILTER (?one != ?other)
}} # {}"""
LOOKUP = "SELECT ?p ?o WHERE {{ <https://w3id.org/migkg/id/office-{}> ?p ?o }}"
_THEIR_ADDRESSES = [f"127.0.1.{number + 1}" for number in range(CLIENTS)]


@dataclass(frozen=True)
class Soaked:
    """Requests and failures of the many, the other's p50, p99 (ms) and failures, MiB over time."""

    seconds: float
    heavy: int
    refused: int
    p50: float
    p99: float
    failures: int
    before: float
    most: float
    after: float


def measure(root: Path, seconds: float) -> Soaked:
    """Let the many ask for some seconds, and the other all the while."""
    with serving(root, "--timeout", "10") as site:
        _lookups(site.port, 0.5)
        before = machine.memory(site.process.pid)
        # Processes of their own: the other shall not wait for our interpreter.
        ours, theirs = multiprocessing.Pipe()
        crowd = multiprocessing.Process(target=_crowd, args=(site.port, seconds, theirs))
        crowd.start()
        other = _lookups(site.port, seconds)
        most = machine.memory(site.process.pid)
        heavy, refused = ours.recv()
        crowd.join()
        time.sleep(2)  # so long may the surplus of query processes take to go
        after = machine.memory(site.process.pid)
    p50, p99 = (quantile(other.latencies, share) for share in (0.5, 0.99))
    return Soaked(seconds, heavy, refused, p50, p99, other.failures, before, most, after)


def _crowd(port: int, seconds: float, pipe: Connection) -> None:
    slot = drive(port, _numbered(HEAVY), CLIENTS, seconds, CLIENTS, 60.0, _THEIR_ADDRESSES)
    pipe.send((len(slot.latencies), slot.failures))


def _lookups(port: int, seconds: float) -> Slot:
    return drive(port, _numbered(LOOKUP), 1, seconds, 1, 60.0)


def _numbered(text: str) -> Iterator[bytes]:
    for number in count():
        yield get(f"/sparql?query={quote(text.format(number))}", ROWS)
