"""What there is by place, theme, organization, document and year, counted by document.

The counts are those of the search with the same choices, so each number leads to what it counts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from migkg.backend import Backend
from migkg.search import Index
from migkg.tables import ask
from migkg.terms import local_name, prologue

_PREFIXES = prologue("mgo", "mgc", "rdfs", "skos")
_DOCUMENTS = _PREFIXES + (
    "SELECT ?iri ?number ?label WHERE { ?iri mgo:documentNumber ?number ; rdfs:label ?label } "
    "ORDER BY ?number"
)
_PLACES = (
    _PREFIXES
    + """SELECT ?iri (MIN(STR(?l)) AS ?label) (MIN(STR(?g)) AS ?group) WHERE {
  ?iri a mgo:Place, ?class ; rdfs:label ?l . ?class rdfs:label ?g
  FILTER(?class NOT IN (mgo:Place))
} GROUP BY ?iri ORDER BY ?group ?label ?iri"""
)
_THEMES = (
    _PREFIXES
    + """SELECT ?iri (MIN(STR(?l)) AS ?label) (MIN(STR(?b)) AS ?broader) WHERE {
  ?iri skos:inScheme mgc:themes ; skos:prefLabel ?l . OPTIONAL { ?iri skos:broader ?b }
} GROUP BY ?iri ORDER BY ?label ?iri"""
)
_AGENTS = (
    _PREFIXES
    + """SELECT ?iri (MIN(STR(?l)) AS ?label) (MIN(STR(?g)) AS ?group) WHERE {
  VALUES ?class { mgo:Organization mgo:Office }
  ?iri a ?class ; rdfs:label ?l .
  OPTIONAL { ?iri mgo:hasOrganizationKind/skos:prefLabel ?kind }
  BIND(COALESCE(?kind, "IOM office") AS ?g)
} GROUP BY ?iri ORDER BY ?group ?label ?iri"""
)
_OF_AGENTS = (
    _PREFIXES
    + """SELECT ?iri ?number (COUNT(DISTINCT ?fact) AS ?n) WHERE {
  VALUES ?class { mgo:Organization mgo:Office }
  ?iri a ?class . ?fact ?p ?iri ; mgo:isStatedIn/mgo:documentNumber ?number
} GROUP BY ?iri ?number"""
)


@dataclass(frozen=True)
class Line:
    """A value with its counts in the order of the columns; `depth` in a tree, `iri` of its page."""

    value: str
    label: str
    counts: tuple[int, ...]
    iri: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Group:
    """Lines under one heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Tally:
    """A table: its columns as (value, label), its lines in groups.

    `dimension` and `across` are the facets of the lines and of the columns, '' where a search
    cannot be narrowed by the lines.
    """

    dimension: str
    across: str
    columns: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]


def by_place(backend: Backend, index: Index) -> Tally:
    """Return the places, by kind of place."""
    return _grouped(backend, index, "place", ask(backend, _PLACES))


def by_theme(backend: Backend, index: Index) -> Tally:
    """Return the themes as a tree; a theme counts what its narrower themes count."""
    rows = ask(backend, _THEMES)
    below: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        below.setdefault(row.get("broader", ""), []).append(row)
    columns = _documents(backend)
    counts = index.cross("theme", "document", {})

    def lines(above: str, depth: int) -> Iterable[Line]:
        for row in below.get(above, ()):
            yield _line(row, columns, counts, depth)
            yield from lines(row["iri"], depth + 1)

    return Tally("theme", "document", columns, (Group("", tuple(lines("", 0))),))


def by_organization(backend: Backend, index: Index) -> Tally:  # noqa: ARG001
    """Return organizations and offices by kind, with the number of facts that name them."""
    columns = _documents(backend)
    counts = {(row["iri"], row["number"]): int(row["n"]) for row in ask(backend, _OF_AGENTS)}
    groups: dict[str, list[Line]] = {}
    for row in ask(backend, _AGENTS):
        numbers = tuple(counts.get((row["iri"], column), 0) for column, _ in columns)
        line = Line(local_name(row["iri"]), row["label"], numbers, row["iri"])
        groups.setdefault(row["group"], []).append(line)
    return Tally("", "document", columns, _listed(groups))


