"""Passages of source documents: their names, triples and proof (https://www.w3.org/TR/annotation-model/).

A passage is a range of Unicode code points of one document's text, read with `newline=""`, end
exclusive. The texts are not part of the repository: a text is found by the SHA-256 of its bytes.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from migkg.errors import BadRequest, DataMissing, SourcesMissing
from migkg.segments import Range
from migkg.terms import MGI, MGO, OA, RDF, RDFS, XSD
from migkg.turtle import read_turtle

TYPE = NamedNode(RDF + "type")
HAS_EVIDENCE = NamedNode(MGO + "hasEvidence")
# What may lead to a passage: from a fact, or from words that are set aside.
POINTERS = (HAS_EVIDENCE, NamedNode(MGO + "isRestatedIn"), NamedNode(MGO + "excuses"))
IN_SECTION = NamedNode(MGO + "isInSection")
DIGEST = NamedNode(MGO + "passageDigest")
SELECTOR = NamedNode(OA + "hasSelector")
SOURCE = NamedNode(OA + "hasSource")
START, END = NamedNode(OA + "start"), NamedNode(OA + "end")
INTEGER = NamedNode(XSD + "integer")

Term = NamedNode | BlankNode | Literal | Triple
RANGED = re.compile(r"(psg|sel)-(\d{3})-(\d+)-(\d+)$")


@dataclass(frozen=True)
class Section:
    """One section: its own ranges of the text, its parent's slug (or None) and its order."""

    slug: str
    label: str
    parent: str | None
    order: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True)
class Document:
    """One source document: its folder of instances, its sections and, when at hand, its text."""

    number: str
    folder: Path
    digest: str
    text: str | None
    sections: Mapping[str, Section] = field(default_factory=dict)

    def words(self, span: Range) -> str:
        """Return the raw words of a range; raises SourcesMissing when the text is not at hand."""
        return self.require_text()[span[0] : span[1]]

    def require_text(self) -> str:
        if self.text is None:
            raise SourcesMissing(
                f"The text of document {self.number} (SHA-256 {self.digest[:12]}…) was not found.",
                hint="Name the folder that holds it with --sources DIR or MIGKG_SOURCES.",
            )
        return self.text

    def ranges_under(self, slug: str) -> list[Range]:
        """Return the ranges of a section and of every section below it, in text order."""
        below = {slug}
        while grown := {s.slug for s in self.sections.values() if s.parent in below} - below:
            below |= grown
        return sorted(r for s in below for r in self.sections[s].ranges)

    def section_at(self, span: Range) -> Section | None:
        """Return the deepest section that holds the whole range, or None."""
        holders = [
            (self._depth(section), start - end, section)
            for section in self.sections.values()
            for start, end in section.ranges
            if start <= span[0] and span[1] <= end
        ]
        return max(holders, key=lambda holder: holder[:2])[2] if holders else None

    def _depth(self, section: Section) -> int:
        parent = self.sections.get(section.parent or "")
        return 0 if parent is None else 1 + self._depth(parent)


def slice_digest(words: str) -> str:
    """Return SHA-256, in hex, of the UTF-8 bytes of a slice."""
    return hashlib.sha256(words.encode()).hexdigest()


def value(term: Term) -> str:
    """Return the IRI of a node or the lexical form of a literal; a triple as a term has none."""
    return "" if isinstance(term, Triple) else term.value


def passage_name(number: str, span: Range) -> NamedNode:
    """Return the IRI of a passage, which says its document and range."""
    return NamedNode(f"{MGI}psg-{number}-{span[0]}-{span[1]}")


def selector_name(number: str, span: Range) -> NamedNode:
    """Return the IRI of a selector, which says its document and range."""
    return NamedNode(f"{MGI}sel-{number}-{span[0]}-{span[1]}")


def span_of(iri: str) -> tuple[str, Range] | None:
    """Return document number and range that a passage's or selector's name says, or None."""
    match = RANGED.search(iri)
    return (match[2], (int(match[3]), int(match[4]))) if match else None


