"""The settings as click options, so that a command asks for a whole group in one line."""

import functools
import os
from collections.abc import Callable
from typing import Any

import click

from migkg import settings
from migkg.settings import Data, Limits, Server


def takes(*groups: type[Server] | type[Limits] | type[Data]) -> Callable[..., Any]:
    """Give a command the options of the groups and pass each group filled, by its lower name.

    `@takes(Server, Data)` calls the command with `server=Server(…), data=Data(…)`.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def filled(**flags: Any) -> Any:
            for group in groups:
                own = {row.name: flags.pop(row.name) for row in settings.rows(group)}
                flags[group.__name__.lower()] = settings.read(group, os.environ, own)
            return command(**flags)

        decorated: Callable[..., Any] = filled
        for row in reversed(list(settings.rows(*groups))):
            decorated = click.option(row.flag, row.name, help=_help(row))(decorated)
        return decorated

    return decorate


def _help(row: settings.Row) -> str:
    default = f"; default {row.default}" if row.default else ""
    return f"{row.help} ({row.variable}{default})"
