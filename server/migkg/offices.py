"""What an office does, counted by theme and period, and its row of the table of money."""

from dataclasses import dataclass, replace

from migkg import money
from migkg.backend import Backend
from migkg.rows import Group, Row
from migkg.tables import ask
from migkg.terms import MGO, prologue
from migkg.thing import Thing

_PREFIXES = prologue("mgo", "rdfs", "skos")
_THEMES = (
    _PREFIXES
    + """
SELECT ?theme ?label ?period ?when (MIN(?year) AS ?from) (COUNT(DISTINCT ?initiative) AS ?n)
WHERE {{
  ?initiative a mgo:Initiative ; mgo:underOffice <{0}> ;
    mgo:hasTheme ?theme ; mgo:inPeriod ?period .
  ?theme skos:prefLabel ?label . ?period rdfs:label ?when OPTIONAL {{ ?period mgo:startYear ?year }}
}} GROUP BY ?theme ?label ?period ?when ORDER BY ?label ?theme"""
)
_INITIATIVES = (
    _PREFIXES
    + """
SELECT DISTINCT ?x WHERE {{
  ?x a mgo:Initiative ; mgo:underOffice <{}> ; mgo:hasTheme <{}> ; mgo:inPeriod <{}>
}} ORDER BY ?x"""
)
_TOLD = {MGO + "FundingRequirement", MGO + "PrintedTotal"}


@dataclass(frozen=True)
class Office:
    """`themes` are rows of IRI, label, a number for each period; `funds` its row of the table."""

    periods: tuple[tuple[str, str], ...]
    themes: tuple[tuple[str, str, tuple[int, ...]], ...]
    table: money.Grid
    funds: money.Row | None


def read(backend: Backend, iri: str) -> Office:
    """Return the figures of an office; raises as `Backend.run`."""
    counts = ask(backend, _THEMES.format(iri))
    when = {row["period"]: (row.get("from", "9999"), row["when"]) for row in counts}
    periods = sorted(when, key=lambda period: (when[period], period))
    labels = {row["theme"]: row["label"] for row in counts}
    numbers = {(row["theme"], row["period"]): int(row["n"]) for row in counts}
    table = money.read(backend)
    return Office(
        periods=tuple((period, when[period][1]) for period in periods),
        themes=tuple(
            (theme, label, tuple(numbers.get((theme, period), 0) for period in periods))
            for theme, label in labels.items()
        ),
        table=table,
        funds=next((row for row in table.rows if row.iri == iri), None),
    )


def initiatives(backend: Backend, office: str, theme: str, period: str) -> tuple[str, ...]:
    """Return the IRIs of what a number of the table of themes counts; raises as `Backend.run`."""
    return tuple(row["x"] for row in ask(backend, _INITIATIVES.format(office, theme, period)))


def without_funds(thing: Thing) -> Thing:
    """Return an office without the rows of facts that the table of its money shows already."""
    groups = (
        Group(each.heading, tuple(row for row in each.rows if not _is_told(row)))
        for each in thing.groups
    )
    return replace(thing, groups=tuple(group for group in groups if group.rows))


def _is_told(row: Row) -> bool:
    return row.listing is not None and row.listing[1] in _TOLD
