import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pyoxigraph as ox
import pytest

from migkg.formats import DATASETS, GRAPHS
from serving import PLAN, Site, serving, write_data

PUBLIC = "https://graph.example.org/kg"
BROWSER = "text/html,*/*;q=0.8"
MGI = "https://w3id.org/migkg/id/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(write_data(tmp_path_factory.mktemp("data"))) as running:
        yield running


class Outline(HTMLParser):
    """Collects links and checks that every element is closed."""

    EMPTY = ("meta", "link", "br", "img", "input", "hr")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.EMPTY:
            self.open.append(tag)
        self.links += [
            value for name, value in attrs if name in ("href", "src", "action") and value
        ]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_start_page_counts_what_is_there(site: Site) -> None:
    text = " ".join(site.get("/").text.split())
    assert "<dt>offices</dt><dd>1</dd>" in text
    assert "<dt>countries</dt><dd>1</dd>" in text
    assert "<dt>facts with evidence</dt><dd>1</dd>" in text
    assert "<dt>passages cited</dt><dd>1</dd>" in text
    assert "organizations" not in text.split("<dl")[1].split("</dl>")[0]


def test_start_page_lists_the_documents(site: Site) -> None:
    first, second = site.get("/").text.split('<span class="number">')[1:]
    assert "Plan 2030" in first
    assert "1 fact from 1 passage" in " ".join(first.split())
    assert "Plan 2031" in second
    assert "not encoded yet" in second


def test_start_page_offers_stored_queries_and_files(site: Site) -> None:
    text = site.get("/").text
    assert "Which offices are there?" in text
    for row in (*GRAPHS, *DATASETS):
        assert f'href="/export/graph.{row.extension}"' in text
    assert 'href="/ontology.ttl"' in text


@pytest.mark.parametrize(
    "path",
    ["/", "/sparql", "/ontology.html", "/id/office-oslo.html", "/id/init-001-a.html",
     "/concept/themes.html", "/nothing", "/sparql?query=ASK+%7B%7D", "/sparql?query=ASK"],
)  # fmt: skip
def test_every_page_is_closed_and_every_link_leads_somewhere(site: Site, path: str) -> None:
    outline = Outline(site.get(path, Accept=BROWSER).text)
    assert outline.open == []
    for link in {link.split("#")[0] for link in outline.links}:
        if link.startswith("/"):
            assert site.get(link, Accept="*/*").status in (200, 303), link


def test_thing_without_extension_sends_to_the_format_asked_for(site: Site) -> None:
    for accept, extension in [
        (BROWSER, "html"), ("", "html"), ("text/turtle", "ttl"), ("application/ld+json", "jsonld"),
        ("application/rdf+xml", "rdf"), ("application/n-triples", "nt"),
    ]:  # fmt: skip
        reply = site.get("/id/office-oslo", Accept=accept)
        assert (reply.status, reply.headers["vary"]) == (303, "Accept, Accept-Encoding")
        assert reply.headers["location"] == f"/id/office-oslo.{extension}"
    assert site.get("/id/office-oslo", Accept="image/png").status == 406


@pytest.mark.parametrize("row", GRAPHS, ids=lambda row: row.name)
def test_thing_in_rdf(site: Site, row) -> None:  # type: ignore[no-untyped-def]
    reply = site.get(f"/id/office-oslo.{row.extension}")
    assert reply.type.split(";")[0] == row.media_type
    found = list(ox.parse(reply.body, format=ox.RdfFormat.from_media_type(row.media_type)))
    office = ox.NamedNode(MGI + "office-oslo")
    assert {quad.subject for quad in found} == {office, ox.NamedNode(MGI + "init-001-a")}
    assert ox.Literal("IOM Oslo") in [quad.object for quad in found if quad.subject == office]


