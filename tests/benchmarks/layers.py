"""Where the time of one small query goes: layer by layer, and by server in processor time.

A layer is measured with those below it, which are then taken off.
"""

import statistics
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from itertools import repeat
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks import machine, peers
from tests.benchmarks.enlarge import Graph
from tests.benchmarks.measure import drive
from tests.benchmarks.mix import ROWS, get
from tests.benchmarks.rounds import LINES
from tests.benchmarks.runaway import LOOKUP
from werkzeug.test import EnvironBuilder

from migkg import dataset, guard, results
from migkg.app import create_app
from migkg.backend import open_backend
from migkg.exchange import Query
from migkg.formats import TABLES, negotiate
from migkg.settings import Data, Limits, Server
from migkg.wsgi import call

TIMES = 1000


def measure(graph: Graph, folder: Path) -> list[tuple[str, float]]:
    """The microseconds of each layer for a lookup of one thing, middle of many."""
    data, limits = Data(), Limits()
    store = dataset.load(data).store

    def engine() -> None:
        for _ in store.query(LOOKUP, use_default_graph_as_union=True):  # type: ignore[union-attr]
            pass

    def written() -> None:
        found = store.query(LOOKUP, use_default_graph_as_union=True)
        results.write(found, ROWS, limits.rows, limits.bytes)

    rows: dict[str, float] = {"engine": _middle(engine)}
    rows["serialisation"] = _middle(written) - rows["engine"]
    inspected = _middle(lambda: guard.inspect(f"{LOOKUP} # {time.perf_counter_ns()}", limits))
    rows["inspection of the query"] = inspected
    with closing(open_backend(Server(), data, limits)) as backend:
        query = Query(LOOKUP, ROWS)
        pooled = _middle(lambda: backend.run(query))
        rows["pool hop"] = pooled - sum(rows.values())
        rows["negotiation"] = _middle(lambda: negotiate(ROWS, TABLES))
        app = create_app(Server(), limits, data, backend)
        builder = EnvironBuilder(
            "/sparql", query_string={"query": LOOKUP}, headers=[("Accept", ROWS)]
        )
        flask = _middle(lambda: call(app, builder.get_environ()))
        rows["Flask, and what it calls"] = flask - pooled - rows["negotiation"]
    request = get(f"/sparql?query={quote(LOOKUP)}", ROWS)
    with peers.ours(graph, folder) as server:
        whole = _over_socket(server.port, request)
    with peers.ours(graph, folder, "--cache-bytes", "1000000") as server:
        rows["socket, HTTP server, cache"] = _over_socket(server.port, request)
    rows["gateway: to a thread and back"] = whole - sum(rows.values())
    return [*rows.items(), ("whole", whole)]


def _middle(action: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1e6


def _over_socket(port: int, request: bytes) -> float:
    slot = drive(port, repeat(request), 1, 0.0, TIMES, 10.0)
    return statistics.median(slot.latencies) * 1e6


def processor(graph: Graph, folder: Path, seconds: float) -> list[tuple[str, list[float]]]:
    """The microseconds of processor time that a lookup takes of each server, by concurrency."""
    kept = partial(peers.ours, graph, folder, "--cache-bytes", "1000000")
    servers = {
        "ours": partial(peers.ours, graph, folder),
        "ours, kept answer": kept,
        peers.MEMORY: partial(peers.oxigraph_memory, graph, folder),
    }
    rows = []
    for name, start in servers.items():
        with start() as server:
            request = get(f"{server.path}?query={quote(LOOKUP)}", ROWS)
            rows.append((name, [_spent(server, request, lines, seconds) for lines in LINES]))
    return rows


def _spent(server: peers.Running, request: bytes, lines: int, seconds: float) -> float:
    drive(server.port, repeat(request), lines, 0.2, 1, 10.0)
    before = machine.spent(server.pid)
    slot = drive(server.port, repeat(request), lines, seconds, 1, 10.0)
    return (machine.spent(server.pid) - before) / len(slot.latencies) * 1e6
