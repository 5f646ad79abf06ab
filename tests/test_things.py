import json
import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from migkg.formats import DATASETS, GRAPHS, Format
from migkg.terms import MGI
from serving import BROWSER, MGO, PLAN, Site, quads, serving, write_networks

OFFICE = ox.NamedNode(MGI + "office-oslo")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = write_networks(tmp_path_factory.mktemp("data"))
    with serving(root) as running:
        yield running


def test_thing_without_extension_sends_to_the_format_asked_for(site: Site) -> None:
    for accept, extension in [
        (BROWSER, "html"), ("", "html"), ("text/turtle", "ttl"), ("application/ld+json", "jsonld"),
        ("application/rdf+xml", "rdf"), ("application/n-triples", "nt"),
        ("application/json", "json"), ("application/trig", "trig"), ("application/n-quads", "nq"),
    ]:  # fmt: skip
        reply = site.get("/id/office-oslo", Accept=accept)
        assert (reply.status, reply.headers["vary"]) == (303, "Accept, Accept-Encoding")
        assert reply.headers["location"] == f"/id/office-oslo.{extension}"
        assert f'</id/office-oslo.{extension}>; rel="describedby"' in reply.headers["link"]
    assert site.get("/id/office-oslo", Accept="image/png").status == 406


@pytest.mark.parametrize("path", ["/id/office-oslo", "/id/office-oslo.html", "/id/office-oslo.ttl"])
def test_head_is_the_answer_without_its_body(site: Site, path: str) -> None:
    head, whole = site.send("HEAD", path), site.get(path)
    assert (head.status, head.body) == (whole.status, b"")
    assert head.headers.get("etag") == whole.headers.get("etag")
    assert head.headers["link"] == whole.headers["link"]


@pytest.mark.parametrize("row", [*GRAPHS, *DATASETS], ids=lambda row: row.name)
def test_thing_in_rdf_has_both_directions_and_names(site: Site, row: Format) -> None:
    reply = site.get(f"/id/office-oslo.{row.extension}")
    assert reply.type.split(";")[0] == row.media_type
    found = {quad.triple for quad in quads(reply.body, row)}
    initiative = ox.NamedNode(MGI + "init-001-a")
    assert ox.Triple(initiative, ox.NamedNode(MGO + "underOffice"), OFFICE) in found
    objects = {str(triple.object) for triple in found if triple.subject == OFFICE}
    assert '"IOM Oslo"' in objects
    assert '"Help with return"' in {str(triple.object) for triple in found}


def test_thing_in_rdf_has_its_passages(site: Site) -> None:
    found = {str(quad.triple) for quad in quads(site.get("/id/init-001-a.nt").body, GRAPHS[1])}
    assert any("psg-001-3-9" in each and "hasSource" in each for each in found)
    assert any("sel-001-3-9" in each and "#start" in each for each in found)


def test_thing_in_named_graphs_says_which_says_what(site: Site) -> None:
    found = quads(site.get("/id/init-001-a.nq").body, DATASETS[0])
    assert PLAN in {getattr(quad.graph_name, "value", "") for quad in found}


def test_json_is_the_data_of_the_page(site: Site) -> None:
    found = json.loads(site.get("/id/init-001-a.json").body)
    assert (found["iri"], found["label"]) == (MGI + "init-001-a", "Help with return")
    rows = {row["phrase"]: row for group in found["groups"] for row in group["rows"]}
    assert rows["theme"]["values"][0]["text"] == "return"
    assert found["passages"][0]["span"] == [3, 9]
    assert "version" in found["citation"]


def test_links_tell_the_other_forms_of_a_page(site: Site) -> None:
    link = site.get("/id/office-oslo.html").headers["link"]
    base = f"http://127.0.0.1:{site.port}/id/office-oslo"
    assert f'<{base}.html>; rel="canonical"' in link
    assert f'<{base}.ttl>; rel="alternate"; type="text/turtle"' in link
    assert f'<{MGI}office-oslo>; rel="describes"' in link


