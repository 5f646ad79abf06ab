"""`migkg export`: the same files as at `/export/`, without a server."""

import json
from pathlib import Path

import click

from migkg import catalog, dataset, exporting, progress, queries, worker
from migkg.catalog import Order
from migkg.errors import BadRequest
from migkg.files import deliver
from migkg.formats import BY_NAME, RDF
from migkg.options import takes
from migkg.settings import Data, Limits
from migkg.terms import GRAPH
from migkg.writers import registry
from migkg.writers.network import unpack
from migkg.writers.packing import packed


@click.command()
@click.argument("name", required=False)
@click.option(
    "--format",
    "rdf",
    type=click.Choice([row.name for row in RDF]),
    help="without NAME: the whole graph in this format  [default: trig]",
)
@click.option("--graph", metavar="IRI", help="without NAME: only this named graph, such as 002")
@click.option("--no-derived", is_flag=True, help="leave out what follows from the files")
@click.option(
    "--iri", help="for neighbourhood: the thing in its middle, such as mgi:office-albania"
)
@click.option("--depth", help=f"for neighbourhood: links from there, 1 to {catalog.DEEPEST}")
@click.option("--query", help="for construct: a CONSTRUCT query, or @FILE")
@click.option("--passages", is_flag=True, help="name the passages of each edge")
@click.option("--list", "listed", is_flag=True, help="list the names and end")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="file; default, or -: print")
@takes(Limits, Data, only=("rows", "root"))
def command(
    name: str | None,
    rdf: str | None,
    graph: str | None,
    output: Path | None,
    listed: bool,
    limits: Limits,
    data: Data,
    **params: str | bool | None,
) -> None:
    """Write a file, the same bytes every time.

    NAME is what stands behind /export/ in a URL: graph.nq.gz, document-002.ttl,
    offices-by-theme.gexf, tables.zip. Without NAME it is the whole graph.

    Example: migkg export offices-by-theme.gexf -o themes.gexf
    """
    entries = catalog.read(data.folder)
    if listed:
        for entry in entries.values():
            extensions = " ".join(row.extension for row in entry.orders)
            click.echo(f"{entry.name}  ({extensions})\n    {entry.title}.")
        return
    if name and (rdf or graph):
        raise BadRequest("NAME says the format and the graph.", "Leave out --format and --graph.")
    entry, order = catalog.find(entries, name or f"graph.{BY_NAME[rdf or 'trig'].extension}")
    order = catalog.ordered(entry, order, _given(params))
    if graph:
        graph = graph if ":" in graph else GRAPH + graph
        order = Order("rdf", order.format, graphs=(graph,), derived=order.derived)
    body = packed(_made(order, limits, data), order.coding)
    deliver(output, body)


def _given(params: dict[str, str | bool | None]) -> dict[str, str]:
    """Return the options as the parameters of a URL."""
    given = {name: value for name, value in params.items() if isinstance(value, str)}
    if given.get("query", "").startswith("@"):
        file = Path(given["query"][1:])
        given["query"] = queries.decode(file.read_bytes(), file)
    if params["no_derived"]:
        given["derived"] = "0"
    if params["passages"]:
        given["passages"] = "1"
    return given


def _made(order: Order, limits: Limits, data: Data) -> bytes:
    if order.what == "shapes":
        return exporting.shapes(order, data.folder)
    job = order.job(limits)
    progress.show("load the graph")
    loaded = dataset.load(data)
    progress.show(f"write {order.format}")
    body = worker.export(loaded, job).body
    if order.format in registry.APART:
        body = registry.write_here(unpack(json.loads(body)), order.format)
    progress.show("")
    return body
