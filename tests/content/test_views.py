"""The views over the real graph: nothing of a query's facts is lost, nothing is invented."""

import json
from collections import Counter
from dataclasses import asdict
from functools import cache

import pytest
from snapshot import REPOSITORY

from migkg import catalog, results, worker
from migkg.dataset import Dataset
from migkg.settings import Limits
from migkg.terms import MGI
from migkg.writers.network import Network, unpack

FOLDER = REPOSITORY / "queries" / "views"
VIEWS = [file.stem for file in sorted(FOLDER.glob("*.rq")) if file.stem != "graph"]
ENTRIES = catalog.read(REPOSITORY)


@pytest.fixture(scope="module")
def networks(graph: Dataset):  # type: ignore[no-untyped-def]
    @cache
    def network(name: str, **more: str) -> Network:
        _, order = catalog.find(ENTRIES, f"{name}.gexf")
        order = catalog.ordered(ENTRIES[name], order, more)
        job = {"order": asdict(order), "names_dataset": False, "rows": Limits().rows}
        return unpack(json.loads(worker.export(graph, job).body))

    return network


def rows(graph: Dataset, name: str) -> list[dict[str, str]]:
    text = (FOLDER / f"{name}.rq").read_text("utf-8")
    return results.plain(graph.store.query(text, use_default_graph_as_union=True))


@pytest.mark.parametrize("name", VIEWS)
def test_edges_hold_the_facts_of_the_query(name, networks, graph) -> None:  # type: ignore[no-untyped-def]
    found = rows(graph, name)
    assert found
    network = networks(name)
    assert {fact for edge in network.edges for fact in edge.facts} == {row["fact"] for row in found}
    iris = {node.id: node.iri for node in network.nodes}
    told = {
        (iris[edge.source], iris[edge.target], edge.role_iri, fact)
        for edge in network.edges
        for fact in edge.facts
    }
    assert told == {(row["source"], row["target"], row["role"], row["fact"]) for row in found}


@pytest.mark.parametrize("name", ["graph", *VIEWS])
def test_one_edge_for_source_target_role_and_document(name, networks) -> None:  # type: ignore[no-untyped-def]
    keys = Counter(
        (edge.source, edge.target, edge.role_iri, edge.document) for edge in networks(name).edges
    )
    assert max(keys.values()) == 1
    ids = Counter(node.id for node in networks(name).nodes)
    assert max(ids.values()) == 1


@pytest.mark.parametrize("name", VIEWS)
def test_views_have_two_sides_unless_they_are_projections(name, networks) -> None:  # type: ignore[no-untyped-def]
    sources = {edge.source for edge in networks(name).edges}
    targets = {edge.target for edge in networks(name).edges}
    assert sources.isdisjoint(targets) or name.endswith("-projection")


def test_funding_weighs_as_much_as_the_table(networks, graph) -> None:  # type: ignore[no-untyped-def]
    text = """PREFIX mgo: <https://w3id.org/migkg/ontology#>
        SELECT (SUM(?amount) AS ?sum) { ?cell a mgo:FundingRequirement ; mgo:amount ?amount }"""
    (row,) = results.plain(graph.store.query(text, use_default_graph_as_union=True))
    assert sum(edge.weight for edge in networks("funding-flows").edges) == float(row["sum"])


def test_every_node_has_a_label_and_a_kind(networks) -> None:  # type: ignore[no-untyped-def]
    for name in ("graph", *VIEWS):
        for node in networks(name).nodes:
            if node.id.startswith("mg"):
                assert node.kind, node.id
                assert not node.iri.endswith(f"/{node.label}"), node.id


def test_facts_that_join_two_things_are_edges_of_the_whole_graph(networks, graph) -> None:  # type: ignore[no-untyped-def]
    text = """PREFIX mgo: <https://w3id.org/migkg/ontology#> SELECT ?fact {
        { ?fact a mgo:Participation } UNION { ?fact a mgo:Membership }
        UNION { ?fact a mgo:FundingRequirement } UNION { ?fact a mgo:RegionComposition }
        UNION { ?fact a mgo:StatusAssertion } }"""
    wanted = {
        row["fact"]
        for row in results.plain(graph.store.query(text, use_default_graph_as_union=True))
    }
    network = networks("graph")
    assert wanted <= {fact for edge in network.edges for fact in edge.facts}
    assert wanted.isdisjoint(node.iri for node in network.nodes)


def test_passages_are_told_when_asked_for(networks) -> None:  # type: ignore[no-untyped-def]
    assert not any(edge.passages for edge in networks("funders").edges)
    assert all(edge.passages for edge in networks("funders", passages="1").edges)


def test_network_of_a_document_has_its_facts_alone(networks) -> None:  # type: ignore[no-untyped-def]
    edges = networks("document-000").edges
    assert edges
    assert {edge.document for edge in edges} == {"000"}


def test_neighbourhood_grows_with_its_depth(networks) -> None:  # type: ignore[no-untyped-def]
    near, far = (
        networks("neighbourhood", iri="mgi:office-albania", depth=depth) for depth in ("1", "2")
    )
    assert MGI + "org-iom" in {node.iri for node in near.nodes}
    assert {node.iri for node in near.nodes} < {node.iri for node in far.nodes}
    assert len(far.nodes) < len(networks("graph").nodes)


@pytest.mark.parametrize("iri", ["mgc:theme-return", "mgi:psg-002-71496-71574"])
def test_what_is_only_an_attribute_has_a_neighbourhood_too(networks, iri) -> None:  # type: ignore[no-untyped-def]
    found = networks("neighbourhood", iri=iri, depth="1")
    ends = [(edge.source, edge.target) for edge in found.edges if iri in (edge.source, edge.target)]
    assert len(ends) > 1
    others = {end for pair in ends for end in pair} - {iri}
    assert {node.id for node in found.nodes} == others | {iri}


def test_constructed_facts_are_folded(networks) -> None:  # type: ignore[no-untyped-def]
    text = """PREFIX mgo: <https://w3id.org/migkg/ontology#>
        CONSTRUCT WHERE {
          ?p a mgo:Participation ; mgo:hasAgent ?a ; mgo:participatesIn ?x ; mgo:hasRole ?r }"""
    kinds = {node.kind for node in networks("construct", query=text).nodes}
    assert kinds
    assert "participation" not in kinds
    assert "partner" in {edge.role for edge in networks("construct", query=text).edges}


def test_constructed_texts_are_values_of_nodes(networks) -> None:  # type: ignore[no-untyped-def]
    text = """PREFIX mgo: <https://w3id.org/migkg/ontology#>
        CONSTRUCT { ?c mgo:isoAlpha3 ?code } WHERE { ?c mgo:isoAlpha3 ?code }"""
    nodes = {node.label: dict(node.more) for node in networks("construct", query=text).nodes}
    assert nodes["Albania"] == {"mgo_isoAlpha3": "ALB"}
