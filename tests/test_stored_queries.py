import json
from html.parser import HTMLParser
from urllib.parse import quote
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from migkg.formats import GRAPHS, TABLES
from serving import BROWSER, Site

MGI = "https://w3id.org/migkg/id/"


class Page(HTMLParser):
    """Collects links, options of selects and the names of fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.options: list[tuple[str, bool]] = []
        self.fields: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links += [str(found[name]) for name in ("href", "src", "action") if found.get(name)]
        if tag == "option":
            self.options.append((found.get("value") or "", "selected" in found))
        if tag in ("input", "select") and found.get("name"):
            self.fields.append(str(found["name"]))


def test_index_lists_every_query_by_topic(site: Site) -> None:
    page = site.get("/queries", Accept=BROWSER).text
    for name in ("money", "named", "around", "offices", "of-an-office"):
        assert f'href="/queries/{name}"' in page
    assert "<h2>Money</h2>" in page
    found = json.loads(site.get("/queries.json").body)["queries"]
    money = next(one for one in found if one["name"] == "money")
    assert money["summary"] == "How much money does an office need for an objective?"
    assert [param["name"] for param in money["parameters"]] == ["office", "element"]
    assert site.get("/queries", Accept="application/json").type == "application/json"


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.name)
def test_call_answers_in_every_format_of_a_table(site: Site, row) -> None:  # type: ignore[no-untyped-def]
    reply = site.get(f"/queries/offices.{row.extension}")
    assert (reply.status, reply.type.split(";")[0]) == (200, row.media_type)
    for office in ("bergen", "molde", "oslo"):
        assert MGI + f"office-{office}" in reply.text
    by_accept = site.get("/queries/offices", Accept=row.media_type)
    assert by_accept.body == reply.body
    assert by_accept.headers["vary"].split(", ")[0] == "Accept"


@pytest.mark.parametrize("row", GRAPHS, ids=lambda row: row.name)
def test_call_of_a_graph_answers_in_rdf(site: Site, row) -> None:  # type: ignore[no-untyped-def]
    reply = site.get(f"/queries/around.{row.extension}?office=mgi:office-bergen")
    found = list(ox.parse(reply.body, format=ox.RdfFormat.from_media_type(row.media_type)))
    assert {quad.subject for quad in found} == {ox.NamedNode(MGI + "office-bergen")}
    assert site.get("/queries/around.csv").status == 404
    assert "IOM Oslo" in site.get("/queries/around", Accept=BROWSER).text


@pytest.mark.parametrize("value", ["mgi:office-bergen", MGI + "office-bergen"])
def test_parameter_takes_the_place_of_its_default(site: Site, value: str) -> None:
    rows = site.get(f"/queries/money.json?office={quote(value)}").rows()
    assert [row["amount"] for row in rows] == ["9.5"]


def test_parameter_that_may_be_left_open_gives_all(site: Site) -> None:
    for path in ("/queries/money.json", "/queries/money.json?office=&element=mgc:o1"):
        assert [row["name"] for row in site.get(path).rows()] == ["Oslo, O1", "Bergen, O1"]


def test_page_of_a_query_that_needs_a_value_is_its_form(site: Site) -> None:
    reply = site.get("/queries/named", Accept=BROWSER)
    assert (reply.status, Page(reply.text).fields) == (200, ["name", "least"])
    assert "<h2>Answer</h2>" not in reply.text
    assert "<h2>Answer</h2>" in site.get("/queries/named?name=Sweden", Accept=BROWSER).text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("money.csv?ofice=mgi:office-oslo", ["no parameter 'ofice'", "office, element"]),
        ("money.csv?office=mgi:office-bergn", ["does not know", "mgi:office-bergen (IOM Bergen)"]),
        ("money.csv?office=bergen", ["which is no iri", "mgi:office-bergen (IOM Bergen)"]),
        ("money.csv?office=mgi:office-oslo&office=mgi:office-bergen", ["given 2 times"]),
        ("money.csv?office=%3Ca:b%3E%20%7D%20DROP", ["which is no iri"]),
        ("named.csv", ["needs name", "name (string): The name."]),
        ("named.csv?name=x&least=two", ["which is no integer", "such as 1"]),
        ("named.csv?name=x&least=1%20%7D", ["which is no integer"]),
        ("offices.csv?x=1", ["no parameter 'x'", "It takes none."]),
    ],
)
def test_parameter_that_cannot_be_meant_is_told_with_a_hint(
    site: Site, path: str, said: list[str]
) -> None:
    for accept in ("text/csv", "application/json", BROWSER):
        reply = site.get(f"/queries/{path}", Accept=accept)
        assert reply.status == 400
    question = f'<a href="/queries/{path.partition(".")[0]}">Ask the question again</a>'
    assert question in site.get(f"/queries/{path}", Accept=BROWSER).text
    error = json.loads(site.get(f"/queries/{path}", Accept="application/json").body)["error"]
    for words in said:
        assert words in f"{error['detail']} {error['hint']}"


def test_string_is_looked_up_as_it_is(site: Site) -> None:
    assert len(site.get("/queries/named.json?name=Sweden").rows()) == 1
    text = quote('" } #', safe="")
    assert site.get(f"/queries/named.json?name={text}").rows() == []


def test_slash_at_the_end_is_forgiven(site: Site) -> None:
    for path in ("/queries", "/browse"):
        reply = site.get(f"{path}/")
        assert (reply.status, reply.headers["location"]) == (308, path)


def test_unknown_query_is_not_found_with_those_like_it(site: Site) -> None:
    reply = site.get("/queries/ofices.csv")
    assert reply.status == 404
    assert "offices" in reply.text.split("Did you mean")[1]
    assert site.get("/queries/offices.pdf").status == 404
    assert site.get("/queries/..%2Fx.csv").status == 404


def test_page_has_a_form_whose_choices_have_an_answer(site: Site) -> None:
    text = site.get("/queries/money?office=mgi:office-oslo", Accept=BROWSER).text
    page = Page(text)
    assert page.fields == ["office", "element"]
    assert (MGI + "office-oslo", True) in page.options
    assert (MGI + "office-bergen", False) in page.options
    assert MGI + "office-molde" not in [value for value, _ in page.options]
    assert ">Oslo, O1<" in text
    assert "1 row, complete." in text


def test_every_link_of_the_pages_leads_somewhere(site: Site) -> None:
    for path in ("/queries", "/queries/money", "/queries/around", "/queries/of-an-office"):
        for link in set(Page(site.get(path, Accept=BROWSER).text).links):
            if link.startswith("/"):
                assert site.get(link.split("#")[0], Accept=BROWSER).status in (200, 303), link


def test_chart_shows_the_rows_without_script_or_style(site: Site) -> None:
    page = Page(site.get("/queries/money", Accept=BROWSER).text)
    assert "/queries/money.svg" in page.links
    reply = site.get("/queries/money.svg")
    assert reply.type == "image/svg+xml"
    root = ElementTree.fromstring(reply.body)
    texts = [element.text for element in root.iter() if element.text]
    assert {"Oslo, O1", "Bergen, O1", "9.5", "7"} <= set(texts)
    assert {"script", "style"} & {
        element.tag.rpartition("}")[2] for element in root.iter()
    } == set()
    assert site.get("/queries/offices.svg").status == 404


def test_places_of_an_answer_stand_on_a_map(site: Site) -> None:
    text = site.get("/queries/of-an-office", Accept=BROWSER).text
    assert 'aria-label="Map of dots: Norway &lt;&amp;&gt;"' in text
    assert "Without a dot" not in text
    bergen = site.get("/queries/of-an-office?office=mgi:office-bergen", Accept=BROWSER).text
    assert "Map of dots" not in bergen
    other = site.get("/queries/of-an-office?office=mgi:office-molde", Accept=BROWSER).text
    assert "Map of dots" not in other


def test_dash_means_that_the_document_states_none(site: Site) -> None:
    path = "/queries/money{}?office=mgi:office-bergen&element=mgc:o2"
    reply = site.get(path.format(".csv"))
    assert (reply.text, reply.headers["answer-absence"]) == ("cell,name,amount\r\n", "stated-none")
    page = site.get(path.format(""), Accept=BROWSER).text
    assert "None, and the documents say so." in page
    assert 'href="/id/fund-001-c"' in page


def test_what_a_document_leaves_out_is_told(site: Site) -> None:
    path = "/queries/money{}?office=mgi:office-molde"
    assert site.get(path.format(".json")).headers["answer-absence"] == "left-out"
    page = site.get(path.format(""), Accept=BROWSER).text
    assert "No page of Molde" in page
    assert "The annex has no page of it." in page


def test_silence_is_not_none(site: Site) -> None:
    path = "/queries/money{}?office=mgi:office-oslo&element=mgc:o2"
    assert site.get(path.format(".tsv")).headers["answer-absence"] == "not-stated"
    page = " ".join(site.get(path.format(""), Accept=BROWSER).text.split())
    assert "Not stated." in page
    assert "That does not mean that there is none." in page
    assert "Plan 2030" in page
    assert "answer-absence" not in site.get("/queries/money.json").headers


def test_query_text_is_shown_and_can_be_had(site: Site) -> None:
    reply = site.get("/queries/money.rq?office=mgi:office-oslo")
    assert reply.type == "application/sparql-query"
    assert f"VALUES ?office {{ <{MGI}office-oslo> }}" in reply.text
    assert (
        site.ask(reply.text).rows() == site.get("/queries/money.json?office=mgi:office-oslo").rows()
    )
    assert "VALUES ?element { mgc:o1 }" in site.get("/queries/money", Accept=BROWSER).text


@pytest.mark.parametrize(
    "path",
    ["/queries", "/queries.json", "/queries/money", "/queries/money.csv", "/queries/money.svg",
     "/queries/money.rq", "/queries/money?office=mgi:office-oslo", "/openapi.json"],
)  # fmt: skip
def test_every_answer_can_be_asked_for_again(site: Site, path: str) -> None:
    tag = site.get(path).headers["etag"]
    assert not tag.startswith("W/")
    assert site.get(path, If_None_Match=tag).status == 304
    head = site.send("HEAD", path)
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", tag)
    assert site.send("POST", path, b"").status == 405


def test_format_that_is_not_offered_is_refused(site: Site) -> None:
    assert site.get("/queries/money", Accept="text/turtle").status == 406
    assert site.get("/queries", Accept="text/csv").status == 406
