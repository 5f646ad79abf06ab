"""`migkg export`: the whole graph as one file."""

from pathlib import Path

import click

from migkg import dataset, dumps
from migkg.files import write_whole
from migkg.formats import BY_NAME
from migkg.options import takes
from migkg.settings import Data


@click.command()
@click.option(
    "--format",
    "name",
    type=click.Choice([row.name for row in dumps.DUMPS]),
    default="trig",
    show_default=True,
    help="format of the file; ttl, nt and rdfxml merge the named graphs",
)
@click.option("--graph", metavar="IRI", help="only this named graph")
@click.option("--no-derived", is_flag=True, help="leave out what follows from the files")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="file; default: print")
@takes(Data, only=("root",))
def command(
    name: str, graph: str | None, no_derived: bool, output: Path | None, data: Data
) -> None:
    """Write the graph, the same bytes every time.

    Example: migkg export --format ttl --no-derived -o migkg.ttl
    """
    body = dumps.dump(dataset.load(data), BY_NAME[name], graph, not no_derived)
    if output is None:
        click.echo(body, nl=False)
    else:
        write_whole(output, body)
