"""Whatever a client sends, the endpoint and the graph store answer it or tell what is wrong."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from migkg import guard
from migkg.app import create_app
from migkg.errors import BadRequest, Refused, Unprocessable
from migkg.execute import Pool
from migkg.merging import BASE
from migkg.settings import Data, Limits, Server
from serving import PLAN, write_data

PIECES = [
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FROM", "NAMED", "PREFIX", "BASE", "GRAPH",
    "SERVICE", "SILENT", "LIMIT", "VALUES", "FILTER", "NOW()", "VERSION", "INSERT", "LOAD", "mgo:",
    "mgo:Office", ":", "a", "?s", "$p", "*", "{", "}", "(", ")", "[", "]", "<", ">", f"<{PLAN}>",
    "<a b>", "<rel>", '"x"', "'", '"""', "\\u0053", "\\uD800", "\\", "@en", "^^", "_:b", "1", ".",
    ";", ",", "|", "/", "^", "+", "-", "#", "\n", "\r", "\t", " ", "\x00", "é", "🌍", "\u2028",
    "<<(", ")>>", "{|", "|}", "%", "&", "=",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join) | st.text(max_size=40)
NAMES = st.sampled_from(
    ["query", "default-graph-uri", "named-graph-uri", "format", "output", "prefixes", "update",
     "graph", "default", "timeout", "Query", ""]
)  # fmt: skip
FIELDS = st.lists(st.tuples(NAMES, TEXTS), max_size=4)
MEDIA = st.sampled_from(
    ["text/csv", "text/html", "text/turtle", "application/json", "application/sparql-results+xml",
     "application/rdf+xml", "application/ld+json", "application/problem+json", "*/*", "text/*"]
)  # fmt: skip
ACCEPT = st.lists(
    st.tuples(MEDIA, st.sampled_from(["", ";q=0", ";q=0.5", ";q=2", ";charset=x", ",", '"'])).map(
        "".join
    ),
    max_size=3,
).map(", ".join)
TYPES = st.sampled_from(
    ["application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-query;",
     "APPLICATION/SPARQL-QUERY; charset=\"UTF-8\"", "application/sparql-query; charset", "text/x",
     "application/x-www-form-urlencoded; charset=latin1", ";", ""]
)  # fmt: skip
PATHS = st.sampled_from(
    ["/sparql", "/sparql.csv", "/sparql.ttl", "/sparql.html", "/sparql.x", "/store", "/store.nt"]
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    data = Data(root=str(write_data(tmp_path_factory.mktemp("data"))))
    limits = Limits()
    with closing(Pool(data, limits)) as pool:
        yield create_app(Server(), limits, data, pool).test_client()


def check(response) -> None:  # type: ignore[no-untyped-def]
    assert response.status_code in (200, 400, 403, 404, 405, 406, 413, 414, 415, 422)
    assert "Traceback" not in response.text
    if response.status_code >= 400:
        assert "etag" not in response.headers
        assert response.mimetype in (
            "text/plain", "text/html", "application/json", "application/problem+json"
        )  # fmt: skip
        if response.mimetype == "application/json":
            fault = json.loads(response.data)["error"]
            assert fault["status"] == response.status_code
            assert fault["detail"]


@settings(max_examples=150)
@given(path=PATHS, fields=FIELDS, accept=ACCEPT)
def test_any_get_is_answered_or_refused(
    client: FlaskClient, path: str, fields: list[tuple[str, str]], accept: str
) -> None:
    sent = urlencode(fields, errors="surrogatepass")
    check(client.get(f"{path}?{sent}", headers={"Accept": accept}))


@settings(max_examples=150)
@given(path=PATHS, query=st.binary(max_size=60), accept=ACCEPT)
def test_any_query_string_is_answered_or_refused(
    client: FlaskClient, path: str, query: bytes, accept: str
) -> None:
    check(client.get(f"{path}?query={quote(query)}", headers={"Accept": accept}))
    raw = {"QUERY_STRING": query.decode("latin-1")}
    check(client.get(path, environ_overrides=raw, headers={"Accept": accept}))


@settings(max_examples=150)
@given(path=PATHS, body=TEXTS | st.binary(max_size=60), content_type=TYPES, accept=ACCEPT)
def test_any_post_is_answered_or_refused(
    client: FlaskClient, path: str, body: str | bytes, content_type: str, accept: str
) -> None:
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    for sent in (data, b"query=" + quote(data).encode()):
        headers = {"Accept": accept, "Content-Type": content_type}
        check(client.post(path, data=sent, headers=headers))


@settings(max_examples=150)
@given(text=TEXTS)
def test_place_of_a_fault_lies_in_the_query(client: FlaskClient, text: str) -> None:
    fields = {"query": text, "prefixes": "1"}
    response = client.post("/sparql", data=fields, headers={"Accept": "application/json"})
    if response.status_code == 200:
        return
    fault = json.loads(response.data)["error"]
    if "line" in fault:
        lines = text.split("\n")
        assert 1 <= fault["line"] <= len(lines)
        assert 1 <= fault["column"] <= len(lines[fault["line"] - 1]) + 1


@pytest.fixture(scope="module")
def visits() -> Iterator[list[int]]:
    """The port of a listener that hangs up, and then one entry for each who called there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = [listener.getsockname()[1]]

        def hang_up() -> None:
            with suppress(OSError):
                while True:
                    channel, address = listener.accept()
                    found.append(address[1])
                    channel.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        yield found
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


DISGUISES = st.tuples(
    st.sampled_from(["SERVICE", "service", r"SERV\u0049CE", r"\U00000053ERVICE", "trueSERVICE"]),
    st.sampled_from(["", " SILENT", "#\n", "# x\r\n SILENT ", "\t", "SILENT"]),
    st.sampled_from(
        ["<URL>", " <URL> ", " trap:x ", ":x", " :", "#>\n<URL>", r"<\u0068ttp:URL>", "<//HOST>"]
    ),
    st.sampled_from(["{}", "{ ?s ?p ?o }", "#}\n{ ?s ?p ?o }"]),
).map("".join)
BEFORE = st.sampled_from(
    ["", "?s ?p ?o . ", "?s ?p 'it', '''s''' .", "# SERVICE\n", "{ {} }", r"BIND('\"' AS ?q) ",
     "OPTIONAL {} ", "?s ?p <http://e/#> .", "FILTER(1<2) ", "?s ?p true", "?s ?p 1", "{ {"]
)  # fmt: skip


@settings(max_examples=300)
@given(before=BEFORE, service=DISGUISES)
def test_no_disguise_of_service_gets_through_to_the_network(
    visits: list[int], before: str, service: str
) -> None:
    url = f"http://127.0.0.1:{visits[0]}/"
    text = f"PREFIX trap: <URL> PREFIX : <URL> SELECT * {{ {before}{service} }}"
    text = text.replace("ttp:URL", url[1:]).replace("URL", url).replace("//HOST", url[5:])
    with suppress(BadRequest, Refused, Unprocessable):
        guard.inspect(text, Limits())
        with suppress(SyntaxError, OSError):
            list(ox.Store().query(text, base_iri=BASE))  # type: ignore[arg-type]
    assert len(visits) == 1, text


def test_the_engine_would_go_there(visits: list[int]) -> None:
    with pytest.raises(OSError, match="HTTP|os error"):
        list(ox.Store().query(f"SELECT * {{ SERVICE <http://127.0.0.1:{visits[0]}/> {{}} }}"))  # type: ignore[arg-type]
    assert len(visits) > 1
    del visits[1:]
