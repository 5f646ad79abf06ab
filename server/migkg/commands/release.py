"""`migkg release`: every export in one folder, with checksums and what changed."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from migkg import catalog, compare, progress, release
from migkg.execute import Pool
from migkg.options import takes
from migkg.settings import Data, Limits, Server

_TIMEOUT = 3600.0  # seconds: nobody waits at the other end of a connection


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--since",
    type=click.Path(path_type=Path, exists=True),
    help="last release, to tell the changes from; default: what FOLDER holds already",
)
@takes(Server, Limits, Data, only=("public_url", "root"))
def command(folder: Path, since: Path | None, server: Server, limits: Limits, data: Data) -> None:
    """Write every export into FOLDER, with VoID, DCAT, SHA256SUMS and what changed.

    Example: migkg release public/2026-11 --since public/2026-10
    """
    before = release.prepare(folder)
    before = compare.read(since) if since else before
    with closing(Pool(data, replace(limits, timeout=_TIMEOUT))) as pool:
        entries = catalog.read(data.folder)
        source = release.Source(data.folder, entries, pool, server.base_url, before)
        release.make(folder, source, progress.show)
    progress.show("")
