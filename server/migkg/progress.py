"""Shows somebody who waits at a terminal what is being done."""

import sys

import click


def show(stage: str) -> None:
    """Write a stage over the last one on standard error, or take that away for ''.

    Where standard error is no terminal, nothing is written.
    """
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{stage}{' …' if stage else ''}", nl=False, err=True)
