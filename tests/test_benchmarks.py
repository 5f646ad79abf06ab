"""The measurements measure what they say; how fast anything is, is not tested."""

import socket
import threading
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.benchmarks import compare
from tests.benchmarks.enlarge import Graph, enlarged
from tests.benchmarks.measure import drive
from tests.benchmarks.mix import questions

from migkg.dataset import load
from migkg.settings import Data
from migkg.terms import GRAPH


@pytest.fixture
def small(tiny: Path, tmp_path: Path) -> Graph:
    found = load(Data(root=str(tiny)))
    (tmp_path / "small.nq").write_bytes(found.written + found.followed)
    return Graph(1, tiny, tmp_path / "small.nq", len(found.store))


def test_mix_is_all_stored_queries_and_fourteen_typical_ones() -> None:
    asked = questions()
    assert len([question for question in asked if question.typical]) == 14
    stored = {file.stem for file in (Data().folder / "queries").glob("*.rq")}
    assert {question.name for question in asked if not question.typical} == stored


def test_enlarged_graph_is_the_same_for_all_servers(small: Graph, tmp_path: Path) -> None:
    graph = enlarged(small, 3, tmp_path)
    ours = load(Data(root=str(graph.root)))
    theirs = set(ox.parse(path=str(graph.quads)))
    named = {quad for quad in theirs if not isinstance(quad.subject, ox.BlankNode)}
    assert named == {q for q in ours.quads if not isinstance(q.subject, ox.BlankNode)}
    assert not ours.derived


def test_enlarged_graph_has_the_shape_of_the_real_one(small: Graph, tmp_path: Path) -> None:
    document = ox.NamedNode(GRAPH + "001")
    store = load(Data(root=str(enlarged(small, 3, tmp_path).root))).store
    facts = list(store.quads_for_pattern(None, None, None, document))
    predicates = [quad.predicate for quad in facts]
    assert all(predicates.count(predicate) % 3 == 0 for predicate in predicates)
    assert len(facts) == 3 * (6 + 3)  # written, and derived from them


def rows(*values: str, datatype: str = "") -> bytes:
    term = f', "datatype": "http://www.w3.org/2001/XMLSchema#{datatype}"' if datatype else ""
    lines = ", ".join(f'{{"a": {{"type": "literal", "value": "{v}"{term}}}}}' for v in values)
    return f'{{"results": {{"bindings": [{lines}]}}}}'.encode()


def test_order_counts_only_where_it_is_asked_for() -> None:
    assert compare.rows(rows("1", "2"), ordered=False) == compare.rows(rows("2", "1"), False)
    assert compare.rows(rows("1", "2"), ordered=True) != compare.rows(rows("2", "1"), True)


def test_doubled_row_is_another_answer() -> None:
    assert compare.rows(rows("1", "1"), ordered=False) != compare.rows(rows("1"), ordered=False)


def test_numbers_are_compared_by_value() -> None:
    one, same = rows("1.50", datatype="decimal"), rows("1.5", datatype="decimal")
    assert compare.rows(one, ordered=True) == compare.rows(same, ordered=True)
    assert compare.rows(rows("1.50"), ordered=True) != compare.rows(rows("1.5"), ordered=True)


def answering(listener: socket.socket, replies: Iterator[list[bytes]]) -> None:
    """Answer one request after another, each reply in its pieces; an empty piece hangs up."""
    while True:
        try:
            channel, _ = listener.accept()
        except OSError:
            return
        with channel:
            while channel.recv(65536):
                pieces = next(replies)
                for piece in pieces:
                    channel.sendall(piece)
                if pieces[-1] == b"":
                    break


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("reply", "good"),
    [
        ([HEAD + b"Content-Length: 3\r\n\r\nabc"], True),
        ([HEAD[:5], HEAD[5:] + b"content-length: 3\r\n\r", b"\na", b"bc"], True),
        ([HEAD + b"Content-Length: 0\r\n\r\n"], True),
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na", b"\r\n0\r\n", b"\r\n"], True),
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"], True),
        ([HEAD + b"Connection: close\r\n\r\nabc", b""], True),
        ([HEAD + b"Content-Length: 9\r\n\r\nabc", b""], False),
        ([b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"], False),
    ],
)
def test_answer_counts_when_it_is_whole_and_good(reply: list[bytes], good: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answering, args=(listener, repeat(reply)), daemon=True).start()
        slot = drive(listener.getsockname()[1], iter([b"x"] * 3), 1, 0.0, 3, 5.0)
        listener.shutdown(socket.SHUT_RDWR)
    assert (len(slot.latencies), slot.failures) == ((3, 0) if good else (0, 3))
