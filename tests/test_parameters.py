from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import asking
from migkg import parameters
from migkg.errors import BadRequest
from migkg.execute import Pool
from migkg.queries import StoredQuery, read_queries
from migkg.search import Index
from migkg.settings import Data, Limits

MGI = "https://w3id.org/migkg/id/"
QUERIES = Path(__file__).parents[1] / "queries"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asking.write(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def pool(root: Path) -> Iterator[Pool]:
    pool = Pool(Data(root=str(root)), Limits())
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def stored(root: Path) -> dict[str, StoredQuery]:
    return {query.name: query for query in read_queries(root / "queries")}


def test_known_iri_is_written_in_its_place(pool: Pool, stored: dict[str, StoredQuery]) -> None:
    text = parameters.bind(pool, Index(pool), stored["money"], {"office": "mgi:office-oslo"})
    assert f"VALUES ?office {{ <{MGI}office-oslo> }}" in text


@pytest.mark.parametrize("value", ["mgi:office-osla", "oslo", "IOM Oslo", f"<{MGI}office-oslo1>"])
def test_unknown_iri_is_refused_with_the_nearest(
    pool: Pool, stored: dict[str, StoredQuery], value: str
) -> None:
    with pytest.raises(BadRequest, match=r"Did you mean .*mgi:office-oslo \(IOM Oslo\)"):
        parameters.bind(pool, Index(pool), stored["of-an-office"], {"office": value})


def test_suggestions_are_the_values_that_have_an_answer(
    pool: Pool, stored: dict[str, StoredQuery]
) -> None:
    office, element = stored["money"].params
    suggestions = parameters.Suggestions(pool)
    assert [(one.value, one.label) for one in suggestions.of(stored["money"], office)] == [
        (MGI + "office-bergen", "IOM Bergen"),
        (MGI + "office-oslo", "IOM Oslo"),
    ]
    assert [one.label for one in suggestions.of(stored["money"], element)] == ["objective one"]
    assert suggestions.of(stored["named"], stored["named"].params[0]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "ASK { VALUES ?x { <a:b> } ?x ?p ?o }",
        "CONSTRUCT WHERE { ?x ?p ?o }",
        "SELECT * ",
    ],
)
def test_there_are_no_suggestions_for_other_forms(text: str) -> None:
    assert parameters.unbound(text, "x") == ""


def test_every_stored_query_can_be_asked_for_its_values() -> None:
    for query in read_queries(QUERIES):
        for param in query.params:
            text = parameters.unbound(query.text, param.name)
            assert isinstance(ox.Store().query(text), ox.QuerySolutions), query.name


def test_iris_are_those_given_and_the_defaults(stored: dict[str, StoredQuery]) -> None:
    assert parameters.iris(stored["money"], {}) == {"element": "https://w3id.org/migkg/concept/o1"}
    given = parameters.iris(stored["money"], {"office": "mgi:office-oslo"})
    assert given["office"] == MGI + "office-oslo"
    assert parameters.iris(stored["named"], {"name": "x"}) == {}
