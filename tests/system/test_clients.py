"""Programs that people ask SPARQL endpoints with, each as its users use it."""

import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas
import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, N3, SPARQLWrapper
from SPARQLWrapper import POST as BY_POST

import serving
from migkg.terms import RDFS

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
_SECONDS = 120
OFFICES = f"""
PREFIX mgo: <{serving.MGO}>
PREFIX rdfs: <{RDFS}>
SELECT ?office ?name WHERE {{ ?office a mgo:Office ; rdfs:label ?name }} ORDER BY ?office"""
ALBANIA = "https://w3id.org/migkg/id/office-albania"
NEIGHBOURS = f"CONSTRUCT WHERE {{ <{ALBANIA}> ?p ?o }}"


@pytest.fixture(scope="module")
def site() -> Iterator[serving.Site]:
    with serving.serving(REPOSITORY) as running:
        yield running


@pytest.fixture(scope="module")
def url(site: serving.Site) -> str:
    return f"http://127.0.0.1:{site.port}/sparql"


@pytest.fixture(scope="module")
def offices(site: serving.Site) -> list[dict[str, str]]:
    """What every client must find."""
    rows = site.ask(OFFICES).rows()
    assert len(rows) > 20
    return rows


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, cwd=HERE)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("method", ["GET", BY_POST])
def test_sparqlwrapper(url: str, offices: list[dict[str, str]], method: str) -> None:
    wrapper = SPARQLWrapper(url)
    wrapper.setMethod(method)
    wrapper.setQuery(OFFICES)
    wrapper.setReturnFormat(JSON)
    found: Any = wrapper.queryAndConvert()
    rows = found["results"]["bindings"]
    assert [{k: v["value"] for k, v in row.items()} for row in rows] == offices


def test_sparqlwrapper_in_csv_and_turtle(url: str, offices: list[dict[str, str]]) -> None:
    wrapper = SPARQLWrapper(url, returnFormat=CSV)
    wrapper.setQuery(OFFICES)
    table: Any = wrapper.queryAndConvert()
    assert len(table.decode().splitlines()) == len(offices) + 1
    wrapper = SPARQLWrapper(url, returnFormat=N3)
    wrapper.setQuery(NEIGHBOURS)
    turtle: Any = wrapper.queryAndConvert()
    assert (URIRef(ALBANIA), None, None) in Graph().parse(data=turtle, format="turtle")


def test_rdflib_s_sparql_store(url: str, offices: list[dict[str, str]]) -> None:
    graph = Graph(SPARQLStore(url))
    rows = [{"office": str(row[0]), "name": str(row[1])} for row in graph.query(OFFICES)]
    assert rows == offices
    label = URIRef(f"{RDFS}label")
    assert str(graph.value(URIRef(ALBANIA), label)) == "IOM Albania"


def test_rdflib_asks_by_service(url: str, offices: list[dict[str, str]]) -> None:
    inner = "?office a mgo:Office ; rdfs:label ?name"
    text = OFFICES.replace(inner, f"SERVICE <{url}> {{ {inner} }}")
    rows = [{"office": str(row[0]), "name": str(row[1])} for row in Graph().query(text)]
    assert rows == offices


def test_pandas_from_csv_and_json(site: serving.Site, offices: list[dict[str, str]]) -> None:
    table = pandas.read_csv(io.BytesIO(site.ask(OFFICES, "text/csv").body))
    assert table.to_dict("records") == offices
    found = json.loads(site.ask(OFFICES).body)["results"]["bindings"]
    table = pandas.json_normalize(found)
    assert table["name.value"].tolist() == [row["name"] for row in offices]


def test_pandas_reads_a_url(url: str, offices: list[dict[str, str]]) -> None:
    table = pandas.read_csv(f"{url}?{urlencode({'query': OFFICES, 'format': 'csv'})}")
    assert table.to_dict("records") == offices


@pytest.mark.parametrize("client", ["comunica", "fetcher"])
def test_clients_in_node(url: str, offices: list[dict[str, str]], client: str) -> None:
    rows = json.loads(run("node", "clients.mjs", client, url, OFFICES))
    assert sorted(rows, key=lambda row: str(row["office"])) == offices


def test_roqet(url: str, offices: list[dict[str, str]]) -> None:
    text = run("roqet", "-q", "-p", url, "-e", OFFICES, "-r", "csv")
    table = pandas.read_csv(io.StringIO(text))
    assert table.to_dict("records") == offices


def test_curl_as_the_readme_says(url: str, offices: list[dict[str, str]]) -> None:
    fields = ("-H", "Accept: text/csv", "--data-urlencode", f"query={OFFICES}")
    for more in [(), ("--get",), ("--compressed",)]:
        table = pandas.read_csv(io.StringIO(run("curl", "-sS", "--fail", url, *fields, *more)))
        assert table.to_dict("records") == offices
