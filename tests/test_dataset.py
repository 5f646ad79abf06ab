import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from migkg.dataset import Dataset, load
from migkg.errors import BrokenTurtle, DataMissing
from migkg.settings import Data
from migkg.terms import GRAPH, MGI, MGO
from serving import HEAD


def loaded(root: Path) -> Dataset:
    return load(Data(root=str(root)))


def test_each_file_lands_in_its_graph(tiny: Path) -> None:
    files = {
        graph.removeprefix(GRAPH): [str(file.relative_to(tiny)) for file in files]
        for graph, files in loaded(tiny).home.items()
    }
    assert files == {
        "ontology": ["ontology/migkg.ttl"],
        "concepts": ["ontology/concepts/themes.ttl"],
        "reference": ["instances/reference/offices.ttl"],
        "editor": ["instances/editor/ids.ttl"],
        "001": ["instances/001-one/facts.ttl", "instances/001-one/more.ttl"],
        "003": ["instances/003-three/facts.ttl"],
    }


def test_quads_keep_literals_as_written(tiny: Path) -> None:
    amounts = [q.object for q in loaded(tiny).quads if q.predicate.value == MGO + "amount"]
    assert sorted(amount.value for amount in amounts if isinstance(amount, ox.Literal)) == [
        "07",
        "1.50",
    ]


def test_quads_are_sorted_and_without_doubles(tiny: Path) -> None:
    quads = loaded(tiny).quads
    assert list(quads) == sorted(set(quads), key=lambda q: (str(q.graph_name), str(q)))


def test_store_holds_the_quads_and_what_follows(tiny: Path) -> None:
    dataset = loaded(tiny)
    assert len(dataset.store) == len(dataset.quads) + len(dataset.derived)


def test_shapes_are_not_in_the_store(tiny: Path) -> None:
    assert not any("shapes#" in str(quad) for quad in loaded(tiny).store)


def test_digest_is_that_of_the_sorted_lines(tiny: Path) -> None:
    dataset = loaded(tiny)
    lines = sorted(f"{quad} .\n" for quad in (*dataset.quads, *dataset.derived))
    assert dataset.digest == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_same_files_give_the_same_dataset(tiny: Path) -> None:
    first, second = loaded(tiny), loaded(tiny)
    assert (first.quads, first.derived, first.digest) == (
        second.quads,
        second.derived,
        second.digest,
    )


def test_same_files_give_the_same_order_of_answers(tiny: Path) -> None:
    """Servers side by side answer with the same bytes, also where a query sorts nothing."""
    facts = tiny / "instances/001-one/facts.ttl"
    more = "".join(
        f"mgi:f-{n} mgo:isPartOf mgi:fact-001-a, [ mgo:note {n} ] .\n" for n in range(40)
    )
    facts.write_text(facts.read_text() + more)
    code = (
        "import sys; from migkg.dataset import load; from migkg.settings import Data\n"
        "for quad in load(Data(root=sys.argv[1])).store: print(quad)"
    )
    command = [sys.executable, "-c", code, str(tiny)]
    one, other = (
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        for seed in ("1", "2")
    )
    assert one.stdout == other.stdout
    assert one.stdout.count(b"\n") > 160


def test_order_of_statements_does_not_change_the_digest(tiny: Path) -> None:
    before = loaded(tiny).digest
    file = tiny / "ontology/migkg.ttl"
    first, second = file.read_text().split(" .\n        []")
    file.write_text(f"{HEAD}[]{second.strip()}\n{first.removeprefix(HEAD)} .")
    assert loaded(tiny).digest == before


def test_another_literal_changes_the_digest(tiny: Path) -> None:
    before = loaded(tiny).digest
    file = tiny / "instances/001-one/facts.ttl"
    file.write_text(file.read_text().replace("1.50", "1.5"))
    assert loaded(tiny).digest != before


def test_broken_file_is_named_with_its_place(tiny: Path) -> None:
    file = tiny / "instances/003-three/facts.ttl"
    lines = file.read_text().count("\n") + 1
    file.write_text(file.read_text() + "\nmgi:a mgi:b")
    with pytest.raises(BrokenTurtle, match=f"facts.ttl, line {lines + 1}, column .*Mend the file"):
        loaded(tiny)


def test_broken_file_is_named_from_where_one_stands(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tiny / "instances/003-three/facts.ttl").write_text("x")
    monkeypatch.chdir(tiny)
    with pytest.raises(BrokenTurtle, match=r"^instances/003-three/facts.ttl, line 1, column 1"):
        loaded(tiny)


def test_folder_without_the_files_is_missing_data(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="--data or MIGKG_DATA"):
        loaded(tmp_path)


def test_file_outside_every_graph_is_named(tiny: Path) -> None:
    (tiny / "instances/notes").mkdir()
    (tiny / "instances/notes/a.ttl").write_text("")
    with pytest.raises(DataMissing, match="notes/.* belongs to no graph"):
        loaded(tiny)


def test_file_beside_the_graphs_is_named(tiny: Path) -> None:
    (tiny / "instances/a.ttl").write_text("")
    with pytest.raises(DataMissing, match="instances/.* belongs to no graph"):
        loaded(tiny)


def test_default_data_is_the_checkout() -> None:
    assert Data().folder == Path(__file__).resolve().parents[1]


def test_thing_in_two_graphs_is_found_through_both(tiny: Path) -> None:
    store = loaded(tiny).store
    office = ox.NamedNode(MGI + "office-a")
    graphs = {str(quad.graph_name) for quad in store.quads_for_pattern(office, None, None)}
    assert {f"<{GRAPH}reference>", f"<{GRAPH}editor>"} < graphs
