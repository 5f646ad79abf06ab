"""The files at /export/, asked from a running server over a small graph."""

import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import networkx as nx
import pyoxigraph as ox
import pytest
import zstandard
from click.testing import CliRunner

from migkg.catalog import Order
from migkg.cli import main
from migkg.exporting import shapes
from migkg.formats import DATASETS, GRAPHS, NETWORKS
from serving import MGO, PLAN, Site, serving, write_data

VIEWS = {
    "graph": """#+ summary: All.
        PREFIX mgo: <https://w3id.org/migkg/ontology#>
        CONSTRUCT { ?s ?p ?o } WHERE {
          ?s ?p ?o FILTER (STRSTARTS(STR(?p), STR(mgo:)) && ISIRI(?o)) }""",
    "offices-and-places": """#+ summary: Offices and places.
        PREFIX mgo: <https://w3id.org/migkg/ontology#>
        SELECT ?source ?target ?role ?fact WHERE {
          VALUES ?role { mgo:underOffice } ?source ?role ?target BIND (?source AS ?fact) }""",
}
STATED_IN = """PREFIX mgo: <https://w3id.org/migkg/ontology#>
    PREFIX oa: <http://www.w3.org/ns/oa#>
    CONSTRUCT { ?fact mgo:isStatedIn ?document }
    WHERE { ?fact mgo:hasEvidence/oa:hasSource ?document }"""
OFFICE = quote("mgi:office-oslo")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = write_data(tmp_path_factory.mktemp("data"))
    (data / "queries" / "views").mkdir()
    for name, text in VIEWS.items():
        (data / "queries" / "views" / f"{name}.rq").write_text(text)
    (data / "queries" / "derive").mkdir()
    (data / "queries" / "derive" / "stated-in.rq").write_text(STATED_IN)
    (data / "shapes").mkdir()
    (data / "shapes" / "a.ttl").write_text(
        "<urn:shape> a <http://www.w3.org/ns/shacl#NodeShape> .\n"
    )
    return data


@pytest.fixture(scope="module")
def site(root: Path) -> Iterator[Site]:
    with serving(root) as running:
        yield running


def quads(body: bytes, media_type: str) -> list[ox.Quad]:
    return list(ox.parse(body, format=ox.RdfFormat.from_media_type(media_type)))


@pytest.mark.parametrize("row", [*GRAPHS, *DATASETS], ids=lambda row: row.name)
def test_whole_graph_in_every_format_of_rdf(site: Site, row) -> None:  # type: ignore[no-untyped-def]
    reply = site.get(f"/export/graph.{row.extension}")
    assert reply.type.split(";")[0] == row.media_type
    found = quads(reply.body, row.media_type)
    assert len(found) > 40
    if row in DATASETS:
        assert ox.NamedNode(PLAN) in {quad.graph_name for quad in found}


@pytest.mark.parametrize("row", NETWORKS, ids=lambda row: row.name)
@pytest.mark.parametrize("name", ["graph", "document-001", "offices-and-places", "neighbourhood"])
def test_network_in_every_format(site: Site, name: str, row) -> None:  # type: ignore[no-untyped-def]
    query = f"?iri={OFFICE}" if name == "neighbourhood" else ""
    reply = site.get(f"/export/{name}.{row.extension}{query}")
    assert reply.status == 200, reply.text
    assert reply.type.split(";")[0] == row.media_type
    if row.name != "neo4j":
        assert b"office-oslo" in reply.body


def test_network_has_labels_years_and_facts(site: Site) -> None:
    graph = nx.read_gexf(io.BytesIO(site.get("/export/offices-and-places.gexf").body))
    assert graph.nodes["mgi:office-oslo"]["label"] == "IOM Oslo"
    assert graph.nodes["mgi:office-oslo"]["kind"] == "office"
    assert graph.nodes["mgi:init-001-a"]["themes"] == "return"
    edge = graph.edges["mgi:init-001-a", "mgi:office-oslo"]
    assert edge["facts"].endswith("/init-001-a")
    assert "passages" not in edge
    reply = site.get("/export/offices-and-places.csv?passages=1")
    (row,) = csv.DictReader(io.StringIO(reply.text))
    assert row["passages"].endswith("/psg-001-3-9")


