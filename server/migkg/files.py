"""Finds Turtle files and writes files whole or not at all."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from migkg.errors import CannotRun

_DEVICES = Path("/dev")


def turtle_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each path that is a file, and the sorted `.ttl` files below each that is a folder."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.ttl"))
        else:
            yield path


def shown(file: Path) -> Path:
    """Return a path as a person would type it: what an error names can be opened."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old content or the new, never a part.

    Of a link the file that it leads to is written; a device or a pipe is written to as it is.
    Raises CannotRun where there is no folder for it, OSError with the path for other faults.
    """
    if (path.exists() and not path.is_file() and not path.is_dir()) or _DEVICES in path.parents:
        path.write_bytes(content)
        return
    path = path.resolve()
    if not path.parent.is_dir():
        raise CannotRun(f"There is no folder {path.parent}.", "Make it first, or name another.")
    try:
        _replace(path, content)
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(path)) from fault


def deliver(output: Path | None, content: bytes) -> None:
    """Write a file whole, or print it where there is no path or it is `-`."""
    if output is not None and str(output) != "-":
        write_whole(output, content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
