import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from migkg.formats import DATASETS, GRAPHS
from serving import BROWSER, Site, serving, write_data

PUBLIC = "https://graph.example.org/kg"


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
    assert '<dt>offices</dt><dd><a href="/search?kind=Office">1</a></dd>' in text
    assert '<dt>countries</dt><dd><a href="/search?kind=Country">1</a></dd>' in text
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
     "/id/psg-001-3-9.html", "/id/office-oslo.html?in=mgo:underOffice", "/graph/001",
     "/id/doc-001.html", "/id/sec-001-a.html", "/concept/themes.html", "/id/ofice", "/nothing",
     "/sparql?query=ASK+%7B%7D", "/sparql?query=ASK"],
)  # fmt: skip
def test_every_page_is_closed_and_every_link_leads_somewhere(site: Site, path: str) -> None:
    outline = Outline(site.get(path, Accept=BROWSER).text)
    assert outline.open == []
    for link in {link.split("#")[0] for link in outline.links}:
        if link.startswith("/"):
            assert site.get(link, Accept="*/*").status in (200, 301, 303), link


def test_pages_and_files_have_etags(site: Site) -> None:
    for path in ("/", "/id/office-oslo.html", "/ontology.ttl", "/export/graph.nq"):
        tag = site.get(path).headers["etag"]
        assert site.get(path, If_None_Match=tag).status == 304


def test_links_come_from_the_public_address(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_data(tmp_path_factory.mktemp("public"))
    with serving(root, "--public-url", PUBLIC + "/") as public:
        assert PUBLIC in public.said
        home = public.get("/").text
        links = [link for link in Outline(home).links if link[:5] not in ("https", "#main")]
        assert [link for link in links if not link.startswith("/kg/")] == []
        assert f"{PUBLIC}/sparql" in home
        assert public.get("/id/office-oslo").headers["location"] == "/kg/id/office-oslo.html"
        assert f"<{PUBLIC}/sparql>" in public.get("/.well-known/void").text
        assert not re.search("127.0.0.1", home)


def test_description_leads_who_wants_a_page_to_the_start_page(site: Site) -> None:
    for accept in ("text/html", "text/html,application/xml;q=0.9,*/*;q=0.8"):
        reply = site.get("/.well-known/void", Accept=accept)
        assert (reply.status, reply.headers["location"]) == (303, "/")
        assert "accept" in reply.headers["vary"].lower()
    assert site.get("/.well-known/void", Accept="image/png").status == 406


def test_start_page_describes_the_dataset_to_search_engines(site: Site) -> None:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', site.get("/").text)
    seen = json.loads(found)
    assert (seen["@type"], seen["version"]) == ("Dataset", site.get("/").headers["dataset-version"])
    addresses = [file["contentUrl"] for file in seen["distribution"]]
    base = f"http://127.0.0.1:{site.port}"
    assert {site.get(address.removeprefix(base)).status for address in addresses} == {200}


@pytest.mark.parametrize(
    "path",
    ["/", "/browse", "/browse/places", "/overview", "/queries", "/search?q=oslo", "/export/"],
)
def test_every_page_offers_its_citation(site: Site, path: str) -> None:
    text = site.get(path, Accept="text/html").text
    assert f", http://127.0.0.1:{site.port}{path}.</p>" in text


@pytest.mark.parametrize(
    "path",
    ["/queries/offices.csv", "/export/graph.ttl", "/sparql?query=ASK%7B%7D", "/store.ttl?default"],
)
def test_file_says_how_to_cite_it(site: Site, path: str) -> None:
    link = site.get(path).headers["link"]
    assert f'<http://127.0.0.1:{site.port}{path}>; rel="cite-as"' in link
    assert 'rel="license"' in link


def test_answer_is_cited_by_an_address_that_gives_it_again(site: Site) -> None:
    query = quote("SELECT * WHERE { ?office a mgo:Office }")
    text = site.get(f"/sparql?query={query}&prefixes=1", Accept=BROWSER).text
    (path,) = re.findall(r"To cite it: .* http://[^/]*(/sparql\S*)\.</p>", text)
    assert site.get(unescape(path), Accept="text/csv").status == 200


def test_query_form_shows_what_is_for_programs_before_other_questions(site: Site) -> None:
    text = site.get("/sparql", Accept=BROWSER).text
    assert text.index("<h2>For programs</h2>") < text.index("<h2>Questions to begin with</h2>")
    assert "#+ summary" not in text
    assert 'value="1" checked> add missing prefixes' in text
