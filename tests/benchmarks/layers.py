"""Where the time of one small query goes, layer by layer, each measured with those below it."""

import statistics
import time
from collections.abc import Callable
from contextlib import closing
from itertools import repeat
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks import peers
from tests.benchmarks.enlarge import Graph
from tests.benchmarks.measure import drive
from tests.benchmarks.mix import ROWS, get
from tests.benchmarks.runaway import LOOKUP
from werkzeug.test import EnvironBuilder

from migkg import dataset, guard, results
from migkg.app import create_app
from migkg.backend import open_backend
from migkg.execute import Query
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