@pytest.mark.parametrize(
    ("coding", "media_type", "unpacked"),
    [
        ("gz", "application/gzip", gzip.decompress),
        ("zst", "application/zstd", lambda body: zstandard.ZstdDecompressor().decompress(body)),
    ],
)
@pytest.mark.parametrize("name", ["graph.nq", "offices-and-places.graphml", "shapes.ttl"])
def test_compressed_file_is_the_same_file(site: Site, name, coding, media_type, unpacked) -> None:  # type: ignore[no-untyped-def]
    plain, small = site.get(f"/export/{name}"), site.get(f"/export/{name}.{coding}")
    assert small.type == media_type
    assert unpacked(small.body) == plain.body
    assert "content-encoding" not in small.headers


def test_document_is_its_graph_and_what_follows(site: Site) -> None:
    found = quads(site.get("/export/document-001.nq").body, "application/n-quads")
    assert {quad.graph_name.value for quad in found} == {PLAN, PLAN.replace("001", "derived-001")}
    every = quads(site.get("/export/graph-reference.nq").body, "application/n-quads")
    assert {quad.graph_name.value for quad in every} == {PLAN.replace("001", "reference")}


def test_ontology_and_shapes_are_files(site: Site) -> None:
    assert b"Office" in site.get("/export/ontology.jsonld").body
    assert b"<urn:shape>" in site.get("/export/shapes.nt").body
    assert site.get("/export/shapes.ttl").type.startswith("text/turtle")


def test_shapes_that_are_not_there_are_not_found(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    with serving(root) as site:
        assert site.get("/export/shapes.ttl").status == 404
        assert "shapes." not in site.get("/export/").text + site.get("/export/SHA256SUMS").text
    (root / "shapes").mkdir()
    with serving(root) as site:
        assert site.get("/export/shapes.ttl").status == 200
        (root / "shapes").rmdir()
        reply = site.get("/export/shapes.nt")
        assert (reply.status, "no shapes beside" in reply.text) == (404, True)


@pytest.mark.parametrize(
    "path",
    ["graph.trig", "graph.gexf", "offices-and-places.csv", "tables.zip", "shapes.ttl",
     "graph.nq.gz", f"neighbourhood.dot?iri={OFFICE}", "SHA256SUMS", ""],
)  # fmt: skip
def test_file_has_a_validator_and_answers_head(site: Site, path: str) -> None:
    reply = site.get(f"/export/{path}")
    assert reply.status == 200, reply.text
    tag = reply.headers["etag"]
    assert not tag.startswith("W/")
    again = site.get(f"/export/{path}", If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    head = site.send("HEAD", f"/export/{path}")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", tag)


def test_file_has_a_telling_name(site: Site) -> None:
    for path, name in {
        "graph.nq.gz": "migkg-graph.nq.gz",
        f"neighbourhood.gexf?iri={OFFICE}": "migkg-neighbourhood-office-oslo.gexf",
        "offices-and-places.neo4j.zip": "migkg-offices-and-places.neo4j.zip",
    }.items():
        reply = site.get(f"/export/{path}")
        assert reply.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_name_without_a_format_goes_to_the_format_asked_for(site: Site) -> None:
    for accept, extension in {"": "ttl", "application/trig": "trig", "text/csv": "csv"}.items():
        reply = site.get("/export/graph", Accept=accept)
        assert reply.status == 303
        assert reply.headers["vary"].startswith("Accept")
        assert reply.headers["location"] == f"/export/graph.{extension}"
    reply = site.get(f"/export/neighbourhood?iri={OFFICE}&depth=2", Accept="text/vnd.graphviz")
    assert reply.headers["location"] == f"/export/neighbourhood.dot?iri={OFFICE}&depth=2"
    assert site.get("/export/graph", Accept="image/png").status == 406


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("nothing.ttl", 404, "There are: graph, document-001"),
        ("graph.pdf", 404, "It comes as ttl"),
        ("neighbourhood.gexf", 400, "Give as iri"),
        ("neighbourhood.gexf?iri=mgi:nobody", 404, "Nothing in the graph is linked"),
        ("construct.gexf?query=SELECT+*+{+?s+?p+?o+}", 400, "Write a CONSTRUCT query"),
        ("construct.gexf?query=CONSTRUCT+{", 400, "Line 1"),
        ("construct.gexf?query=CONSTRUCT+{}+{+SERVICE+%3Curn:x%3E+{}+}", 422, "SERVICE"),
        ("graph.ttl?dervied=0", 400, "It takes derived"),
        ("neighbourhood.csv?iri=mgi:office-oslo&depth=1&depth=2", 400, "given 2 times"),
    ],
)
def test_fault_says_what_to_do(site: Site, path: str, status: int, told: str) -> None:
    reply = site.get(f"/export/{path}", Accept="text/plain")
    assert (reply.status, told in reply.text) == (status, True), reply.text


