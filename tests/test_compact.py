import json

import pyoxigraph as ox
import pytest
from rdflib import Graph

from migkg.compact import compact
from migkg.terms import MGI, MGO, RDF

JSON_LD = ox.RdfFormat.JSON_LD


def written(triples: str) -> bytes:
    body = ox.serialize(ox.parse(triples, format=ox.RdfFormat.TRIG), format=JSON_LD)
    assert body is not None
    return body


CASES = [
    f'<{MGI}a> a <{MGO}Office>, <a:c> ; <{MGO}amount> 1, 1.50, true, "x", "x"@en .',
    f'<{MGI}a> <{RDF}type> "no class" ; <{MGO}p> "2001"^^<a:year> .',
    f"<a:g> {{ <{MGI}a> <{MGO}p> <{MGI}b> }} <{MGI}a> <{MGO}p> <{MGI}c> .",
    # Its scheme is one of our prefixes: no short name may look like it.
    f"<org:a> <http://www.w3.org/ns/org#p> <http://www.w3.org/ns/org#o> ; <mgo:p> <{MGO}p> .",
    '<a:a> <a:b> "x"@en--ltr, "@id", "" .',
]


@pytest.mark.parametrize("triples", CASES)
def test_compact_form_means_the_same(triples: str) -> None:
    body = written(triples)
    found = {str(quad) for quad in ox.parse(compact(body), format=JSON_LD)}
    assert found == {str(quad) for quad in ox.parse(body, format=JSON_LD)}


# rdflib's own parser warns of a class that it uses itself.
rdflib_warns = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")


@rdflib_warns
def test_another_library_reads_it() -> None:
    assert len(Graph().parse(data=compact(written(CASES[0])), format="json-ld")) == 7


@rdflib_warns
def test_blank_nodes_stay_joined() -> None:
    body = compact(written(f"<{MGI}a> <{MGO}p> [ <{MGO}q> [] ] ."))
    one, other = Graph().parse(data=body, format="json-ld")
    assert one[2] == other[0] or other[2] == one[0]


def test_names_are_short_and_the_context_has_their_prefixes_alone() -> None:
    assert json.loads(compact(written(f"<{MGI}a> a <{MGO}Office> ; <a:p> 1, 2 ."))) == {
        "@context": {
            "mgo": MGO,
            "mgi": MGI,
            "rdf": RDF,
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@graph": [
            {
                "@id": "mgi:a",
                "@type": "mgo:Office",
                "a:p": [
                    {"@type": "xsd:integer", "@value": "1"},
                    {"@type": "xsd:integer", "@value": "2"},
                ],
            }
        ],
    }


def test_nothing_is_an_empty_graph() -> None:
    assert json.loads(compact(b"[]")) == {"@context": {}, "@graph": []}