def by_document(backend: Backend, index: Index) -> Tally:
    """Return the kinds of things that each document speaks of, the most frequent first."""
    columns = _documents(backend)
    counts = index.cross("kind", "document", {})
    names = index.labels()
    lines = [
        Line(kind, names.get(kind, kind), tuple(counts.get((kind, one), 0) for one, _ in columns))
        for kind in sorted({kind for kind, _ in counts})
    ]
    lines.sort(key=lambda line: -sum(line.counts))
    return Tally("kind", "document", columns, (Group("", tuple(lines)),))


def by_year(backend: Backend, index: Index) -> Tally:
    """Return the years of which something is said, the latest first."""
    columns = _documents(backend)
    counts = index.cross("year", "document", {})
    years = sorted({year for year, _ in counts}, reverse=True)
    lines = tuple(
        Line(year, year, tuple(counts.get((year, column), 0) for column, _ in columns))
        for year in years
    )
    return Tally("year", "document", columns, (Group("", lines),))


@dataclass(frozen=True)
class Way:
    """A way to browse: its title, what it shows in a sentence, and how that is counted."""

    title: str
    note: str
    count: Callable[[Backend, Index], Tally]


WAYS = {
    "places": Way(
        "By place",
        "Countries, territories, regions, towns and routes, with what each document says of them.",
        by_place,
    ),
    "themes": Way(
        "By theme", "From border management to visas, broad themes and narrower ones.", by_theme
    ),
    "organizations": Way(
        "By organization",
        "IOM offices, ministries, unions, associations and others, by kind.",
        by_organization,
    ),
    "documents": Way("By document", "The source documents and what each holds.", by_document),
    "years": Way("By year", "The years of which something is said.", by_year),
}


def initiatives(backend: Backend, index: Index, document: str) -> Tally:
    """Return the initiatives of a document: its widest themes by the countries they are in."""
    chosen = {"kind": ("Initiative",), "document": (document,)}
    counts = index.cross("theme", "place", chosen)
    states = [row for row in ask(backend, _PLACES) if row["group"] in ("country", "territory")]
    used = {place for _, place in counts}
    columns = tuple(
        (local_name(row["iri"]), row["label"])
        for row in sorted(states, key=lambda row: row["label"])
        if local_name(row["iri"]) in used
    )
    themes = [row for row in ask(backend, _THEMES) if "broader" not in row]
    lines = (_line(row, columns, counts, 0) for row in themes)
    return Tally(
        "theme", "place", columns, (Group("", tuple(one for one in lines if any(one.counts))),)
    )


def _grouped(
    backend: Backend, index: Index, dimension: str, rows: Sequence[Mapping[str, str]]
) -> Tally:
    columns = _documents(backend)
    counts = index.cross(dimension, "document", {})
    groups: dict[str, list[Line]] = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(_line(row, columns, counts, 0))
    return Tally(dimension, "document", columns, _listed(groups))


def _line(
    row: Mapping[str, str],
    columns: Sequence[tuple[str, str]],
    counts: Mapping[tuple[str, str], int],
    depth: int,
) -> Line:
    value = local_name(row["iri"])
    numbers = tuple(counts.get((value, column), 0) for column, _ in columns)
    return Line(value, row["label"], numbers, row["iri"], depth)


def _listed(groups: Mapping[str, Sequence[Line]]) -> tuple[Group, ...]:
    most = sorted(groups, key=lambda heading: (-len(groups[heading]), heading))
    return tuple(Group(heading, tuple(groups[heading])) for heading in most)


def _documents(backend: Backend) -> tuple[tuple[str, str], ...]:
    return tuple((row["number"], row["label"]) for row in ask(backend, _DOCUMENTS))
