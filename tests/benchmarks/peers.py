"""The servers, each started on a free port over the same statements and ended afterwards."""

import http.client
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.enlarge import Graph
from tests.serving import free_port

OURS, MEMORY, DISK = "migkg", "oxigraph, memory", "oxigraph, disk"
PATIENCE = 900.0
_DEADLINE = 60
_VIRTUOSO = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {data}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
MaxSortedTopRows = 1000000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 40
MaxKeepAlives = 40
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 2000000
MaxConstructTriples = 2000000
"""


@dataclass(frozen=True)
class Running:
    """A server that answers; seconds of loading before its start, and from it to an answer."""

    name: str
    port: int
    path: str
    pid: int
    load: float
    first: float

    def memory(self) -> float:
        """The proportional memory of all its processes, in MiB."""
        return machine.memory(self.pid)


@dataclass(frozen=True)
class Peer:
    """A server that can be started; `up_to`: the largest enlargement it is given."""

    name: str
    version: str
    start: Callable[[Graph, Path], AbstractContextManager[Running]]
    up_to: int = 1_000_000
    missing: str = ""


@contextmanager
def ours(graph: Graph, _: Path, *flags: str) -> Iterator[Running]:
    """`migkg serve`, nothing kept, limits out of the way."""
    port = free_port()
    limits = {"timeout": _DEADLINE, "rows": 10**8, "bytes": 2**32, "memory": 2**14}
    limits |= {"cache-bytes": 0}
    named = [part for name, value in limits.items() for part in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "migkg", "serve", "--data", str(graph.root)]
    command += ["--port", str(port), *named, *flags]
    with _running(OURS, command, port, "/sparql") as running:
        yield running


@contextmanager
def oxigraph_memory(graph: Graph, _: Path) -> Iterator[Running]:
    """`oxigraph serve` without a folder, filled over HTTP."""
    port = free_port()
    start = time.perf_counter()
    with _running(MEMORY, _oxigraph("serve", port), port, "/query") as running:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with graph.quads.open("rb") as body:
            headers = {
                "Content-Type": "application/n-quads",
                "Content-Length": str(graph.quads.stat().st_size),
            }
            connection.request("POST", "/store?no_transaction&lenient", body, headers)
        reply = connection.getresponse()
        reply.read()
        assert reply.status < 300, reply.status
        connection.close()
        yield Running(MEMORY, port, "/query", running.pid, 0, time.perf_counter() - start)


@contextmanager
def oxigraph_disk(graph: Graph, folder: Path) -> Iterator[Running]:
    """`oxigraph serve-read-only` over a folder that `oxigraph load` filled."""
    port, place = free_port(), str(folder / "oxigraph")
    start = time.perf_counter()
    load = ["load", "--location", place, "--lenient", "--file", str(graph.quads)]
    _run([_program("oxigraph"), *load])
    loaded = time.perf_counter() - start
    command = _oxigraph("serve-read-only", port, "--location", place)
    with _running(DISK, command, port, "/query", loaded) as running:
        yield running


@contextmanager
def rdflib_endpoint(graph: Graph, _: Path) -> Iterator[Running]:
    """`rdflib-endpoint serve` with rdflib's own store."""
    port = free_port()
    command = [_program("rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port)]
    with _running("rdflib-endpoint", [*command, str(graph.quads)], port, "/") as running:
        yield running


@contextmanager
def virtuoso(graph: Graph, folder: Path) -> Iterator[Running]:
    """Virtuoso over a new database, filled by its own loader, then started again."""
    port, sql, ini = free_port(), free_port(), folder / "virtuoso.ini"
    data = graph.quads.parent
    ini.write_text(_VIRTUOSO.format(folder=folder, port=port, sql=sql, data=data))
    command = ["virtuoso-t", "-f", "-c", str(ini)]
    start = time.perf_counter()
    with _running("Virtuoso", command, port, "/sparql"):
        load = f"DB.DBA.TTLP_MT(file_open('{graph.quads}'), '', 'urn:default', 512)"
        isql = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", "VERBOSE=OFF"]
        _run([*isql, f"EXEC={load}; checkpoint;"])
        loaded = time.perf_counter() - start
    with _running("Virtuoso", command, port, "/sparql", loaded) as running:
        yield running


def peers() -> Sequence[Peer]:
    """All servers; those that the machine lacks say what is missing."""
    virtuoso_is = shutil.which("virtuoso-t") and shutil.which("isql-vt")
    engine = version("oxigraph")
    return [
        Peer(OURS, version("migkg"), ours),
        Peer(MEMORY, engine, oxigraph_memory),
        Peer(DISK, engine, oxigraph_disk),
        Peer("rdflib-endpoint", version("rdflib-endpoint"), rdflib_endpoint, up_to=1),
        Peer(
            "Virtuoso",
            _virtuoso_version() if virtuoso_is else "",
            virtuoso,
            up_to=10,
            missing="" if virtuoso_is else "is not installed (Debian: virtuoso-opensource)",
        ),
    ]


def _virtuoso_version() -> str:
    said = subprocess.run(["virtuoso-t", "-?"], capture_output=True, text=True, timeout=20)
    found = re.search(r"Version (\S+)", said.stdout + said.stderr)
    return found[1] if found else "7"


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _oxigraph(command: str, port: int, *flags: str) -> list[str]:
    bind = ["--bind", f"127.0.0.1:{port}", "--union-default-graph", "--timeout-s", str(_DEADLINE)]
    return [_program("oxigraph"), command, *bind, *flags]


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-500:]} {done.stderr[-500:]}"


@contextmanager
def _running(
    name: str, command: Sequence[str], port: int, path: str, load: float = 0.0
) -> Iterator[Running]:
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        _wait(process, port, f"{path}?query=ASK%20%7B%7D")
        yield Running(name, port, path, process.pid, load, time.perf_counter() - start)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            # One peer first ends the query that it is at.
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, target: str) -> None:
    """Return when the server answers; fail when it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, f"{process.args!r} ended with {process.returncode}"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            headers = {"Accept": "application/sparql-results+json"}
            connection.request("GET", target, headers=headers)
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            assert time.monotonic() < deadline, f"{process.args!r} does not answer"
        finally:
            connection.close()
        time.sleep(0.005)
