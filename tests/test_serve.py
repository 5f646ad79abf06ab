import gzip
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest

from serving import SLOW, Site, free_port, serving, write_data
from test_execute import children, gone, until

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


@pytest.mark.parametrize("member", [0, 1, 2])
def test_no_process_outlives_the_server(root: Path, member: int) -> None:
    with serving(root) as site:
        assert site.ask("ASK {}").status == 200
        main, everyone = site.process.pid, family(site.process.pid)
        web = next(child for child in children(main) if "migkg.zygote" not in words(child))
        zygote = next(child for child in children(main) if "migkg.zygote" in words(child))
        os.kill((main, web, zygote)[member], signal.SIGKILL)
        if member == 2:
            until(lambda: site.ask("ASK {}").status == 200)
            site.process.terminate()
        site.process.wait(timeout=10)
        until(lambda: all(map(gone, everyone)))
        assert len(everyone) >= 4


def words(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def test_query_in_progress_does_not_hold_up_the_end(root: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?q }"
    with serving(root, "--timeout", "60") as site:
        with socket.create_connection(("127.0.0.1", site.port), timeout=10) as channel:
            query = slow.replace(" ", "+").replace("?", "%3F")
            channel.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            zygote = next(c for c in children(site.process.pid) if "migkg.zygote" in words(c))
            until(lambda: len(children(zygote)) > 0)
            everyone = family(site.process.pid)
            site.process.terminate()
            site.process.wait(timeout=10)
            until(lambda: all(map(gone, everyone)))
        assert site.process.returncode == 0


@contextmanager
def in_progress(site: Site, query: str) -> Iterator[socket.socket]:
    """A query that a worker is at, and the connection on which it will be answered."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as channel:
        target = f"/sparql?query={quote(query)}"
        channel.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        zygote = next(c for c in children(site.process.pid) if "migkg.zygote" in words(c))
        until(lambda: any(time_of(worker) > 5 for worker in children(zygote)))
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
        zygote = next(c for c in children(site.process.pid) if "migkg.zygote" in words(c))
        os.kill(max(children(zygote), key=time_of), signal.SIGKILL)
        answer = whole(channel)
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"retry-after" in answer.lower()
        assert site.ask("ASK {}").status == 200


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
