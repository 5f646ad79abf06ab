"""The description of all calls of the server for programs: https://spec.openapis.org/oas/v3.1.0."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version

from migkg import about, guard
from migkg.formats import GRAPHS, TABLES, Format
from migkg.openapi_calls import HEADERS, IRI, TEXT, Node, get, in_path, responses
from migkg.queries import Param, StoredQuery
from migkg.settings import Limits
from migkg.terms import expand

Stored = Iterable[tuple[StoredQuery, Sequence[Format]]]
_SCHEMAS: dict[str, Node] = {
    "iri": IRI,
    "string": TEXT,
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "year": {"type": "string", "pattern": "^[0-9]{4}$"},
    "date": {"type": "string", "format": "date"},
}
_ERROR: Node = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["status", "title", "detail", "hint"],
            "properties": {
                "status": {"type": "integer"},
                "title": TEXT,
                "detail": TEXT,
                "hint": TEXT,
            },
        }
    },
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


def document(base_url: str, calls: Mapping[str, Node], stored: Stored) -> Node:
    """Return the OpenAPI document of a server with these calls and stored queries."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": about.TITLE,
            "version": version("migkg"),
            "summary": about.SUMMARY,
            "license": {"name": about.LICENSE_NAME, "url": about.LICENSE},
        },
        "servers": [{"url": base_url}],
        "paths": {**calls, **dict(map(_of_query, stored))},
        "components": {
            "schemas": {"Error": _ERROR},
            "headers": HEADERS,
            "responses": responses(),
        },
    }


def _of_query(found: tuple[StoredQuery, Sequence[Format]]) -> tuple[str, Node]:
    stored, formats = found
    parameters = [in_path("format", [row.extension for row in formats])]
    parameters += map(_of_param, stored.params)
    types = [row.media_type for row in formats]
    item = get(f"query-{stored.name}", stored.summary, parameters, types)
    item["get"]["tags"] = [stored.topic or "Stored queries"]
    if stored.description:
        item["get"]["description"] = stored.description
    return f"/queries/{stored.name}.{{format}}", item


def _of_param(param: Param) -> Node:
    schema = dict(_SCHEMAS[param.type])
    if param.type in ("iri", "string", "date", "year") and not param.required:
        schema["default"] = _value(param.default)
    return {
        "name": param.name,
        "in": "query",
        "description": param.help,
        "required": param.required,
        # A form sends its empty fields as well.
        "allowEmptyValue": not param.required,
        "schema": schema,
    }


def _value(default: str) -> str:
    """Return a default as a caller would send it."""
    return expand(default) or default.strip('<>"')
