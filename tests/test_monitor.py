"""What those who run the server can see, asked of a running one."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from serving import SLOW, Site, serving, write_data
from watching import until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    flags = ["--timeout", "1", "--access-log", str(folder / "access.log")]
    with serving(write_data(folder), *flags) as running:
        yield running


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "access.log").read_text().splitlines()]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probe_is_answered_and_never_kept(site: Site, path: str) -> None:
    reply = site.get(path)
    assert (reply.status, reply.text) == (200, "ok\n")
    assert reply.headers["cache-control"] == "no-store"


def test_server_as_a_whole_tells_its_methods(site: Site) -> None:
    reply = site.send("OPTIONS", "*")
    assert (reply.status, reply.body) == (204, b"")
    assert set(reply.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_numbers_are_there_for_prometheus(site: Site) -> None:
    assert site.ask("ASK { # counted\n}").status == 200
    assert site.ask(SLOW).status == 503
    reply = site.get("/metrics")
    assert reply.type == "text/plain; version=0.0.4; charset=utf-8"
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }
    assert found["migkg_requests_total", "/sparql", "200"] >= 1
    assert found["migkg_requests_total", "/sparql", "503"] >= 1
    assert found["migkg_queries_total", "answered"] >= 1
    assert found["migkg_queries_total", "QueryTimeout"] >= 1
    assert found["migkg_workers_stopped_total", "QueryTimeout"] >= 1
    assert found[("migkg_memory_bytes",)] > 2**20


def test_unknown_paths_make_no_new_numbers(site: Site) -> None:
    for number in range(3):
        site.get(f"/nothing-{number}")
    assert "nothing" not in site.get("/metrics").text


def test_line_tells_rows_and_triples(site: Site, folder: Path) -> None:
    select = "SELECT ?x { VALUES ?x { 1 2 3 } } # rows"
    construct = "CONSTRUCT { <a:a> <a:b> 1, 2 } {} # triples"
    for query in (select, select, construct, "ASK {} # no rows"):
        assert site.ask(query, "*/*").status == 200
    names = [hashlib.sha256(query.encode()).hexdigest()[:16] for query in (select, construct)]
    until(lambda: bool(lines(folder)) and lines(folder)[-1]["query"] not in (None, *names))
    found = [row["rows"] for row in lines(folder)][-4:]
    assert found == [3, 3, 2, None]


def test_each_request_is_a_line_that_names_no_query(site: Site, folder: Path) -> None:
    secret = "SELECT ?secret { ?secret a <a:secret> }"
    name = hashlib.sha256(secret.encode()).hexdigest()[:16]
    for _ in range(2):
        assert site.ask(secret).status == 200
    assert site.post(secret).status == 200
    assert site.post(f"{secret} {secret}").status == 400
    until(lambda: bool(lines(folder)) and lines(folder)[-1]["outcome"] == "QuerySyntax")
    first, again, posted = (row for row in lines(folder) if row["query"] == name)
    ends = (first["outcome"], again["outcome"], posted["outcome"])
    assert ends == ("answered", "kept", "answered")
    assert (first["rows"], again["rows"], posted["rows"]) == (0, 0, 0)
    assert (first["method"], first["path"], first["status"]) == ("GET", "/sparql", 200)
    assert first["client"] == "127.0.0.1"
    assert isinstance(first["ms"], float)
    assert "secret" not in (folder / "access.log").read_text()
