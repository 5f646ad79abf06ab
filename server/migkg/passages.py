"""The passages that prove facts: where each stands and, where its text may be shown, its words.

https://www.w3.org/TR/annotation-model/#text-position-selector
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migkg import texts
from migkg.backend import Backend
from migkg.segments import Range
from migkg.tables import ask, in_parts
from migkg.terms import MGI, prologue
from migkg.texts import Quote, Texts

_PREFIXES = prologue("mgo", "oa", "mgc")
_PLACES = (
    _PREFIXES
    + """
SELECT DISTINCT ?fact ?passage ?document ?section ?start ?end WHERE {{
  VALUES ?fact {{ {} }}
  ?fact (mgo:hasEvidence|mgo:isRestatedIn)? ?passage .
  ?passage oa:hasSource ?document ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
  OPTIONAL {{ ?passage mgo:isInSection ?section }}
}} ORDER BY ?fact ?document ?start ?end"""
)
_DOCUMENTS = (
    _PREFIXES
    + """
SELECT ?document ?digest ?start ?end WHERE {
  ?document mgo:textDigest ?digest
  OPTIONAL {
    ?excuse mgo:hasReason mgc:excuse-privacy ; mgo:excuses ?passage .
    ?passage oa:hasSource ?document ; oa:hasSelector ?selector .
    ?selector oa:start ?start ; oa:end ?end
  }
}"""
)


@dataclass(frozen=True)
class Passage:
    """A passage: its document and section (IRI and label each), its range, its words if shown."""

    iri: str
    document: str
    title: str
    section: str
    heading: str
    span: Range
    quote: Quote | None

    @property
    def number(self) -> str:
        """Return the number of its document."""
        return number_of(self.document)

    @property
    def length(self) -> int:
        """Return how many characters it has."""
        return self.span[1] - self.span[0]

    @property
    def place(self) -> str:
        """Return where it stands, in words."""
        heading = f"“{self.heading}”, " if self.heading else ""
        return f"{self.title}, {heading}characters {self.span[0]}–{self.span[1]}"


def number_of(document: str) -> str:
    """Return the number that a document's IRI says."""
    return document.removeprefix(f"{MGI}doc-")


Place = dict[str, str]


def places(backend: Backend, facts: Iterable[str]) -> list[Place]:
    """Return the rows fact, passage, document, section, start, end of facts, in text order.

    A passage that stands among the facts proves itself.
    """
    return [row for part in in_parts(facts) for row in ask(backend, _PLACES.format(part))]


def iris(found: Iterable[Place]) -> Iterator[str]:
    """Yield the IRIs of places that need a label."""
    for row in found:
        yield row["document"]
        yield row.get("section", "")


def of_places(
    backend: Backend, sources: Texts, found: Iterable[Place], labels: Mapping[str, str]
) -> dict[str, tuple[Passage, ...]]:
    """Return the passages of places by the fact that they prove."""
    shown = shown_texts(backend, sources)
    proved: dict[str, list[Passage]] = {}
    for row in found:
        proved.setdefault(row["fact"], []).append(passage(row, labels, shown))
    return {fact: tuple(passages) for fact, passages in proved.items()}


def shown_texts(backend: Backend, sources: Texts) -> dict[str, str]:
    """Return the texts that may be shown by the IRI of their document, private ranges masked."""
    return sources.remember(backend.digest, "texts", lambda: _shown_texts(backend, sources))


def _shown_texts(backend: Backend, sources: Texts) -> dict[str, str]:
    private: dict[tuple[str, str], list[Range]] = {}
    for row in ask(backend, _DOCUMENTS):
        ranges = private.setdefault((row["document"], row["digest"]), [])
        if "start" in row:
            ranges.append((int(row["start"]), int(row["end"])))
    return dict(_masked(private, sources))


def _masked(
    private: dict[tuple[str, str], list[Range]], sources: Texts
) -> Iterator[tuple[str, str]]:
    for (document, digest), ranges in private.items():
        text = sources.text(digest)
        if text is not None:
            yield document, texts.masked(text, ranges)


def passage(row: Place, labels: Mapping[str, str], shown: Mapping[str, str]) -> Passage:
    """Return the passage of a place, with its words where the text may be shown."""
    span = int(row["start"]), int(row["end"])
    document, section = row["document"], row.get("section", "")
    text = shown.get(document)
    return Passage(
        iri=row["passage"],
        document=document,
        title=labels.get(document) or number_of(document),
        section=section,
        heading=labels.get(section, ""),
        span=span,
        quote=texts.quote(text, span) if text is not None else None,
    )
