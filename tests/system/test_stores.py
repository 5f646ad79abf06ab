"""The graph in other stores: published there, and every stored query answered through them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import stores

import serving
from migkg.dataset import Dataset, load
from migkg.errors import QueryTimeout
from migkg.exchange import Query
from migkg.publish import GraphStore, publish
from migkg.remote import Remote
from migkg.settings import Data, Limits

sys.path.insert(0, str(Path(__file__).parents[1] / "content"))
import snapshot

KINDS = {"oxigraph": stores.oxigraph, "virtuoso": stores.virtuoso}
QUERIES = sorted(snapshot.QUERIES.glob("*.rq"))
LIMITS = Limits(timeout=60.0)
# What a store answers otherwise, and why; the README tells the rest. Each is tried: what a newer
# store does right must leave this table.
DIFFERENCES = {
    "virtuoso": {
        "counter-trafficking-then-and-now": "does not end: BIND (EXISTS …) for each group",
        "said-twice": "loses rows: a path that may be empty, with an end out of VALUES",
    }
}
PATIENCE = Limits(timeout=5.0)


@pytest.fixture(scope="module")
def graph() -> Dataset:
    return load(Data())


@pytest.fixture(scope="module", params=KINDS)
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, graph: Dataset
) -> Iterator[stores.Store]:
    with KINDS[request.param](tmp_path_factory.mktemp(request.param)) as store:
        sent = [one.sent for one in publish(graph, GraphStore(store.graphs))]
        assert all(sent)
        yield store


def test_a_second_publication_sends_nothing(store: stores.Store, graph: Dataset) -> None:
    assert not any(one.sent for one in publish(graph, GraphStore(store.graphs)))


@pytest.mark.parametrize("query", QUERIES, ids=lambda file: file.stem)
def test_a_stored_query_gives_its_stored_answer(store: stores.Store, query: Path) -> None:
    expected = (snapshot.ANSWERS / f"{query.stem}.tsv").read_text().splitlines()[1:]
    if query.stem in DIFFERENCES.get(store.name, {}):
        with pytest.raises((AssertionError, QueryTimeout)):
            assert ask(store, query, PATIENCE) == expected
    else:
        assert ask(store, query, LIMITS) == expected


def ask(store: stores.Store, query: Path, limits: Limits) -> list[str]:
    asked = Query(query.read_text(), serving.JSON)
    body = Remote(store.query, limits).run(asked).body
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    return snapshot.lines(found)


def test_the_server_answers_over_the_store(store: stores.Store) -> None:
    with serving.serving(snapshot.REPOSITORY, "--backend", store.query) as site:
        offices = f"SELECT (COUNT(*) AS ?n) {{ ?x a <{serving.MGO}Office> }}"
        assert int(site.ask(offices).rows()[0]["n"]) > 20
        assert site.ask("SELECT ?p { <office-albania> ?p ?o }").rows()
        for name, shown in {"office-albania": "Albania", "total-001-turkey": "Turkey"}.items():
            page = site.get(f"/id/{name}.html")
            assert (page.status, shown in page.text) == (200, True)
