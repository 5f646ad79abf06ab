"""What an address that leads nowhere may have meant: labels and names of IRIs that come close."""

import re

from migkg.backend import Backend
from migkg.tables import ask
from migkg.terms import MGC, MGI, RDFS, SKOS

_LABELS = f"""PREFIX rdfs: <{RDFS}> PREFIX skos: <{SKOS}>
SELECT ?x (MIN(?found) AS ?label) WHERE {{
  ?x rdfs:label|skos:prefLabel ?found
  FILTER (STRSTARTS(STR(?x), "{MGI}") || STRSTARTS(STR(?x), "{MGC}"))
}} GROUP BY ?x ORDER BY ?x"""
_SHOWN = 5
_LOOKED_AT = 100
_CUTOFF = 72
_LONGEST = 80
_NOT_WORD = re.compile(r"[^\w]+")
# Kinds of things begin their names: office-tirana. They must not make all offices come close.
_KIND = re.compile(r"^(?:[a-z]+-)(?:[0-9]{3}-)?")


def nearest(backend: Backend, name: str) -> list[tuple[str, str]]:
    """Return IRI and label of the few things whose name or label is most like a name."""
    wanted = _plain(_KIND.sub("", name[:_LONGEST])) or _plain(name[:_LONGEST])
    if not wanted:
        return []
    # Only who loses the way needs it.
    from rapidfuzz import fuzz, process

    choices, things = _asked(backend)
    found: dict[tuple[str, str], float] = {}
    for text, _, number in process.extract(
        wanted, choices, scorer=fuzz.WRatio, score_cutoff=_CUTOFF, limit=_LOOKED_AT
    ):
        # Many names hold the wanted word; first comes the one that is spelt most like the whole.
        slug = _plain(things[number][0].rpartition("/")[2])
        like = max(fuzz.ratio(wanted, text), fuzz.ratio(_plain(name[:_LONGEST]), slug))
        found[things[number]] = max(like, found.get(things[number], 0))
    return sorted(found, key=lambda thing: (-found[thing], thing))[:_SHOWN]


def _asked(backend: Backend) -> tuple[list[str], list[tuple[str, str]]]:
    choices: list[str] = []
    things: list[tuple[str, str]] = []
    for row in ask(backend, _LABELS):
        slug = row["x"].rpartition("/")[2]
        for text in (_plain(_KIND.sub("", slug)), _plain(row["label"])):
            choices.append(text)
            things.append((row["x"], row["label"]))
    return choices, things


def _plain(text: str) -> str:
    return _NOT_WORD.sub(" ", text).strip().casefold()
