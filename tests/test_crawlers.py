from collections.abc import Iterator
from xml.etree import ElementTree as Tree

import pytest

from serving import Site, serving, write_data

PUBLIC = "https://example.org/kg"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = write_data(tmp_path_factory.mktemp("data"))
    with serving(root, "--public-url", PUBLIC) as running:
        yield running


def addresses(site: Site, path: str) -> list[str]:
    reply = site.get(path)
    assert (reply.status, reply.type) == (200, "application/xml")
    return [loc.text or "" for loc in Tree.fromstring(reply.text).iter(LOC)]


def test_robots_file_names_the_sitemap_and_what_to_leave_alone(site: Site) -> None:
    reply = site.get("/robots.txt")
    assert reply.type == "text/plain; charset=utf-8"
    lines = reply.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /kg/sparql?" in lines
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in lines


def test_sitemap_lists_every_page_once_by_its_public_address(site: Site) -> None:
    (part,) = addresses(site, "/sitemap.xml")
    found = addresses(site, part.removeprefix(PUBLIC))
    assert len(found) == len(set(found))
    assert {
        f"{PUBLIC}{path}"
        for path in (
            "/", "/queries/offices", "/browse/places", "/graph/001.html", "/doc/001.html",
            "/doc/002.html", "/id/office-oslo.html", "/concept/theme-return.html",
        )
    } <= set(found)  # fmt: skip
    assert not [address for address in found if "kristiania" in address or "/sel-" in address]


def test_every_page_of_the_sitemap_is_there(site: Site) -> None:
    (part,) = addresses(site, "/sitemap.xml")
    paths = [address.removeprefix(PUBLIC) for address in addresses(site, part.removeprefix(PUBLIC))]
    assert {path: site.get(path).status for path in paths} == dict.fromkeys(paths, 200)


def test_sitemap_that_there_is_not_is_not_found(site: Site) -> None:
    assert {site.get(f"/sitemap-{number}.xml").status for number in (0, 2, 99999)} == {404}


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/sitemap-1.xml"])
def test_what_crawlers_read_has_an_etag(site: Site, path: str) -> None:
    tag = site.get(path).headers["etag"]
    assert site.get(path, If_None_Match=tag).status == 304
    assert site.send("HEAD", path).headers["etag"] == tag
