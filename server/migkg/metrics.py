"""Numbers for Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/."""

import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from migkg.execute import State

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)


class Metrics:
    """What is counted while the server runs; `state` tells how its processes are now."""

    def __init__(self, state: Callable[[], State]) -> None:
        self.registry = registry = CollectorRegistry()
        self.cache_size: Callable[[], tuple[int, int]] = lambda: (0, 0)
        self._requests = Counter(
            "migkg_requests", "HTTP requests", ["route", "status"], registry=registry
        )
        self._request_seconds = Histogram(
            "migkg_request_seconds", "time to a response", registry=registry, buckets=_SECONDS
        )
        self._queries = Counter(
            "migkg_queries", "queries by how they ended", ["outcome"], registry=registry
        )
        self._query_seconds = Histogram(
            "migkg_query_seconds",
            "time of a query, waiting included",
            registry=registry,
            buckets=_SECONDS,
        )
        self._cache = Counter(
            "migkg_cache_lookups", "reading requests by found or not", ["found"], registry=registry
        )
        registry.register(_Now(state, self))
        # To look a label up takes longer than to count.
        self._of_request = lru_cache(self._requests.labels)
        self._of_query = lru_cache(self._queries.labels)
        self._of_cache = lru_cache(self._cache.labels)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count a response."""
        self._of_request(route, status).inc()
        self._request_seconds.observe(seconds)

    def query(self, outcome: str, seconds: float) -> None:
        """Count a query that is over; `outcome` is 'answered' or the name of a fault."""
        self._of_query(outcome).inc()
        self._query_seconds.observe(seconds)

    def cache(self, *, found: bool) -> None:
        """Count a look into the cache."""
        self._of_cache("yes" if found else "no").inc()

    def text(self) -> bytes:
        """Return all numbers in the text format."""
        return generate_latest(self.registry)


class _Now(Collector):
    """What is read at the moment it is asked for."""

    def __init__(self, state: Callable[[], State], metrics: Metrics) -> None:
        self._state = state
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        state = self._state()
        entries, size = self._metrics.cache_size()
        workers = GaugeMetricFamily("migkg_workers", "query processes", labels=["state"])
        workers.add_metric(["busy"], state.busy)
        workers.add_metric(["idle"], state.idle)
        yield workers
        stopped = CounterMetricFamily(
            "migkg_workers_stopped", "query processes ended in mid-query", labels=["reason"]
        )
        for reason, number in state.stopped.items():
            stopped.add_metric([reason], number)
        yield stopped
        memory = sum(map(_memory, {os.getpid(), *state.processes}))
        for name, meaning, value in (
            ("migkg_queue", "queries that wait", state.waiting),
            ("migkg_cache_entries", "answers kept", entries),
            ("migkg_cache_bytes", "bytes of answers kept", size),
            ("migkg_memory_bytes", "proportional memory of all processes", memory),
        ):
            yield GaugeMetricFamily(name, meaning, value)


def _memory(pid: int) -> int:
    """Return the proportional set size of a process in bytes; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
