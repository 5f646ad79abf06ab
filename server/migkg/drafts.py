"""Drafts of instance files become canonical Turtle whose quoted words are passages.

In a draft a passage is written as the words it prints: `mgo:hasEvidence "words as printed"`. The
words may begin with a section, `[albania] words`, or with the number of the match that is meant,
`[#2] words`, or both, `[albania #2] words`; `first words … last words` stands for the shortest
such stretch. The document is that of the file's folder; its passages go to `passages.ttl` there.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, Triple, parse

from migkg.errors import BadRequest, NotFound
from migkg.evidence import POINTERS, Document, passage_name, passage_triples, span_of, value
from migkg.files import write_whole
from migkg.locate import hints, locate
from migkg.segments import Range
from migkg.terms import MGI, PREFIXES
from migkg.turtle import format_turtle, placed, read_turtle

PASSAGES = "passages.ttl"
HEADER = " ".join(f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()) + " "


def fill(path: Path, documents: dict[str, Document]) -> int:
    """Replace the quoted words of a draft by passages; return how many were located.

    The file and `passages.ttl` beside it are written in canonical form. When any words cannot be
    located, BadRequest lists all of them and nothing is written.
    """
    document = documents.get(path.resolve().parent.name[:3])
    if document is None:
        raise BadRequest(f"{path} is not in a document's folder, so it carries no evidence.")
    spans: dict[str, Range] = {}
    faults = []
    triples = read_draft(path)
    for triple in triples:
        if is_quoted(triple) and value(triple.object) not in spans:
            try:
                spans[value(triple.object)] = locate(
                    document, *hints(document, value(triple.object))
                )
            except (BadRequest, NotFound) as error:
                faults.append(f"{_short(value(triple.subject))}: {error}")
    if faults:
        raise BadRequest("\n".join([f"{path}: {len(faults)} not located", *faults]))
    filled = [_pointed(document, t, spans) if is_quoted(t) else t for t in triples]
    with locked(document.folder):
        add_passages(document, spans.values())
        _write(path, filled)
    return len(spans)


def is_quoted(triple: Triple) -> bool:
    """Tell whether words stand where a passage belongs."""
    return triple.predicate in POINTERS and isinstance(triple.object, Literal)


def read_draft(path: Path) -> list[Triple]:
    """Return the triples of a draft, in which the house prefixes need not be declared."""
    # On the first line, so that the line numbers of errors stay those of the file.
    content = HEADER.encode() + path.read_bytes()
    with placed(path, len(HEADER)):
        return [quad.triple for quad in parse(content, RdfFormat.TURTLE)]


def add_passages(document: Document, spans: Iterable[Range]) -> None:
    """Merge passages into the document's `passages.ttl`, whose folder the caller has locked."""
    kept = _passages(document.folder)
    sections = _selectors_elsewhere(document.folder)
    added = {t for span in spans for t in passage_triples(document, span)}
    wanted = kept | {t for t in added if t.subject not in sections}
    if wanted != kept:
        _write(document.folder / PASSAGES, wanted)


def tidy(document: Document, instances: Path) -> int:
    """Remove passages that no file refers to, and their selectors; return how many."""
    with locked(document.folder):
        kept = _passages(document.folder)
        files = [*document.folder.rglob("*.ttl")]
        files += [p for name in ("editor", "reference") for p in (instances / name).rglob("*.ttl")]
        used = {
            span_of(value(triple.object))
            for path in files
            if path.name != PASSAGES
            for triple in read_turtle(path)
            if value(triple.object).startswith(f"{MGI}psg-")
        }
        wanted = {t for t in kept if span_of(value(t.subject)) in used}
        if wanted != kept:
            _write(document.folder / PASSAGES, wanted)
        return len({t.subject for t in kept - wanted if "/psg-" in value(t.subject)})


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder alone: an advisory lock on the directory itself leaves no file behind."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def turtle_of(triples: Iterable[Triple], path: Path = Path("passage.ttl")) -> str:
    """Return the canonical Turtle of triples; the path only names them in errors."""
    return format_turtle("".join(f"{triple} .\n" for triple in triples), path)


def _write(path: Path, triples: Iterable[Triple]) -> None:
    write_whole(path, turtle_of(triples, path).encode())


def _pointed(document: Document, triple: Triple, spans: dict[str, Range]) -> Triple:
    passage = passage_name(document.number, spans[value(triple.object)])
    return Triple(triple.subject, triple.predicate, passage)


def _passages(folder: Path) -> set[Triple]:
    path = folder / PASSAGES
    return set(read_turtle(path)) if path.is_file() else set()


def _selectors_elsewhere(folder: Path) -> set[object]:
    path = folder / "sections.ttl"
    return {triple.subject for triple in read_turtle(path)} if path.is_file() else set()


def _short(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]
