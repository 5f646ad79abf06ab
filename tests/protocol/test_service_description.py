"""The endpoint and its data described: https://www.w3.org/TR/sparql11-service-description/."""

import pyoxigraph as ox
import pytest

from migkg.formats import DATASETS, GRAPHS
from serving import BROWSER, Site

SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.mark.parametrize("path", ["/", "/sparql", "/.well-known/void"])
@pytest.mark.parametrize("row", GRAPHS, ids=lambda row: row.name)
def test_dataset_is_described_wherever_it_is_asked_for(site: Site, path: str, row) -> None:  # type: ignore[no-untyped-def]
    reply = site.get(path, Accept=row.media_type)
    assert (reply.status, reply.type.split(";")[0]) == (200, row.media_type)
    found = ox.parse(reply.body, format=ox.RdfFormat.from_media_type(row.media_type))
    values = {getattr(quad.object, "value", "") for quad in found}
    assert {f"{SD}Service", "http://www.w3.org/ns/dcat#Catalog"} <= values
    assert "http://rdfs.org/ns/void#Dataset" in values
    assert site.get(path, Accept=row.media_type, If_None_Match=reply.headers["etag"]).status == 304


def test_files_of_the_description_are_there_in_their_media_types(site: Site) -> None:
    found = ox.Store()
    found.load(site.get("/sparql.nt").body, format=ox.RdfFormat.N_TRIPLES)
    rows = found.query(
        "PREFIX dcat: <http://www.w3.org/ns/dcat#>"
        "SELECT ?file ?type { ?part dcat:downloadURL ?file ; dcat:mediaType ?type }"
    )
    files = {row["file"].value: row["type"].value for row in rows}
    assert len(files) > 5 * len((*GRAPHS, *DATASETS))
    for file, media_type in files.items():
        reply = site.get(file.removeprefix(f"http://127.0.0.1:{site.port}"))
        assert (reply.status, media_type.endswith(reply.type.split(";")[0])) == (200, True)


def test_description_has_extensions_too(site: Site) -> None:
    assert site.get("/sparql.ttl").type.split(";")[0] == "text/turtle"
    assert site.get("/sparql.jsonld", Accept="text/html").type == "application/ld+json"
    assert site.get("/sparql.html").type.split(";")[0] == "text/html"
    assert site.get("/sparql.csv").status == 406


def test_bare_get_describes_the_service(site: Site) -> None:
    for accept, media_type in [("*/*", "text/turtle"), ("application/ld+json",) * 2]:
        reply = site.get("/sparql", Accept=accept)
        assert reply.type.split(";")[0] == media_type
        found = ox.parse(reply.body, format=ox.RdfFormat.from_media_type(media_type))
        assert f"{SD}Service" in {getattr(quad.object, "value", "") for quad in found}
    page = site.get("/sparql", Accept=BROWSER)
    assert '<textarea id="query" name="query"' in page.text
