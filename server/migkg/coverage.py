"""How much of each document the graph accounts for, by segment, counting letters and digits.

- A segment is *cited* when a passage of some fact lies in it. Words of an excuse (without
  `mgo:excusesForm`) are *excused*, cited segment or not. All else is *missing*.
- In a cited segment every name and number (`names.py`) outside excused words must be said by the
  facts that cite it (`reach.py`), or be set aside singly by `mgo:excusesForm`.
- Excuses may be at most 10 % of a document's letters and digits, rhetorical ones at most 3 %.
- A document is declared complete by its file `uncovered.ttl`; only then are gaps faults.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from migkg import names, reach
from migkg.evidence import Document
from migkg.locate import segments_of
from migkg.names import Token
from migkg.reach import Excuse, Says, Statements
from migkg.segments import Range, Segment, at, blanked, weight

EXCUSED_AT_MOST = 0.10
RHETORICAL_AT_MOST = 0.03
RHETORICAL = "excuse-rhetorical"


@dataclass(frozen=True)
class Cover:
    """One segment: its section, its letters and digits by fate, and its unsaid tokens."""

    segment: Segment
    section: str
    cited: int
    excused: int
    missing: int
    unsaid: tuple[Token, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """Segments, letters and digits by fate, and names and numbers that are not said."""

    segments: int = 0
    cited: int = 0
    excused: int = 0
    missing: int = 0
    unsaid: int = 0

    @property
    def letters(self) -> int:
        return self.cited + self.excused + self.missing


@dataclass(frozen=True)
class Report:
    """The coverage of one document."""

    number: str
    complete: bool
    covers: tuple[Cover, ...]
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> Tally:
        return tally(self.covers)

    def sections(self) -> dict[str, Tally]:
        """Return the tally of each section, in the order of the text."""
        found: dict[str, list[Cover]] = {}
        for cover in self.covers:
            found.setdefault(cover.section, []).append(cover)
        return {section: tally(covers) for section, covers in found.items()}

    @property
    def faults(self) -> list[str]:
        """Return what keeps the document from being covered, a sentence each."""
        total = self.total
        said = [
            (total.missing, f"{total.missing} letters and digits are neither cited nor excused"),
            (total.unsaid, f"{total.unsaid} names and numbers are not said"),
            *(
                (set_aside > limit * total.letters, f"{what} are over {limit:.0%} of the letters")
                for what, set_aside, limit in (
                    ("excuses", self.reasons.total(), EXCUSED_AT_MOST),
                    ("rhetorical excuses", self.reasons[RHETORICAL], RHETORICAL_AT_MOST),
                )
            ),
        ]
        return [fault for wrong, fault in said if wrong]


def tally(covers: Iterable[Cover]) -> Tally:
    """Add up segments, letters and unsaid tokens."""
    rows = [(1, c.cited, c.excused, c.missing, len(c.unsaid)) for c in covers]
    return Tally(*(sum(column) for column in zip(*rows, strict=True))) if rows else Tally()


def measure(statements: Statements, document: Document) -> Report:
    """Measure a document whose text is at hand; raises SourcesMissing."""
    text = document.require_text()
    spelled, known = names.spelling(text), statements.names()
    citing = _by_segment(document, statements.citing.get(document.number, []))
    excuses = statements.excuses.get(document.number, [])
    said = _Memo(statements)
    covers, reasons = [], Counter[str]()
    for segment in segments_of(text):
        facts = citing.get(segment.start, ())
        masked, by_reason = _masked(text, segment, excuses)
        reasons += by_reason
        wanted = names.tokens(masked, segment.span, spelled, known) if facts else []
        says = said.union(facts)
        forms = says.names | {f for e in _inside(segment, excuses) for f in e.forms}
        unsaid = names.missing(text, segment.span, wanted, forms, says.numbers)
        covers.append(_cover(document, segment, by_reason.total(), facts, tuple(unsaid)))
    return Report(document.number, is_complete(document), tuple(covers), reasons)


def is_complete(document: Document) -> bool:
    """Tell whether the document is declared complete."""
    return (document.folder / "uncovered.ttl").is_file()


@dataclass
class _Memo:
    """What each fact says, worked out once."""

    statements: Statements
    known: dict[str, Says] = field(default_factory=dict)

    def union(self, facts: Iterable[str]) -> Says:
        said = Says()
        for fact in facts:
            if fact not in self.known:
                self.known[fact] = reach.says(self.statements, fact)
            said |= self.known[fact]
        return said


def _cover(
    document: Document,
    segment: Segment,
    excused: int,
    facts: tuple[str, ...],
    unsaid: tuple[Token, ...],
) -> Cover:
    rest = weight(document.words(segment.span)) - excused
    section = document.section_at(segment.span)
    return Cover(
        segment=segment,
        section=section.slug if section else "",
        cited=rest if facts else 0,
        excused=excused,
        missing=0 if facts else rest,
        unsaid=unsaid,
        facts=facts,
    )


def _by_segment(
    document: Document, citing: Iterable[tuple[Range, str]]
) -> dict[int, tuple[str, ...]]:
    """Return the facts that cite each segment, by the segment's start."""
    found: dict[int, set[str]] = {}
    segments = segments_of(document.require_text())
    for span, fact in citing:
        # A passage that crosses a boundary is a fault of its own and cites nothing.
        if segment := at(segments, span):
            found.setdefault(segment.start, set()).add(fact)
    return {start: tuple(sorted(facts)) for start, facts in found.items()}


def _inside(segment: Segment, excuses: Iterable[Excuse]) -> list[Excuse]:
    return [e for e in excuses if e.span[0] < segment.end and segment.start < e.span[1]]


def _masked(text: str, segment: Segment, excuses: Iterable[Excuse]) -> tuple[str, Counter[str]]:
    """Return the text with the segment's excused words blanked, and their letters by reason."""
    reasons = Counter[str]()
    for excuse in _inside(segment, excuses):
        if not excuse.forms:
            start, end = max(excuse.span[0], segment.start), min(excuse.span[1], segment.end)
            reasons[excuse.reason] += weight(text[start:end])
            text = blanked(text, [(start, end)])
    return text, reasons
