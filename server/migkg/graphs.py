"""A named graph: how large it is and what it holds."""

from dataclasses import dataclass

from migkg.backend import Backend
from migkg.errors import NotFound
from migkg.tables import ask
from migkg.terms import DERIVED, GRAPH, MGI, prologue

_COUNTS = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects)
WHERE {{ GRAPH <{0}> {{ ?s ?p ?o }} }}"""
_CLASSES = (
    prologue("rdfs")
    + """
SELECT ?class ?label (COUNT(DISTINCT ?x) AS ?n) WHERE {{
  GRAPH <{0}> {{ ?x a ?class }} OPTIONAL {{ ?class rdfs:label ?label }}
}} GROUP BY ?class ?label ORDER BY DESC(?n) ?class"""
)
_SIZES = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_ROLES = {
    "reference": "Things that several documents speak of: places, organizations, offices, groups.",
    "editor": "What the editors add: themes, identifiers, kinds. No document says it.",
    "concepts": "The concept schemes: kinds, roles, statuses, themes.",
    "ontology": "The ontology and its alignments.",
}


@dataclass(frozen=True)
class Graph:
    """Numbers of triples and of subjects; IRI, label and number of each class; what it is for.

    `origin` is the graph from which a derived one follows, else its own name.
    """

    name: str
    triples: int
    subjects: int
    classes: tuple[tuple[str, str, int], ...]
    role: str
    document: str
    origin: str


def read(backend: Backend, iri: str) -> Graph:
    """Return what a named graph holds; raises NotFound, and as `Backend.run`."""
    (counts,) = ask(backend, _COUNTS.format(iri))
    name = iri.removeprefix(GRAPH)
    if counts["triples"] == "0":
        names = [each.removeprefix(GRAPH) for each in sizes(backend)]
        raise NotFound(f"There is no graph {name}.", f"There are: {', '.join(names)}.")
    classes = tuple(
        (row["class"], row.get("label", ""), int(row["n"]))
        for row in ask(backend, _CLASSES.format(iri))
    )
    origin = name.removeprefix(DERIVED)
    return Graph(
        name=name,
        triples=int(counts["triples"]),
        subjects=int(counts["subjects"]),
        classes=classes,
        role=_role(name, origin),
        document=f"{MGI}doc-{origin}" if origin.isdigit() else "",
        origin=origin,
    )


def sizes(backend: Backend) -> dict[str, int]:
    """Return the number of triples of each graph by its IRI, sorted; raises as `Backend.run`."""
    return {row["g"]: int(row["n"]) for row in ask(backend, _SIZES)}


def every(backend: Backend) -> list[tuple[str, str, str, int]]:
    """Return IRI, name, role and number of triples of all graphs; raises as `Backend.run`."""
    named = ((iri, iri.removeprefix(GRAPH), size) for iri, size in sizes(backend).items())
    return [(iri, name, _role(name, name.removeprefix(DERIVED)), size) for iri, name, size in named]


def _role(name: str, origin: str) -> str:
    if name != origin:
        return f"What follows by rule from the graph {origin}."
    return _ROLES.get(name, f"What the document {name} says." if name.isdigit() else "")
