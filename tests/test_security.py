"""The dangers of a public endpoint, each tried on a running server."""

import json
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from tests.benchmarks import machine

from migkg.app import create_app
from migkg.errors import DataMissing
from migkg.execute import State
from migkg.settings import Data, Limits, Server
from serving import FORM, MGO, RUNAWAY, SLOW, Reply, Site, serving, write_data
from watching import until

SCRIPT = "<script>alert(1)</script>"
UPDATES = [
    "INSERT DATA { <a:a> <b:b> <c:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "LOAD <http://127.0.0.1/>",
    "CLEAR ALL",
    "DROP ALL",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = write_data(tmp_path_factory.mktemp("data"))
    with serving(data, "--timeout", "1", "--memory", "200") as running:
        yield running


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A listener that nobody may ever reach."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


def url_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.mark.parametrize("form", ["SERVICE", "SERVICE SILENT", "#\nservice", "SERVICESILENT"])
def test_service_is_refused(site: Site, trap: socket.socket, form: str) -> None:
    reply = site.ask(f"SELECT * {{ {form} <{url_of(trap)}> {{ ?s ?p ?o }} }}")
    assert reply.status == 422
    assert "SERVICE is not allowed" in reply.text


def test_from_fetches_nothing(site: Site, trap: socket.socket) -> None:
    for name in (url_of(trap), "file:///etc/passwd"):
        text = f"SELECT * FROM <{name}> FROM NAMED <{name}> {{ ?s ?p ?o }}"
        assert site.ask(text).rows() == []
        named = {"default-graph-uri": name, "named-graph-uri": name}
        assert site.ask("SELECT * { ?s ?p ?o }", **named).rows() == []


@pytest.mark.parametrize("text", UPDATES)
def test_updates_are_refused_in_every_way(site: Site, text: str) -> None:
    body = f"update={quote(text)}".encode()
    assert site.ask(text).status == 403
    assert site.send("POST", "/sparql", body, Content_Type=FORM).status == 403
    sent = site.send("POST", "/sparql", text.encode(), Content_Type="application/sparql-update")
    assert sent.status == 403
    assert site.get(f"/sparql?update={quote(text)}").status == 403
    count = site.ask(f"SELECT * {{ ?s <{MGO}note> ?o }}").rows()
    assert len(count) == 1


def test_nothing_is_taken_from_the_network(site: Site) -> None:
    for path in ("/", "/id/office-oslo", "/ontology", "/export/graph.ttl", "/update", "/data"):
        for method in ("POST", "PUT", "PATCH"):
            body = b"<a:a> <b:b> <c:c> ."
            assert site.send(method, path, body, Content_Type="text/turtle").status in (404, 405)


ENTITIES = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{url}">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&x;</rdf:RDF>"""
CONTEXT = '{{"@context": "{url}", "@id": "a:a"}}'


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("application/rdf+xml", ENTITIES),
        ("application/xml", ENTITIES),
        ("application/sparql-results+xml", ENTITIES),
        ("application/ld+json", CONTEXT),
        ("application/json", CONTEXT),
    ],
)
def test_no_xml_and_no_json_ld_is_read(
    site: Site, trap: socket.socket, media_type: str, text: str
) -> None:
    body = text.format(url=url_of(trap)).encode()
    for path in ("/sparql", "/store?default", "/"):
        for method in ("POST", "PUT"):
            reply = site.send(method, path, body, Content_Type=media_type)
            assert reply.status in (404, 405, 415), (method, path)


def test_contexts_that_are_sent_are_our_own(site: Site) -> None:
    for path in ("/id/office-oslo.jsonld", "/ontology.jsonld", "/export/graph.jsonld"):
        found = json.loads(site.get(path).body)
        contexts = [found.get("@context", {})] if isinstance(found, dict) else []
        assert all(isinstance(one, dict) for one in contexts), path


@pytest.mark.parametrize("name", ["endpoint", "url", "service", "remote", "context", "source"])
def test_no_address_is_taken_from_a_request(site: Site, trap: socket.socket, name: str) -> None:
    fields = f"{name}={quote(url_of(trap), safe='')}"
    for path in ("/", "/sparql", "/queries", "/search", "/id/office-oslo", "/ontology"):
        reply = site.get(f"{path}?{fields}", Accept="text/html")
        assert not reply.headers.get("location", "").startswith("http"), path
        assert reply.status < 500
    assert site.ask("ASK {}", **{name: url_of(trap)}).status == 200


