"""`migkg format`: canonical Turtle on disk."""

from pathlib import Path

import click

from migkg.files import turtle_files, write_whole
from migkg.options import takes
from migkg.settings import Data
from migkg.turtle import format_turtle


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="change nothing; exit code 1 if a file would change")
@takes(Data, only=("root",))
def command(paths: tuple[Path, ...], check: bool, data: Data) -> None:
    """Write Turtle files in their canonical form; comments are dropped.

    PATHS are files or folders; without them all Turtle files of the graph.

    Example: migkg format instances/reference --check
    """
    whole = paths or [data.folder / name for name in ("ontology", "instances", "shapes")]
    changed = [path for path in turtle_files(whole) if _mend(path, check)]
    for path in changed:
        click.echo(f"{path}: {'is not canonical, run migkg format' if check else 'rewritten'}")
    if check and changed:
        raise SystemExit(1)


def _mend(path: Path, check: bool) -> bool:
    """Bring one file into form; return whether it was out of form."""
    text = path.read_bytes().decode(errors="surrogateescape")
    wanted = format_turtle(text, path)
    if wanted == text:
        return False
    if not check:
        write_whole(path, wanted.encode())
    return True
