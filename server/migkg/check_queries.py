"""The checks that are queries (`queries/checks/*.rq`): a row is a fault, its `?subject` is named.

The line `#+ summary:` says what is wrong, `#+ description:` how to mend it; the other variables
of a row are added to the summary.
"""

from collections.abc import Iterator

from pyoxigraph import NamedNode, QuerySolutions

from migkg.dataset import Dataset
from migkg.errors import BrokenQuery
from migkg.findings import Files, Finding
from migkg.queries import StoredQuery, read_queries
from migkg.terms import in_turtle


def faults(files: Files, dataset: Dataset) -> Iterator[Finding]:
    """Yield a finding for each row of the check queries; raises BrokenQuery."""
    for query in read_queries(files.root / "queries" / "checks"):
        yield from _rows(query, files, dataset)


def _rows(query: StoredQuery, files: Files, dataset: Dataset) -> Iterator[Finding]:
    try:
        rows = dataset.store.query(query.text, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise BrokenQuery(query.path, 1, 1, error.msg) from error
    if not isinstance(rows, QuerySolutions) or "subject" not in _names(rows):
        raise BrokenQuery(query.path, 1, 1, "a check selects ?subject")
    others = [variable for variable in _names(rows) if variable != "subject"]
    for row in rows:
        subject = row["subject"]
        said = [f"{other} {_shown(row[other])}" for other in others if row[other] is not None]
        detail = query.summary.rstrip(".") + (f" ({', '.join(said)})." if said else ".")
        iri = subject.value if isinstance(subject, NamedNode) else ""
        yield Finding(files.home(iri), _shown(subject), query.name, detail, query.description)


def _names(rows: QuerySolutions) -> list[str]:
    return [variable.value for variable in rows.variables]


def _shown(term: object) -> str:
    return (
        in_turtle(term.value) if isinstance(term, NamedNode) else str(getattr(term, "value", term))
    )
