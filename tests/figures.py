"""The README's table of documents, counted in the graph: `make figures` writes it anew."""

import re
from pathlib import Path

from pyoxigraph import QuerySolutions, Store

from migkg.dataset import load
from migkg.files import write_whole
from migkg.settings import Data

README = Path(__file__).resolve().parents[1] / "README.md"
_ROW = re.compile(r"^\| \d{3} \|.*$", re.MULTILINE)
_COUNTS = """
PREFIX mgo: <https://w3id.org/migkg/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?number ?label (COUNT(DISTINCT ?fact) AS ?facts) (COUNT(DISTINCT ?passage) AS ?passages)
WHERE {
  ?fact mgo:hasEvidence ?passage .
  ?passage oa:hasSource ?document .
  ?document mgo:documentNumber ?number ; rdfs:label ?label .
}
GROUP BY ?number ?label
ORDER BY ?number
"""


def table(text: str) -> list[str]:
    """Return the rows of the table as a text has them."""
    return _ROW.findall(text)


def count(store: Store) -> list[str]:
    """Return the rows as the graph has them."""
    found = store.query(_COUNTS, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [f"| {' | '.join(term.value for term in row)} |" for row in found]


if __name__ == "__main__":
    text = README.read_text("utf-8")
    rows = iter(count(load(Data()).store))
    write_whole(README, _ROW.sub(lambda _: next(rows), text).encode())
