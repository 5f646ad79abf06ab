"""The copy guard: no run of eight words of a source text stands in this repository.

The texts are other people's. Numbers, names, titles and headings may be taken over: the
`mgo:printedForm` of a `mgo:NameForm` with evidence whose kind is name, title, heading or web
address, postal addresses, and labels that name things in at most seven words. Such a name may also
stand inside another literal, with fewer than five printed words around it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, Quad, Triple

from migkg import matching
from migkg.evidence import value
from migkg.reach import STATEMENTS
from migkg.terms import MGC, MGO, RDF, RDFS, SKOS

RUN = 8
# A shorter name inside a copied sentence would hide the copy.
NAME = 5
# So many words of a run that belong to no name make it a copy.
OWN = 5
KINDS = {f"{MGC}namekind-{kind}" for kind in ("name", "title", "heading", "web-address")}
LABELS = {RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel"}
ADDRESSES = {MGO + "postalAddress"}
_WORD = re.compile(r"[^\W_]+")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Copy:
    """The subject of a literal, and the words in it that a source text prints too."""

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
        """Return how many words the longest name has that begins here; 0 without one."""
        names = self.by_first.get(words[at], set())
        return max((len(n) for n in names if words[at : at + len(n)] == n), default=0)


def words_of(text: str) -> Words:
    """Return the words of a text: small letters, hyphens at line ends joined, no punctuation."""
    return tuple(_WORD.findall(matching.fold_loosely(text).text.casefold()))


def runs_of(texts: Iterable[str]) -> frozenset[Words]:
    """Return every run of eight words that the texts print."""
    split = [words_of(text) for text in texts]
    return frozenset(w[at : at + RUN] for w in split for at in range(len(w) - RUN + 1))


def names_of(triples: Iterable[Triple | Quad]) -> Names:
    """Return the names among the triples that may be taken over."""
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
    triples: Iterable[Triple | Quad], runs: frozenset[Words], names: Names
) -> Iterator[Copy]:
    """Yield the copies among the literals of triples."""
    for triple in triples:
        if isinstance(triple.object, Literal) and triple.predicate.value not in ADDRESSES:
            for words in in_text(triple.object.value, runs, names):
                yield Copy(value(triple.subject), words)


def in_text(text: str, runs: frozenset[Words], names: Names) -> Iterator[str]:
    """Yield the longest stretches of a text that sources print too, unless mostly names."""
    words = words_of(text)
    named = _named(words, names)
    for start, end in _stretches(words, runs):
        if sum(at not in named for at in range(start, end)) >= OWN:
            yield " ".join(words[start:end])


def _stretches(words: Words, runs: frozenset[Words]) -> Iterator[tuple[int, int]]:
    """Yield where the stretches begin and end of which every eight words are a run."""
    start = end = 0
    for at in range(len(words) - RUN + 1):
        if words[at : at + RUN] not in runs:
            continue
        if at > end:
            if end:
                yield start, end
            start = at
        end = at + RUN
    if end:
        yield start, end


def _named(words: Words, names: Names) -> set[int]:
    """Return the positions of words that belong to a name."""
    named: set[int] = set()
    at = 0
    while at < len(words):
        length = names.length_at(words, at)
        named.update(range(at, at + length))
        at += length or 1
    return named