def test_page_of_a_thing_shows_both_directions(site: Site) -> None:
    text = site.get("/id/office-oslo.html").text
    assert "<h1>IOM Oslo</h1>" in text
    assert "<dt>acts for or comes from</dt>" in text
    assert ">Norway &lt;&amp;&gt;</a>" in text
    assert '<a href="/id/init-001-a">Help with return</a>' in text


def test_page_of_a_fact_shows_its_evidence_and_citation(site: Site) -> None:
    text = site.get("/id/init-001-a.html").text
    assert "Plan 2030, “Section A”" in text
    assert "characters 3–9" in text
    assert "after: Plan 2030, “Section A”, characters 3–9." in text
    assert f'<a href="/id/init-001-a">http://127.0.0.1:{site.port}/id/init-001-a</a>' in text
    assert "--sources" in text


def test_page_describes_itself_to_search_engines(site: Site) -> None:
    text = site.get("/id/place-norway.html").text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    seen = json.loads(found)
    assert (seen["@id"], seen["name"]) == (MGI + "place-norway", "Norway <&>")
    assert "<" not in found


def test_concept_has_a_page(site: Site) -> None:
    text = site.get("/concept/theme-return.html").text
    assert "<h1>return</h1>" in text
    assert '<a class="go" href="/search?theme=theme-return">' in text
    assert "themes" in text
    assert site.get("/concept/theme-return", Accept="text/turtle").status == 303


@pytest.mark.parametrize("path", ["/id/nobody", "/id/nobody.ttl", "/concept/x.html", "/x"])
def test_unknown_things_are_not_found(site: Site, path: str) -> None:
    reply = site.get(path, Accept=BROWSER)
    assert reply.status == 404
    assert "<h1>Not found</h1>" in reply.text


def test_unknown_thing_names_what_comes_close(site: Site) -> None:
    reply = site.get("/id/office-olso", Accept=BROWSER)
    assert (reply.status, '<a href="/id/office-oslo">IOM Oslo</a>' in reply.text) == (404, True)
    assert "mgi:office-oslo (IOM Oslo)" in site.get("/id/office-olso", Accept="text/plain").text


@pytest.mark.parametrize("suffix", ["", ".html", ".ttl"])
def test_old_name_goes_to_the_new_one(site: Site, suffix: str) -> None:
    for method in ("GET", "HEAD"):
        reply = site.send(method, f"/id/office-kristiania{suffix}")
        assert (reply.status, reply.headers["location"]) == (301, f"/id/office-oslo{suffix}")


def test_what_is_in_use_may_be_asked_for_by_head(site: Site) -> None:
    assert site.send("HEAD", "/id/office-oslo").status == 303
    assert site.send("HEAD", "/id/nobody").status == 404
    assert site.send("HEAD", "/ontology").status == 200


def test_page_leads_to_its_neighbourhood_for_graph_tools(site: Site) -> None:
    (link,) = re.findall(
        r'href="(/export/neighbourhood\.gexf[^"]*)"', site.get("/id/init-001-a.html").text
    )
    assert link.endswith("?iri=mgi%3Ainit-001-a")
    assert "neighbourhood" not in site.get("/id/psg-001-3-9.html").text
    assert "neighbourhood" not in site.get("/concept/theme-return.html").text
    assert "neighbourhood" not in site.get("/id/sel-001-3-9.html").text


def test_context_stands_at_one_address(site: Site) -> None:
    reply = site.get("/context.jsonld")
    assert reply.type == "application/ld+json"
    found = json.loads(reply.body)["@context"]
    assert found["servesPlace"] == {"@id": "mgo:servesPlace", "@type": "@id"}


def test_pages_and_files_have_etags(site: Site) -> None:
    for path in (
        "/id/office-oslo.html",
        "/id/office-oslo.json",
        "/graph/001.nt",
        "/context.jsonld",
    ):
        tag = site.get(path).headers["etag"]
        assert site.get(path, If_None_Match=tag).status == 304


def test_bare_path_leads_to_where_things_are_found(site: Site) -> None:
    for path, target in (("/id/", "/search"), ("/concept/", "/browse/themes")):
        reply = site.get(path)
        assert (reply.status, reply.headers["location"]) == (303, target)
