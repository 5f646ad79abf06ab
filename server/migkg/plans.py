"""What offices planned then and now: the table of money, initiatives by theme and by place."""

from dataclasses import dataclass

from migkg import money, tallies
from migkg.backend import Backend
from migkg.money import Grid
from migkg.search import Index
from migkg.tallies import Tally

# The two documents that say what offices plan: the strategy of 2006–2007, the priorities for 2020.
THEN, NOW = "002", "001"
NAMES = {THEN: "2006–2007", NOW: "2020"}
COMPARED = {
    "themes-then-and-now": "Initiatives by theme, 2006–2007 and 2020",
    "places-then-and-now": "Initiatives by place, 2006–2007 and 2020",
}
MOST_BARS = 30
Bars = tuple[list[str], dict[str, list[float | None]]]


@dataclass(frozen=True)
class Plans:
    """The table of money; initiatives by theme and place, by period; the bars of COMPARED.

    Bars are their names, and for each period the numbers of its initiatives.
    """

    grid: Grid
    initiatives: dict[str, Tally]
    bars: dict[str, Bars]


def read(backend: Backend, index: Index) -> Plans:
    """Return the plans; raises as `Backend.run`."""
    return Plans(
        money.read(backend),
        {name: tallies.initiatives(backend, index, document) for document, name in NAMES.items()},
        {name: _compared(index, name.partition("s-")[0]) for name in COMPARED},
    )


def _compared(index: Index, dimension: str) -> Bars:
    counts = index.cross(dimension, "document", {"kind": ("Initiative",)})
    names = index.labels()
    total = {
        value: counts.get((value, THEN), 0) + counts.get((value, NOW), 0) for value, _ in counts
    }
    best = sorted((value for value in total if total[value]), key=lambda v: (-total[v], v))
    shown = best[:MOST_BARS]
    series: dict[str, list[float | None]] = {
        label: [counts.get((value, document), 0) for value in shown]
        for document, label in NAMES.items()
    }
    return [names.get(value, value) for value in shown], series
