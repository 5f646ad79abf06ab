import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import asking
from serving import BROWSER, Site, serving
from test_stored_queries import Page


def found(site: Site, query: str) -> Any:
    reply = site.get(f"/search.json?{query}")
    assert reply.status == 200, reply.text
    return json.loads(reply.body)


def test_result_has_addresses_kinds_and_facets(site: Site) -> None:
    answer = found(site, "q=sweden")
    assert answer["total"] == 2
    first = answer["results"][0]
    assert first["label"] == "Sweden"
    assert first["iri"] == "https://w3id.org/migkg/id/place-sweden"
    assert first["url"] == f"http://127.0.0.1:{site.port}/id/place-sweden"
    assert set(answer["facets"]) == {"kind", "place", "theme", "document", "year"}
    place = answer["facets"]["place"][0]
    assert (place["value"], place["label"], place["count"]) == ("place-sweden", "Sweden", 2)


def test_question_that_the_graph_answers_is_offered(site: Site) -> None:
    (offer,) = found(site, "q=money+of+an+office")["questions"]
    assert offer["name"] == "money"
    assert offer["summary"] == "How much money does an office need for an objective?"
    assert offer["url"] == f"http://127.0.0.1:{site.port}/queries/money"
    page = site.get("/search?q=money+of+an+office", Accept=BROWSER).text
    assert f'<a href="/queries/money">{offer["summary"]}</a>' in page
    assert found(site, "q=sweden")["questions"] == []


def test_every_facet_leads_to_as_many_results_as_it_counts(site: Site) -> None:
    for facets in found(site, "q=o&limit=1")["facets"].values():
        for facet in facets:
            address = urlsplit(facet["url"])
            assert found(site, address.query)["total"] == facet["count"], facet


def test_result_is_paged_both_ways(site: Site) -> None:
    first = found(site, "kind=Initiative&limit=2")
    assert (len(first["results"]), first["total"], first["previous"]) == (2, 3, None)
    second = found(site, urlsplit(first["next"]).query)
    assert (len(second["results"]), second["offset"], second["next"]) == (1, 2, None)
    assert found(site, urlsplit(second["previous"]).query) == first


def test_limit_has_a_cap_that_is_told(site: Site) -> None:
    assert found(site, "q=sweden&limit=100000")["limit"] == 100
    assert found(site, "q=sweden&limit=0")["results"] == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=x&limit=-1", "whole number"),
        ("q=x&offset=two", "whole number"),
        ("q=x&offset=999999999999", "whole number"),
        ("query=x", "It takes q, kind"),
        ("kind=Ofice", "Did you mean Office"),
        ("theme=theme-nothing", "Nothing has the theme"),
        ("q=" + "a" * 201, "longer than 200"),
        ("q=x&limit=1&limit=2", "given 2 times"),
    ],
)
def test_what_cannot_be_meant_is_told(site: Site, query: str, said: str) -> None:
    reply = site.get(f"/search.json?{query}", Accept="application/json")
    assert reply.status == 400
    assert said in reply.text
    assert site.get(f"/search?{query}", Accept=BROWSER).status == 400


def test_facet_may_be_given_as_it_stands_in_the_graph(site: Site) -> None:
    plain = found(site, "place=place-sweden")
    for value in ("mgi:place-sweden", "https://w3id.org/migkg/id/place-sweden"):
        assert found(site, f"place={value}") == plain
    assert found(site, "document=doc-001")["total"] == found(site, "document=001")["total"]


def test_suggestions_have_the_shape_that_browsers_read(site: Site) -> None:
    reply = site.get("/suggest.json?q=swe")
    assert reply.type == "application/x-suggestions+json"
    typed, names, notes, addresses = json.loads(reply.body)
    assert (typed, names[0]) == ("swe", "Sweden")
    assert len(names) == len(notes) == len(addresses)
    assert json.loads(site.get("/suggest.json?q=").body) == ["", [], [], []]


def test_page_without_a_text_is_a_form_with_choices(site: Site) -> None:
    text = site.get("/search", Accept=BROWSER).text
    page = Page(text)
    assert page.fields == ["q"]
    assert "/search?kind=Office" in page.links
    assert 'class="hits"' not in text


