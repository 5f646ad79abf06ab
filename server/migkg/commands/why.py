"""`migkg why`: file, line and passages behind a thing."""

import click

from migkg import evidence, why
from migkg.dataset import graphs_of_files
from migkg.errors import SourcesMissing
from migkg.files import shown
from migkg.options import takes
from migkg.settings import Data


@click.command()
@click.argument("name")
@takes(Data)
def command(name: str, data: Data) -> None:
    """Show where NAME is written, what is said of it, and the words that prove it.

    NAME is an IRI, a prefixed name, or the part after the prefix. The words are shown when the
    source texts are at hand.

    \b
    Example: migkg why office-vienna
    """
    try:
        sources = data.source_folder
    except SourcesMissing:
        sources = None
    documents = evidence.read_documents(data.folder / "instances", sources)
    groups = graphs_of_files(data.folder).values()
    statements = why.read(shown(file) for group in groups for file in group)
    iri = why.resolve(name, statements)
    for line in why.explain(iri, statements, documents):
        click.echo(line)
