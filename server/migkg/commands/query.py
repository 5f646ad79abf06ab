"""`migkg query`: one SPARQL query over the files, without a server."""

import sys
from contextlib import closing
from pathlib import Path

import click

from migkg import guard, queries, tables
from migkg.backend import open_backend
from migkg.errors import BadRequest
from migkg.exchange import Query
from migkg.formats import BY_NAME, GRAPHS, TABLES
from migkg.options import takes
from migkg.parameters import bind
from migkg.queries import StoredQuery
from migkg.search import Index
from migkg.settings import Data, Limits, Server
from migkg.terms import in_turtle

FORMATS = ["table", *(row.name for row in (*TABLES, *GRAPHS))]


@click.command()
@click.argument("query", required=False)
@click.option("--format", "name", type=click.Choice(FORMATS), help="default: table, or ttl")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="of a stored query")
@click.option("--list", "listed", is_flag=True, help="list the stored queries and end")
@takes(Server, Limits, Data, only=("backend", "timeout", "rows", "root"))
def command(
    query: str | None,
    name: str | None,
    params: tuple[str, ...],
    listed: bool,
    server: Server,
    limits: Limits,
    data: Data,
) -> None:
    """Answer a SPARQL query.

    QUERY is a file, the name of a stored query, SPARQL itself, or - for what is typed in.

    \b
    Example: migkg query offices-by-theme
             migkg query 'SELECT * { ?s ?p ?o } LIMIT 3'
    """
    if listed:
        for stored in queries.read_queries(data.folder / "queries"):
            needs = "".join(f"\n    --param {one.name}=…  {one.help}" for one in stored.params)
            click.echo(f"{stored.name}\n    {stored.summary}{needs}")
        return
    if query is None:
        raise BadRequest("There is no query.", "Name one, or see migkg query --list.")
    values = _pairs(params)
    asked = _asked(query, data, bound=bool(values))
    with closing(open_backend(server, data, limits)) as backend:
        text = asked if isinstance(asked, str) else bind(backend, Index(backend), asked, values)
        wanted = name or ("ttl" if guard.inspect(text, limits).kind == "graph" else "table")
        media_type = BY_NAME["json" if wanted == "table" else wanted].media_type
        answer = backend.run(Query(text, media_type))
    click.echo(_table(answer.body) if wanted == "table" else answer.body, nl=False)
    if answer.more:
        click.echo(f"migkg: there are more than {limits.rows} rows: raise --rows.", err=True)
        raise SystemExit(1)


def _asked(query: str, data: Data, *, bound: bool) -> str | StoredQuery:
    """Return a query's text, or the stored query; `bound` if it is given values."""
    if query == "-" or "{" in query:
        if bound:
            raise BadRequest("A typed query has no parameters.", "Write the values into it.")
        return query if query != "-" else queries.decode(sys.stdin.buffer.read(), "standard input")
    file = Path(query)
    if not file.is_file():
        return queries.find_query(query, data.folder / "queries")
    return (
        queries.read_query(file, file.parent) if bound else queries.decode(file.read_bytes(), file)
    )


def _pairs(params: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for param in params:
        name, sign, value = param.partition("=")
        if not sign:
            raise BadRequest(f"--param {param} has no value.", "Write --param name=value.")
        if name in values:
            raise BadRequest(f"--param {name} is given twice.", "Give each parameter one value.")
        values[name] = value
    return values


def _table(body: bytes) -> str:
    """Return JSON results as a text table, each column as wide as its widest cell."""
    table = tables.read(body)
    if table.truth is not None:
        return f"{str(table.truth).lower()}\n"
    lines = [
        list(table.columns),
        *([_cell(row.get(name)) for name in table.columns] for row in table.rows),
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    padded = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    return "".join(f"{line}\n" for line in padded)


def _cell(term: tables.Term | None) -> str:
    if term is None:
        return ""
    if term.kind == "uri":
        return in_turtle(term.value)
    return f"_:{term.value}" if term.kind == "bnode" else " ".join(term.value.split())
