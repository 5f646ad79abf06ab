"""`migkg diff`: what changed between two states of the graph."""

from pathlib import Path

import click

from migkg import changelog, compare
from migkg.files import deliver


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "patch"]),
    default="text",
    show_default=True,
    help="for people, or an RDF patch that makes NEW of OLD",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="file; default, or -: print")
def command(old: Path, new: Path, form: str, output: Path | None) -> None:
    """Tell what was added, removed and changed, by document and thing.

    OLD and NEW are data folders, folders that `migkg release` made, or N-Quads files. The patch
    covers what is derived too; text and page leave it out, for it follows from the rest.

    Example: migkg diff release-1 . --format html -o changes.html
    """
    states = compare.read(old), compare.read(new)
    if form == "patch":
        body = compare.patch(*states)
    else:
        parts = compare.compare(*states)
        title = f"Changes from {old.name or old} to {new.name or new}"
        body = (changelog.html(parts, title) if form == "html" else changelog.text(parts)).encode()
    deliver(output, body)
