"""Where a thing is written, what is said of it, and the passages that prove it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, Triple

from migkg import likeness, matching
from migkg.drafts import read_draft
from migkg.errors import NotFound
from migkg.evidence import Document, span_of, value
from migkg.folding import fold
from migkg.terms import MGC, MGI, MGO, RDFS, SKOS, expand, prefixed, shorten

_ROLES = {
    MGO + "hasEvidence": "evidence",
    MGO + "isRestatedIn": "restated in",
    MGO + "excuses": "excused words",
}
LABELS = (RDFS + "label", SKOS + "prefLabel", MGO + "printedForm")
SHOWN = 10
SUGGESTED = 5


@dataclass(frozen=True)
class Statement:
    """A triple and the file that it stands in."""

    triple: Triple
    file: Path


def read(files: Iterable[Path]) -> list[Statement]:
    """Return all statements of the files, drafts included; raises BrokenTurtle."""
    return [Statement(triple, file) for file in files for triple in read_draft(file)]


def resolve(name: str, statements: Iterable[Statement]) -> str:
    """Return the IRI that an IRI, a prefixed name or the bare end of one means.

    Raises NotFound, with names that look alike.
    """
    said = [*statements]
    known = {value(statement.triple.subject) for statement in said}
    bare = name.strip("<>")
    tried = [bare, expand(bare), MGI + bare, MGC + bare, MGO + bare]
    for iri in tried:
        if iri in known:
            return iri
    ends = {short.partition(":")[2]: short for iri in known if (short := shorten(iri))}
    near = [ends[end] for end in likeness.alike(bare.rpartition(":")[2], ends)]
    hint = likeness.meant(near or _labelled(fold(bare), said))
    raise NotFound(f"Nothing is called {name}.", hint or "A name looks like mgi:office-albania.")


def _labelled(folded: str, statements: Iterable[Statement]) -> list[str]:
    """Return names of the things whose label or printed form holds a text, the shortest first."""
    found: dict[str, int] = {}
    for statement in statements:
        triple = statement.triple
        if triple.predicate.value in LABELS and folded in (label := fold(value(triple.object))):
            subject = value(triple.subject)
            found[subject] = min(len(label), found.get(subject, len(label)))
    nearest = sorted(found, key=lambda iri: (found[iri], iri))
    return [prefixed(iri) for iri in nearest[:SUGGESTED]] if folded else []


def explain(iri: str, statements: list[Statement], documents: dict[str, Document]) -> Iterator[str]:
    """Yield lines of text: name, file and line, triples, passages, and what refers to the thing."""
    own = [s for s in statements if value(s.triple.subject) == iri]
    yield prefixed(iri)
    for file in sorted({statement.file for statement in own}):
        yield f"  written in {file}:{line_of(iri, file)}"
    for statement in own:
        yield f"    {prefixed(statement.triple.predicate.value)} {_term(statement.triple)}"
    yield from _passages(own, documents)
    if span_of(iri):
        yield f"  words {_words(iri, documents)}"
    referring = [s for s in statements if value(s.triple.object) == iri]
    for statement in referring[:SHOWN]:
        subject = value(statement.triple.subject)
        yield f"  {prefixed(statement.triple.predicate.value)} of {prefixed(subject)}"
        yield from _passages(
            [s for s in statements if value(s.triple.subject) == subject], documents
        )
    if len(referring) > SHOWN:
        yield f"  … and of {len(referring) - SHOWN} more"


def line_of(iri: str, file: Path) -> int:
    """Return the line, from 1, on which the block of a subject begins; 1 if it is not found."""
    text = file.read_text("utf-8", "replace")
    found = re.search(rf"^(?:{re.escape(prefixed(iri))}|<{re.escape(iri)}>)(?=\s)", text, re.M)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _passages(own: Iterable[Statement], documents: dict[str, Document]) -> Iterator[str]:
    for statement in own:
        role = _ROLES.get(statement.triple.predicate.value)
        if role:
            passage = value(statement.triple.object)
            yield f"    {role} {prefixed(passage)} {_words(passage, documents)}"


def _words(passage: str, documents: dict[str, Document]) -> str:
    number, span = span_of(passage) or ("", (0, 0))
    document = documents.get(number)
    if document is None:
        return ""
    section = document.section_at(span)
    place = f"in {section.slug}, {span[0]}-{span[1]}" if section else f"{span[0]}-{span[1]}"
    if document.text is None:
        return f"{place} (the text is not at hand)"
    return f"{place}: “{matching.around(document.text, *span)}”"


def _term(triple: Triple) -> str:
    term = triple.object
    return str(term) if isinstance(term, Literal) else prefixed(value(term))
