from contextlib import closing
from pathlib import Path

from migkg.catalog import Order
from migkg.execute import Pool
from migkg.overview import overview
from migkg.settings import Data, Limits
from migkg.vocabulary import read
from serving import HEAD, write_data


def test_counts_and_documents_are_those_of_the_data(tmp_path: Path) -> None:
    with closing(Pool(Data(root=str(write_data(tmp_path))), Limits())) as pool:
        found = overview(pool)
        assert found.triples == pool.export(Order("rdf", "nt")).body.count(b"\n")
    assert (found.facts, found.things["Office"], found.things["Organization"]) == (1, 1, 0)
    assert [(one.number, one.facts, one.passages) for one in found.documents] == [
        ("001", 1, 1),
        ("002", 0, 0),
    ]


def test_passage_that_is_set_aside_states_no_fact(tmp_path: Path) -> None:
    aside = write_data(tmp_path) / "instances/001-plan/uncovered.ttl"
    aside.write_text(
        HEAD
        + "mgi:psg-001-0-2 a mgo:Passage ; oa:hasSource mgi:doc-001 .\n"
        + "mgi:excuse-001-a a mgo:Excuse ; mgo:excuses mgi:psg-001-0-2 ."
    )
    with closing(Pool(Data(root=str(tmp_path)), Limits())) as pool:
        assert overview(pool).passages == 1


def test_empty_graph_has_an_overview(tmp_path: Path) -> None:
    for name in ("ontology", "instances"):
        (tmp_path / name).mkdir()
    with closing(Pool(Data(root=str(tmp_path)), Limits())) as pool:
        found = overview(pool)
        assert (found.triples, found.facts, found.documents) == (0, 0, ())
        assert read(pool).classes == []
