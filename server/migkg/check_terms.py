"""Whether names lead somewhere: nothing dangling, nothing undeclared, nothing unused."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from migkg.evidence import value
from migkg.findings import Files, Finding
from migkg.terms import MGC, MGI, MGO, MGS, OWL, RDF, RDFS, SKOS, expand, in_turtle

OURS = (MGI, MGC, MGO, MGS)
# The languages themselves; their terms need no declaration.
LANGUAGES = (RDF, RDFS, OWL)
TYPE = f"{RDF}type"
_NOT_NAMES = re.compile(r"<[^<>\s]*>|#[^\n]*|\"[^\"\n]*\"|'[^'\n]*'")
_NAME = re.compile(r"(?<![\w:-])mg[oic]:[A-Za-z0-9][\w-]*")


def classes_of(triples: Iterable[Triple | Quad]) -> dict[str, set[str]]:
    """Return the classes of each thing that has one."""
    found: dict[str, set[str]] = {}
    for triple in triples:
        if triple.predicate.value == TYPE:
            found.setdefault(value(triple.subject), set()).add(value(triple.object))
    return found


def dangling(files: Files) -> Iterator[Finding]:
    """Find the names that nothing defines, as subjects and as objects."""
    triples = [(file, t) for file, ts in files.triples.items() for t in ts]
    defined = classes_of(t for _, t in triples)
    for file, triple in triples:
        subject, target = value(triple.subject), value(triple.object)
        predicate = in_turtle(triple.predicate.value)
        if _ours(triple.subject) and subject not in defined:
            detail = f"{predicate} is said of it, but it has no class."
            mend = "Mend its name, or define it."
            yield Finding(file, in_turtle(subject), "dangling", detail, mend)
        if _ours(triple.object) and target not in defined:
            detail = f"{predicate} leads to {in_turtle(target)}, which is nowhere."
            mend = "Mend the name, or define it."
            yield Finding(file, in_turtle(subject), "dangling", detail, mend)


def undeclared(files: Files) -> Iterator[Finding]:
    """Find the predicates and classes that neither the ontology nor external.ttl declares."""
    declared = classes_of(t for _, t in files.of("ontology"))
    for file, triple in files.of():
        used = [value(triple.predicate)]
        if used == [TYPE]:
            used.append(value(triple.object))
        for term in used:
            if term not in declared and not term.startswith(LANGUAGES):
                detail = f"the term {in_turtle(term)} is not declared."
                mend = "Use a term of ontology/migkg.ttl, or declare this one in external.ttl."
                yield Finding(file, in_turtle(value(triple.subject)), "undeclared", detail, mend)


def unused(files: Files, derived: Iterable[Quad]) -> Iterator[Finding]:
    """Find the terms, concepts and shared things that no instance uses."""
    facts = [triple for _, triple in files.instances()]
    used = {value(t.predicate) for t in facts} | {value(t.object) for t in facts}
    used |= {value(t.predicate) for t in derived} | {value(t.object) for t in derived}
    broader = [
        (value(t.subject), value(t.object))
        for _, t in files.of("concepts")
        if t.predicate.value in (SKOS + "broader", SKOS + "inScheme")
    ]
    while more := {above for below, above in broader if below in used} - used:
        used |= more
    used |= {
        value(term)
        for file, triple in files.of("ontology", "concepts")
        if file.name != "external.ttl"
        for term in (triple.predicate, triple.object)
        if not value(term).startswith(OURS)
    }
    for file, triple in files.of("ontology", "concepts", "reference"):
        thing = value(triple.subject)
        if triple.predicate.value == TYPE and thing not in used and _must_be_used(triple):
            detail = "no instance uses it."
            mend = "Take it away, or encode what it is there for."
            yield Finding(file, in_turtle(thing), "unused", detail, mend)


def in_queries(files: Files) -> Iterator[Finding]:
    """Find the names in queries that nothing defines."""
    defined = classes_of(t for _, t in files.of())
    for file in sorted((files.root / "queries").rglob("*.rq")):
        for term in sorted(set(_names(file))):
            if expand(term) not in defined:
                mend = "Mend the name, or define it."
                yield Finding(
                    file, term, "dangling", "the query asks for it, but it is nowhere.", mend
                )


def _names(file: Path) -> list[str]:
    text = _NOT_NAMES.sub(" ", file.read_text(encoding="utf-8", errors="replace"))
    return _NAME.findall(text)


def _ours(term: object) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(OURS)


def _must_be_used(triple: Triple) -> bool:
    """Tell whether a definition is of something that others lead to."""
    kind = value(triple.object)
    if isinstance(triple.subject, BlankNode) or kind == OWL + "Ontology":
        return False
    return kind not in (MGO + "SourceDocument", OWL + "FunctionalProperty")
