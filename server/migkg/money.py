"""The table of money that a document prints: offices by framework elements, with its anomalies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migkg.backend import Backend
from migkg.tables import ask
from migkg.terms import MGO, prologue

# The steps of the colours; a legend names them.
STEPS = (100_000, 500_000, 1_000_000, 5_000_000, 10_000_000)
_PREFIXES = prologue("mgo", "oa", "rdfs", "skos")
_NUMBERS = (
    _PREFIXES
    + """SELECT ?fact ?class ?office ?element ?printed ?amount ?computed WHERE {
  VALUES ?class { mgo:FundingRequirement mgo:PrintedTotal }
  ?fact a ?class ; mgo:printedForm ?printed .
  OPTIONAL { ?fact mgo:underOffice ?office }
  OPTIONAL { ?fact mgo:underFrameworkElement ?element }
  OPTIONAL { ?fact mgo:amount ?amount }
  OPTIONAL { ?fact mgo:computedAmount ?computed }
} ORDER BY ?fact"""
)
# The heads of the columns are printed in this order.
_COLUMNS = (
    _PREFIXES
    + """SELECT ?element (MIN(STR(?name)) AS ?label) (MIN(?start) AS ?first) WHERE {
  ?cell a mgo:FundingRequirement ; mgo:underFrameworkElement ?element .
  ?element skos:prefLabel ?name .
  OPTIONAL {
    ?cell mgo:hasEvidence ?passage . ?passage oa:hasSelector ?range . ?range oa:start ?start
  }
} GROUP BY ?element ORDER BY ?first ?element"""
)
_ROWS = (
    _PREFIXES
    + """SELECT ?office (MIN(STR(?name)) AS ?label) WHERE {
  ?cell a mgo:FundingRequirement ; mgo:underOffice ?office . ?office rdfs:label ?name
} GROUP BY ?office ORDER BY ?label ?office"""
)
_CURRENCIES = (
    _PREFIXES
    + """SELECT DISTINCT ?label WHERE {
  ?cell a mgo:FundingRequirement ; mgo:hasCurrency/skos:prefLabel ?name BIND(STR(?name) AS ?label)
} ORDER BY ?label"""
)
_ANOMALIES = (
    _PREFIXES
    + """SELECT DISTINCT ?fact ?anomaly ?label WHERE {
  VALUES ?class { mgo:FundingRequirement mgo:PrintedTotal }
  ?anomaly mgo:isAnomalyOf ?fact ; rdfs:label ?label . ?fact a ?class
} ORDER BY ?fact ?anomaly"""
)


@dataclass(frozen=True)
class Anomaly:
    """A recorded anomaly: its IRI and its label."""

    iri: str
    label: str


@dataclass(frozen=True)
class Number:
    """A cell or a printed total: as printed, its amount (None for a dash), what cells sum to.

    `step` is how many of STEPS the amount reaches.
    """

    iri: str
    printed: str
    amount: float | None
    computed: float | None
    step: int
    anomalies: tuple[Anomaly, ...]

    @property
    def differs(self) -> bool:
        """Tell whether a printed total is not what its cells sum to."""
        return self.computed is not None and self.computed != self.amount


@dataclass(frozen=True)
class Row:
    """An office with its cells in the order of the columns, and its printed total."""

    iri: str
    label: str
    cells: tuple[Number | None, ...]
    total: Number | None


@dataclass(frozen=True)
class Grid:
    """The whole table: columns as (IRI, label), rows, the last row, the sum of all.

    `currencies` are the labels of those that are stated, or that it is not.
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    totals: tuple[Number | None, ...]
    grand: Number | None
    currencies: tuple[str, ...]

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """Return the anomalies of the table, each once."""
        numbers = [cell for row in self.rows for cell in (*row.cells, row.total)]
        every = [*numbers, *self.totals, self.grand]
        return tuple(dict.fromkeys(anomaly for one in every if one for anomaly in one.anomalies))


def read(backend: Backend) -> Grid:
    """Return the table; raises as `Backend.run`."""
    anomalies: dict[str, list[Anomaly]] = {}
    for row in ask(backend, _ANOMALIES):
        anomalies.setdefault(row["fact"], []).append(Anomaly(row["anomaly"], row["label"]))
    cells: dict[tuple[str, str], Number] = {}
    totals: dict[tuple[str, str], Number] = {}
    for row in ask(backend, _NUMBERS):
        found = cells if row["class"] == MGO + "FundingRequirement" else totals
        found[row.get("office", ""), row.get("element", "")] = _number(row, anomalies)
    columns = tuple((row["element"], row["label"]) for row in ask(backend, _COLUMNS))
    rows = tuple(
        Row(
            row["office"],
            row["label"],
            tuple(cells.get((row["office"], element)) for element, _ in columns),
            totals.get((row["office"], "")),
        )
        for row in ask(backend, _ROWS)
    )
    last = tuple(totals.get(("", element)) for element, _ in columns)
    currencies = tuple(row["label"] for row in ask(backend, _CURRENCIES))
    return Grid(columns, rows, last, totals.get(("", "")), currencies)


def _number(row: Mapping[str, str], anomalies: Mapping[str, Sequence[Anomaly]]) -> Number:
    amount = float(row["amount"]) if "amount" in row else None
    computed = float(row["computed"]) if "computed" in row else None
    step = sum(amount >= one for one in STEPS) if amount is not None else 0
    return Number(
        row["fact"], row["printed"], amount, computed, step, tuple(anomalies.get(row["fact"], ()))
    )
