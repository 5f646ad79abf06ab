"""A document as a reader goes through it: its sections, its marked passages, how much is covered.

The way back from the text to the facts: what a passage produced, what was set aside and why.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from migkg.backend import Backend
from migkg.errors import NotFound
from migkg.locate import segments_of
from migkg.passages import number_of, shown_texts
from migkg.segments import Range, at, blanked, weight
from migkg.tables import ask
from migkg.terms import MGI, prologue
from migkg.texts import Texts

PAGE = 40_000
_PREFIXES = prologue("mgo", "oa", "rdfs", "skos")
_DOCUMENT = (
    _PREFIXES
    + """
SELECT ?label ?definition ?digest ?length WHERE {{
  <{0}> a mgo:SourceDocument
  OPTIONAL {{ <{0}> rdfs:label ?label }} OPTIONAL {{ <{0}> skos:definition ?definition }}
  OPTIONAL {{ <{0}> mgo:textDigest ?digest }} OPTIONAL {{ <{0}> mgo:textLength ?length }}
}} LIMIT 1"""
)
_SECTIONS = (
    _PREFIXES
    + """
SELECT ?section ?label ?order ?parent ?start ?end WHERE {{
  ?section mgo:isInDocument <{0}>
  OPTIONAL {{ ?section rdfs:label ?label }} OPTIONAL {{ ?section mgo:order ?order }}
  OPTIONAL {{ ?section mgo:isSubsectionOf ?parent }}
  OPTIONAL {{ ?section oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end }}
}} ORDER BY ?order ?section ?start"""
)
_MARKS = (
    _PREFIXES
    + """
SELECT ?passage ?start ?end (COUNT(DISTINCT ?fact) AS ?facts) (MIN(?why) AS ?reason)
  (COUNT(?form) AS ?forms) WHERE {{
  ?passage oa:hasSource <{0}> ; oa:hasSelector ?selector . ?selector oa:start ?start ; oa:end ?end
  OPTIONAL {{ ?fact mgo:hasEvidence|mgo:isRestatedIn ?passage }}
  OPTIONAL {{
    ?excuse mgo:excuses ?passage OPTIONAL {{ ?excuse mgo:hasReason/skos:prefLabel ?why }}
    OPTIONAL {{ ?excuse mgo:excusesForm ?form }}
  }}
}} GROUP BY ?passage ?start ?end ORDER BY ?start ?end ?passage"""
)


@dataclass(frozen=True)
class Section:
    """A section: its IRI, its name in addresses, its label, the IRI above it, its own ranges."""

    iri: str
    slug: str
    label: str
    parent: str
    depth: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage with the number of facts it produced; `reason` says why words are set aside.

    With `only_forms` single names and numbers of it are set aside, not its words.
    """

    iri: str
    span: Range
    facts: int
    reason: str
    only_forms: bool

    @property
    def is_excused(self) -> bool:
        """Tell whether its words are set aside as a whole."""
        return bool(self.reason) and not self.only_forms


@dataclass(frozen=True)
class Coverage:
    """Letters and digits of a text by fate."""

    cited: int = 0
    excused: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        """Return all letters and digits."""
        return self.cited + self.excused + self.missing

    def share(self, number: int) -> str:
        """Return a part of them in percent."""
        return f"{100 * number / self.total:.1f} %" if self.total else "–"


