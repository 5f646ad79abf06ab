"""Makes an export of the catalog: in a query process, in a command, or over a store elsewhere."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from migkg import dumps, links, networks
from migkg.catalog import Order
from migkg.dataset import Dataset
from migkg.errors import NotFound
from migkg.files import turtle_files
from migkg.formats import BY_NAME
from migkg.networks import Ask
from migkg.tabulate import tables
from migkg.terms import RDF, RDFS, SKOS, prefixed
from migkg.turtle import read_turtle
from migkg.writers import registry
from migkg.writers.datapackage import package
from migkg.writers.network import Network
from migkg.writers.packing import CODINGS, packed

Construct = Callable[[str], Sequence[ox.Triple]]
_DIRECT = """CONSTRUCT { ?thing ?property ?middle . ?middle ?own ?other } WHERE {
  { VALUES ?middle { MIDDLE } ?thing ?property ?middle }
  UNION { VALUES ?middle { MIDDLE } ?middle ?own ?other FILTER ISIRI(?other) }
}"""
_LABELS = (RDFS + "label", SKOS + "prefLabel")


def of_dataset(order: Order, dataset: Dataset) -> bytes:
    """Return RDF or tables, uncompressed; raises NotFound for a graph that is not there."""
    if order.what == "tables":
        body = package(tables((*dataset.quads, *dataset.derived)))
    else:
        body = dumps.dump(dataset, BY_NAME[order.format], order.graphs, order.derived)
    return digests(body) if order.digests else body


def digests(body: bytes) -> bytes:
    """Return the SHA-256 of a file as it is and in each coding, a line each: `HEX .CODING`."""
    codings = ("", *CODINGS)
    lines = (f"{hashlib.sha256(packed(body, one)).hexdigest()} {one}\n" for one in codings)
    return "".join(lines).encode()


def digest_line(digest: str) -> str:
    """Return the line that tells the dataset's digest; `sha256sum -c` skips it."""
    return f"# SHA-256 of the dataset's canonical N-Quads (RDFC-1.0): {digest}\n"


def of_network(order: Order, ask: Ask, construct: Construct) -> bytes:
    """Return a network as `registry.write` does, uncompressed.

    Raises NotFound for a thing without links, and what `ask` and `construct` raise.
    """
    return registry.write(network(order, ask, construct), order.format)


def network(order: Order, ask: Ask, construct: Construct) -> Network:
    """Return the network that an order means; raises as `of_network`."""
    more: Mapping[str, Mapping[str, str]] = {}
    alone: set[str] = set()
    if order.rows:
        found = links.of_view(ask(order.query))
    else:
        triples = construct(order.query)
        found, alone = _folded(triples, ask)
        more = _values(triples)
    if order.iri:
        if not any(order.iri in (link.source, link.target, link.fact) for link in found):
            # A theme, a passage or another thing that is only an attribute in the whole graph.
            found += _folded(construct(_DIRECT.replace("MIDDLE", f"<{order.iri}>")), ask)[0]
        found, alone, more = links.around(found, order.iri, order.depth), set(), {}
        if not found:
            raise NotFound(
                f"Nothing in the graph is linked with {order.iri}.",
                "Look for its name in the search, and give its address as iri.",
            )
    if order.document:
        found, alone = _of_document(found, order.document, ask), set()
    return networks.build(
        order.title, found, ask, alone=alone | more.keys(), more=more, passages=order.passages
    )


def _folded(triples: Iterable[ox.Triple], ask: Ask) -> tuple[list[links.Link], set[str]]:
    """Return the links that triples make, facts folded into them, and the other subjects."""
    plain = sorted(
        (_name(triple.subject), triple.predicate.value, _name(triple.object))
        for triple in triples
        if isinstance(triple.object, ox.NamedNode | ox.BlankNode)
        and triple.predicate.value != RDF + "type"
    )
    known = networks.details(ask, {subject for subject, _, _ in plain})
    classes = {iri: row.get("class", []) for iri, row in known.items()}
    return links.of_triples(
        plain, classes, {iri for iri, row in known.items() if "document" in row}
    )


def _values(triples: Iterable[ox.Triple]) -> dict[str, dict[str, str]]:
    """Return the literals of things by short names that no tool takes for something else."""
    found: dict[str, dict[str, str]] = {}
    for triple in sorted(triples, key=str):
        if isinstance(triple.object, ox.Literal | ox.Triple):
            text = getattr(triple.object, "value", str(triple.object))
            predicate = triple.predicate.value
            short = prefixed(predicate).replace(":", "_")
            name = "label" if predicate in _LABELS else short
            row = found.setdefault(_name(triple.subject), {})
            row[name] = f"{row[name]}; {text}" if name in row else text
    return found


def _of_document(found: Iterable[links.Link], number: str, ask: Ask) -> list[links.Link]:
    rest = list(found)
    facts = networks.details(ask, {link.fact for link in rest})
    return [link for link in rest if number in facts.get(link.fact, {}).get("document", ())]


def _name(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def shapes(order: Order, root: Path) -> bytes:
    """Return the shapes of a data folder in a format; raises NotFound, BrokenTurtle."""
    if not (root / "shapes").is_dir():
        raise NotFound("There are no shapes beside these data.", "See what else is at /export/.")
    found = (triple for file in turtle_files([root / "shapes"]) for triple in read_turtle(file))
    quads = ox.Dataset(ox.Quad(*triple) for triple in found)
    # Their blank nodes are called otherwise each time they are read.
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dumps.serialize(sorted(quads, key=str), BY_NAME[order.format])