def test_constructed_triples_become_a_network(site: Site) -> None:
    text = quote(f"CONSTRUCT {{ ?a <urn:near> ?b }} WHERE {{ ?a <{MGO}servesPlace> ?b }}")
    found = json.loads(site.get(f"/export/construct.cyjs?query={text}").body)["elements"]
    (edge,) = (row["data"] for row in found["edges"])
    assert (edge["source"], edge["role"], edge["target"]) == (
        "mgi:office-oslo",
        "near",
        "mgi:place-norway",
    )


@pytest.mark.parametrize("extension", ["csv", "cx2", "dot", "gexf", "neo4j.zip"])
def test_constructed_triple_term_is_a_value(site: Site, extension: str) -> None:
    text = quote("CONSTRUCT { <urn:x> <urn:says> <<( <urn:a> <urn:b> 'c' )>>, <urn:y> } WHERE {}")
    reply = site.get(f"/export/construct.{extension}?query={text}")
    assert reply.status == 200, reply.text


def test_own_network_with_blank_nodes_has_no_validator(site: Site) -> None:
    text = quote(f"CONSTRUCT {{ [] <urn:near> ?b }} WHERE {{ ?a <{MGO}servesPlace> ?b }}")
    reply = site.get(f"/export/construct.csv?query={text}")
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in reply.headers