@pytest.mark.parametrize(
    "value",
    [
        "x> } INSERT DATA { <a:a> <a:a> <a:a>",
        "https://a/> ?p ?o } UNION { ?s ?p ?o } #",
        "https://a/b c",
        '"x"',
        "javascript:alert(1)",
    ],
)
def test_parameter_of_a_stored_query_is_a_term_or_refused(site: Site, value: str) -> None:
    reply = site.get(f"/queries/of-an-office.csv?office={quote(value, safe='')}")
    assert reply.status in (200, 400)
    if reply.status == 200:
        assert len(reply.text.splitlines()) == 1
    oslo = quote("https://w3id.org/migkg/id/office-oslo", safe="")
    known = site.get(f"/queries/of-an-office.csv?office={oslo}")
    assert len(known.text.splitlines()) > 2


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ ?s ?p ?o FILTER(?o IN ({','.join(map(str, range(9000)))})) }} LIMIT 1",
        f"SELECT * {{ VALUES ?x {{ {' '.join(map(str, range(9000)))} }} }} LIMIT 1",
        f"SELECT * {{ ?s {'/'.join(['(<a:a>|!<a:b>)*'] * 40)} ?o }} LIMIT 1",
        "SELECT * { ?s (!<a:a>)* ?o . ?o (!<a:b>)* ?x . ?x (!<a:c>)* ?y } ORDER BY ?s LIMIT 1",
    ],
    ids=["IN", "VALUES", "sequence", "stars"],
)
def test_long_lists_and_paths_end(site: Site, text: str) -> None:
    reply = site.post(text)
    assert reply.status in (200, 400, 413, 503)
    assert reply.status != 503 or reply.headers["retry-after"]
    assert site.ask("ASK {}").status == 200


def test_regular_expressions_take_linear_time(site: Site) -> None:
    text = f'SELECT (REGEX("{"a" * 40}!", "^(a+)+$") AS ?x) {{}}'
    assert site.ask(text).rows() == [{"x": "false"}]


@pytest.mark.parametrize(
    "text",
    [
        RUNAWAY,
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?q }",
        "SELECT DISTINCT ?a ?d ?g ?j { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
        "ASK {" + "".join(f"?s{n} ?p{n} ?s{n + 1} . " for n in range(900)) + "}",
    ],
)
def test_runaway_is_stopped_while_others_are_answered(site: Site, text: str) -> None:
    with ThreadPoolExecutor(1) as thread:
        runaway = thread.submit(site.ask, text)
        while not runaway.done():
            assert site.ask("ASK {}").status == 200
        reply: Reply = runaway.result()
    assert reply.status == 503
    assert reply.headers["retry-after"]
    assert re.search(r"stopped after 1 s\.|more than 200 MiB", reply.text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK " + "{" * 3000 + "}" * 3000,
        "ASK { FILTER(" + "1||" * 10_000 + "1) }",
        "ASK {" + "{?s ?p ?o} UNION " * 3000 + "{} }",
        "ASK {" + "OPTIONAL{?s ?p ?o}" * 600 + "}",
        "ASK { FILTER(" + "(" * 3000 + "1" + ")" * 3000 + ") }",
    ],
)
def test_what_breaks_the_engine_is_a_bad_request(site: Site, text: str) -> None:
    assert site.post(text).status == 400
    assert site.ask("ASK {}").status == 200


def test_long_query_and_long_body_are_too_large(site: Site) -> None:
    text = "ASK { } # " + "x" * 65_536
    assert site.ask(text).status == 414
    assert site.post(text).status == 413
    assert site.post("x" * 2**20).status == 413
    assert site.ask("ASK {}").status == 200


def test_request_line_of_64_kilobytes_is_taken(site: Site) -> None:
    assert site.get("/sparql?query=ASK{}" + "+" * 65_000).status == 200


