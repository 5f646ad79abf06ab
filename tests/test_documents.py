import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import harbour
from migkg.formats import DATASETS, GRAPHS
from migkg.terms import PREFIXES
from serving import Site, serving

FEW = harbour.TEXT.index("Boats were few")
PASSAGE = f"psg-009-{FEW}-{FEW + 23}"
PRIVATE = harbour.TEXT.index("Two sailors")


def data(root: Path) -> Path:
    harbour.make(root)
    (root / "ontology").mkdir()
    selector = "oa:hasSource mgi:doc-009 ; oa:hasSelector"
    (root / "ontology/migkg.ttl").write_text(
        "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
        + 'mgo:Assessment a owl:Class ; rdfs:label "assessment" .'
    )
    harbour.write(root, "009-harbours/facts.ttl", f"""
        mgi:doc-009 rdfs:label "Harbour plan" ; mgo:presents mgi:event-009-opening .
        mgi:event-009-opening a mgo:Event ; rdfs:label "Opening of the harbour" .
        mgi:fact-009-a a mgo:Assessment ; rdfs:label "Few boats" ; mgo:hasEvidence mgi:{PASSAGE} .
        mgi:{PASSAGE} a mgo:Passage ; {selector} mgi:sel-009-1 ; mgo:isInSection mgi:sec-009-north .
        mgi:sel-009-1 oa:start {FEW} ; oa:end {FEW + 23} .
        mgi:excuse-009-a mgo:excuses mgi:psg-009-p ; mgo:hasReason mgc:excuse-privacy .
        mgi:psg-009-p a mgo:Passage ; {selector} mgi:sel-009-2 .
        mgi:sel-009-2 oa:start {PRIVATE} ; oa:end {PRIVATE + 18} .
        """)  # fmt: skip
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data(tmp_path_factory.mktemp("harbours"))


@pytest.fixture(scope="module")
def site(root: Path) -> Iterator[Site]:
    with serving(root, "--sources", str(root / "sources")) as running:
        yield running


def test_document_shows_its_text_and_how_much_is_covered(site: Site) -> None:
    text = site.get("/doc/009").text
    assert "<h1>Harbour plan</h1>" in text
    assert "not covered" in text
    assert f'href="/doc/009?passage={PASSAGE}#{PASSAGE}"' in text
    assert "Boats were few in 2030." in text


def test_document_leads_to_what_it_presents(site: Site) -> None:
    text = site.get("/doc/009").text
    assert 'Presents <a href="/id/event-009-opening">Opening of the harbour</a>.' in text


def test_chosen_passage_shows_the_facts_it_produced(site: Site) -> None:
    text = site.get(f"/doc/009?passage={PASSAGE}").text
    assert "<mark>Boats were few in 2030.</mark>" in text
    assert '<a href="/id/fact-009-a">Few boats</a>' in text
    assert site.get("/doc/009?passage=psg-009-0-1").status == 404


def test_private_words_are_shown_nowhere(site: Site) -> None:
    for path in ("/doc/009", "/doc/009/north", "/id/psg-009-p.html", f"/id/{PASSAGE}.html",
                 "/doc/009.json", "/id/psg-009-p.json"):  # fmt: skip
        assert "sailors smile" not in site.get(path).text, path


def test_section_has_a_page(site: Site) -> None:
    text = site.get(f"/doc/009/north?passage={PASSAGE}").text
    assert "<h1>north</h1>" in text
    assert "<mark>Boats were few" in text
    assert "Harbour Office South" not in text
    assert site.get("/doc/009/west").status == 404


def test_fact_shows_its_words_in_their_surroundings(site: Site) -> None:
    text = site.get("/id/fact-009-a.html").text
    assert "<mark>Boats were few in 2030.</mark> The Harbour Office" in text
    assert f"/id/{PASSAGE}" in text


def test_passage_leads_to_the_reader_and_back(site: Site) -> None:
    assert f'href="/doc/009?passage={PASSAGE}"' in site.get(f"/id/{PASSAGE}.html").text
    assert f'href="/id/{PASSAGE}"' in site.get(f"/doc/009?passage={PASSAGE}").text


def test_document_in_other_formats(site: Site) -> None:
    page = site.get("/doc/009", Accept="text/html")
    assert (page.status, page.headers["vary"]) == (200, "Accept, Accept-Encoding")
    for row in (*GRAPHS, *DATASETS):
        reply = site.get(f"/doc/009.{row.extension}")
        assert reply.type.split(";")[0] == row.media_type
        rdf = ox.RdfFormat.from_media_type(row.media_type)
        assert rdf
        subjects = {str(quad.subject) for quad in ox.parse(reply.body, format=rdf)}
        assert any("sec-009-north" in name for name in subjects)
    assert site.get("/doc/009", Accept="text/turtle").type.startswith("text/turtle")
    found = json.loads(site.get("/doc/009.json").body)
    assert found["coverage"]["cited"] > 0
    assert "text" not in found
    assert site.get("/doc/999").status == 404


def test_others_see_no_text_until_it_is_published(root: Path) -> None:
    public = ("--sources", str(root / "sources"), "--public-url", "https://graph.example.org")
    with serving(root, *public) as site:
        text = site.get("/doc/009").text
        assert "Boats were few" not in text
        assert "--publish-sources" in text
        assert f"characters {FEW}–{FEW + 23}" in text
        assert "Boats were few" not in site.get("/id/fact-009-a.html").text
    with serving(root, *public, "--publish-sources", "yes") as site:
        assert "Boats were few" in site.get("/doc/009").text


def test_document_has_a_picture_and_exports(site: Site) -> None:
    reply = site.get("/doc/009.svg")
    assert (reply.status, reply.type) == (200, "image/svg+xml")
    assert 'href="/doc/009.svg"' in site.get("/doc/009").text
    assert site.get("/doc/999.svg").status == 404


def test_section_names_its_own_address_without_the_chosen_passage(site: Site) -> None:
    link = site.get(f"/doc/009/north?passage={PASSAGE}").headers["link"]
    assert f'<http://127.0.0.1:{site.port}/doc/009/north>; rel="canonical"' in link


def test_unknown_document_or_section_names_those_there_are(site: Site) -> None:
    reply = site.get("/doc/999", Accept="text/html")
    assert (reply.status, ">009: Harbour plan</a>" in reply.text) == (404, True)
    reply = site.get("/doc/009/nort", Accept="text/plain")
    assert (reply.status, "Did you mean " in reply.text) == (404, True)
    assert site.get("/doc/009/xyzzy").status == 404
    assert site.get("/doc/").headers["location"] == "/#documents"


@pytest.mark.parametrize("path", ["/doc/999", "/graph/999"])
def test_what_is_not_there_is_told_before_a_format_not_offered(site: Site, path: str) -> None:
    assert site.get(path, Accept="application/problem+json").status == 404
    assert site.get(path.replace("999", "009"), Accept="application/problem+json").status == 406


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/doc/009", "DigitalDocument"), ("/doc/009/north", "WebPageElement"),
     ("/graph/009", "Dataset"), ("/id/fact-009-a.html", "Claim")],
)  # fmt: skip
def test_every_page_tells_search_engines_what_it_is_about(site: Site, path: str, kind: str) -> None:
    text = site.get(path, Accept="text/html").text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    seen = json.loads(found)
    assert (seen["@context"], seen["@type"]) == ("https://schema.org", kind)
    assert site.get(seen["url"].removeprefix(f"http://127.0.0.1:{site.port}")).status == 200
