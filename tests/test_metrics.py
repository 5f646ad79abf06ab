import os

from prometheus_client.parser import text_string_to_metric_families

from migkg.execute import State
from migkg.metrics import Metrics

STATE = State(1, 2, 3, {"QueryTimeout": 4}, (os.getpid(), 2**22 + 1))


def numbers(metrics: Metrics) -> dict[str, float]:
    """Each sample by its name and labels."""
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def test_requests_and_queries_are_counted() -> None:
    metrics = Metrics(lambda: STATE)
    for status in (200, 200, 404):
        metrics.request("/sparql", status, 0.002)
    metrics.query("answered", 0.3)
    metrics.cache(found=True)
    found = numbers(metrics)
    assert found["migkg_requests_total /sparql 200"] == 2
    assert found["migkg_requests_total /sparql 404"] == 1
    assert found["migkg_request_seconds_count"] == 3
    assert found["migkg_queries_total answered"] == 1
    assert found["migkg_query_seconds_bucket 0.25"] == 0
    assert found["migkg_query_seconds_bucket 0.5"] == 1
    assert found["migkg_cache_lookups_total yes"] == 1


def test_processes_are_told_as_they_are() -> None:
    metrics = Metrics(lambda: STATE)
    metrics.cache_size = lambda: (5, 600)
    found = numbers(metrics)
    assert (found["migkg_workers idle"], found["migkg_workers busy"]) == (1, 2)
    assert found["migkg_queue"] == 3
    assert found["migkg_workers_stopped_total QueryTimeout"] == 4
    assert (found["migkg_cache_entries"], found["migkg_cache_bytes"]) == (5, 600)
    assert found["migkg_memory_bytes"] > 2**20


def test_two_servers_in_one_process_count_for_themselves() -> None:
    one, other = Metrics(lambda: STATE), Metrics(lambda: STATE)
    one.query("answered", 0.1)
    assert "migkg_queries_total answered" not in numbers(other)
