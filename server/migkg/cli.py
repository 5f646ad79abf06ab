"""The command `migkg`: one file in `migkg.commands` is one command, loaded when it is called."""

import errno
import importlib
import io
import os
import pkgutil
import sys
from pathlib import Path
from typing import Any

import click

from migkg import commands, likeness
from migkg.errors import MigkgError


class _Failure(click.ClickException):
    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"migkg: {self.message}", file=file or sys.stderr)


class _Commands(click.Group):
    """Finds the commands by file name and turns a fault into one sentence and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(found.name for found in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in (known := self.list_commands(ctx)):
            hint = likeness.hint(cmd_name, known) or f"There are {', '.join(known)}."
            raise _Failure(f"There is no command {cmd_name!r}. {hint}")
        module = importlib.import_module(f"migkg.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MigkgError as fault:
            raise _Failure(str(fault)) from fault
        except click.UsageError as fault:
            raise _misused(fault) from fault
        except OSError as fault:
            # Nobody reads on, as in `migkg … | head`: click ends in silence.
            if fault.strerror is None or fault.errno == errno.EPIPE:
                raise
            if fault.filename is None:
                _drop_output()
            raise _Failure(f"{fault.filename or 'The output'}: {fault.strerror}.") from fault

    def make_context(
        self, info_name: str | None, args: list[str], *others: Any, **named: Any
    ) -> click.Context:
        _open_streams()
        if any("\udc80" <= letter <= "\udcff" for argument in args for letter in argument):
            raise _Failure("An argument is not UTF-8. Write it in UTF-8, as the data are.")
        try:
            return super().make_context(info_name, args, *others, **named)
        except click.UsageError as fault:
            raise _misused(fault) from fault


def _open_streams() -> None:
    """Print in UTF-8 in every locale, and to nowhere where a stream was closed at the start."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode)  # noqa: SIM115
            os.set_inheritable(nowhere.fileno(), True)
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """Let go of what could not be printed: Python would try again, and fail, as it leaves."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _misused(fault: click.UsageError) -> _Failure:
    command = fault.ctx.command_path if fault.ctx else "migkg"
    said = fault.format_message()
    return _Failure(f"{said if said.endswith(('.', '?')) else f'{said}.'} See {command} --help.")


@click.command("migkg", cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="migkg", message="migkg %(version)s")
def main() -> None:
    """Check, query, export and serve the migkg knowledge graph.

    Example: migkg serve
    """
