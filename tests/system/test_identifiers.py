"""Identifiers and coordinates of places against npm packages: country-coder, world-countries."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode

from migkg.dataset import Dataset, load
from migkg.settings import Data
from migkg.terms import MGI, MGO, PREFIXES, SKOS

HERE = Path(__file__).parent
KOSOVO = "XKX"
KOSOVO_THERE = "UNK"


@pytest.fixture(scope="module")
def graph() -> Dataset:
    return load(Data())


def values(graph: Dataset, predicate: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for quad in graph.store.quads_for_pattern(None, NamedNode(predicate), None):
        found.setdefault(quad.subject.value, set()).add(quad.object.value)  # type: ignore[union-attr]
    return found


def wikidata(iris: set[str]) -> list[str]:
    return [iri.removeprefix(PREFIXES["wd"]) for iri in iris if iri.startswith(PREFIXES["wd"])]


def test_countries_carry_the_package_s_fields_wikidata_and_m49(graph: Dataset) -> None:
    codes = values(graph, MGO + "isoAlpha3")
    same, m49 = values(graph, SKOS + "exactMatch"), values(graph, MGO + "m49Code")
    said = {code: (wikidata(same[place]), [*m49[place]]) for place, (code,) in codes.items()}
    known = countries([*said])
    assert {code: row["m49"] for code, row in known.items()} == {
        code: number for code, (_, (number,)) in said.items()
    }
    # A code may stand for a kingdom of several parts, of which the text names one.
    assert [
        (code, item)
        for code, ((item,), _) in said.items()
        if item not in {known[code]["wikidata"], *known[code].get("members", [])}
    ] == []


def test_kosovo_only_comes_close(graph: Dataset) -> None:
    close = values(graph, SKOS + "closeMatch")[MGI + "place-kosovo"]
    assert wikidata(close) == [countries([KOSOVO])[KOSOVO]["wikidata"]]


def test_coordinates_of_countries_are_the_package_s_field_latlng(graph: Dataset) -> None:
    done = subprocess.run(
        ["node", str(HERE / "coordinates.mjs")],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    known: dict[str, list[float]] = json.loads(done.stdout)
    places = {place: code for place, (code,) in values(graph, MGO + "isoAlpha3").items()}
    places[MGI + "place-kosovo"] = KOSOVO_THERE
    latitude, longitude = (values(graph, PREFIXES["schema"] + n) for n in ("latitude", "longitude"))
    said = {
        code: [float(value) for axis in (latitude, longitude) for value in axis[place]]
        for place, code in places.items()
    }
    assert said == {code: known[code] for code in said}


def countries(codes: list[str]) -> dict[str, dict[str, Any]]:
    script = ["node", str(HERE / "countries.mjs"), *codes]
    done = subprocess.run(script, capture_output=True, text=True, check=True, timeout=60)
    return dict(json.loads(done.stdout))
