import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard

from migkg import changelog
from migkg.compare import Change, compare, of_quads, patch, read
from migkg.errors import BrokenTurtle, DataMissing
from migkg.terms import GRAPH, MGI, MGO, RDF, RDFS

HEAD = f"""PREFIX mgi: <{MGI}> PREFIX mgo: <{MGO}> PREFIX rdfs: <{RDFS}>
    PREFIX g: <{GRAPH}> """
OLD = (
    HEAD
    + """
    g:001 { mgi:a rdfs:label "A" ; mgo:hasStatus mgi:planned . mgi:b rdfs:label "B" .
      mgi:p a mgo:Passage . mgi:same rdfs:label "Same" }
    g:derived-001 { mgi:a mgo:isStatedIn mgi:doc }"""
)
NEW = (
    HEAD
    + """
    g:001 { mgi:a rdfs:label "A" ; mgo:hasStatus mgi:done . mgi:c rdfs:label "<C>" .
      mgi:q a mgo:Passage . mgi:r a mgo:Passage . mgi:same rdfs:label "Same" }
    g:reference { mgi:done rdfs:label "Done" }"""
)


def state(text: str):  # type: ignore[no-untyped-def]
    return of_quads(ox.parse(text, ox.RdfFormat.TRIG))


def test_changes_are_told_by_document_and_thing() -> None:
    first, second = compare(state(OLD), state(NEW))
    assert (first.graph, second.graph) == ("001", "reference")
    assert first.passages == (2, 1)
    assert first.changes == (
        Change(
            "~", MGI + "a", "A", ("mgo:hasStatus mgi:planned",), ("mgo:hasStatus mgi:done (Done)",)
        ),
        Change("-", MGI + "b", "B", ('rdfs:label "B"',), ()),
        Change("+", MGI + "c", "<C>", (), ('rdfs:label "<C>"',)),
    )
    assert [change.sign for change in second.changes] == ["+"]


def test_the_same_has_no_changes() -> None:
    assert compare(state(OLD), state(OLD)) == []
    assert changelog.text([]) == "Nothing changed.\n"
    assert "Nothing changed." in changelog.html([], "x")


def test_text_names_document_thing_and_statements() -> None:
    text = changelog.text(compare(state(OLD), state(NEW)))
    assert "Document 001: 1 added, 1 removed, 1 changed; passages: 2 added, 1 removed\n" in text
    assert "  ~ mgi:a  A\n      - mgo:hasStatus mgi:planned\n" in text


def test_page_escapes_what_it_shows() -> None:
    page = changelog.html(compare(state(OLD), state(NEW)), "From <old>")
    assert "<h1>From &lt;old&gt;</h1>" in page
    assert "added: &lt;C&gt; <code>mgi:c</code>" in page
    assert "<C>" not in page


def test_patch_makes_the_new_state_of_the_old_one() -> None:
    old, new = state(OLD), state(NEW)
    lines = patch(old, new).decode().splitlines()
    assert lines[:3] == [f"H id <urn:sha256:{new.digest}> .",
                         f"H prev <urn:sha256:{old.digest}> .", "TX ."]  # fmt: skip
    assert lines[-1] == "TC ."
    held = {f"{quad} ." for quad in old.quads}
    for line in lines[3:-1]:
        if line.startswith("D "):
            held.remove(line[2:])
        else:
            assert line.startswith("A ")
            assert line[2:] not in held
            held.add(line[2:])
    assert held == {f"{quad} ." for quad in new.quads}


def test_digest_is_that_of_the_dataset(tiny: Path) -> None:
    from migkg.dataset import load
    from migkg.settings import Data

    assert read(tiny).digest == load(Data(root=str(tiny))).digest


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("x.nq", lambda body: body),
        ("x.nq.gz", gzip.compress),
        ("x.nq.zst", lambda body: zstandard.ZstdCompressor().compress(body)),
        ("migkg-graph.nq", lambda body: body),
        ("migkg-graph.nq.gz", gzip.compress),
    ],
)
def test_state_is_read_from_a_file_or_a_release(tmp_path: Path, name: str, packed) -> None:  # type: ignore[no-untyped-def]
    body = "".join(f"{quad} .\n" for quad in state(OLD).quads).encode()
    (tmp_path / name).write_bytes(packed(body))
    path = tmp_path if name.startswith("migkg") else tmp_path / name
    assert read(path) == state(OLD)


def test_what_is_no_state_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="is no state of the graph"):
        read(tmp_path)
    for name, body in {"a.nq": b"<a> b", "b.nq.gz": b"no", "c.nq.zst": b"no"}.items():
        (tmp_path / name).write_bytes(body)
        with pytest.raises(BrokenTurtle, match="it is not N-Quads"):
            read(tmp_path / name)


def test_type_is_no_proof_of_being_a_passage() -> None:
    text = f"<{MGI}x> <{RDF}type> <{MGO}Initiative> <{GRAPH}001> ."
    (part,) = compare(of_quads([]), of_quads(ox.parse(text, ox.RdfFormat.N_QUADS)))
    assert (len(part.changes), part.passages) == (1, (0, 0))