def test_page_of_a_thing_shows_both_directions(site: Site) -> None:
    text = site.get("/id/office-oslo.html").text
    assert "<h1>IOM Oslo</h1>" in text
    assert ">serves place</a>" in text
    assert ">Norway &lt;&amp;&gt;</a>" in text
    assert '<a href="/id/init-001-a" title="mgi:init-001-a">Help with return</a>' in text


def test_page_of_a_fact_shows_its_evidence(site: Site) -> None:
    text = site.get("/id/init-001-a.html").text
    assert "Plan 2030" in text
    assert "Section A" in text
    assert "characters 3–9" in text


def test_concept_has_a_page(site: Site) -> None:
    text = site.get("/concept/theme-return.html").text
    assert "<h1>return</h1>" in text
    assert "themes" in text
    assert site.get("/concept/theme-return", Accept="text/turtle").status == 303


@pytest.mark.parametrize("path", ["/id/nobody", "/id/nobody.ttl", "/concept/x.html", "/x", "/id/"])
def test_unknown_things_are_not_found(site: Site, path: str) -> None:
    reply = site.get(path, Accept=BROWSER)
    assert reply.status == 404
    assert "<h1>Not found</h1>" in reply.text


def test_many_referrers_are_counted_not_listed(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_data(tmp_path_factory.mktemp("many"))
    lines = "".join(f"<a:s{n}> <a:p> <{MGI}office-oslo> .\n" for n in range(70))
    (root / "instances" / "reference" / "many.ttl").write_text(lines)
    with serving(root) as many:
        assert "and 20 more" in many.get("/id/office-oslo.html").text


def test_ontology_is_a_page_or_a_file(site: Site) -> None:
    page = site.get("/ontology", Accept=BROWSER).text
    assert '<dt id="Office">' in page
    assert "A place of work." in page
    assert "Overview." in page
    reply = site.get("/ontology", Accept="text/turtle")
    assert (reply.status, reply.headers["vary"]) == (200, "Accept, Accept-Encoding")
    assert "mgo:Office a owl:Class" in reply.text
    for row in GRAPHS:
        found = site.get(f"/ontology.{row.extension}")
        assert found.type.split(";")[0] == row.media_type
        assert b"Office" in found.body
    assert site.get("/ontology.pdf").status == 404


@pytest.mark.parametrize("row", [*GRAPHS, *DATASETS], ids=lambda row: row.name)
def test_export_in_every_format(site: Site, row) -> None:  # type: ignore[no-untyped-def]
    reply = site.get(f"/export/graph.{row.extension}")
    assert reply.type.split(";")[0] == row.media_type
    found = list(ox.parse(reply.body, format=ox.RdfFormat.from_media_type(row.media_type)))
    assert len(found) > 40
    if row in DATASETS:
        assert ox.NamedNode(PLAN) in {quad.graph_name for quad in found}
    assert site.get("/export/graph.pdf").status == 404


def test_health_is_plain_and_never_kept(site: Site) -> None:
    reply = site.get("/healthz")
    assert (reply.status, reply.text, reply.headers["cache-control"]) == (200, "ok\n", "no-store")


def test_pages_and_files_have_etags(site: Site) -> None:
    for path in ("/", "/id/office-oslo.html", "/ontology.ttl", "/export/graph.nq"):
        tag = site.get(path).headers["etag"]
        assert site.get(path, If_None_Match=tag).status == 304


def test_links_come_from_the_public_address(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_data(tmp_path_factory.mktemp("public"))
    with serving(root, "--public-url", PUBLIC + "/") as public:
        assert PUBLIC in public.said
        home = public.get("/").text
        links = [link for link in Outline(home).links if not link.startswith("https://creative")]
        assert [link for link in links if not link.startswith("/kg/")] == []
        assert f"{PUBLIC}/sparql" in home
        assert public.get("/id/office-oslo").headers["location"] == "/kg/id/office-oslo.html"
        assert f"<{PUBLIC}/sparql>" in public.get("/.well-known/void").text
        assert not re.search("127.0.0.1", home)
