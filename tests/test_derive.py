from pathlib import Path

import pyoxigraph as ox
import pytest

from migkg.dataset import load
from migkg.errors import BrokenQuery
from migkg.settings import Data
from migkg.terms import GRAPH, PREFIXES, shorten


def derived(root: Path) -> set[str]:
    return {
        " ".join(
            shorten(term.value) or term.value
            for term in quad
            if isinstance(term, ox.NamedNode | ox.Literal)
        )
        for quad in load(Data(root=str(root))).derived
    }


def test_what_follows_stands_in_the_document_s_derived_graph(tiny: Path) -> None:
    assert {
        "mgi:fact-001-b mgo:underOffice mgi:office-a mgg:derived-001",
        "mgi:office-a mgo:has mgi:fact-003-a mgg:derived-003",
    } <= derived(tiny)


def test_later_query_sees_what_an_earlier_one_made(tiny: Path) -> None:
    assert "mgi:office-a mgo:has mgi:fact-001-b mgg:derived-001" in derived(tiny)


def test_document_does_not_see_another(tiny: Path) -> None:
    assert "mgi:office-a mgo:has mgi:fact-001-b mgg:derived-003" not in derived(tiny)


def test_no_triple_stands_in_two_graphs(tiny: Path) -> None:
    dataset = load(Data(root=str(tiny)))
    triples = [quad.triple for quad in dataset.store]
    assert len(triples) == len(set(triples))


def test_what_the_files_say_is_not_derived_again(tiny: Path) -> None:
    assert not any("rdf:type" in line for line in derived(tiny))


def test_value_that_the_files_write_otherwise_is_not_derived_again(tiny: Path) -> None:
    with (tiny / "instances/reference/offices.ttl").open("a") as offices:
        offices.write('mgi:office-a mgo:isActive "1"^^xsd:boolean .\n')
    assert not any("isActive" in line for line in derived(tiny))


def test_document_sees_what_shared_things_lead_to(tiny: Path) -> None:
    (tiny / "queries/derive/30-new.rq").write_text(
        "PREFIX mgo: <https://w3id.org/migkg/ontology#>"
        "CONSTRUCT { ?fact mgo:isActive true } WHERE "
        "{ ?fact mgo:underOffice ?office . ?office mgo:isActive true }"
    )
    assert "mgi:fact-003-a mgo:isActive true mgg:derived-003" in derived(tiny)


@pytest.mark.parametrize(
    ("pattern", "seen"),
    [
        ("?term a skos:Concept", False),
        ("?term a owl:Class", False),
        ("GRAPH mgg:concepts { ?term a skos:Concept }", True),
        ("GRAPH mgg:ontology { ?term a owl:Class }", True),
    ],
)
def test_terms_are_seen_in_their_own_graphs(tiny: Path, pattern: str, seen: bool) -> None:
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    query = f"{prefixes}CONSTRUCT {{ ?term mgo:isOld true }} WHERE {{ {pattern} }}"
    (tiny / "queries/derive/30-new.rq").write_text(query)
    assert any("isOld" in line for line in derived(tiny)) == seen


def test_what_shared_things_lead_to_belongs_to_no_document(tiny: Path) -> None:
    active = [line for line in derived(tiny) if "isActive" in line]
    assert active == ["mgi:office-a mgo:isActive true mgg:derived-reference"]


def test_what_two_documents_lead_to_stands_in_the_first(tiny: Path) -> None:
    for document in ("001-one", "003-three"):
        with (tiny / f"instances/{document}/facts.ttl").open("a") as facts:
            facts.write("mgi:both mgo:underOffice mgi:office-a .\n")
    both = [line for line in derived(tiny) if "mgo:has mgi:both" in line]
    assert both == ["mgi:office-a mgo:has mgi:both mgg:derived-001"]


def test_derived_graphs_are_named_after_their_sources(tiny: Path) -> None:
    graphs = {str(quad.graph_name) for quad in load(Data(root=str(tiny))).derived}
    assert graphs == {f"<{GRAPH}derived-{name}>" for name in ("001", "003", "reference")}


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("CONSTRUCT { ?a ?b ?c }\nWHERE { ?a ?b }", r"line 2, column 16: expected"),
        ("SELECT * { ?a ?b ?c }", "a derive query is a CONSTRUCT query"),
        ("CONSTRUCT { ?a ?b [] } WHERE { ?a ?b ?c }", "makes no blank nodes"),
    ],
)
def test_query_that_does_not_derive_is_named(tiny: Path, query: str, reason: str) -> None:
    (tiny / "queries/derive/30-new.rq").write_text(query)
    with pytest.raises(BrokenQuery, match=f"30-new.rq, .*{reason}"):
        load(Data(root=str(tiny)))
