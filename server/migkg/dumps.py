"""Writes the graph of record whole, in https://www.w3.org/TR/rdf11-concepts/#rdf-documents' forms.

From the files' quads, not from the store, so that literals stay as they are written; sorted, so
that the same graph gives the same bytes.
"""

import re
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from migkg.compact import compact
from migkg.dataset import Dataset
from migkg.errors import NotAcceptable, NotFound
from migkg.formats import Format
from migkg.terms import PREFIXES, XSD
from migkg.xml_text import lossless

_STRING = ox.NamedNode(XSD + "string")
_NAMESPACE = re.compile(r".*[#/]")


def dump(dataset: Dataset, row: Format, graphs: Sequence[str] = (), derived: bool = True) -> bytes:
    """Return the bytes of the whole graph, or of named graphs, in a format of `formats.RDF`.

    A format without named graphs gets the merged triples. Raises NotFound where none of the graphs
    is there, NotAcceptable where the format cannot hold a literal.
    """
    texts = (dataset.written, dataset.followed if derived else b"")
    text = b"".join(texts)
    if graphs:
        text = b"".join(_part(one, graph) for one in texts for graph in sorted(graphs))
        if not text:
            lines = b"".join(texts).splitlines()
            known = sorted({line.rpartition(b" <")[2].removesuffix(b"> .") for line in lines})
            detail = f"There is no graph {' or '.join(graphs)}."
            raise NotFound(detail, f"The graphs are {b', '.join(known).decode()}.")
    if row.name == "nq":
        return text
    rdf = _required(row)
    if not rdf.supports_datasets:
        text = _merged(text)
    if row.name == "nt":
        return text
    # As triples in the default graph, triples are quads too.
    quads = [*ox.parse(text, ox.RdfFormat.N_QUADS, lenient=True)]
    return _written(quads, rdf, _prefixes_in(text))


def triples(dataset: Dataset, row: Format, graph: str | None) -> bytes:
    """Return the triples of a named graph, or of all together, as one graph; raises as `dump`."""
    texts = (dataset.written, dataset.followed)
    found = b"".join(texts if graph is None else (_part(one, graph) for one in texts))
    if graph is not None and not found:
        raise unknown_graph(graph)
    text = _merged(found)
    if row.name in ("nt", "nq"):
        return text
    quads = [*ox.parse(text, ox.RdfFormat.N_TRIPLES, lenient=True)]
    body = _written(quads, _required(row), _prefixes_in(text))
    return compact(body) if row.name == "jsonld" else body


def _part(text: bytes, graph: str) -> bytes:
    """Return the lines of a graph, which stand together: no line but its own ends like this."""
    end = f" <{graph}> .\n".encode()
    first = text.find(end)
    if first < 0:
        return b""
    return text[text.rfind(b"\n", 0, first) + 1 : text.rfind(end) + len(end)]


def _merged(text: bytes) -> bytes:
    """Return the N-Triples of N-Quads, sorted and without doubles."""
    lines = text.splitlines(keepends=True)
    return b"".join(sorted({line.rpartition(b" <")[0] + b" .\n" for line in lines}))


def _prefixes_in(text: bytes) -> dict[str, str]:
    """Return the prefixes that shorten a name in N-Quads."""
    starts = {prefix: f"<{iri}".encode() for prefix, iri in PREFIXES.items()}
    # Most stand nowhere, and to see that takes a pattern twenty times as long.
    there = {prefix: start for prefix, start in starts.items() if start in text}
    return {
        prefix: PREFIXES[prefix]
        for prefix, start in there.items()
        if re.search(re.escape(start) + rb"[^#/>]*>", text)
    }


def unknown_graph(graph: str) -> NotFound:
    """Return the fault of asking for a graph that is not there."""
    return NotFound(
        f"There is no graph {graph[:200]}.",
        "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } lists the graphs.",
    )


def serialize(quads: Sequence[ox.Quad], row: Format) -> bytes:
    """Return quads in a format, literals as written; raises NotAcceptable."""
    rdf = _required(row)
    items: Sequence[ox.Quad] | Sequence[ox.Triple] = quads
    if not rdf.supports_datasets:
        items = sorted({quad.triple for quad in quads}, key=str)
    return _written(items, rdf, _used_prefixes(items))


def _required(row: Format) -> ox.RdfFormat:
    rdf = ox.RdfFormat.from_media_type(row.media_type)
    if rdf is None:
        raise NotAcceptable(f"{row.name} cannot hold a graph.", "Ask for ttl or nq.")
    return rdf


def _written(
    items: Sequence[ox.Quad] | Sequence[ox.Triple], rdf: ox.RdfFormat, prefixes: dict[str, str]
) -> bytes:
    body = ox.serialize(items, format=rdf, prefixes=prefixes) or b""
    return lossless(body) if rdf == ox.RdfFormat.RDF_XML else body


def _used_prefixes(items: Iterable[ox.Quad | ox.Triple]) -> dict[str, str]:
    terms = {term for item in items for term in item}
    names = {term.datatype if isinstance(term, ox.Literal) else term for term in terms} - {_STRING}
    found = {_NAMESPACE.match(name.value) for name in names if isinstance(name, ox.NamedNode)}
    namespaces = {match[0] for match in found if match}
    return {prefix: iri for prefix, iri in PREFIXES.items() if iri in namespaces}
