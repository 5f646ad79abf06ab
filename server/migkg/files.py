"""Finds Turtle files and writes files whole or not at all."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path


def turtle_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each path that is a file, and the sorted `.ttl` files below each that is a folder."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.ttl"))
        else:
            yield path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old content or the new, never a part."""
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