def test_page_shows_hits_and_keeps_the_choices(site: Site) -> None:
    text = site.get("/search?q=sg&document=001", Accept=BROWSER).text
    assert '<a href="/id/org-guild">Sailors&#39; Guild of Ørland</a>' in text
    assert "<strong>SG</strong> in 001" in text
    assert Page(text).fields == ["q", "document"]
    assert 'aria-current="true">Plan 2030</a>' in text


def test_page_tells_how_it_is_narrowed_and_the_way_out(site: Site) -> None:
    text = site.get("/search?q=border&document=001&kind=Initiative", Accept=BROWSER).text
    assert "<title>border, initiative, Plan 2030 ·" in text
    assert "narrowed to initiative, Plan 2030" in text
    assert '(<a href="/search?q=border">drop the choices</a>)' in text
    assert "narrowed to" not in site.get("/search?q=border", Accept=BROWSER).text


def test_page_escapes_what_was_typed(site: Site) -> None:
    text = site.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E", Accept=BROWSER).text
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_page_tells_nearest_names_and_corrections(site: Site) -> None:
    assert "Did you mean" in site.get("/search?q=brdermanagmt", Accept=BROWSER).text
    assert "<strong>sweden</strong>" in site.get("/search?q=swedn", Accept=BROWSER).text


def test_words_that_name_a_theme_and_a_place_lead_to_all_that_has_both(site: Site) -> None:
    choices = found(site, "q=border+in+sweden")["choices"]
    assert choices["labels"] == ["border management", "Sweden"]
    assert found(site, urlsplit(choices["url"]).query)["total"] == choices["count"] == 1
    page = Page(site.get("/search?q=border+in+sweden", Accept=BROWSER).text)
    assert "/search?theme=theme-border&place=place-sweden" in page.links
    assert found(site, "q=sailors")["choices"] is None
    assert found(site, "q=sweden&document=001")["choices"] is None


def test_every_link_of_the_pages_leads_somewhere(site: Site) -> None:
    for path in (
        "/search",
        "/search?q=o",
        "/search?q=border+in+sweden",
        "/search?kind=Initiative&limit=2",
    ):
        for link in set(Page(site.get(path, Accept=BROWSER).text).links):
            if link.startswith("/"):
                assert site.get(link.split("#")[0], Accept="*/*").status in (200, 303), link


@pytest.mark.parametrize(
    "path", ["/search", "/search?q=o", "/search.json?q=o", "/suggest.json?q=o"]
)
def test_every_answer_can_be_asked_for_again(site: Site, path: str) -> None:
    tag = site.get(path).headers["etag"]
    assert site.get(path, If_None_Match=tag).status == 304
    assert site.send("HEAD", path).headers["etag"] == tag


def test_format_is_negotiated(site: Site) -> None:
    assert site.get("/search?q=o", Accept="application/json").type == "application/json"
    assert site.get("/search?q=o", Accept="text/turtle").status == 406


@pytest.mark.parametrize(
    "path",
    [
        "/search.json?q={}",
        "/search?kind={}&q={}",
        "/search.json?limit={}&offset={}",
        "/search.json?{}={}",
        "/suggest.json?q={}",
        "/queries/{}",
        "/queries/money.csv?office={}",
        "/queries/named?name={}&least={}",
        "/browse/{}",
        "/charts/{}.svg",
    ],
)
@given(text=st.text(max_size=30), raw=st.binary(max_size=12))
@settings(max_examples=25)
def test_no_request_breaks_the_server(site: Site, path: str, text: str, raw: bytes) -> None:
    for value in (text.encode(errors="surrogatepass"), raw):
        reply = site.get(path.replace("{}", quote(value, safe="")), Accept=BROWSER)
        assert reply.status in (200, 303, 308, 400, 404), reply.text


def test_another_store_is_searched_the_same(site: Site, tmp_path: Path) -> None:
    endpoint = f"http://127.0.0.1:{site.port}/sparql"
    with serving(asking.write(tmp_path), "--backend", endpoint) as other:
        for query in ("q=sweden", "q=swedn&kind=Country", "theme=theme-return"):
            mine, its = found(site, query), found(other, query)
            assert [hit["iri"] for hit in its["results"]] == [hit["iri"] for hit in mine["results"]]
        reply = other.get("/search.json?q=sweden")
        assert "etag" not in reply.headers
        path = "/queries/money.csv?office=mgi:office-bergen"
        assert other.get(path).body == site.get(path).body
        assert other.get("/queries/money.csv?office=mgi:office-bergn").status == 400
        assert other.get("/overview", Accept=BROWSER).status == 200