@pytest.mark.parametrize(
    "name", ["graph.trig", "document-001.gexf", "shapes.ttl", "tables.zip", "graph.nq.zst"]
)
def test_command_writes_the_same_bytes(site: Site, root: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    done = CliRunner().invoke(main, ["export", name, "--data", str(root), "-o", str(file)])
    assert done.exit_code == 0, done.output
    assert file.read_bytes() == site.get(f"/export/{name}").body
    assert [*tmp_path.iterdir()] == [file]


def test_command_takes_what_the_url_takes(site: Site, root: Path) -> None:
    options = ["--iri", "mgi:office-oslo", "--depth", "2", "--passages", "--data", str(root)]
    done = CliRunner().invoke(main, ["export", "neighbourhood.csv", *options])
    url = f"/export/neighbourhood.csv?iri={OFFICE}&depth=2&passages=1"
    assert done.stdout_bytes == site.get(url).body


def test_query_file_that_is_not_utf_8_is_named(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "latin.rq"
    file.write_bytes(b"CONSTRUCT WHERE { ?s ?p '\xe9' }")
    options = ["--query", f"@{file}", "--data", str(root)]
    done = CliRunner().invoke(main, ["export", "construct.csv", *options])
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{file}, line 1, column 26: the text is not UTF-8." in done.stderr


def test_sums_are_those_of_the_files(site: Site) -> None:
    head, *lines = site.get("/export/SHA256SUMS").text.splitlines()
    found = dict(line.split("  migkg-")[::-1] for line in lines)
    assert {"graph.nq", "graph.trig.gz", "document-001.ttl.zst", "shapes.nt"} <= {*found}
    assert {"tables.zip", "ontology.jsonld", "graph.rdf.gz"} <= {*found}
    for name, told in found.items():
        assert (name, hashlib.sha256(site.get(f"/export/{name}").body).hexdigest()) == (name, told)
    dataset = ox.Dataset(quads(site.get("/export/graph.nq").body, "application/n-quads"))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    canonical = "".join(sorted(f"{quad} .\n" for quad in dataset))
    assert head.endswith(hashlib.sha256(canonical.encode()).hexdigest())


def test_sums_are_counted_however_short_a_query_may_take(root: Path) -> None:
    with serving(root, "--timeout", "0.2") as site:
        # Whoever does not wait is told when to come back, and the counting goes on.
        for _ in range(100):
            reply = site.get("/export/SHA256SUMS")
            if reply.status == 200:
                break
            assert (reply.status, reply.headers["retry-after"].isdigit()) == (503, True)
            assert "The list of sums is still being counted." in reply.text
        assert reply.status == 200


def test_shapes_with_blank_nodes_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    (root / "shapes").mkdir()
    (root / "shapes" / "a.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:shape> sh:property [ sh:path <urn:a> ] , [ sh:path <urn:b> ] .\n"
    )
    for row in GRAPHS:
        order = Order("shapes", row.name)
        assert shapes(order, root) == shapes(order, root)


def test_tables_open_as_a_package(site: Site, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(site.get("/export/tables.zip").body)) as archive:
        archive.extractall(tmp_path)
    text = (tmp_path / "data/office.csv").read_text("utf-8-sig")
    offices = list(csv.DictReader(io.StringIO(text)))
    assert [(row["id"], row["label"]) for row in offices] == [("mgi:office-oslo", "IOM Oslo")]


def test_index_page_links_to_what_is_there(site: Site) -> None:
    text = site.get("/export/").text
    links = set(re.findall(r'(?:href|formaction)="(/export/[^"]+)"', text))
    assert {"/export/tables.zip", "/export/graph.gexf", "/export/graph.trig.zst"} <= links
    for link in links:
        query = "?iri=mgi:office-oslo" if "neighbourhood" in link else ""
        query = query or ("?query=CONSTRUCT+WHERE+{}" if "construct" in link else "")
        assert site.send("HEAD", link + query).status == 200, link


def test_index_page_says_how_much_a_file_holds(site: Site) -> None:
    text = " ".join(site.get("/export/").text.split())
    quads = site.get("/export/document-001.nq").text.count("\n")
    document = text.partition("<dt>001:")[2].partition("</dd>")[0]
    assert f'<span class="amount">{quads} triples as</span>' in document
    assert "1 facts" in text
    assert "001: Plan 2030" in text


def test_networks_come_from_a_store_elsewhere_too(site: Site, root: Path) -> None:
    with serving(root, "--backend", f"http://127.0.0.1:{site.port}/sparql") as front:
        for name in ("graph.gexf", "offices-and-places.csv", f"neighbourhood.cx2?iri={OFFICE}"):
            reply = front.get(f"/export/{name}")
            assert (reply.status, reply.headers["cache-control"]) == (200, "no-store"), reply.text
            assert reply.body == site.get(f"/export/{name}").body
        text = quote(f"CONSTRUCT {{ ?a <urn:near> ?b }} WHERE {{ ?a <{MGO}servesPlace> ?b }}")
        assert b"near" in front.get(f"/export/construct.csv?query={text}").body
        for name in ("tables.zip", "document-001.trig", "SHA256SUMS"):
            assert front.get(f"/export/{name}").status == 404
        page = front.get("/export/").text
        assert "offices-and-places.gexf" in page
        assert "tables.zip" not in page.replace("in tables.zip", "")
