"""Other stores, started for a test on free ports of the loopback address and ended after it."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import serving
import virtuoso as database

_PATIENCE = 60.0


@dataclass(frozen=True)
class Store:
    """Where a running store answers queries and takes graphs."""

    name: str
    query: str
    graphs: str


@contextmanager
def oxigraph(folder: Path) -> Iterator[Store]:
    """Run `oxigraph serve` over an empty folder."""
    port = serving.free_port()
    program = Path(sys.executable).with_name("oxigraph")
    flags = ["--location", str(folder), "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    url = f"http://127.0.0.1:{port}"
    with _running([str(program), "serve", *flags], f"{url}/query?query=ASK%7B%7D"):
        yield Store("oxigraph", f"{url}/query", f"{url}/store")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Store]:
    """Run Virtuoso over an empty folder; everybody may write to it."""
    http, sql = serving.free_port(), serving.free_port()
    url = f"http://127.0.0.1:{http}"
    command = database.command(folder, http, sql)
    with _running(command, f"{url}/sparql?query=ASK%7B%7D"):
        database.execute(sql, 'grant SPARQL_UPDATE to "SPARQL";', _PATIENCE)
        yield Store("virtuoso", f"{url}/sparql", f"{url}/sparql-graph-crud")


@contextmanager
def _running(command: Sequence[str], url: str) -> Iterator[None]:
    assert shutil.which(command[0]), f"{command[0]} is not installed: run tests/system/install"
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
    )
    try:
        _wait(process, url)
        yield
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE)


def _wait(process: "subprocess.Popen[bytes]", url: str) -> None:
    """Return when the store answers; fail when it ends or takes too long."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < deadline, f"{url} does not answer"
            time.sleep(0.1)
