import ctypes
import gzip
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.client import RemoteDisconnected
from itertools import count, groupby, pairwise
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest

from serving import SLOW, Site, free_port, serving, write_data
from watching import children, gone, until

COMMAND = [sys.executable, "-m", "migkg", "serve"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


def run(*flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *flags], capture_output=True, text=True, timeout=30, check=False
    )


def family(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid, *(one for child in children(pid) for one in family(child))]


def test_it_says_where_it_is_and_how_to_ask(root: Path) -> None:
    with serving(root) as site:
        assert f"http://127.0.0.1:{site.port}/" in site.said
        command = shlex.split(site.said.splitlines()[1])
        curl, *flags, url, header, accept, encode, field = command
        assert (curl, flags, header, encode) == ("curl", ["-G"], "-H", "--data-urlencode")
        assert url == f"http://127.0.0.1:{site.port}/sparql"
        reply = site.ask(field.removeprefix("query="), accept.removeprefix("Accept: "))
        assert reply.text == "name,place\r\nIOM Oslo,Norway <&>\r\n"


def test_folder_of_texts_that_was_named_must_be_there(root: Path) -> None:
    done = run("--data", str(root), "--port", "0", "--sources", str(root / "none"))
    assert done.returncode == 2
    assert "none" in done.stderr


def test_event_loop_is_ours_whatever_else_is_installed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rloop.py").write_text("def new_event_loop():\n    raise OSError\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with serving(root) as site:
        assert site.ask("ASK {}").status == 200


