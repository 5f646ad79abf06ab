"""The calls besides stored queries, as path items of https://spec.openapis.org/oas/v3.1.0."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from migkg.catalog import DEEPEST, Catalog
from migkg.formats import DATA, HTML, RDF, TABLES, Format
from migkg.query_operation import DIRECT, FORM
from migkg.search import LONGEST, MOST
from migkg.search_index import DIMENSIONS
from migkg.yes_no import WORDS

Node = dict[str, Any]
IRI: Node = {"type": "string", "format": "iri"}
TEXT: Node = {"type": "string"}
_FAULTS = {
    "400": "A parameter is unknown, missing or not of its type.",
    "404": "There is nothing of this name or in this format.",
    "406": "None of the formats asked for is offered.",
    "413": "The answer is over a limit.",
    "429": "This client asks for too much at a time.",
    "503": "The query was stopped at its deadline, or the server is busy.",
}
_QUERY_FAULTS = {
    "403": "It would change the data, and this endpoint only reads.",
    "414": "The query in the URL is over its limit.",
    "415": "The body has another media type, charset or coding.",
    "422": "The query has a part that is never run here: SERVICE.",
}
_SHARED = {status: f"Status{status}" for status in ("304", *_FAULTS, *_QUERY_FAULTS)}
HEADERS: dict[str, Node] = {
    "Answer-Completeness": {
        "description": "`complete`, or `truncated:` and the limit, where an answer can be so.",
        "schema": TEXT,
    },
    "Answer-Absence": {
        "description": "Why a stored query has no rows: the documents state that there is none, "
        "leave it out as is recorded, or do not state it.",
        "schema": {"type": "string", "enum": ["stated-none", "left-out", "not-stated"]},
    },
    "Dataset-Version": {"description": "The digest of the data.", "schema": TEXT},
}
_FLAG: Node = {"type": "string", "enum": sorted(WORDS)}
_SECONDS: Node = {"type": "number", "exclusiveMinimum": 0}
_SOME: Node = {"type": "string", "minLength": 1}
_NUMBER: Node = {"type": "integer", "minimum": 0}
_DATA = ("application/json",)


def calls(exports: Catalog, ways: Iterable[str], drawn: Iterable[str]) -> dict[str, Node]:
    """Return the path items; `ways` are those to browse by, `drawn` the charts."""
    return {**_asking(), **_finding(ways, drawn), **_things(), **_exports(exports), **_running()}


def responses() -> dict[str, Node]:
    """Return the responses that all calls share, by the names that they refer to."""
    shape = {"schema": {"$ref": "#/components/schemas/Error"}}
    other = ("application/problem+json", "text/html", "text/plain")
    fault: Node = {"application/json": shape, **{name: {} for name in other}}
    faults = {
        _SHARED[status]: {"description": said, "content": fault}
        for status, said in (_FAULTS | _QUERY_FAULTS).items()
    }
    return {_SHARED["304"]: {"description": "Not changed since the ETag sent."}, **faults}


def get(operation: str, summary: str, parameters: Sequence[Node], types: Iterable[str]) -> Node:
    """Return a GET that answers in these media types."""
    return {"get": _operation(operation, summary, parameters, types)}


def in_path(name: str, values: Sequence[str] = ()) -> Node:
    """Return a parameter of the path, one of these values if there are some."""
    schema = {"type": "string", "enum": list(values)} if values else TEXT
    return {"name": name, "in": "path", "required": True, "schema": schema}


def in_query(name: str, said: str, schema: Node) -> Node:
    """Return a parameter that may be left out."""
    return {"name": name, "in": "query", "description": said, "schema": schema}


def _operation(
    operation: str, summary: str, parameters: Sequence[Node], types: Iterable[str]
) -> Node:
    shared = {
        status: {"$ref": f"#/components/responses/{name}"}
        for status, name in _SHARED.items()
        if operation.startswith("sparql") or status not in _QUERY_FAULTS
    }
    whole = {
        "description": "The whole answer.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS},
        "content": {name: {} for name in types},
    }
    return {
        "operationId": operation,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": whole, **shared},
    }


def _asking() -> dict[str, Node]:
    several = {"type": "array", "items": IRI}
    fields: dict[str, Node] = {
        name: {**schema, "description": said}
        for name, schema, said in (
            ("query", _SOME, "SELECT, ASK, CONSTRUCT or DESCRIBE."),
            ("default-graph-uri", several, "Graphs to see as one."),
            ("named-graph-uri", several, "Graphs that GRAPH finds."),
            ("timeout", _SECONDS, "Seconds, if fewer than the server's."),
            ("prefixes", _FLAG, "1 supplies the prefixes that the dataset declares."),
        )
    }
    form = {"type": "object", "required": ["query"], "properties": fields}
    body = {
        FORM: {"schema": form},
        DIRECT: {"schema": TEXT},
    }
    types = _types((*TABLES, *RDF, HTML))
    parameters = [in_query(name, schema["description"], schema) for name, schema in fields.items()]
    post = _operation("sparql-post", "Answer a SPARQL 1.1 query in the body", (), types)
    return {
        "/sparql": get("sparql", "Answer a SPARQL query, or describe", parameters, types)
        | {"post": post | {"requestBody": {"required": True, "content": body}}},
        "/store": get(
            "store",
            "Send one named graph, or with `default` all graphs as one",
            [in_query("graph", "The graph.", IRI), in_query("default", "Without value.", TEXT)],
            _types(RDF),
        ),
        "/.well-known/void": get("void", "Describe the data as VoID and DCAT", (), _types(RDF)),
    }


def _finding(ways: Iterable[str], drawn: Iterable[str]) -> dict[str, Node]:
    text = {"type": "string", "maxLength": LONGEST}
    many = {"type": "array", "items": TEXT}
    searching = [
        in_query("q", "Words of a name; typing errors are forgiven.", text),
        *(in_query(name, f"Only what has this {name}.", many) for name in DIMENSIONS),
        in_query("limit", f"How many results, at most {MOST}.", _NUMBER | {"default": 20}),
        in_query("offset", "How many results to pass over.", _NUMBER | {"default": 0}),
    ]
    typed = [in_query("q", "What was typed.", text)]
    shape = ("application/x-suggestions+json",)
    way, chart = in_path("way", sorted(ways)), in_path("chart", sorted(drawn))
    return {
        "/queries.json": get("queries", "List the stored queries", (), _DATA),
        "/search.json": get("search", "Find things by name", searching, _DATA),
        "/suggest.json": get("suggest", "Complete a name that is typed", typed, shape),
        "/browse/{way}.json": get("browse", "Count what there is", [way], _DATA),
        "/overview.json": get("overview", "Counts, money, plans then and now", (), _DATA),
        "/charts/{chart}.svg": get("chart", "Draw a chart", [chart], ("image/svg+xml",)),
    }


def _things() -> dict[str, Node]:
    rows = (HTML, DATA, *RDF)
    types, formats = _types(rows), in_path("format", _extensions(rows))
    found = {
        f"/{path}/{{name}}.{{format}}": get(path, summary, [in_path("name"), formats], types)
        for path, summary in (
            ("id", "What the graph says of a thing"),
            ("concept", "What the graph says of a concept"),
            ("doc", "A document, its sections and how much of it is encoded"),
            ("graph", "A named graph"),
        )
    }
    return found | {"/ontology.{format}": get("ontology", "The ontology", [formats], types)}


def _exports(exports: Catalog) -> dict[str, Node]:
    depth: Node = {"type": "integer", "minimum": 1, "maximum": DEEPEST, "default": 1}
    told: Mapping[str, tuple[str, Node]] = {
        "iri": ("The thing in the middle: its address or name.", _SOME),
        "depth": ("How many links around it.", depth),
        "query": ("A CONSTRUCT query.", _SOME),
        "passages": ("1 adds the passages of facts.", _FLAG),
        "derived": ("0 leaves out what is derived.", _FLAG),
    }
    found = {}
    for name, entry in exports.items():
        formats = in_path("format", _extensions(entry.orders))
        given = [
            in_query(param, *told[param]) | {"required": param == entry.needs}
            for param in entry.params
        ]
        found[f"/export/{name}.{{format}}"] = get(
            f"export-{name}", entry.title, [formats, *given], _types(entry.orders)
        )
    return found


def _running() -> dict[str, Node]:
    plain = ("text/plain",)
    return {
        "/healthz": get("healthz", "Whether the server is alive", (), plain),
        "/readyz": get("readyz", "Whether a query is answered", (), plain),
        "/metrics": get("metrics", "Numbers for Prometheus", (), plain),
    }


def _extensions(rows: Iterable[Format]) -> list[str]:
    return list(dict.fromkeys(row.extension for row in rows))


def _types(rows: Iterable[Format]) -> list[str]:
    return list(dict.fromkeys(row.media_type for row in rows))
