"""Where the processor time of one small query goes: by layer, and by server.

The processes of the server are looked at from outside; what several layers of one process share is
parted by running the upper ones alone.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import count, repeat
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
from tests.benchmarks import machine, peers
from tests.benchmarks.enlarge import Graph
from tests.benchmarks.measure import Slot, drive
from tests.benchmarks.mix import ROWS, get
from tests.benchmarks.peers import Running
from tests.benchmarks.rounds import LINES, quantile
from tests.benchmarks.runaway import LOOKUP
from tests.benchmarks.section import Section
from tests.benchmarks.sizes import table
from tests.serving import free_port

from migkg import guard, query_operation, results
from migkg.settings import Limits

_TIMES = 2000
# Each asks for another thing, so no text comes twice.
_NEW = "SELECT ?p ?o { <https://w3id.org/migkg/id/%s> ?p ?o } # %d"
_KEEPING = ("--cache-bytes", "1000000")
Spent = dict[str, float]


def section(graph: Graph, folder: Path, seconds: float) -> Section:
    """Measure for so many seconds each; tell it."""
    costs = layers(graph, folder, seconds)
    servers = compared(graph, folder, seconds)
    text = (
        "Processor time of all processes, in µs, for one lookup whose text never came before, at "
        "concurrency 16 (a layer below zero is noise):\n\n"
        + table(("layer", "µs"), [(name, f"{cost:.0f}") for name, cost in costs.items()])
        + "\n\nBeside the others, lookups of one text again and again and of a new one each time:"
        "\n\n"
        + table(
            ("server", "texts", *(f"{what}, {n}" for n in LINES for what in _HEADS)),
            [
                (name, kind, *(f"{value:,.1f}" for row in rows for value in row))
                for name, kind, rows in servers
            ],
        )
    )
    numbers = {
        "layers": costs,
        "servers": [dict(zip(("server", "texts", "rows"), row, strict=True)) for row in servers],
    }
    return Section("Where the time of a lookup goes", text, numbers)


_HEADS = ("req/s", "p50 ms", "p99 ms", "µs of processor")


def layers(graph: Graph, folder: Path, seconds: float) -> Spent:
    """The microseconds of each layer."""
    names = _names(graph)
    rows = _inside(graph, names)
    with _bare(folder) as server:
        bare = sum(_spent(server, repeat(get("/", ROWS)), seconds).values())
    with peers.ours(graph, folder, *_KEEPING) as server:
        kept = _spent(server, repeat(_request(server, LOOKUP)), seconds)
    with peers.ours(graph, folder) as server:
        new = _spent(server, _new(server, names), seconds)
    known = {
        "socket, HTTP server": bare,
        "gateway, answer cache": sum(kept.values()) - bare,
        "reading the request, negotiation, inspection": rows["read"],
        "engine": rows["engine"],
        "serialisation": rows["write"],
    }
    whole = sum(new.values())
    return {
        **known,
        "turns, the hop to a query process and back, headers": whole - sum(known.values()),
        "whole": whole,
        "of it in the serving process": new["serving"],
        "of it in the query processes": new["below"],
        "inspection alone": rows["inspect"],
    }


def _inside(graph: Graph, names: Sequence[str]) -> Spent:
    """The layers that are functions, each run alone."""
    store, limits = ox.Store(), Limits()
    store.bulk_load(path=str(graph.quads), format=ox.RdfFormat.N_QUADS, lenient=True)
    text = map(_NEW.__mod__, zip(_endless(names), count()))

    def engine() -> None:
        for _ in store.query(next(text), use_default_graph_as_union=True):  # type: ignore[union-attr]
            pass

    def written() -> None:
        found = store.query(next(text), use_default_graph_as_union=True)
        results.write(found, ROWS, limits.rows, limits.bytes)

    def read() -> None:
        parameters = query_operation.parse(f"query={quote(next(text))}".encode())
        query_operation.plan(parameters, "", ROWS, limits)

    alone = _middle(engine)
    return {
        "engine": alone,
        "write": _middle(written) - alone,
        "read": _middle(read) - _middle(lambda: quote(next(text))),
        "inspect": _middle(lambda: guard.inspect(next(text), limits)),
    }


def _middle(action: Callable[[], object]) -> float:
    """The mean microseconds of processor time, the first fifth left out."""
    start = 0.0
    for number in range(_TIMES):
        if number == _TIMES // 5:
            start = time.thread_time()
        action()
    return (time.thread_time() - start) / (_TIMES - _TIMES // 5) * 1e6


def compared(
    graph: Graph, folder: Path, seconds: float
) -> list[tuple[str, str, list[tuple[float, ...]]]]:
    """Rate, p50, p99 (ms) and processor time (µs) of lookups, by server, texts and lines."""
    names = _names(graph)
    servers: dict[str, Callable[[], AbstractContextManager[Running]]] = {
        peers.OURS: partial(peers.ours, graph, folder),
        f"{peers.OURS}, kept answers": partial(peers.ours, graph, folder, *_KEEPING),
        peers.MEMORY: partial(peers.oxigraph_memory, graph, folder),
    }
    rows = []
    for name, start in servers.items():
        with start() as server:
            for kind in ("one", "new")[: 1 if "kept" in name else 2]:
                one = repeat(_request(server, LOOKUP))
                requests = _new(server, names) if kind == "new" else one
                found = [_row(server, requests, lines, seconds) for lines in LINES]
                rows.append((name, kind, found))
    return rows


def _row(
    server: Running, requests: Iterator[bytes], lines: int, seconds: float
) -> tuple[float, ...]:
    slot, spent = _driven(server, requests, lines, seconds)
    each = sum(spent.values()) / len(slot.latencies) * 1e6
    spread = (quantile(slot.latencies, 0.5), quantile(slot.latencies, 0.99))
    return (slot.rate, *spread, each)


def _spent(server: Running, requests: Iterator[bytes], seconds: float) -> Spent:
    """The microseconds that each part of a server takes for an answer."""
    slot, spent = _driven(server, requests, LINES[-1], seconds)
    return {name: taken / len(slot.latencies) * 1e6 for name, taken in spent.items()}


def _driven(
    server: Running, requests: Iterator[bytes], lines: int, seconds: float
) -> tuple[Slot, Spent]:
    drive(server.port, requests, lines, seconds / 10, 1, 10.0)
    before = machine.spent_by_part(server.pid)
    slot = drive(server.port, requests, lines, seconds, 1, 10.0)
    after = machine.spent_by_part(server.pid)
    assert not slot.failures, f"{server.name}: {slot.failures} failed"
    return slot, {name: after[name] - before.get(name, 0.0) for name in after}


@contextmanager
def _bare(folder: Path) -> Iterator[Running]:
    """The HTTP server alone."""
    port = free_port()
    program = str(Path(sys.executable).with_name("granian"))
    flags = ["--interface", "rsgi", "--port", str(port), "--log-level", "critical", "--no-ws"]
    command = [program, *flags, "tests.benchmarks.bare:answer"]
    with peers.running("the HTTP server", command, port, "/", folder) as server:
        yield server


def _names(graph: Graph) -> Sequence[str]:
    start = b"<https://w3id.org/migkg/id/"
    subjects = {line.split(b" ", 1)[0] for line in graph.quads.read_bytes().splitlines()}
    return sorted(name[len(start) : -1].decode() for name in subjects if name.startswith(start))


def _endless(names: Sequence[str]) -> Iterator[str]:
    while True:
        yield from names


def _new(server: Running, names: Sequence[str]) -> Iterator[bytes]:
    # Filled in as bytes: the asking process shall have little to do meanwhile.
    start, rest = _request(server, _NEW % ("NAME", 0)).split(b"NAME")
    middle, _, end = rest.partition(b"%200 ")
    for name, number in zip(map(str.encode, _endless(names)), count()):
        yield b"%s%s%s%%20%d %s" % (start, name, middle, number, end)


def _request(server: Running, text: str) -> bytes:
    return get(f"{server.path}?query={quote(text)}", ROWS)
