import json
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from serving import BROWSER, Site
from test_stored_queries import Page

WAYS = ["places", "themes", "organizations", "documents", "years"]


def tally(site: Site, name: str) -> Any:
    return json.loads(site.get(f"/browse/{name}.json").body)


def lines(site: Site, name: str) -> dict[str, list[int]]:
    groups = tally(site, name)["groups"]
    return {line["label"]: line["counts"] for group in groups for line in group["lines"]}


def test_first_page_names_all_ways(site: Site) -> None:
    links = Page(site.get("/browse", Accept=BROWSER).text).links
    for name in WAYS:
        assert f"/browse/{name}" in links
    assert {"/overview", "/search", "/queries"} <= set(links)


def test_places_are_counted_by_document(site: Site) -> None:
    assert [column[0] for column in tally(site, "places")["columns"]] == ["001", "002"]
    assert lines(site, "places")["Sweden"] == [3, 0]


def test_themes_stand_as_a_tree(site: Site) -> None:
    found = tally(site, "themes")["groups"][0]["lines"]
    assert [(line["label"], line["depth"]) for line in found] == [
        ("return", 0),
        ("border management", 1),
    ]


def test_organizations_are_counted_by_the_facts_that_name_them(site: Site) -> None:
    assert lines(site, "organizations")["Sailors' Guild of Ørland"] == [2, 0]
    assert lines(site, "organizations")["IOM Bergen"] == [2, 0]


def test_documents_are_counted_by_kind_and_years_one_by_one(site: Site) -> None:
    assert lines(site, "documents")["initiative"] == [2, 0]
    assert lines(site, "years") == {"2031": [2, 0], "2030": [2, 0]}


@pytest.mark.parametrize("name", ["places", "themes", "documents", "years"])
def test_every_number_leads_to_as_many_results(site: Site, name: str) -> None:
    text = site.get(f"/browse/{name}", Accept=BROWSER).text
    table = tally(site, name)
    numbers = [
        (line["value"], column[0], count)
        for group in table["groups"]
        for line in group["lines"]
        for column, count in zip(table["columns"], line["counts"], strict=True)
        if count
    ]
    links = [link for link in Page(text).links if f"{table['across']}=" in link]
    assert len(links) == len(numbers) > 0
    for link, (value, column, count) in zip(links, numbers, strict=True):
        query = urlsplit(link).query
        assert query == f"{table['dimension']}={value}&{table['across']}={column}"
        assert json.loads(site.get(f"/search.json?{query}").body)["total"] == count


@pytest.mark.parametrize("path", ["/browse", "/overview", *(f"/browse/{name}" for name in WAYS)])
def test_every_link_leads_somewhere(site: Site, path: str) -> None:
    for link in set(Page(site.get(path, Accept=BROWSER).text).links):
        if link.startswith("/"):
            assert site.get(link.split("#")[0], Accept=BROWSER).status in (200, 303), link


def test_unknown_way_is_told(site: Site) -> None:
    reply = site.get("/browse/ships")
    assert reply.status == 404
    assert "places, themes" in reply.text
    assert site.get("/browse/places.pdf").status == 404
    assert site.get("/charts/ships.svg").status == 404


@pytest.mark.parametrize(
    "path",
    ["/browse", "/browse/places", "/browse/places.json", "/browse/years.html", "/overview",
     "/overview.json", "/charts/themes-then-and-now.svg"],
)  # fmt: skip
def test_every_answer_can_be_asked_for_again(site: Site, path: str) -> None:
    tag = site.get(path).headers["etag"]
    assert site.get(path, If_None_Match=tag).status == 304
    assert site.send("HEAD", path).headers["etag"] == tag


def test_overview_is_also_data(site: Site) -> None:
    found = json.loads(site.get("/overview", Accept="application/json").body)
    assert found["counts"]["things"]["Office"] == 3
    assert set(found["initiatives"]) == {"2006–2007", "2020"}
    assert site.get("/overview", Accept="text/turtle").status == 406


def test_chart_stands_beside_a_table_of_its_numbers(site: Site) -> None:
    page = site.get("/overview", Accept=BROWSER).text
    assert "/charts/themes-then-and-now.svg" in Page(page).links
    root = ElementTree.fromstring(site.get("/charts/themes-then-and-now.svg").body)
    drawn = {element.text for element in root.iter() if element.text}
    assert {"return", "border management", "2020", "2006–2007"} <= drawn
    table = page.split("The numbers</summary>")[1].split("</table>")[0]
    assert '<th scope="row">border management</th><td class="numeric">0</td>' in table
