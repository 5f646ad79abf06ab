"""Whether each file is in canonical Turtle (`turtle.py`), and each subject has one home."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from migkg.errors import BrokenTurtle
from migkg.evidence import value
from migkg.findings import Files, Finding, broken
from migkg.terms import RDF, RDFS, SKOS, XSD, in_turtle
from migkg.turtle import format_turtle

# Other datatypes are rewritten by the store or misread by a validator.
DATATYPES = {
    RDF + "langString",
    *(XSD + kind for kind in "anyURI boolean date decimal integer string".split()),
}
# A decimal such as 7.0 is 7 to the store, the same number; only this form is short in Turtle.
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.(0|[0-9]*[1-9])")
# Of a thing that others define, these speak aspect by aspect, so each aspect has a home.
BY_ASPECT = ("ontology/alignments.ttl", "instances/editor/")


def canonical(files: Files) -> Iterator[Finding]:
    """Find the files whose text is not canonical, each with its first subject that is not."""
    for file in files.triples:
        text = file.read_bytes().decode(errors="surrogateescape")
        try:
            wanted = format_turtle(text, file)
        except BrokenTurtle as fault:
            yield broken(fault)
            continue
        if wanted != text:
            detail = "its text is not in canonical form."
            yield Finding(
                file, _first_changed(text, wanted), "canonical", detail, "Run migkg format."
            )


def _first_changed(text: str, wanted: str) -> str:
    """Return the subject of the first block that would change."""
    subject = "the prefixes"
    for here, there in zip(text.splitlines(), wanted.splitlines(), strict=False):
        if here and here[0] not in " \t.@#]":
            subject = here.split()[0]
        if here != there:
            break
    return subject


def homes(files: Files) -> Iterator[Finding]:
    """Find the subjects that stand in two files of one graph."""
    first: dict[tuple[str, str, str], Path] = {}
    for file, triples in files.triples.items():
        aspects = file.relative_to(files.root).as_posix().startswith(BY_ASPECT)
        keys = {
            (t.subject.value, t.predicate.value if aspects else "")
            for t in triples
            if isinstance(t.subject, NamedNode)
        }
        for subject, aspect in sorted(keys):
            home = first.setdefault((files.graphs[file], subject, aspect), file)
            if home != file:
                detail = f"it stands in {home.relative_to(files.root)} too."
                mend = "Keep all that is said of it in one of the two files."
                yield Finding(file, in_turtle(subject), "one-home", detail, mend)


def doubles(files: Files) -> Iterator[Finding]:
    """Find the triples that stand in two files: a union of the graphs would count them twice."""
    first: dict[str, Path] = {}
    for file, triples in files.triples.items():
        for triple in triples:
            if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
                continue
            home = first.setdefault(str(triple), file)
            if home != file:
                detail = f"the triple {triple} stands in {home.relative_to(files.root)} too."
                yield Finding(
                    file,
                    in_turtle(value(triple.subject)),
                    "two-graphs",
                    detail,
                    "Take it out of one of the two files.",
                )


def blank_nodes(files: Files) -> Iterator[Finding]:
    """Find the things of instances and concepts that have no name."""
    for file, triple in [*files.instances(), *files.of("concepts")]:
        for term in (triple.subject, triple.object):
            if isinstance(term, BlankNode):
                subject = in_turtle(value(triple.subject))
                detail = f"{in_turtle(triple.predicate.value)} is said of or leads to a blank node."
                yield Finding(file, subject, "blank-node", detail, "Give the thing a name.")


def labels(files: Files) -> Iterator[Finding]:
    """Find the labels that two things of one class, or two concepts of one scheme, share."""
    kinds: dict[str, set[str]] = defaultdict(set)
    named: list[tuple[Path, str, str]] = []
    for file, triple in files.of():
        subject, predicate = value(triple.subject), triple.predicate.value
        if predicate in (RDF + "type", SKOS + "inScheme"):
            kinds[subject].add(value(triple.object))
        elif predicate in (RDFS + "label", SKOS + "prefLabel"):
            named.append((file, subject, value(triple.object)))
    first: dict[tuple[str, str], str] = {}
    for file, subject, label in named:
        for kind in kinds[subject] - {SKOS + "Concept"}:
            other = first.setdefault((kind, label.casefold()), subject)
            if other != subject:
                detail = f"its label {label!r} is that of {in_turtle(other)} too, of the same kind."
                mend = "Tell the two apart by their labels, or make them one."
                yield Finding(file, in_turtle(subject), "duplicate-label", detail, mend)


def literals(files: Files) -> Iterator[Finding]:
    """Find the literals that a store would not give back as they are written."""
    found = [(file, t) for file, t in files.of() if isinstance(t.object, Literal)]
    store = Store()
    store.bulk_extend(Quad(t.subject, t.predicate, t.object) for _, t in found)
    kept = {quad.triple for quad in store}
    for file, triple in found:
        literal = triple.object
        if isinstance(literal, Literal) and _plain(literal, triple in kept):
            continue
        detail = f"{in_turtle(triple.predicate.value)} has {literal}."
        mend = "Write xsd:integer, xsd:decimal or xsd:date in its plain form, such as 7 or 1.5."
        yield Finding(file, in_turtle(value(triple.subject)), "literal-form", detail, mend)


def _plain(literal: Literal, kept: bool) -> bool:
    kind = literal.datatype.value
    if kind == XSD + "decimal":
        return DECIMAL.fullmatch(literal.value) is not None
    return kind in DATATYPES and kept
