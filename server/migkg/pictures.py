"""Where things stand in a picture: dots on a map without borders, a thing amid its neighbours.

Only numbers and words; the templates draw them as https://www.w3.org/TR/SVG2/.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from migkg.backend import Backend
from migkg.rows import Row
from migkg.tables import ask
from migkg.terms import MGC, MGI, prologue
from migkg.thing import Thing

_POSITIONS = (
    prologue("mgo", "rdfs", "schema")
    + """
SELECT ?place ?label ?latitude ?longitude (BOUND(?code) AS ?isCountry) WHERE {
  ?place schema:latitude ?latitude ; schema:longitude ?longitude ; rdfs:label ?label
  OPTIONAL { ?place mgo:isoAlpha3 ?code }
} ORDER BY ?place"""
)
# Degrees west, east, south, north: where the documents' places lie, and the inhabited earth.
_REGION, _EARTH = (-12.0, 84.0, 32.0, 64.0), (-170.0, 180.0, -56.0, 76.0)
_MAP_WIDTH = 640.0
_LAST_QUARTER = 0.75 * _MAP_WIDTH
# Pixels that a letter of a label takes, and those from the middle of a dot to its label: of the
# places in front, and of the others.
_LETTER, _APART = {True: 8.6, False: 5.6}, {True: 10, False: 6}
# A degree of longitude is shorter than one of latitude there.
_NARROWER = 0.66
SIDE = 9
_EACH = 3
_LINE = 30
_WIDTH = 1024
_BOX = 210
# What fits beside the box: letters of a neighbour with its phrase, and of the phrase alone.
_LONGEST, _LONGEST_PHRASE = 44, 28


@dataclass(frozen=True)
class Dot:
    """A place on the map: its IRI and label, where it stands, whether the map is about it.

    The label stands on the right of the dot, or on its left where the map ends soon; `free`: there
    is room for it.
    """

    iri: str
    label: str
    x: float
    y: float
    main: bool
    on_left: bool
    free: bool = True


@dataclass(frozen=True)
class Map:
    """Dots in a frame of `width` and `height`."""

    width: float
    height: float
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Node:
    """A neighbour: its IRI, name and the part there is room for, the phrase that leads there.

    `x` and `y` are where its line ends.
    """

    iri: str
    name: str
    text: str
    phrase: str
    x: float
    y: float
    incoming: bool


@dataclass(frozen=True)
class Neighbourhood:
    """A thing in a box with its label; on its left what refers to it, on its right what it names.

    The box reaches from `left` to `right`; the picture begins at `start`. `more` counts the
    neighbours for which there is no room.
    """

    start: int
    left: int
    right: int
    width: int
    height: int
    label: str
    nodes: tuple[Node, ...]
    more: int


def map_of(backend: Backend, iris: Iterable[str]) -> Map | None:
    """Return the map with some places in the foreground, None where none has coordinates."""
    wanted = set(iris)
    if not any(iri.startswith(MGI + "place-") for iri in wanted):
        return None
    found = ask(backend, _POSITIONS)
    main = [row for row in found if row["place"] in wanted]
    if not main:
        return None
    inside = all(_holds(_REGION, row) for row in main)
    west, east, south, north = frame = _REGION if inside else _EARTH
    narrower = _NARROWER if inside else 1.0
    scale = _MAP_WIDTH / (east - west)
    shown = [row for row in found if row in main or (row["isCountry"] == "true")]
    dots = []
    for row in sorted(shown, key=lambda row: row in main):
        if _holds(frame, row):
            x = round((float(row["longitude"]) - west) * scale, 1)
            y = round((north - float(row["latitude"])) * scale / narrower, 1)
            on_left = x > _LAST_QUARTER
            dots.append(Dot(row["place"], row["label"], x, y, main=row in main, on_left=on_left))
    return Map(_MAP_WIDTH, round((north - south) * scale / narrower, 1), tuple(_labelled(dots)))


def _labelled(dots: Sequence[Dot]) -> Iterator[Dot]:
    """Keep the labels that run into no dot and no label kept before; those in front come first."""
    boxes: list[tuple[float, float, float, float]] = []
    for dot in sorted(dots, key=lambda dot: not dot.main):
        width, apart = _LETTER[dot.main] * len(dot.label), _APART[dot.main]
        left = dot.x - width - apart if dot.on_left else dot.x + apart
        box = (left, dot.y - 8, left + width, dot.y + 8)
        free = not any(_meet(box, other) for other in boxes) and (
            dot.main or not any(_meet(box, (at.x - 3, at.y - 3, at.x + 3, at.y + 3)) for at in dots)
        )
        if free:
            boxes.append(box)
        yield replace(dot, free=free)


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def neighbours(thing: Thing) -> Neighbourhood | None:
    """Return a thing amid some of its neighbours, a few of each sort; None where it has none."""
    rows = [row for group in thing.groups for row in group.rows]
    sides = (
        [row for row in rows if row.listing],
        [row for row in rows if not row.listing],
    )
    chosen = [list(_chosen(side)) for side in sides]
    every = {v.iri for row in rows for v in row.values if _counts(v.iri)}
    high = max(map(len, chosen))
    if high == 0:
        return None
    height = max(high, 2) * _LINE + 20
    nodes = tuple(
        Node(
            iri=iri,
            name=text,
            text=_short(text, _LONGEST - min(len(phrase), _LONGEST_PHRASE) * 4 // 5),
            phrase=_short(phrase, _LONGEST_PHRASE),
            x=_WIDTH * (0.36 if incoming else 0.64),
            y=round(height / 2 + (number - (len(side) - 1) / 2) * _LINE, 1),
            incoming=incoming,
        )
        for incoming, side in zip((True, False), chosen, strict=True)
        for number, (iri, text, phrase) in enumerate(side)
    )
    more = len(every - {node.iri for node in nodes})
    left, right = (_WIDTH - _BOX) // 2, (_WIDTH + _BOX) // 2
    # A side without neighbours would be an empty half.
    start, end = (0 if chosen[0] else left), (_WIDTH if chosen[1] else right)
    label = _short(thing.label, 26)
    return Neighbourhood(start, left, right, end - start, height, label, nodes, more)


def _chosen(rows: list[Row]) -> Iterator[tuple[str, str, str]]:
    """Yield up to `SIDE` neighbours, first one of each row, then the second of each, and so on."""
    seen: set[str] = set()
    for rank in range(_EACH):
        for row in rows:
            values = [value for value in row.values if _counts(value.iri)]
            if rank < len(values) and values[rank].iri not in seen and len(seen) < SIDE:
                seen.add(values[rank].iri)
                phrase = values[rank].beside if row.listing and values[rank].fact else ""
                yield values[rank].iri, values[rank].text, phrase or _bare(row)


def _bare(row: Row) -> str:
    return row.phrase if not row.listing else ""


def _counts(iri: str) -> bool:
    return iri.startswith(MGI) and not iri.startswith((MGC, MGI + "psg-", MGI + "sel-"))


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _holds(frame: tuple[float, float, float, float], row: dict[str, str]) -> bool:
    west, east, south, north = frame
    return west <= float(row["longitude"]) <= east and south <= float(row["latitude"]) <= north
