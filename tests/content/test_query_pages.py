"""What the pages of the stored queries promise holds for every one of them."""

import pytest
from pyoxigraph import QuerySolutions
from snapshot import QUERIES

from migkg import parameters
from migkg.dataset import Dataset
from migkg.queries import StoredQuery, read_queries

STORED = read_queries(QUERIES)


def solutions(graph: Dataset, text: str) -> QuerySolutions:
    found = graph.store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return found


@pytest.mark.parametrize("query", [one for one in STORED if one.chart], ids=lambda one: one.name)
def test_chart_draws_columns_with_numbers(query: StoredQuery, graph: Dataset) -> None:
    found = solutions(graph, query.text)
    assert set(query.chart) <= {variable.value for variable in found.variables}
    row = next(found)
    for column in query.chart[1:]:
        float(row[column].value)


@pytest.mark.parametrize(
    ("query", "param"),
    [(query, param) for query in STORED for param in query.params if param.type == "iri"],
    ids=lambda one: one.name,
)
def test_form_offers_values_and_the_default_is_one_of_them(
    query: StoredQuery, param: parameters.Param, graph: Dataset
) -> None:
    values = {
        row[param.name].value
        for row in solutions(graph, parameters.unbound(query.text, param.name))
    }
    default = parameters.iris(query, {}).get(param.name)
    assert values
    assert default in values or default is None
