"""A class diagram as numbers and words: a card for each widest class, with what it leads to.

The template draws it as https://www.w3.org/TR/SVG2/.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from migkg.terms import MGO
from migkg.vocabulary import Term, Vocabulary

COLUMNS = 3
WIDTH, GAP, LINE, HEAD, TOP = 290, 25, 18, 30, 18


@dataclass(frozen=True)
class Line:
    """A line of a card: a class inside it, or a property and where it leads ('' for a literal)."""

    term: Term
    target: Term | None
    y: int


@dataclass(frozen=True)
class Card:
    """A class with the classes inside it and the properties that begin at it."""

    term: Term
    inside: tuple[Line, ...]
    properties: tuple[Line, ...]
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Diagram:
    """Cards in columns, each of a width, with a head; `free` properties may begin at any class."""

    width: int
    height: int
    card_width: int
    head_height: int
    cards: tuple[Card, ...]
    free: tuple[Term, ...]


def draw(terms: Vocabulary) -> Diagram:
    """Return the diagram of the classes of a vocabulary."""
    classes = {term.iri: term for term in terms.classes}
    depths = [0] * COLUMNS
    cards = []
    for term in classes.values():
        if term.parent in classes:
            continue
        inside = [each for each in classes.values() if _top(each, classes) == term.iri != each.iri]
        held = {term.iri, *(each.iri for each in inside)}
        led = [each for each in terms.properties if each.domain in held]
        column = depths.index(min(depths))
        height = HEAD + LINE * (len(inside) + len(led)) + 16
        cards.append(
            Card(
                term=term,
                inside=tuple(_lines(inside, {}, HEAD + TOP)),
                properties=tuple(_lines(led, classes, HEAD + TOP + LINE * len(inside))),
                x=column * (WIDTH + GAP),
                y=depths[column],
                height=height,
            )
        )
        depths[column] += height + GAP
    free = tuple(term for term in terms.properties if not term.domain.startswith(MGO))
    width = COLUMNS * (WIDTH + GAP) - GAP
    return Diagram(width, max(depths), WIDTH, HEAD, tuple(cards), free)


def _lines(terms: Iterable[Term], classes: dict[str, Term], top: int) -> Iterable[Line]:
    """Yield a line for each term, the first at the height `top`."""
    for number, term in enumerate(terms):
        yield Line(term, classes.get(term.target), top + LINE * number)


def _top(term: Term, classes: dict[str, Term]) -> str:
    """Return the IRI of the widest class that a class is inside of, which may be its own."""
    seen = {term.iri}
    while term.parent in classes and term.parent not in seen:
        term = classes[term.parent]
        seen.add(term.iri)
    return term.iri
