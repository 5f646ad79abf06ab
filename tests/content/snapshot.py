"""The answer of a stored query as `tests/answers` keeps it.

First a line that says how the answer came about, then the variables, then a line a row: IRIs as
prefixed names, literals as plain texts, decimals without needless zeros, nothing where unbound.

Example: python tests/content/snapshot.py kosovo > tests/answers/kosovo.tsv
"""

import sys
from decimal import Decimal
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from migkg import dataset, queries
from migkg.settings import Data
from migkg.terms import XSD, shorten

REPOSITORY = Path(__file__).resolve().parents[2]
QUERIES = REPOSITORY / "queries"
ANSWERS = REPOSITORY / "tests" / "answers"
WORKED_OUT = "# worked out from the text"
SNAPSHOT = "# regression snapshot"


def answer(store: Store, text: str) -> list[str]:
    """Return the lines of a query's answer: variables, then rows in the query's order."""
    found = store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return lines(found)


def lines(found: QuerySolutions) -> list[str]:
    """Return the lines of an answer, wherever it comes from."""
    names = [variable.value for variable in found.variables]
    rows = ["\t".join(written(row[name]) for name in names) for row in found]
    return ["\t".join(names), *rows]


def written(term: NamedNode | BlankNode | Literal | Triple | None) -> str:
    """Return a term as a cell."""
    if isinstance(term, NamedNode):
        return shorten(term.value) or f"<{term.value}>"
    if not isinstance(term, Literal):
        return str(term or "")
    if term.datatype.value == XSD + "decimal":
        return f"{Decimal(term.value).normalize():f}"
    return " ".join(term.value.split())


if __name__ == "__main__":
    whole = dataset.load(Data(root=str(REPOSITORY))).store
    query = queries.find_query(sys.argv[1], QUERIES)
    sys.stdout.write("\n".join([SNAPSHOT, *answer(whole, query.text), ""]))