def test_web_server_is_imported_while_the_data_are_loaded() -> None:
    program = "import sys, migkg.commands.serve; print({'flask', 'granian'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_hangup_while_the_data_are_loaded_ends_nothing(root: Path) -> None:
    command = [*COMMAND, "--data", str(root), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        # It has begun to load the data when it has a child.
        until(lambda: children(process.pid) != [])
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline().startswith("migkg answers at")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_everything(root: Path, number: signal.Signals) -> None:
    with serving(root) as site:
        assert site.ask("ASK {}").status == 200
        everyone = family(site.process.pid)
        site.process.send_signal(number)
        assert site.process.wait(timeout=10) == 0
        until(lambda: all(map(gone, everyone)))
        assert len(everyone) >= 4
        assert site.process.stdout is not None
        assert site.process.stdout.read() == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_sent_again_and_again_ends_it_as_one_does(
    root: Path, number: signal.Signals
) -> None:
    with serving(root) as site:
        while site.process.poll() is None:
            site.process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                site.process.wait(timeout=0.002)
        assert site.process.returncode == 0
        assert site.process.stdout is not None
        assert site.process.stdout.read() == ""


def test_signal_to_all_at_once_ends_everything(root: Path) -> None:
    # A terminal sends Ctrl-C to every process it started.
    with serving(root) as site:
        assert site.ask("ASK {}").status == 200
        everyone = family(site.process.pid)
        for pid in everyone:
            os.kill(pid, signal.SIGINT)
        assert site.process.wait(timeout=10) == 0
        until(lambda: all(map(gone, everyone)))
        assert site.process.stdout is not None
        assert site.process.stdout.read() == ""


def test_interrupt_is_for_the_first_process_alone_to_obey(root: Path) -> None:
    # The HTTP server hangs, at times, where a terminal and its parent both tell it to end.
    with serving(root) as site:
        assert site.ask("ASK {}").status == 200
        assert all(map(ignores_interrupts, (web(site), zygote(site))))
        assert not ignores_interrupts(site.process.pid)


def ignores_interrupts(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    return bool(int(status.partition("SigIgn:")[2].split()[0], 16) >> (signal.SIGINT - 1) & 1)


@pytest.mark.parametrize("member", [0, 1, 2])
def test_no_process_outlives_the_server(root: Path, member: int) -> None:
    with serving(root) as site:
        assert site.ask("ASK {}").status == 200
        everyone = family(site.process.pid)
        os.kill((site.process.pid, web(site), zygote(site))[member], signal.SIGKILL)
        if member:
            until(lambda: answers(site))
            everyone += family(site.process.pid)
            site.process.terminate()
        site.process.wait(timeout=10)
        until(lambda: all(map(gone, everyone)))
        assert len(everyone) >= 4


def answers(site: Site) -> bool:
    """Tell whether a server answers; its serving process may be gone, or go just then."""
    with suppress(ConnectionError, RemoteDisconnected):
        return site.ask("ASK {}").status == 200
    return False


def test_serving_process_that_is_killed_is_replaced(root: Path) -> None:
    with serving(root, "--timeout", "60") as site:
        before = site.get("/id/office-oslo.ttl")
        first, loader = web(site), zygote(site)
        with socket.create_connection(("127.0.0.1", site.port), timeout=10) as channel:
            channel.sendall(request_for(SLOW))
            until(lambda: children(loader) != [])
            others = family(loader)
            os.kill(first, signal.SIGKILL)
            until(lambda: gone(first) and answers(site))
        assert site.get("/id/office-oslo.ttl").headers["etag"] == before.headers["etag"]
        # Nor does a query go on that nobody waits for.
        until(lambda: all(map(gone, others)))
        site.process.terminate()
        assert site.process.wait(timeout=10) == 0


def test_serving_process_that_is_killed_twice_at_once_ends_the_server(root: Path) -> None:
    with serving(root) as site:
        for _ in range(2):
            until(lambda: answers(site))
            os.kill(web(site), signal.SIGKILL)
        assert site.process.wait(timeout=10) == 1


def request_for(query: str) -> bytes:
    target = f"/sparql?query={quote(query)}"
    return f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode()


def web(site: Site) -> int:
    """The process of a server that serves."""
    found = (c for c in children(site.process.pid) if not gone(c))
    return next(c for c in found if "migkg.zygote" not in words(c))


def zygote(site: Site) -> int:
    """The process of a server that holds the data."""
    return next(c for c in children(site.process.pid) if "migkg.zygote" in words(c))


def test_signal_that_another_thread_gets_ends_the_server(root: Path) -> None:
    with serving(root) as site:
        main = site.process.pid
        others = {int(task.name) for task in Path(f"/proc/{main}/task").iterdir()} - {main}
        assert ctypes.CDLL(None).tgkill(main, min(others), signal.SIGTERM) == 0
        assert site.process.wait(timeout=10) == 0


def words(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def test_query_in_progress_does_not_hold_up_the_end(root: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?q }"
    with serving(root, "--timeout", "60") as site:
        with socket.create_connection(("127.0.0.1", site.port), timeout=10) as channel:
            query = slow.replace(" ", "+").replace("?", "%3F")
            channel.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            until(lambda: len(children(zygote(site))) > 0)
            everyone = family(site.process.pid)
            site.process.terminate()
            site.process.wait(timeout=10)
            until(lambda: all(map(gone, everyone)))
        assert site.process.returncode == 0


def opened(pid: int) -> list[Path]:
    """What files a process and its children have open."""
    found = []
    for one in (pid, *children(pid)):
        for file in Path(f"/proc/{one}/fd").iterdir():
            with suppress(FileNotFoundError):  # it was closed meanwhile
                found.append(file.readlink())
    return found


def prepared(site: Site) -> bool:
    """Whether the text index is there, so that no process makes it any more."""
    return any("migkg-index" in str(file) for file in opened(site.process.pid))


@contextmanager
def in_progress(site: Site, query: str) -> Iterator[socket.socket]:
    """A query that a worker is at, and the connection on which it will be answered."""
    until(lambda: prepared(site))
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as channel:
        target = f"/sparql?query={quote(query)}"
        channel.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        loader = zygote(site)
        until(lambda: any(time_of(worker) > 5 for worker in children(loader)))
        yield channel


def time_of(pid: int) -> int:
    """The processor time that a process has used, in hundredths of a second."""
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))


def whole(channel: socket.socket) -> bytes:
    return b"".join(iter(lambda: channel.recv(65536), b""))


def test_running_answer_is_finished_before_the_end(root: Path) -> None:
    # A second of work or so, that ends by itself.
    query = SLOW.replace("?m ?n2 ?o", "")
    with serving(root, "--stop", "9") as site, in_progress(site, query) as channel:
        site.process.terminate()
        assert whole(channel).startswith(b"HTTP/1.1 200")
        assert site.process.wait(timeout=10) == 0


def test_answer_that_is_not_ready_at_the_end_is_a_clean_503(root: Path) -> None:
    with serving(root, "--stop", "1") as site, in_progress(site, SLOW) as channel:
        site.process.terminate()
        until(lambda: refuses(site.port))
        answer = whole(channel)
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"being stopped" in answer
        assert site.process.wait(timeout=10) == 0


def refuses(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_killed_worker_is_a_clean_503_and_nobody_else_notices(root: Path) -> None:
    with serving(root) as site, in_progress(site, SLOW) as channel:
        os.kill(max(children(zygote(site)), key=time_of), signal.SIGKILL)
        answer = whole(channel)
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"retry-after" in answer.lower()
        assert site.ask("ASK {}").status == 200


def test_search_is_prepared_before_anybody_asks(root: Path) -> None:
    with serving(root) as site:
        until(lambda: prepared(site))


def test_port_in_use_is_one_sentence(root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("--data", str(root), "--port", str(port))
    assert done.returncode == 2
    assert done.stderr.startswith(f"migkg: The address 127.0.0.1:{port} cannot be used")
    assert done.stderr.count("\n") == 1


def test_port_zero_takes_a_free_one(root: Path) -> None:
    with serving(root, "--port", "0") as site:
        found = re.search("http://127.0.0.1:([0-9]+)/", site.said)
        assert found
        assert replace(site, port=int(found[1])).ask("ASK {}").status == 200


def test_host_may_be_a_name(root: Path) -> None:
    with serving(root, "--host", "localhost") as site:
        assert site.said.startswith(f"migkg answers at http://localhost:{site.port}/ ")
        assert f"<http://localhost:{site.port}/sparql>" in site.get("/sparql.nt").text


def test_second_server_on_the_port_is_refused(root: Path) -> None:
    with serving(root) as site:
        done = run("--data", str(root), "--port", str(site.port))
        assert done.returncode == 2
        assert "cannot be used" in done.stderr
        assert site.ask("ASK {}").status == 200


def test_broken_turtle_is_one_sentence_with_its_place(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    (root / "instances" / "reference" / "bad.ttl").write_text("<a:a> <b:b>\n  c .\n")
    done = run("--data", str(root), "--port", str(free_port()))
    assert done.returncode == 2
    assert "bad.ttl, line 2, column" in done.stderr
    assert done.stderr.count("\n") == 1


def test_broken_stored_query_is_one_sentence(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    (root / "queries" / "bad.rq").write_text("ASK {}")
    done = run("--data", str(root), "--port", str(free_port()))
    assert done.returncode == 2
    assert "bad.rq" in done.stderr
    assert done.stderr.count("\n") == 1


def test_access_log_that_cannot_be_written_is_one_sentence(root: Path) -> None:
    log = root / "none" / "access.log"
    done = run("--data", str(root), "--port", str(free_port()), "--access-log", str(log))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"The access log {log} cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1


def test_missing_data_is_one_sentence(tmp_path: Path) -> None:
    done = run("--data", str(tmp_path), "--port", str(free_port()))
    assert done.returncode == 2
    assert "does not hold the folders" in done.stderr
    assert done.stderr.count("\n") == 1


def test_answer_comes_in_the_coding_asked_for(root: Path) -> None:
    with serving(root) as site:
        plain = site.get("/export/graph.nq")
        for coding, read in (("gzip", gzip.decompress), ("br", brotli.decompress)):
            reply = site.get("/export/graph.nq", Accept_Encoding=coding)
            assert read(reply.body) == plain.body
            assert reply.headers["content-encoding"] == coding
            head = site.send("HEAD", "/export/graph.nq", Accept_Encoding=coding)
            assert (head.headers | {"date": ""}, head.body) == (reply.headers | {"date": ""}, b"")
            held = {"Accept_Encoding": coding, "If_None_Match": reply.headers["etag"]}
            assert site.get("/export/graph.nq", **held).status == 304
        assert site.get("/export/graph.nq", Accept_Encoding="identity;q=0").status == 406


NAME = "SELECT ?name { ?office a <https://w3id.org/migkg/ontology#Office> ; rdfs:label ?name }"
NAME = f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {NAME}"
OFFICES = "instances/reference/offices.ttl"


def rename(root: Path, old: str, new: str) -> None:
    """Give the office another name, and the data one statement more."""
    file, other = root / OFFICES, root / "new"
    text = file.read_text().replace(f'"{old}"', f'"{new}"')
    other.write_text(f'{text}mgi:office-oslo mgo:note "Now {new}" .\n')
    other.rename(file)


def name(site: Site) -> str:
    (row,) = site.ask(NAME).rows()
    return row["name"]


def triples(site: Site) -> int:
    """How many triples the description says there are in all."""
    text = site.get("/.well-known/void", Accept="text/turtle").text
    found = re.findall("void:triples ([0-9]+)", text)
    return max(map(int, found))


class Asking(threading.Thread):
    """A client that asks on, each time on a new connection, until it is told to end."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site, self.enough = site, threading.Event()
        self.names: list[str] = []
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            while not self.enough.is_set():
                self.names.append(name(self.site))
                assert self.site.get("/id/office-oslo.html").status == 200
        except Exception as fault:
            self.fault = fault


@contextmanager
def asking(site: Site) -> Iterator[Asking]:
    client = Asking(site)
    client.start()
    try:
        yield client
    finally:
        client.enough.set()
        client.join()
    assert client.fault is None, client.fault


def test_new_data_are_served_and_no_request_is_lost(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    with serving(root) as site, asking(site) as client:
        before = site.get("/id/office-oslo.ttl")
        described = triples(site)
        until(lambda: "IOM Oslo" in client.names)
        names = ["IOM Oslo", "Oslo 2", "Oslo 3", "Oslo 4"]
        for old, new in pairwise(names):
            rename(root, old, new)
            site.process.send_signal(signal.SIGHUP)
            until(lambda new=new: client.names[-1] == new)  # type: ignore[misc]
        after = site.get("/id/office-oslo.ttl", If_None_Match=before.headers["etag"])
        assert (after.status, "Oslo 4" in after.text) == (200, True)
        for field in ("etag", "dataset-version"):
            assert after.headers[field] != before.headers[field]
        assert "Oslo 4" in site.get("/search?q=Oslo+4").text
        assert triples(site) == described + 3
    assert [name for name, _ in groupby(client.names)] == names


def test_no_process_of_the_old_data_is_left(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    with serving(root) as site:
        assert name(site) == "IOM Oslo"
        (zygote,) = (c for c in children(site.process.pid) if "migkg.zygote" in words(c))
        rename(root, "IOM Oslo", "Oslo 2")
        site.process.send_signal(signal.SIGHUP)
        until(lambda: zygote not in children(site.process.pid))
        assert name(site) == "Oslo 2"


def test_data_that_change_are_served_whole_when_the_loader_is_killed(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    with serving(root) as site:
        before = site.get("/id/office-oslo.ttl")
        (zygote,) = (c for c in children(site.process.pid) if "migkg.zygote" in words(c))
        rename(root, "IOM Oslo", "Oslo 2")
        os.kill(zygote, signal.SIGKILL)
        # Its query processes end a moment after it; until then they answer. Answers that are kept
        # tell nobody that it is gone.
        asked = (f"{NAME} # {number}" for number in count())
        until(lambda: "Oslo 2" in site.ask(next(asked)).text)
        after = site.get("/id/office-oslo.ttl")
        assert "Oslo 2" in after.text
        assert after.headers["dataset-version"] != before.headers["dataset-version"]


def test_broken_data_leave_the_old_and_say_why(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    with serving(root) as site, asking(site):
        before = site.get("/id/office-oslo.ttl")
        for bad, text in (
            ("instances/reference/bad.ttl", "<a:a> <b:b>\n c ."),
            ("queries/bad.rq", "ASK {}"),
        ):
            (root / bad).write_text(text)
            site.process.send_signal(signal.SIGHUP)
            assert site.process.stdout is not None
            said = site.process.stdout.readline()
            assert said.startswith("migkg: The data served stay as they were.")
            assert Path(bad).name in said
            (root / bad).unlink()
            assert site.get("/id/office-oslo.ttl").headers["etag"] == before.headers["etag"]
        rename(root, "IOM Oslo", "Oslo 2")
        site.process.send_signal(signal.SIGHUP)
        assert site.process.stdout.readline().startswith("migkg: New data are served: ")
        assert name(site) == "Oslo 2"


def test_running_query_is_answered_from_the_old_data(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    query = SLOW.replace("?m ?n2 ?o", "")
    with serving(root) as site:
        main = site.process.pid
        (old,) = (child for child in children(main) if "migkg.zygote" in words(child))
        with in_progress(site, query) as channel:
            site.process.send_signal(signal.SIGHUP)
            assert site.process.stdout is not None
            assert "New data" in site.process.stdout.readline()
            assert not gone(old)
            assert whole(channel).startswith(b"HTTP/1.1 200")
        until(lambda: gone(old))
        everyone = family(main)
        assert name(site) == "IOM Oslo"
        site.process.terminate()
        assert site.process.wait(timeout=10) == 0
        until(lambda: all(map(gone, everyone)))
