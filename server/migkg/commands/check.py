"""`migkg check`: is the graph what its rules say?"""

import json
import sys
from pathlib import Path

import click

from migkg import check, check_reasoner
from migkg.files import shown
from migkg.findings import Finding
from migkg.options import takes
from migkg.settings import Data


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--full", is_flag=True, help="also consistency and profile by Java programs")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
@takes(Data)
def command(paths: tuple[Path, ...], full: bool, as_json: bool, data: Data) -> None:
    """Check the graph: form, names, shapes, check queries, passages, coverage, copies.

    PATHS are files or folders; with them only what is to be mended there is told. Exit code 0:
    clean, 1: findings, 2: could not be run.

    \b
    Example: migkg check instances/reference
    """
    if full:
        check_reasoner.require()
    outcome = check.run(data, paths, _tell)
    found, skipped = outcome.findings, outcome.skipped
    if full:
        _tell("consistency and profile")
        more, without = check_reasoner.faults(data.folder)
        found, skipped = sorted({*found, *more}), [*skipped, *without]
    for sentence in skipped:
        click.echo(f"skipped: {sentence}", err=True)
    if as_json:
        click.echo(json.dumps([_row(finding) for finding in found], indent=1))
    else:
        for finding in found:
            click.echo("{file}: {subject}: {rule}: {detail} {mend}".format(**_row(finding)))
        click.echo(f"{len(found)} findings." if found else "Clean.", err=True)
    raise SystemExit(1 if found else 0)


def _tell(stage: str) -> None:
    """Say to somebody who waits at a terminal what is being checked."""
    if sys.stderr.isatty():
        click.echo(f"checking {stage} …", err=True)


def _row(finding: Finding) -> dict[str, str]:
    return {
        "file": str(shown(finding.file)),
        "subject": finding.subject,
        "rule": finding.rule,
        "detail": finding.detail,
        "mend": finding.mend,
    }