def test_answer_beyond_the_rows_is_none_at_all(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(write_data(tmp_path_factory.mktemp("rows")), "--rows", "3") as short:
        for accept in ("text/csv", "application/sparql-results+json", "text/turtle"):
            text = "CONSTRUCT { ?s ?p ?o }" if accept == "text/turtle" else "SELECT *"
            reply = short.ask(f"{text} {{ ?s ?p ?o }}", accept)
            assert (reply.status, "more than 3 rows" in reply.text) == (413, True)


def test_page_has_no_more_rows_than_an_answer(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(write_data(tmp_path_factory.mktemp("rows")), "--rows", "3") as short:
        for limit, told in (("", "truncated: rows 3"), ("LIMIT 3", "complete")):
            reply = short.ask(f"SELECT * {{ ?s ?p ?o }} {limit}", "text/html")
            assert (reply.status, reply.headers["answer-completeness"]) == (200, told)
            assert reply.text.count("<tr>") == 4
            assert ("The first 3 rows; there are more." in reply.text) == (not limit)


def test_page_says_that_it_is_not_whole(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_data(tmp_path_factory.mktemp("large"))
    triples = "".join(f"<a:s{number}> <a:p> {number} .\n" for number in range(1200))
    (root / "instances" / "reference" / "large.ttl").write_text(triples)
    with serving(root) as large:
        reply = large.ask("SELECT * { ?s <a:p> ?o }", "text/html")
        assert "The first 1,000 rows; there are more." in reply.text
        assert reply.text.count("<tr>") == 1001
        whole = large.ask("SELECT * { ?s <a:p> ?o }", "text/csv")
        assert whole.text.count("\r\n") == 1201


@pytest.mark.parametrize(
    "term",
    [f'"{SCRIPT}"', f'STRLANG("{SCRIPT}", "en")', f'IRI("http://e/{quote(SCRIPT)}")'],
)
def test_script_in_an_answer_stays_text(site: Site, term: str) -> None:
    reply = site.ask(f"SELECT ({term} AS ?x) {{}}", "text/html")
    assert reply.status == 200
    assert SCRIPT not in reply.text
    assert "alert" in reply.text


def test_script_in_a_query_stays_text(site: Site) -> None:
    for text in (f'ASK {{ ?s ?p "{SCRIPT}" }}', f"ASK {{ {SCRIPT} </textarea>"):
        assert SCRIPT not in site.ask(text, "text/html").text
        assert "</textarea>\n<div" in site.ask(text, "text/html").text


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_only_web_addresses_become_links(site: Site, scheme: str) -> None:
    reply = site.ask(f"SELECT (IRI({scheme!r}) AS ?x) {{}}", "text/html")
    assert reply.status == 200
    assert f'href="{scheme}' not in reply.text


PATHS = ["/", "/sparql", "/id/office-oslo.html", "/nothing", "/static/migkg.css", "/ontology.ttl"]


@pytest.mark.parametrize("path", PATHS)
def test_every_response_bears_the_security_headers(site: Site, path: str) -> None:
    headers = site.get(path, Accept="text/html, */*;q=0.5").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in headers
    assert "set-cookie" not in headers


@pytest.mark.parametrize("path", ["/", "/sparql", "/id/office-oslo.html", "/ontology.html", "/x"])
def test_pages_need_no_script_and_nothing_from_elsewhere(site: Site, path: str) -> None:
    text = site.get(path, Accept="text/html").text
    # A block of data is no script: nothing runs it.
    assert "<script" not in text.replace('<script type="application/ld+json">', "")
    assert not re.search(r"\sstyle=|\son[a-z]+=", text)
    assert not re.search(r'(?:src|<link[^>]+href)="(?:https?:)?//', text)


@pytest.mark.parametrize("hosts", ["", "Host: a\r\nHost: b\r\n", "Host: a b\r\n", "Host: a/b\r\n"])
def test_request_without_one_host_is_a_bad_request(site: Site, hosts: str) -> None:
    for path in ("/", "/sparql?query=ASK{}", "/static/migkg.css"):
        site.get(path)
        rest = f"{hosts}Connection: close\r\n\r\n"
        assert site.raw(f"GET {path} HTTP/1.1\r\n{rest}".encode()).startswith(b"HTTP/1.1 400")
        assert site.raw(f"GET {path} HTTP/1.0\r\n{rest}".encode()).startswith(b"HTTP/1.0 200")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "[::1]:80", ""])
def test_host_header_is_not_believed(site: Site, host: str) -> None:
    for path in ("/", "/sparql", "/id/office-oslo", "/.well-known/void"):
        answer = site.raw(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: evil.example\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 303"))
        assert b"evil.example" not in answer


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/export", "/export/"),
        ("/export?a=b", "/export/?a=b"),
        ("/id//office-oslo", "/id/office-oslo"),
        ("/static//x", "/static/x"),
        ("/queries/?a=%0d%0ab", "/queries?a=%0d%0ab"),
        ("/sparql/?query=ASK%7B%7D", "/sparql?query=ASK%7B%7D"),
        ("/store/?default", "/store?default"),
        ("/search/?q=%22", "/search?q=%22"),
        ("/ontology/", "/ontology"),
    ],
)
def test_redirect_to_a_tidy_address_does_not_believe_the_host(
    site: Site, path: str, target: str
) -> None:
    reply = site.get(path, Host="evil.example")
    assert (reply.status, reply.headers["location"]) == (308, target)
    assert b"evil.example" not in reply.body