@dataclass(frozen=True)
class Reading:
    """A document with all that stands in it; `gaps` are uncovered ranges, where the text is known.

    `text` has private ranges masked; None where it is not at hand or may not be shown.
    """

    iri: str
    title: str
    definition: str
    digest: str
    length: int
    sections: tuple[Section, ...]
    marks: tuple[Mark, ...]
    text: str | None
    coverage: Coverage | None
    gaps: tuple[Range, ...]

    @property
    def number(self) -> str:
        """Return the number of the document."""
        return number_of(self.iri)

    @property
    def facts(self) -> int:
        """Return how many times a fact cites a passage of the document."""
        return sum(mark.facts for mark in self.marks)

    def below(self, iri: str) -> list[Section]:
        """Return a section and all under it, in reading order."""
        kept = {iri}
        for section in self.sections:
            if section.parent in kept:
                kept.add(section.iri)
        return [section for section in self.sections if section.iri in kept]

    def size(self, iri: str) -> int:
        """Return the number of characters of a section and all under it."""
        return sum(end - start for each in self.below(iri) for start, end in each.ranges)

    def page_of(self, span: Range) -> Section | None:
        """Return the widest section that fits on a page and holds a range."""
        by_iri = {section.iri: section for section in self.sections}
        found = None
        holders = [
            each
            for each in self.sections
            if any(start <= span[0] and span[1] <= end for start, end in each.ranges)
        ]
        above = max(holders, key=lambda each: each.depth, default=None)
        while above is not None:
            if found is None or self.size(above.iri) <= PAGE:
                found = above
            above = by_iri.get(above.parent)
        return found


def read(backend: Backend, sources: Texts, iri: str) -> Reading:
    """Return a document; raises NotFound, and as `Backend.run`."""
    return sources.remember(backend.digest, iri, lambda: _read(backend, sources, iri))


def _read(backend: Backend, sources: Texts, iri: str) -> Reading:
    found = ask(backend, _DOCUMENT.format(iri))
    if not found:
        raise NotFound(f"There is no document {number_of(iri)}.", "See the start page for them.")
    row = found[0]
    marks = tuple(_marks(backend, iri))
    digest = row.get("digest", "")
    text = sources.text(digest)
    measured = _measured(text, marks) if text is not None else None
    return Reading(
        iri=iri,
        title=row.get("label", number_of(iri)),
        definition=row.get("definition", ""),
        digest=digest,
        length=int(row.get("length", "0")),
        sections=tuple(_sections(backend, iri)),
        marks=marks,
        text=shown_texts(backend, sources).get(iri),
        coverage=measured[0] if measured else None,
        gaps=measured[1] if measured else (),
    )


def _marks(backend: Backend, iri: str) -> Iterator[Mark]:
    for row in ask(backend, _MARKS.format(iri)):
        span = int(row["start"]), int(row["end"])
        only_forms = row["forms"] != "0"
        yield Mark(row["passage"], span, int(row["facts"]), row.get("reason", ""), only_forms)


def _sections(backend: Backend, iri: str) -> Iterator[Section]:
    """Yield the sections in reading order, each with how deep it stands."""
    rows: dict[str, dict[str, str]] = {}
    ranges: dict[str, list[Range]] = {}
    for row in ask(backend, _SECTIONS.format(iri)):
        rows.setdefault(row["section"], row)
        if "start" in row:
            span = int(row["start"]), int(row["end"])
            ranges.setdefault(row["section"], []).append(span)
    for name, row in rows.items():
        slug = name.removeprefix(MGI).removeprefix(f"sec-{number_of(iri)}-")
        yield Section(
            iri=name,
            slug=slug,
            label=row.get("label", slug),
            parent=row.get("parent", ""),
            depth=_depth(rows, name),
            ranges=tuple(ranges.get(name, ())),
        )


def _depth(rows: dict[str, dict[str, str]], name: str) -> int:
    seen = {name}
    while (name := rows.get(name, {}).get("parent", "")) in rows and name not in seen:
        seen.add(name)
    return len(seen) - 1


def _measured(text: str, marks: Iterable[Mark]) -> tuple[Coverage, tuple[Range, ...]]:
    """Return how much of a text is cited, set aside or neither, and where it is neither."""
    segments = segments_of(text)
    marks = list(marks)
    cited = {segment for mark in marks if mark.facts and (segment := at(segments, mark.span))}
    kept = blanked(text, [mark.span for mark in marks if mark.is_excused])
    totals, gaps = [0, 0, 0], []
    for segment in segments:
        rest = weight(kept[segment.start : segment.end])
        totals[1] += weight(text[segment.start : segment.end]) - rest
        totals[0 if segment in cited else 2] += rest
        if rest and segment not in cited:
            gaps.append(segment.span)
    return Coverage(*totals), tuple(gaps)
