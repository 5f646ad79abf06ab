"""The servers, each started on a free port over the same statements and ended afterwards."""

import http.client
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tests import virtuoso as database
from tests.benchmarks import machine
from tests.benchmarks.enlarge import Graph
from tests.serving import free_port

OURS, MEMORY, DISK = "migkg", "oxigraph, memory", "oxigraph, disk"
# Seconds until a server is loaded or answers; more than any needs that is started here.
PATIENCE = 420.0
_DEADLINE = 60
_BUFFERS = 170_000
_LAST_WORDS = 400


@dataclass(frozen=True)
class Running:
    """A server that answered; `first`: seconds from its start to its first answer."""

    name: str
    port: int
    path: str
    process: "subprocess.Popen[bytes]"
    first: float

    @property
    def pid(self) -> int:
        """The number of its first process."""
        return self.process.pid

    def memory(self) -> float:
        """The proportional memory of all its processes, in MiB."""
        return machine.memory(self.pid)

    def death(self) -> str:
        """How it ended, '' while it runs."""
        code = self.process.poll()
        return "" if code is None else _named(code)


@dataclass(frozen=True)
class Peer:
    """A server: how it is started; what is loaded before; the largest enlargement it is given."""

    name: str
    version: str
    serve: Callable[[Graph, Path], AbstractContextManager[Running]]
    load: Callable[[Graph, Path], None] | None = None
    up_to: int = 1_000_000
    missing: str = ""


@contextmanager
def ours(graph: Graph, folder: Path, *flags: str) -> Iterator[Running]:
    """`migkg serve`, nothing kept, limits out of the way."""
    port = free_port()
    limits = {"timeout": _DEADLINE, "rows": 10**8, "bytes": 2**32, "memory": 2**14}
    limits |= {"cache-bytes": 0}
    named = [part for name, value in limits.items() for part in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "migkg", "serve", "--data", str(graph.root)]
    command += ["--port", str(port), *named, *flags]
    with running(OURS, command, port, "/sparql", folder) as server:
        yield server


@contextmanager
def oxigraph_memory(graph: Graph, folder: Path) -> Iterator[Running]:
    """`oxigraph serve` without a folder, filled over HTTP."""
    port = free_port()
    start = time.perf_counter()
    with running(MEMORY, _oxigraph("serve", port), port, "/query", folder) as server:
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
        yield Running(MEMORY, port, "/query", server.process, time.perf_counter() - start)


def load_oxigraph(graph: Graph, folder: Path) -> None:
    """`oxigraph load` into a folder."""
    load = ["load", "--location", str(folder / "oxigraph"), "--lenient", "--file"]
    _run([_program("oxigraph"), *load, str(graph.quads)])


@contextmanager
def oxigraph_disk(_: Graph, folder: Path) -> Iterator[Running]:
    """`oxigraph serve-read-only` over the folder that was filled."""
    port, place = free_port(), str(folder / "oxigraph")
    command = _oxigraph("serve-read-only", port, "--location", place)
    with running(DISK, command, port, "/query", folder) as server:
        yield server


@contextmanager
def rdflib_endpoint(graph: Graph, folder: Path) -> Iterator[Running]:
    """`rdflib-endpoint serve` with rdflib's own store."""
    port = free_port()
    command = [_program("rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port)]
    with running("rdflib-endpoint", [*command, str(graph.quads)], port, "/", folder) as server:
        yield server


def load_virtuoso(graph: Graph, folder: Path) -> None:
    """Virtuoso's own loader, into a new database."""
    port, sql = free_port(), free_port()
    command = database.command(folder, port, sql, graph.quads.parent, _BUFFERS)
    with running("Virtuoso", command, port, "/sparql", folder):
        load = f"DB.DBA.TTLP_MT(file_open('{graph.quads}'), '', 'urn:default', 512)"
        database.execute(sql, f"{load}; checkpoint;", PATIENCE)


@contextmanager
def virtuoso(_: Graph, folder: Path) -> Iterator[Running]:
    """Virtuoso over the database that was filled."""
    port = free_port()
    command = database.command(folder, port, free_port(), buffers=_BUFFERS)
    with running("Virtuoso", command, port, "/sparql", folder) as server:
        yield server


def peers() -> Sequence[Peer]:
    """All servers; those that the machine lacks say what is missing."""
    virtuoso_is = shutil.which("virtuoso-t") and shutil.which("isql-vt")
    engine = version("oxigraph")
    return [
        Peer(OURS, version("migkg"), ours),
        Peer(MEMORY, engine, oxigraph_memory),
        Peer(DISK, engine, oxigraph_disk, load_oxigraph),
        Peer("rdflib-endpoint", version("rdflib-endpoint"), rdflib_endpoint, up_to=1),
        Peer(
            "Virtuoso",
            _virtuoso_version() if virtuoso_is else "",
            virtuoso,
            load_virtuoso,
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
    # No --timeout-s: with it each query leaves a thread that sleeps as long, and after some ten
    # thousand queries the process aborts for want of threads (seen with 0.5.13).
    bind = ["--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    return [_program("oxigraph"), command, *bind, *flags]


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-500:]} {done.stderr[-500:]}"


@contextmanager
def running(
    name: str, command: Sequence[str], port: int, path: str, folder: Path
) -> Iterator[Running]:
    """A command that serves on a port; fails where it gives no answer there."""
    start = time.perf_counter()
    with (folder / "said.log").open("w+b") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            _wait(process, port, f"{path}?query=ASK%20%7B%7D")
            yield Running(name, port, path, process, time.perf_counter() - start)
        finally:
            if process.poll() is not None:
                # For who runs this; the report only tells that it ended.
                said.seek(max(0, said.seek(0, 2) - _LAST_WORDS))
                sys.stderr.write(said.read().decode(errors="replace"))
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
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
        code = process.poll()
        assert code is None, f"it ended ({_named(code or 0)}) before it answered"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            headers = {"Accept": "application/sparql-results+json"}
            connection.request("GET", target, headers=headers)
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            assert time.monotonic() < deadline, f"no answer {PATIENCE:.0f} s after its start"
        finally:
            connection.close()
        time.sleep(0.005)


def _named(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