@pytest.mark.parametrize(
    "name",
    [
        "//evil.example",
        "/\\evil.example",
        "%2f%2fevil.example",
        "..%2f..%2fevil.example",
        "a%0d%0ab",
    ],
)
def test_redirects_lead_only_to_known_things(site: Site, name: str) -> None:
    reply = site.get(f"/id/{name}", Accept="text/html")
    assert reply.status in (404, 308)
    assert "evil" not in reply.headers.get("location", "").split("/id")[0]
    assert site.get("/id/office-oslo").headers["location"] == "/id/office-oslo.html"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/export/graph.ttl/../../app.py",
        "/export/..%2f..%2fpyproject.toml",
        "/ontology./../x",
        "/id/..%2f..%2fetc%2fpasswd",
        "/id/office-oslo%00.html",
        "/id/" + "x" * 5000,
        "/id/%3Cscript%3E",
    ],
)
def test_no_path_leads_out(site: Site, path: str) -> None:
    assert site.get(path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/id/%ff",
        "/id/office-oslo%C3.html",
        "/concept/%C0%80",
        "/doc/%ED%A0%80",
        "/export/%ff.gexf",
        "/queries/%ff.csv",
        "/nothing/%ff",
        "/search?q=%ff",
        "/search.json?q=a&%ff=b",
        "/suggest.json?q=%F8",
        "/id/office-oslo?x=%C3",
        "/doc/001?passage=%ff",
        "/browse?x=%ff",
        "/queries/of-an-office.csv?office=%ff",
        "/export/graph.gexf?passages=%ff",
        "/store?graph=%ff",
        "/sparql?query=%ff",
        "/?%ff",
        "/export?%ff",
    ],
)
def test_url_that_is_not_utf8_is_a_bad_request(site: Site, path: str) -> None:
    reply = site.get(path, Accept="application/json")
    assert reply.status == 400
    assert "not in UTF-8" in json.loads(reply.body)["error"]["detail"]
    assert "location" not in reply.headers


@pytest.mark.parametrize("place", ["/id/", "/concept/", "/doc/", "/graph/", "/queries/", "/"])
def test_nothing_has_a_path_without_end(site: Site, place: str) -> None:
    for name in ("x" * 5000, "x" * 60_000, quote("😀") * 5000):
        reply = site.get(f"{place}{name}")
        assert (reply.status, "Nothing has a path of more than" in reply.text) == (404, True)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \xff\xfe\r\nConnection: close\r\n\r\n",
        b"GET /sparql?query=ASK{}&x=\xff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nAccept: \xff\r\nConnection: close\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
    ],
)
def test_odd_bytes_bring_no_server_fault(site: Site, data: bytes) -> None:
    answer = site.raw(data)
    assert answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4"))
    assert b"Traceback" not in answer
    assert site.ask("ASK {}").status == 200


_CHUNKED = (
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n"
)


@pytest.mark.parametrize(("end", "status"), [(b"0\r\n\r\n", 200), (b"zz\r\n", 400)])
def test_half_a_query_in_chunks_is_never_run(site: Site, end: bytes, status: int) -> None:
    assert site.raw(_CHUNKED + end).startswith(b"HTTP/1.1 %d" % status)
    assert not site.raw(_CHUNKED, ends=True).startswith(b"HTTP/1.1 2")


