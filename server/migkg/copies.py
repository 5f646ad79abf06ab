"""The copy guard: no run of eight words of a source text stands in this repository.

The texts are other people's. Numbers, names, titles and headings may be taken over: the
`mgo:printedForm` of a `mgo:NameForm` with evidence whose kind is name, title, heading or web
address, postal addresses, and labels that name things in at most seven words. Such a name may also
stand inside another literal; the words around it must not make up a run of their own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, Quad, Triple

from migkg import matching
from migkg.evidence import value
from migkg.reach import STATEMENTS
from migkg.terms import MGC, MGO, RDF, RDFS, SKOS

RUN = 8
# A shorter name inside a copied sentence would hide the copy.
NAME = 5
KINDS = {f"{MGC}namekind-{kind}" for kind in ("name", "title", "heading", "web-address")}
LABELS = {RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel"}
ADDRESSES = {MGO + "postalAddress"}
_WORD = re.compile(r"[^\W_]+")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Copy:
    """A literal's file, its subject and the words that a source text prints too."""

    file: Path
    subject: str
    words: str


@dataclass
class Names:
    """Names that may be taken over, by their first word."""

    by_first: dict[str, set[Words]] = field(default_factory=dict)

    def add(self, name: str) -> None:
        found = words_of(name)
        if len(found) >= NAME:
            self.by_first.setdefault(found[0], set()).add(found)

    def length_at(self, words: Words, at: int) -> int:
        """The words of the longest name that begins here; 0 without one."""
        names = self.by_first.get(words[at], set())
        return max((len(n) for n in names if words[at : at + len(n)] == n), default=0)


def words_of(text: str) -> Words:
    """The words of a text: small letters, hyphens at line ends joined, no punctuation."""
    return tuple(_WORD.findall(matching.fold_loosely(text).text.casefold()))


def runs_of(texts: Iterable[str]) -> frozenset[Words]:
    """Every run of eight words that the texts print."""
    split = [words_of(text) for text in texts]
    return frozenset(w[at : at + RUN] for w in split for at in range(len(w) - RUN + 1))


def names_of(triples: Iterable[Triple | Quad]) -> Names:
    """The names among the triples that may be taken over."""
    kinds: dict[str, set[str]] = {}
    literals = []
    for triple in triples:
        if isinstance(triple.object, Literal):
            literals.append((value(triple.subject), triple.predicate.value, triple.object.value))
        elif triple.predicate.value in (RDF + "type", MGO + "hasNameKind", MGO + "hasEvidence"):
            kinds.setdefault(value(triple.subject), set()).update(
                (value(triple.object), triple.predicate.value)
            )
    names = Names()
    for subject, predicate, text in literals:
        kind = kinds.get(subject, set())
        printed = predicate == MGO + "printedForm" and kind & KINDS and MGO + "hasEvidence" in kind
        label = predicate in LABELS and not kind & STATEMENTS and len(words_of(text)) < RUN
        if printed or label:
            names.add(text)
    return names


def in_triples(
    file: Path, triples: Iterable[Triple | Quad], runs: frozenset[Words], names: Names
) -> Iterator[Copy]:
    """The copies among the literals of a file."""
    for triple in triples:
        if isinstance(triple.object, Literal) and triple.predicate.value not in ADDRESSES:
            for words in in_text(triple.object.value, runs, names):
                yield Copy(file, value(triple.subject), words)


def in_text(text: str, runs: frozenset[Words], names: Names) -> Iterator[str]:
    """The longest stretches of a text that sources print too, names apart."""
    for stretch in _between_names(words_of(text), names):
        start = end = 0
        for at in range(len(stretch) - RUN + 1):
            if stretch[at : at + RUN] not in runs:
                continue
            if at > end - RUN + 1 and end:
                yield " ".join(stretch[start:end])
                end = 0
            start, end = start if end else at, at + RUN
        if end:
            yield " ".join(stretch[start:end])


def _between_names(words: Words, names: Names) -> Iterator[Words]:
    """The stretches of words that are left when names are taken out."""
    start = at = 0
    while at < len(words):
        length = names.length_at(words, at)
        if length:
            yield words[start:at]
            start = at = at + length
        else:
            at += 1
    yield words[start:]
