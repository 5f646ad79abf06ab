"""The settings as click options, so that a command asks for a whole group in one line."""

import functools
import os
from collections.abc import Callable
from typing import Any

import click

from migkg import settings
from migkg.settings import Data, Limits, Server


def takes(
    *groups: type[Server] | type[Limits] | type[Data], only: tuple[str, ...] = ()
) -> Callable[..., Any]:
    """Give a command the options of the groups and pass each group filled, by its lower name.

    `@takes(Server, Data)` calls the command with `server=Server(…), data=Data(…)`; with `only`
    the other settings have no flag and come from their variable or default.
    """
    shown = [row for row in settings.rows(*groups) if not only or row.name in only]

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def filled(**arguments: Any) -> Any:
            flags = {row.name: arguments.pop(row.name) for row in shown}
            for group in groups:
                arguments[group.__name__.lower()] = settings.read(group, os.environ, flags)
            return command(**arguments)

        decorated: Callable[..., Any] = filled
        for row in reversed(shown):
            decorated = click.option(row.flag, row.name, help=_help(row))(decorated)
        return decorated

    return decorate


def _help(row: settings.Row) -> str:
    default = f"; default {row.default}" if row.default else ""
    return f"{row.help} ({row.variable}{default})"
