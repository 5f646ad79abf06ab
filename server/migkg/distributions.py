"""The files of `/export/` as datasets and distributions: https://www.w3.org/TR/vocab-dcat-3/."""

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from migkg.about import LICENSE
from migkg.catalog import WHOLE, Entry
from migkg.formats import Format
from migkg.terms import XSD
from migkg.void import Statement

MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
# The whole graph in other forms.
_WHOLE = (WHOLE, "tables")
_UNREGISTERED = ("graphml", "gexf", "cx2")


def distributions(
    base_url: str, dataset: str, entries: tuple[Entry, ...], sizes: Mapping[str, int], *, rdf: bool
) -> Iterator[Statement]:
    """Yield what DCAT says of the files; `rdf` if there are dumps.

    `sizes` are the bytes of those files that are made already, by name.
    """
    for entry in entries:
        files = [row for row, order in entry.orders.items() if rdf or order.what == "network"]
        if entry.needs or not files:
            continue
        part = dataset if entry.name in _WHOLE else f"{dataset}-{entry.name}"
        if part != dataset:
            yield from _part(dataset, part, entry)
        for row in files:
            yield from _file(base_url, part, entry, row, sizes)


def _part(dataset: str, part: str, entry: Entry) -> Iterator[Statement]:
    about = dataset.partition("#")[0]
    yield part, "rdf:type", "dcat:Dataset"
    yield part, "dcterms:title", ox.Literal(entry.title, language="en")
    yield part, "dcterms:description", ox.Literal(entry.note or entry.title, language="en")
    yield part, "dcterms:publisher", f"{about}#publisher"
    yield part, "dcterms:license", LICENSE
    yield part, "dcterms:source" if entry.is_view else "dcterms:isPartOf", dataset
    yield f"{about}#catalog", "dcat:dataset", part


def _file(
    base_url: str, part: str, entry: Entry, row: Format, sizes: Mapping[str, int]
) -> Iterator[Statement]:
    name = f"{entry.name}.{row.extension}"
    file, node = f"{base_url}/export/{name}", f"{part.partition('#')[0]}#file-{name}"
    yield part, "dcat:distribution", node
    yield node, "rdf:type", "dcat:Distribution"
    yield node, "dcterms:title", ox.Literal(f"{entry.title}: {row.extension}", language="en")
    yield node, "dcterms:license", LICENSE
    yield node, "dcat:downloadURL", file
    yield node, "dcat:accessURL", file
    yield from _kind(node, row)
    if name in sizes:
        datatype = ox.NamedNode(f"{XSD}nonNegativeInteger")
        yield node, "dcat:byteSize", ox.Literal(str(sizes[name]), datatype=datatype)


def _kind(node: str, row: Format) -> Iterator[Statement]:
    """Yield the media type of a file; one that IANA does not list has no IRI there."""
    if row.name not in _UNREGISTERED:
        yield node, "dcat:mediaType", MEDIA_TYPE + row.media_type
        return
    kind = f"{node.partition('#')[0]}#format-{row.name}"
    yield node, "dcterms:format", kind
    yield kind, "rdf:type", "dcterms:MediaTypeOrExtent"
    yield kind, "rdfs:label", ox.Literal(row.media_type)
