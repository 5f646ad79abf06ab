from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from migkg.cli import main
from migkg.errors import BrokenTurtle
from migkg.terms import MGI, PREFIXES, XSD
from migkg.turtle import format_turtle, read_lasting, read_lines, read_turtle

HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
MGO_HEAD = HEAD.splitlines(keepends=True)[0]
BODY = """
mgi:psg-001-120-180 oa:hasSource mgi:doc-001 ; skos:definition "d"@EN ; a mgo:Passage, mgo:Fact .
mgi:psg-001-90-95 mgo:amount 1.50, 10, 9, "1."^^xsd:decimal, "07"^^xsd:nonNegativeInteger, true .
mgi:shape sh:property [ sh:path mgo:b ; sh:minCount 1 ], [ sh:path mgo:a ] ; sh:or ( [ ] mgi:x ) ;
    sh:in () ; rdfs:label "l" ; mgo:note "line\\nbreak \\"quoted\\" back\\\\slash" .
[] a owl:AllDisjointClasses ; owl:members ( mgo:A mgo:B ) .
"""
CANONICAL = """\
@prefix mgi: <https://w3id.org/migkg/id/> .
@prefix mgo: <https://w3id.org/migkg/ontology#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

[
    a owl:AllDisjointClasses ;
    owl:members (
        mgo:A
        mgo:B
    ) ;
] .

mgi:psg-001-90-95
    mgo:amount
        1.50 ,
        9 ,
        10 ,
        "1."^^xsd:decimal ,
        "07"^^xsd:nonNegativeInteger ,
        true ;
.

mgi:psg-001-120-180
    a
        mgo:Fact ,
        mgo:Passage ;
    skos:definition "d"@en ;
    oa:hasSource mgi:doc-001 ;
.

mgi:shape
    rdfs:label "l" ;
    mgo:note "line\\nbreak \\"quoted\\" back\\\\slash" ;
    sh:in () ;
    sh:or (
        []
        mgi:x
    ) ;
    sh:property
        [
            sh:minCount 1 ;
            sh:path mgo:b ;
        ] ,
        [
            sh:path mgo:a ;
        ] ;
.
"""


def canonical_quads(text: str) -> set[str]:
    dataset = Dataset(parse(text, format=RdfFormat.TURTLE))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def test_canonical_text() -> None:
    assert format_turtle(HEAD + BODY, "x.ttl") == CANONICAL


def test_canonical_text_is_isomorphic_to_its_source() -> None:
    assert canonical_quads(CANONICAL) == canonical_quads(HEAD + BODY)


def test_canonical_text_stays() -> None:
    assert format_turtle(CANONICAL, "x.ttl") == CANONICAL


def test_order_of_statements_does_not_matter() -> None:
    statements = BODY.strip().split(" .\n")
    backwards = " .\n".join([*reversed([s.removesuffix(" .") for s in statements]), ""])
    assert format_turtle(HEAD + backwards, "x.ttl") == CANONICAL


def test_empty_text_stays_empty() -> None:
    assert format_turtle("# a comment\n", "x.ttl") == ""


@given(
    value=st.text(),
    datatype=st.sampled_from(["string", "integer", "decimal", "boolean", "date", "double"]),
)
def test_any_literal_comes_back(value: str, datatype: str) -> None:
    literal = Literal(value, datatype=NamedNode(XSD + datatype))
    triple = Triple(NamedNode(MGI + "s"), NamedNode(MGI + "p"), literal)
    source = serialize([triple], format=RdfFormat.TURTLE)
    assert source is not None
    written = format_turtle(source.decode(), "x.ttl")
    assert [quad.triple for quad in parse(written, format=RdfFormat.TURTLE)] == [triple]
    assert format_turtle(written, "x.ttl") == written


