import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from openapi_spec_validator import validate

import asking
from migkg import catalog, openapi, openapi_calls
from migkg.queries import read_queries
from migkg.settings import Limits
from serving import Site, serving

QUERIES = Path(__file__).parents[1] / "queries"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(
        asking.write(tmp_path_factory.mktemp("data")), "--public-url", "https://example.org/kg"
    ) as running:
        yield running


def test_document_of_the_real_queries_is_valid() -> None:
    stored = [(one, openapi.formats_of(one, Limits())) for one in read_queries(QUERIES)]
    calls = openapi_calls.calls(catalog.read(QUERIES.parent), ["places"], ["themes"])
    document = openapi.document("http://127.0.0.1:8000", calls, stored)
    validate(document)
    for query, _ in stored:
        assert document["paths"][f"/queries/{query.name}.{{format}}"]["get"]["summary"]


def test_served_document_is_valid_and_names_the_public_address(site: Site) -> None:
    document = json.loads(site.get("/openapi.json").body)
    validate(document)
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "https://example.org/kg"}]


def test_parameters_are_described_as_they_are_taken(site: Site) -> None:
    paths = json.loads(site.get("/openapi.json").body)["paths"]
    taken = {one["name"]: one for one in paths["/queries/named.{format}"]["get"]["parameters"]}
    assert taken["format"]["schema"]["enum"] == ["json", "xml", "csv", "tsv"]
    assert (taken["name"]["required"], taken["least"]["required"]) == (True, False)
    assert taken["least"]["schema"]["type"] == "integer"
    graph = paths["/queries/around.{format}"]["get"]["parameters"]
    assert graph[0]["schema"]["enum"] == ["ttl", "nt", "jsonld", "rdf"]
    assert graph[1]["schema"]["default"] == "https://w3id.org/migkg/id/office-oslo"


def test_faults_are_described_in_all_their_forms(site: Site) -> None:
    document = json.loads(site.get("/openapi.json").body)
    described = document["components"]["responses"]["Status404"]["content"]
    for accept in ("*/*", *described):
        reply = site.get("/search.xml", Accept=accept)
        assert (reply.status, reply.type.split(";")[0] in described) == (404, True)


def test_described_values_are_those_that_are_taken(site: Site) -> None:
    paths = json.loads(site.get("/openapi.json").body)["paths"]
    flags: dict[str, dict[str, str]] = {"prefixes": {"query": "ASK {}"}, "derived": {}}
    for path, (field, needed) in zip(
        ("/sparql", "/export/graph.{format}"), flags.items(), strict=True
    ):
        taken = {one["name"]: one for one in paths[path]["get"]["parameters"]}[field]
        for value in taken["schema"]["enum"]:
            query = urlencode({**needed, field: value})
            assert site.get(f"{path.format(format='nt')}?{query}").status == 200, value
    (limit,) = [one for one in paths["/search.json"]["get"]["parameters"] if one["name"] == "limit"]
    assert "maximum" not in limit["schema"]
    assert site.get("/search.json?q=Oslo&limit=1000").status == 200


def test_parameters_are_described_in_words(site: Site) -> None:
    for path, operations in json.loads(site.get("/openapi.json").body)["paths"].items():
        for one in operations["get"]["parameters"]:
            if one["in"] == "query":
                assert " " in one["description"], (path, one["name"])


def test_every_operation_has_a_name_of_its_own(site: Site) -> None:
    paths = json.loads(site.get("/openapi.json").body)["paths"]
    names = [one["operationId"] for path in paths.values() for one in path.values()]
    assert len(set(names)) == len(names)


def test_described_calls_without_a_name_answer(site: Site) -> None:
    for path, operations in json.loads(site.get("/openapi.json").body)["paths"].items():
        if "{" not in path and path != "/store":
            assert site.get(path).status == 200, path
            assert "get" in operations


def test_described_values_of_the_path_answer_in_their_media_types(site: Site) -> None:
    things = {"/id/": "office-oslo", "/concept/": "theme-return", "/doc/": "001", "/graph/": "001"}
    given = {
        "iri": "mgi:office-oslo",
        "query": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "name": "Sweden",
    }
    for path, operations in json.loads(site.get("/openapi.json").body)["paths"].items():
        call = operations["get"]
        needed = [one["name"] for one in call["parameters"] if one.get("required")]
        fields = urlencode({name: given[name] for name in needed if f"{{{name}}}" not in path})
        thing = next((name for start, name in things.items() if path.startswith(start)), "")
        for one in call["parameters"]:
            values = one["schema"].get("enum", []) if one["in"] == "path" else []
            # Every format of every export is tested where exports are.
            for value in values[:1] if path.startswith("/export/") else values:
                address = path.replace(f"{{{one['name']}}}", value).replace("{name}", thing)
                if value == "money-by-office":
                    continue  # the small data folder has no totals
                reply = site.get(f"{address}?{fields}")
                assert reply.status == 200, (address, reply.text)
                assert reply.type.split(";")[0] in call["responses"]["200"]["content"], address
