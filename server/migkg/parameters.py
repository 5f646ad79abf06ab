"""Values of a stored query's parameters, held against the graph; which values have an answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from migkg import queries
from migkg.backend import Backend
from migkg.errors import BadRequest, MigkgError
from migkg.exchange import Query
from migkg.folding import fold
from migkg.likeness import meant
from migkg.queries import Param, StoredQuery
from migkg.query_tokens import tokens
from migkg.search import Index
from migkg.tables import JSON, read
from migkg.terms import expand, local_name

MOST_OPTIONS = 400
_MOST_MEANT = 3
_KNOWN = "ASK {{ {{ {0} ?p ?o }} UNION {{ ?s ?p {0} }} }}"
_UNBOUND = "UNDEF"


@dataclass(frozen=True)
class Option:
    """A value of a parameter for which the query has an answer."""

    value: str
    label: str


def bind(backend: Backend, index: Index, query: StoredQuery, values: Mapping[str, str]) -> str:
    """Return the query's text with its values.

    Raises BadRequest as `queries.bind`, and for an IRI that the graph does not know, or a text
    that is no IRI, with the things it may mean.
    """
    for param in query.params:
        if param.type == "iri" and param.name in values:
            _require_known(backend, index, param, values[param.name])
    return queries.bind(query, values)


def iris(query: StoredQuery, values: Mapping[str, str]) -> dict[str, str]:
    """Return the IRIs that the parameters have, given or by default."""
    asked = {param: values.get(param.name, param.default) for param in query.params}
    return {
        param.name: queries.term(param, value).value
        for param, value in asked.items()
        if param.type == "iri" and value and value != _UNBOUND
    }


class Suggestions:
    """The values for which queries have an answer; kept where the data cannot change."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._kept: dict[tuple[str, str], tuple[Option, ...]] = {}

    def of(self, query: StoredQuery, param: Param) -> tuple[Option, ...]:
        """Return the values of a parameter, by label; none if they are too many."""
        key = query.name, param.name
        if key in self._kept:
            return self._kept[key]
        found = _options(self._backend, query, param) if param.type == "iri" else ()
        if self._backend.digest:
            self._kept[key] = found
        return found


def _options(backend: Backend, query: StoredQuery, param: Param) -> tuple[Option, ...]:
    text = unbound(query.text, param.name)
    if not text:
        return ()
    try:
        answer = backend.run(Query(text, JSON, rows=MOST_OPTIONS))
    except MigkgError:
        # The question without its value may be too much; the form then takes a typed one.
        return ()
    if answer.more:
        return ()
    found = {row[param.name].value: row["label"].value for row in read(answer.body).rows}
    by_label = sorted(found.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    return tuple(Option(value, label) for value, label in by_label)


def unbound(text: str, name: str) -> str:
    """Return a query for all values of a parameter that have an answer, '' where there is none."""
    found = [token for token in tokens(text) if token.depth <= 1]
    words = [token.text.upper() if token.kind == "word" else token.text for token in found]
    if "SELECT" not in words or "{" not in words[words.index("SELECT") :]:
        return ""
    start = words.index("SELECT")
    opening = words.index("{", start)
    closing = len(words) - 1 - words[::-1].index("}")
    first, last = found[opening].end, found[closing].start
    pattern = queries.place_of(name).sub("", text[first:last])
    head = text[: found[start].start]
    return (
        f"{head}SELECT ?{name} (MIN(STR(?named)) AS ?label) WHERE {{\n"
        f"  {{ SELECT DISTINCT ?{name} WHERE {{{pattern}}} }}\n"
        f"  ?{name} <http://www.w3.org/2000/01/rdf-schema#label>"
        "|<http://www.w3.org/2004/02/skos/core#prefLabel> ?named .\n"
        f"}} GROUP BY ?{name} ORDER BY ?{name}"
    )


def _require_known(backend: Backend, index: Index, param: Param, value: str) -> None:
    try:
        term = queries.term(param, value)
    except BadRequest as error:
        hint = _meant(index, param, fold(value).replace(" ", "-"))
        raise BadRequest(error.detail, hint or error.hint) from error
    assert isinstance(term, NamedNode)
    if not read(backend.run(Query(_KNOWN.format(term), JSON)).body).truth:
        raise BadRequest(
            f"The parameter {param.name} is <{term.value[:200]}>, which the graph does not know.",
            _meant(index, param, local_name(term.value)) or f"Give one such as {param.default}.",
        )


def _meant(index: Index, param: Param, slug: str) -> str:
    kind = local_name(expand(param.default) or param.default).partition("-")[0]
    return meant([hit.named for hit in index.meant(slug, kind, _MOST_MEANT)])