def passage_triples(document: Document, span: Range) -> list[Triple]:
    """Return the triples of a passage and its selector, with its digest and its deepest section."""
    passage, selector = passage_name(document.number, span), selector_name(document.number, span)
    section = document.section_at(span)
    triples = [
        Triple(passage, TYPE, NamedNode(MGO + "Passage")),
        Triple(passage, SOURCE, NamedNode(f"{MGI}doc-{document.number}")),
        Triple(passage, SELECTOR, selector),
        Triple(passage, DIGEST, Literal(slice_digest(document.words(span)))),
        Triple(selector, TYPE, NamedNode(OA + "TextPositionSelector")),
        Triple(selector, START, Literal(str(span[0]), datatype=INTEGER)),
        Triple(selector, END, Literal(str(span[1]), datatype=INTEGER)),
    ]
    if section:
        triples.append(Triple(passage, IN_SECTION, NamedNode(MGI + section.slug)))
    return triples


def require_known(number: str, documents: Iterable[str]) -> None:
    """Raise BadRequest for a number that no document has."""
    if number not in (known := [*documents]):
        raise BadRequest(f"There is no document {number}.", f"Name one of {', '.join(known)}.")


def read_documents(instances: Path, sources: Path | None) -> dict[str, Document]:
    """Return the documents of `reference/documents.ttl` by number, their texts found by digest.

    Raises DataMissing when that file is not there, BrokenTurtle when a file does not parse.
    """
    described = instances / "reference" / "documents.ttl"
    if not described.is_file():
        raise DataMissing(f"{described} is not there.", hint="Name the data folder with --data.")
    digests = _values(read_turtle(described), MGO + "textDigest")
    texts = texts_by_digest(sources)
    documents = {}
    for iri, (digest, *_) in sorted(digests.items()):
        number = iri.removeprefix(f"{MGI}doc-")
        folder = folder_of(instances, number)
        text = texts.get(digest)
        documents[number] = Document(number, folder, digest, text, read_sections(folder))
    return documents


def folder_of(instances: Path, number: str) -> Path:
    """Return the document's folder: the one whose name begins with its number."""
    return next(iter(sorted(instances.glob(f"{number}-*/"))), instances / number)


def read_sections(folder: Path) -> dict[str, Section]:
    """Return the sections of a document by slug (`sec-001-albania`), none without their file."""
    path = folder / "sections.ttl"
    triples = read_turtle(path) if path.is_file() else []
    labels = _values(triples, RDFS + "label")
    orders = _values(triples, MGO + "order")
    parents = _values(triples, MGO + "isSubsectionOf")
    starts, ends = _values(triples, START.value), _values(triples, END.value)
    sections = {}
    for iri, selectors in _values(triples, SELECTOR.value).items():
        slug = iri.removeprefix(MGI)
        parent = parents.get(iri)
        sections[slug] = Section(
            slug=slug,
            label=labels.get(iri, [slug])[0],
            parent=parent[0].removeprefix(MGI) if parent else None,
            order=int(orders.get(iri, ["0"])[0]),
            ranges=tuple(sorted((int(starts[s][0]), int(ends[s][0])) for s in selectors)),
        )
    return dict(sorted(sections.items(), key=lambda item: (item[1].order, item[0])))


def _values(triples: Iterable[Triple], predicate: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for triple in triples:
        if triple.predicate.value == predicate:
            found.setdefault(value(triple.subject), []).append(value(triple.object))
    return found


def texts_by_digest(sources: Path | None) -> dict[str, str]:
    """Return the text files of a folder by the SHA-256, in hex, of their bytes."""
    if sources is None or not sources.is_dir():
        return {}
    contents = (path.read_bytes() for path in sorted(sources.iterdir()) if path.is_file())
    found = {hashlib.sha256(content).hexdigest(): content for content in contents}
    return {digest: _decoded(content) for digest, content in found.items()}


def _decoded(content: bytes) -> str:
    # A folder of sources may hold other files, such as page images: they match no digest.
    return content.decode("utf-8", errors="replace")
