"""Three servers behind nginx: the same bytes from each, and none misses one that is killed."""

import http.client
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

import serving

REPOSITORY = Path(__file__).resolve().parents[2]
_CLIENTS, _REQUESTS, _PATIENCE = 4, 150, 20.0
_NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream replicas {{ {servers} }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://replicas;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_next_upstream error timeout http_503;
        }}
    }}
}}
"""
# Each replica is told the address that readers see, so that all say the same of themselves.
PUBLIC = "https://graph.example.org"
PAGES = ["/", "/id/office-albania.html", "/ontology.ttl", "/.well-known/void", "/sparql"]


@pytest.fixture(scope="module")
def replicas() -> Iterator[list[serving.Site]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(serving.serving(REPOSITORY, "--public-url", PUBLIC))
            for _ in range(3)
        ]


@contextmanager
def balancer(folder: Path, ports: list[int]) -> Iterator[int]:
    """Run nginx in front of the ports; yields its own."""
    port = serving.free_port()
    servers = " ".join(f"server 127.0.0.1:{one};" for one in ports)
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, servers=servers, port=port))
    command = ["/usr/sbin/nginx", "-c", str(config), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                ask(port, "/healthz")
                break
            except OSError:
                assert process.poll() is None, (folder / "error.log").read_text()
                assert time.monotonic() < deadline, "nginx does not answer"
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE)


def ask(port: int, path: str) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", path)
        found = connection.getresponse()
        return found.status, found.getheader("ETag", ""), found.read()
    finally:
        connection.close()


@pytest.mark.parametrize("path", PAGES)
def test_replicas_send_the_same_bytes_and_etags(replicas: list[serving.Site], path: str) -> None:
    answers = {ask(site.port, path) for site in replicas}
    assert len(answers) == 1
    ((status, etag, body),) = answers
    assert status == 200
    assert etag
    assert body


def test_a_killed_replica_is_not_missed(replicas: list[serving.Site], tmp_path: Path) -> None:
    failed: list[object] = []
    half = threading.Barrier(_CLIENTS + 1)

    def client(number: int, port: int) -> None:
        for turn in range(_REQUESTS):
            if turn == _REQUESTS // 3:
                half.wait(_PATIENCE)
            # Each asks for something new, so that no answer comes out of a cache.
            text = f"SELECT * {{ ?s ?p ?o }} LIMIT 3 # {number} {turn}"
            try:
                status = ask(port, f"/sparql?query={quote(text)}")[0]
            except OSError as error:
                failed.append(error)
            else:
                if status != 200:
                    failed.append(status)

    with balancer(tmp_path, [site.port for site in replicas]) as port:
        threads = [
            threading.Thread(target=client, args=(number, port)) for number in range(_CLIENTS)
        ]
        for thread in threads:
            thread.start()
        half.wait(_PATIENCE)
        replicas[0].process.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join()
    assert failed == []
    with pytest.raises(ConnectionError):
        ask(replicas[0].port, "/healthz")