def test_body_that_says_it_is_too_long_is_refused_before_it_comes(site: Site) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    rest = b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"
    assert site.raw(head + rest).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "start",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nX: ",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 100\r\n\r\nASK",
    ],
    ids=["headers", "body"],
)
def test_slow_clients_keep_nobody_waiting(site: Site, start: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(50):
            channel = socket.create_connection(("127.0.0.1", site.port), timeout=20)
            stack.enter_context(channel).sendall(start)
        for _ in range(20):
            assert site.ask("ASK {}").status == 200
            assert site.get("/").status == 200


def test_many_runaways_leave_room_for_a_page(site: Site) -> None:
    with ThreadPoolExecutor(12) as threads:
        runaways = [threads.submit(site.ask, RUNAWAY) for _ in range(12)]
        pages = 0
        while not all(runaway.done() for runaway in runaways):
            assert site.get("/").status == 200
            pages += 1
        assert {runaway.result().status for runaway in runaways} == {503}
    assert pages > 0


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with one place for queries, that takes its client's word for the address."""
    data = write_data(tmp_path_factory.mktemp("data"))
    flags = ["--concurrent-queries", "1", "--queue", "3", "--client-queries", "2"]
    flags += ["--long-answers", "6"]
    with serving(data, "--timeout", "8", *flags, "--trusted-proxies", "127.0.0.1") as running:
        yield running


def left_alone(site: Site, client: str, method: str = "GET") -> socket.socket:
    """Send a runaway and return its connection, on which nobody listens yet."""
    channel = socket.create_connection(("127.0.0.1", site.port), timeout=20)
    fields = f"query={quote(SLOW)}"
    body = fields if method == "POST" else ""
    target = "/sparql" if body else f"/sparql?{fields}"
    channel.sendall(
        f"{method} {target} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {client}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    return channel


def impatient(site: Site, client: str = "9.9.9.9") -> Reply:
    """Ask, so that no kept answer is sent, and wait for a moment only."""
    return site.send(
        "POST",
        "/sparql?timeout=0.3",
        b"ASK {}",
        Content_Type="application/sparql-query",
        X_Forwarded_For=client,
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_client_that_disconnects_frees_its_worker(narrow: Site, method: str) -> None:
    start = time.monotonic()
    with left_alone(narrow, "1.1.1.1", method):
        until(lambda: impatient(narrow).status == 503)
    assert narrow.post("ASK {}").status == 200
    assert time.monotonic() - start < 6


def test_client_gets_its_share_and_others_theirs(narrow: Site) -> None:
    with ExitStack() as stack:
        for client in ("1.1.1.1", "1.1.1.1", "2.2.2.2"):
            stack.enter_context(left_alone(narrow, client))
        until(lambda: impatient(narrow, "1.1.1.1").status == 429)
        refused = impatient(narrow, "1.1.1.1")
        assert "2 queries here" in refused.text
        assert refused.headers["retry-after"]
        assert impatient(narrow, "3.3.3.3").status == 503
        stack.enter_context(left_alone(narrow, "2.2.2.2"))
        until(lambda: "waiting places are taken" in impatient(narrow, "3.3.3.3").text)
        assert impatient(narrow, "3.3.3.3").headers["retry-after"]
    until(lambda: impatient(narrow, "3.3.3.3").status == 200)


LARGE = f'SELECT (REPLACE("{"a" * 1000}", "a", "{"b" * 6000}") AS ?x) {{}}'


def unread(site: Site, client: str) -> socket.socket:
    """Ask for an answer of six million bytes and read its first line."""
    channel = socket.create_connection(("127.0.0.1", site.port), timeout=20)
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    target = f"/sparql?query={quote(LARGE)}"
    channel.sendall(
        f"GET {target} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {client}\r\n\r\n".encode()
    )
    assert channel.recv(12) == b"HTTP/1.1 200"
    return channel


def test_slow_readers_hold_no_worker_and_no_memory(narrow: Site) -> None:
    with ExitStack() as stack:
        stack.enter_context(unread(narrow, "1.1.1.1"))
        before = machine.memory(narrow.process.pid)
        for client in ("1.1.1.1", "2.2.2.2", "2.2.2.2", "3.3.3.3", "3.3.3.3"):
            stack.enter_context(unread(narrow, client))
        # They would hold thirty.
        assert machine.memory(narrow.process.pid) - before < 15
        assert narrow.ask("ASK { # while they read\n}").status == 200


def test_client_that_does_not_read_gets_its_share(narrow: Site) -> None:
    def ask(client: str) -> Reply:
        return narrow.get(f"/sparql?query={quote(LARGE)}", **{"X-Forwarded-For": client})

    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(unread(narrow, "1.1.1.1"))
        refused = ask("1.1.1.1")
        assert refused.status == 429
        assert refused.headers["retry-after"]
        assert "3 long answers" in refused.text
        assert len(ask("2.2.2.2").body) > 6_000_000
        for _ in range(3):
            stack.enter_context(unread(narrow, "2.2.2.2"))
        assert ask("3.3.3.3").status == 503
    until(lambda: ask("1.1.1.1").status == 200)


class Broken:
    """A backend that breaks as it is told."""

    digest = ""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def run(self, _: object) -> None:
        raise self.fault

    def state(self) -> State:
        return State()


@pytest.mark.parametrize("fault", [ValueError("/secret/path"), DataMissing("/secret/path")])
def test_own_fault_shows_no_details(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Server(), Limits(), Data(), Broken(fault))  # type: ignore[arg-type]
    reply = app.test_client().get("/sparql?query=ASK{}")
    assert reply.status_code == 500
    assert "secret" not in reply.text
    number = re.search("logged there as ([0-9a-f]{8})", reply.text)
    assert number
    assert number[1] in caplog.text
    assert "secret" in caplog.text
