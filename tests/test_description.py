from collections.abc import Iterator
from contextlib import closing

import pyoxigraph as ox
import pytest

from migkg.description import SD, describe
from migkg.execute import Pool
from migkg.formats import BY_NAME
from migkg.settings import Data, Limits
from migkg.terms import PREFIXES
from serving import MGO, PLAN, write_data

BASE = "https://graph.example.org"
DATASET = f"{BASE}/.well-known/void#dataset"
ASK = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items() if prefix != "sd")


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    root = write_data(tmp_path_factory.mktemp("data"))
    with closing(Pool(Data(root=str(root)), Limits(rows=5))) as made:
        yield made


@pytest.fixture(scope="module")
def store(pool: Pool) -> ox.Store:
    made = ox.Store()
    made.extend(ox.Quad(t.subject, t.predicate, t.object) for t in describe(pool, BASE))
    return made


def found(store: ox.Store, pattern: str) -> list[str]:
    text = f"{ASK} PREFIX sd: <{SD}> SELECT ?x WHERE {{ {pattern} }} ORDER BY ?x"
    return [row["x"].value for row in store.query(text)]


def test_service_names_endpoint_language_and_formats(store: ox.Store) -> None:
    assert found(store, "?x a sd:Service") == [f"{BASE}/sparql"]
    assert found(store, "?s sd:endpoint ?x") == [f"{BASE}/sparql"]
    assert found(store, "?s sd:supportedLanguage ?x") == [f"{SD}SPARQL11Query"]
    formats = found(store, "?s sd:resultFormat ?x")
    assert "https://www.iana.org/assignments/media-types/text/turtle" in formats
    assert len(formats) == 8


def test_counts_are_those_of_the_data(store: ox.Store, pool: Pool) -> None:
    (triples,) = found(store, f"<{DATASET}> void:triples ?x")
    # The union counts a triple in each graph that holds it, as the engine does for a reader.
    assert int(triples) == pool.export(BY_NAME["nq"]).body.count(b"\n")
    (classes,) = found(store, f"<{DATASET}> void:classes ?x")
    assert int(classes) == len(found(store, f"<{DATASET}> void:classPartition ?x"))
    office = f"?part void:class <{MGO}Office> ; void:entities ?x"
    assert found(store, office) == ["1"]
    note = f"?part void:property <{MGO}note> ; void:triples ?x"
    assert found(store, note) == ["2"]


def test_graphs_are_named_and_counted(store: ox.Store) -> None:
    assert PLAN in found(store, f"<{DATASET}> sd:namedGraph/sd:name ?x")
    (size,) = found(store, f"?g sd:name <{PLAN}> ; sd:graph/void:triples ?x")
    assert int(size) == 16


def test_downloads_are_told(store: ox.Store) -> None:
    files = found(store, f"<{DATASET}> void:dataDump ?x")
    assert f"{BASE}/export/graph.trig" in files
    assert files == found(store, f"<{DATASET}> dcat:distribution/dcat:downloadURL ?x")
    assert found(store, f"<{DATASET}> dcterms:license ?x") != []


def test_every_name_of_ours_is_absolute(store: ox.Store) -> None:
    for quad in store:
        assert quad.subject.value.startswith(BASE)
