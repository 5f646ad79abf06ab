"""The description of all calls of the server for programs: https://spec.openapis.org/oas/v3.1.0."""

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Any

from migkg import guard
from migkg.formats import DATASETS, GRAPHS, TABLES, Format
from migkg.queries import Param, StoredQuery
from migkg.search import LONGEST, MOST
from migkg.search_index import DIMENSIONS
from migkg.settings import Limits
from migkg.terms import expand

Node = dict[str, Any]
Stored = Iterable[tuple[StoredQuery, Sequence[Format]]]
_SCHEMAS: dict[str, Node] = {
    "iri": {"type": "string", "format": "iri"},
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "year": {"type": "string", "pattern": "^[0-9]{4}$"},
    "date": {"type": "string", "format": "date"},
}
_LICENCE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
_TEXT: Node = {"type": "string"}
_ERROR: Node = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["status", "title", "detail", "hint"],
            "properties": {
                "status": {"type": "integer"},
                "title": _TEXT,
                "detail": _TEXT,
                "hint": _TEXT,
            },
        }
    },
}
_FAULTS = {
    "400": "A parameter is unknown, missing or not of its type.",
    "404": "There is nothing of this name or in this format.",
    "406": "None of the formats asked for is offered.",
    "413": "The answer is over a limit.",
    "503": "The query was stopped at its deadline, or the server is busy.",
}


def formats_of(stored: StoredQuery, limits: Limits) -> tuple[Format, ...]:
    """Return the formats that hold a stored query's answer."""
    kind = guard.inspect(stored.text, limits).kind
    return TABLES if kind == "table" else GRAPHS


def described(stored: StoredQuery) -> list[Node]:
    """Return the parameters of a stored query as data."""
    return [
        {
            "name": param.name,
            "type": param.type,
            "help": param.help,
            "default": _value(param.default),
            "required": param.required,
        }
        for param in stored.params
    ]


def document(base_url: str, stored: Stored) -> Node:
    """Return the OpenAPI document of a server with these stored queries."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Migration knowledge graph",
            "version": version("migkg"),
            "summary": "Five documents on migration as a graph, each fact with its passage.",
            "license": _LICENCE,
        },
        "servers": [{"url": base_url}],
        "paths": {**_fixed(), **dict(map(_of_query, stored))},
        "components": {"schemas": {"Error": _ERROR}},
    }


def _of_query(found: tuple[StoredQuery, Sequence[Format]]) -> tuple[str, Node]:
    stored, formats = found
    extensions = [row.extension for row in formats]
    operation = {
        "operationId": f"query-{stored.name}",
        "summary": stored.summary,
        "tags": [stored.topic or "Stored queries"],
        "parameters": [_in_path("format", extensions), *map(_of_param, stored.params)],
        "responses": _responses([row.media_type for row in formats]),
    }
    if stored.description:
        operation["description"] = stored.description
    return f"/queries/{stored.name}.{{format}}", {"get": operation}


def _of_param(param: Param) -> Node:
    schema = dict(_SCHEMAS[param.type])
    if param.type in ("iri", "string", "date", "year") and not param.required:
        schema["default"] = _value(param.default)
    return {
        "name": param.name,
        "in": "query",
        "description": param.help,
        "required": param.required,
        "schema": schema,
    }


def _value(default: str) -> str:
    """Return a default as a caller would send it."""
    return expand(default) or default.strip('<>"')


def _fixed() -> dict[str, Node]:
    return {**_sparql(), **_finding(), **_things()}


def _sparql() -> dict[str, Node]:
    types = [row.media_type for row in (*TABLES, *GRAPHS, *DATASETS)]
    form = {"application/x-www-form-urlencoded": {"schema": _form()}}
    direct = {"application/sparql-query": {"schema": _TEXT}}
    asked = _in_query("query", "The query; without one the service is described.", _TEXT)
    get = _get("sparql", "Answer a SPARQL 1.1 query", [asked, *_dataset()], types)
    post = _get("sparql-post", "Answer a SPARQL 1.1 query in the body", [], types)
    body = {"required": True, "content": form | direct}
    return {"/sparql": {"get": get, "post": post | {"requestBody": body}}}


def _finding() -> dict[str, Node]:
    text = {"type": "string", "maxLength": LONGEST}
    typed = [_in_query("q", "What was typed.", text)]
    data = ["application/json"]
    shape = ["application/x-suggestions+json"]
    return {
        "/queries.json": {"get": _get("queries", "List the stored queries", [], data)},
        "/search.json": {"get": _get("search", "Find things by name", _searching(), data)},
        "/suggest.json": {"get": _get("suggest", "Complete a name that is typed", typed, shape)},
    }


def _things() -> dict[str, Node]:
    formats = [row.extension for row in GRAPHS] + ["html"]
    types = [row.media_type for row in GRAPHS] + ["text/html"]
    named = [_in_path("name"), _in_path("format", formats)]
    dumps = [_in_path("format", [row.extension for row in DATASETS])]
    files = [row.media_type for row in DATASETS]
    return {
        "/id/{name}.{format}": {
            "get": _get("thing", "What the graph says of a thing", named, types)
        },
        "/concept/{name}.{format}": {
            "get": _get("concept", "What the graph says of a concept", named, types)
        },
        "/export/graph.{format}": {
            "get": _get("export", "The whole graph as one file", dumps, files)
        },
    }


def _searching() -> list[Node]:
    count = {"type": "integer", "minimum": 0}
    return [
        _in_query(
            "q",
            "Words of a name; typing errors are forgiven.",
            {"type": "string", "maxLength": LONGEST},
        ),
        *(
            _in_query(name, f"Only what has this {name}.", {"type": "array", "items": _TEXT})
            for name in DIMENSIONS
        ),
        _in_query("limit", "How many results.", count | {"maximum": MOST, "default": 20}),
        _in_query("offset", "How many results to pass over.", count | {"default": 0}),
    ]


def _dataset() -> list[Node]:
    graphs = {"type": "array", "items": _SCHEMAS["iri"]}
    return [
        _in_query("default-graph-uri", "A graph to ask.", graphs),
        _in_query("named-graph-uri", "A graph to ask with GRAPH.", graphs),
    ]


def _form() -> Node:
    fields = {row["name"]: row["schema"] for row in _dataset()}
    return {"type": "object", "required": ["query"], "properties": {"query": _TEXT, **fields}}


def _get(operation: str, summary: str, parameters: list[Node], types: Sequence[str]) -> Node:
    return {
        "operationId": operation,
        "summary": summary,
        "parameters": parameters,
        "responses": _responses(types),
    }


def _responses(types: Sequence[str]) -> Node:
    whole = {"description": "The whole answer.", "content": {name: {} for name in types}}
    fault = {"schema": {"$ref": "#/components/schemas/Error"}}
    faults = {
        status: {"description": said, "content": {"application/json": fault}}
        for status, said in _FAULTS.items()
    }
    return {"200": whole, "304": {"description": "Not changed since the ETag sent."}, **faults}


def _in_path(name: str, values: Sequence[str] = ()) -> Node:
    schema = {"type": "string", "enum": list(values)} if values else _TEXT
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(name: str, said: str, schema: Node) -> Node:
    return {"name": name, "in": "query", "description": said, "schema": schema}
