import json
from collections.abc import Iterator
from contextlib import closing

import pyoxigraph as ox
import pytest

from migkg import jsonld
from migkg.execute import Pool
from migkg.settings import Data, Limits
from serving import write_data

TURTLE = """
@prefix mgi: <https://w3id.org/migkg/id/> . @prefix mgo: <https://w3id.org/migkg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
mgi:a a mgo:Office, <http://x.example/Y> ; rdfs:label "A"@en, "Ä"@de, "plain" ;
    mgo:servesPlace mgi:b, <http://x.example/c> ; mgo:amount 1.5, "1.5" ; mgo:unknown "x" ;
    <http://x.example/p> 3, "2020"^^xsd:gYear, _:blank .
_:blank rdfs:label "B"@en .
"""


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[jsonld.Context]:
    root = write_data(tmp_path_factory.mktemp("data"))
    file = root / "ontology" / "migkg.ttl"
    amount = "mgo:amount a owl:DatatypeProperty ; rdfs:range xsd:decimal ."
    file.write_text(f"{file.read_text()}\n{amount}")
    with closing(Pool(Data(root=str(root)), Limits())) as pool:
        yield jsonld.context(pool)


def triples() -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(TURTLE, format=ox.RdfFormat.TURTLE)]


def canonical(body: bytes) -> str:
    found = ox.Dataset(ox.parse(body, format=ox.RdfFormat.JSON_LD))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, found)))


def test_what_is_written_is_read_as_the_same_triples(context: jsonld.Context) -> None:
    plain = ox.serialize(triples(), format=ox.RdfFormat.JSON_LD)
    assert plain is not None
    assert canonical(jsonld.write(triples(), context)) == canonical(plain)


def test_whole_context_reads_a_file_as_its_own_part_does(context: jsonld.Context) -> None:
    written = jsonld.write(triples(), context)
    whole = json.loads(written) | {"@context": context}
    assert canonical(json.dumps(whole).encode()) == canonical(written)


def test_own_terms_stand_by_their_bare_names(context: jsonld.Context) -> None:
    found = json.loads(jsonld.write(triples(), context))
    (node,) = [node for node in found["@graph"] if node["id"] == "mgi:a"]
    assert node["servesPlace"] == ["http://x.example/c", "mgi:b"]
    assert "Office" in node["type"]
    assert "1.5" in node["amount"]
    assert "Agent" not in found["@context"]