@given(local=st.from_regex(r"[a-zA-Z0-9._~!$&'()*+,;=:@/?%é-]*", fullmatch=True))
def test_any_name_comes_back(local: str) -> None:
    try:
        node = NamedNode(MGI + local)
    except ValueError:
        return
    written = format_turtle(f"{node} {node} {node} .", "x.ttl")
    assert [quad.subject for quad in parse(written, format=RdfFormat.TURTLE)] == [node]


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("mgi:a mgi:b mgi:c .", 1, 1, "The prefix mgi: has not been declared"),
        (MGO_HEAD + 'mgo:a mgo:b "x" ;\n  é mgo:c .', 3, 3, "é is not a valid"),
        ("@prefix ex: <http://example.org/> .\n", 1, 2, "prefix ex: <http://example.org/>"),
        ("\n  PREFIX mgo: <http://example.org/>\n", 2, 3, "not in the project's prefix table"),
        (f"{MGO_HEAD}mgo:a mgo:b _:x, [ mgo:c _:x ] .", 2, 13, "_:x"),
        (f"{MGO_HEAD}_:x mgo:b [ mgo:c _:x ] .", 2, 1, "itself"),
        (f"{MGO_HEAD}mgo:a mgo:b <<( mgo:c mgo:c 1 )>> .", 2, 13, "triple"),
    ],
)
def test_fault_names_file_line_and_column(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(BrokenTurtle) as caught:
        format_turtle(text, Path("folder/x.ttl"))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"folder/x.ttl, line {line}, column {column}: " in str(caught.value)
    assert reason in str(caught.value)


def test_bytes_that_are_not_utf8_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_bytes(b"\n\xff")
    with pytest.raises(BrokenTurtle, match="line 2, column 1: Invalid UTF-8"):
        read_turtle(tmp_path / "x.ttl")


def test_read_keeps_literals_as_written(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text(HEAD + "mgi:a mgo:amount 07, 1.50 .")
    assert [str(t.object.value) for t in read_turtle(tmp_path / "x.ttl")] == ["07", "1.50"]


def test_lines_are_those_of_the_triples(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    text = 'mgi:a mgo:amount 07 ; mgo:note "é\\n\\u0007 <<( ."@en, "x" ; mgo:has _:b .'
    file.write_text(HEAD + text)
    assert read_lines(file).decode() == "".join(f"{triple} .\n" for triple in read_turtle(file))


@pytest.mark.parametrize("text", ["mgi:a mgi:b", f"{MGO_HEAD}mgo:a mgo:b <<( mgo:c mgo:c 1 )>> ."])
def test_lines_and_triples_have_the_same_faults(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.ttl"
    file.write_text(text)
    faults = []
    for read in (read_turtle, read_lines):
        with pytest.raises(BrokenTurtle) as caught:
            read(file)
        faults.append(str(caught.value))
    assert faults[0] == faults[1]


def test_format_command_rewrites_then_rests(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(HEAD + BODY)
    checked = CliRunner().invoke(main, ["format", str(tmp_path), "--check"])
    assert (checked.exit_code, path.read_text()) == (1, HEAD + BODY)
    assert f"{path}: is not canonical" in checked.output
    written = CliRunner().invoke(main, ["format", str(tmp_path)])
    assert (written.exit_code, path.read_text()) == (0, CANONICAL)
    assert CliRunner().invoke(main, ["format", str(tmp_path), "--check"]).exit_code == 0


@pytest.mark.parametrize("content", [b"mgi:a", b"\xff"])
def test_format_command_leaves_a_broken_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(content)
    result = CliRunner().invoke(main, ["format", str(path)])
    assert result.exit_code == 2
    assert f"migkg: {path}, line 1, column 1:" in result.output
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_blank_nodes_are_called_the_same_at_every_reading(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text("<http://e.org/a> <http://e.org/p> ( 1 2 ) , [ <http://e.org/q> 07 ] .")
    first, second = ({str(triple) for triple in read_lasting(file)} for _ in range(2))
    assert first == second
    assert len(first) == 7
    assert any('"07"' in line for line in first)
