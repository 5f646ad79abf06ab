import re
from pathlib import Path

import pytest

from migkg.settings import Data
from migkg.terms import (
    GRAPH,
    MGI,
    MGO,
    PREFIXES,
    expand,
    in_turtle,
    local_name,
    prefixed,
    prologue,
    shorten,
)

FILES = sorted(
    path
    for folder in ("ontology", "instances", "shapes", "queries")
    for path in (Data().folder / folder).rglob("*")
    if path.suffix in (".ttl", ".rq")
)


def test_no_namespace_has_two_prefixes() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)


def test_each_namespace_ends_where_a_name_can_begin() -> None:
    assert all(namespace[-1] in "#/" for namespace in PREFIXES.values())


def test_prologue_declares_prefixes_in_one_line() -> None:
    assert prologue("mgo", "mgi") == f"PREFIX mgo: <{MGO}> PREFIX mgi: <{MGI}> "
    with pytest.raises(KeyError):
        prologue("unknown")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(Data().folder)))
def test_prefixes_of_a_file_are_those_of_the_table(file: Path) -> None:
    declared = re.findall(r"^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", file.read_text(), re.I | re.M)
    assert {name: PREFIXES.get(name) for name, _ in declared} == dict(declared)


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (MGI + "psg-001-120-180", "mgi:psg-001-120-180"),
        (MGO + "Office", "mgo:Office"),
        (GRAPH + "001", "mgg:001"),
        ("http://purl.org/linked-data/sdmx/2009/dimension#refArea", "sdmx-dimension:refArea"),
        (MGI + "a.b", "mgi:a.b"),
    ],
)
def test_short_name_and_back(iri: str, name: str) -> None:
    assert shorten(iri) == name
    assert expand(name) == iri


@pytest.mark.parametrize("iri", [MGI, MGI + "a.", MGI + "a/b", MGI + "é", MGI + "-a", "urn:x"])
def test_name_that_needs_an_escape_stays_an_iri(iri: str) -> None:
    assert shorten(iri) is None


def test_iri_without_a_short_name_is_written_whole() -> None:
    assert (prefixed(MGO + "Office"), in_turtle(MGO + "Office")) == ("mgo:Office", "mgo:Office")
    assert (prefixed("urn:x"), in_turtle("urn:x")) == ("urn:x", "<urn:x>")


@pytest.mark.parametrize(
    ("iri", "last"),
    [("https://a/id/x-y", "x-y"), ("https://a/b#C", "C"), ("plain", "plain"), ("a/", "")],
)
def test_local_name_is_the_last_part_of_an_iri(iri: str, last: str) -> None:
    assert local_name(iri) == last


@pytest.mark.parametrize("name", ["office", "ex:a", "mgi:", "mgi:a b", "http://a/", "mgi:a\n"])
def test_text_that_is_no_prefixed_name_is_none(name: str) -> None:
    assert expand(name) is None
