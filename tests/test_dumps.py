from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from migkg.dataset import Dataset, load
from migkg.dumps import dump, serialize
from migkg.errors import NotAcceptable, NotFound
from migkg.formats import BY_NAME, RDF, Format
from migkg.settings import Data
from migkg.terms import GRAPH, MGI


@pytest.fixture
def dataset(tiny: Path) -> Dataset:
    return load(Data(root=str(tiny)))


def read(body: bytes, row: Format) -> set[ox.Quad]:
    rdf = ox.RdfFormat.from_media_type(row.media_type)
    return set(ox.parse(body, format=rdf))


def holds_graphs(row: Format) -> bool:
    rdf = ox.RdfFormat.from_media_type(row.media_type)
    return rdf is not None and rdf.supports_datasets


def canonical(quads: set[ox.Quad]) -> set[ox.Quad]:
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(found)


@pytest.mark.parametrize("row", RDF, ids=lambda row: row.name)
def test_dump_says_what_the_files_say_as_written(dataset: Dataset, row: Format) -> None:
    quads = {*dataset.quads, *dataset.derived}
    if not holds_graphs(row):
        quads = {ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads}
    assert canonical(read(dump(dataset, row), row)) == canonical(quads)


@pytest.mark.parametrize("row", RDF, ids=lambda row: row.name)
def test_dump_is_the_same_bytes_each_time(tiny: Path, row: Format) -> None:
    first, second = (dump(load(Data(root=str(tiny))), row) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", ["ttl", "nt", "rdfxml"])
def test_another_library_reads_the_same(dataset: Dataset, name: str) -> None:
    kind = {"ttl": "turtle", "nt": "nt", "rdfxml": "xml"}[name]
    graph = Graph().parse(data=dump(dataset, BY_NAME[name]), format=kind)
    lines = Graph().parse(data=dump(dataset, BY_NAME["nt"]), format="nt")
    assert isomorphic(graph, lines)


def test_without_derived_only_the_files_speak(dataset: Dataset) -> None:
    row = BY_NAME["nq"]
    quads = read(dump(dataset, row, derived=False), row)
    assert canonical(quads) == canonical(set(dataset.quads))


def test_one_graph_alone(dataset: Dataset) -> None:
    row = BY_NAME["nq"]
    quads = read(dump(dataset, row, graphs=[GRAPH + "003"]), row)
    assert {str(quad.graph_name) for quad in quads} == {f"<{GRAPH}003>"}


@pytest.mark.parametrize("graph", ["nonsense", GRAPH + "999"])
def test_unknown_graph_lists_the_known(dataset: Dataset, graph: str) -> None:
    with pytest.raises(NotFound, match=f"{GRAPH}003"):
        dump(dataset, BY_NAME["ttl"], graphs=[graph])


def test_only_used_prefixes_are_declared(dataset: Dataset) -> None:
    body = dump(dataset, BY_NAME["ttl"], graphs=[GRAPH + "editor"]).decode()
    assert sorted(line.split()[1] for line in body.splitlines() if line[0] == "@") == [
        "dcterms:",
        "mgi:",
    ]


def test_table_format_holds_no_graph(dataset: Dataset) -> None:
    with pytest.raises(NotAcceptable, match="csv cannot hold a graph"):
        dump(dataset, BY_NAME["csv"])


def quad_saying(text: str) -> ox.Quad:
    name = ox.NamedNode(MGI + "a")
    return ox.Quad(name, name, ox.Literal(text), name)


@pytest.mark.parametrize("row", RDF, ids=lambda row: row.name)
def test_line_ends_of_every_kind_come_back(row: Format) -> None:
    text = "a\r\nb\rc\nd\te"
    assert [quad.object for quad in read(serialize([quad_saying(text)], row), row)] == [
        ox.Literal(text)
    ]


def test_what_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(NotAcceptable, match=r"cannot hold the character U\+0001"):
        serialize([quad_saying("a\x01b")], BY_NAME["rdfxml"])
