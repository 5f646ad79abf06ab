"""The measurements measure what they say; how fast anything is, is not tested."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, repeat
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.benchmarks import compare, machine, report, zipf
from tests.benchmarks.enlarge import Graph, enlarged, real
from tests.benchmarks.measure import Slot, drive
from tests.benchmarks.mix import questions
from tests.benchmarks.peers import MEMORY, OURS, Peer, Running
from tests.benchmarks.report import Report
from tests.benchmarks.rounds import LINES, Found
from tests.benchmarks.seat import Seat
from tests.benchmarks.section import Goal, Section, measured, told
from tests.benchmarks.sizes import Part, Served

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


def test_server_that_refuses_or_hangs_up_breaks_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        replies = iter([[HEAD + b"Content-Length: 1\r\n\r\nx"], [HEAD, b""]])

        def once() -> None:
            answering(listener, replies)

        threading.Thread(target=once, daemon=True).start()
        slot = drive(port, iter([b"x"] * 2), 1, 0.0, 2, 5.0)
        listener.shutdown(socket.SHUT_RDWR)
    assert (len(slot.latencies), slot.failures) == (1, 1)
    assert drive(port, iter([b"x"]), 2, 0.0, 2, 5.0).failures == 2


class Fickle:
    """A peer that is started in no time and dies when it is told to."""

    def __init__(self) -> None:
        self.code: int | None = None
        self.starts = 0

    pid = 0

    def poll(self) -> int | None:
        return self.code

    @contextmanager
    def serve(self, _: Graph, __: Path) -> Iterator[Running]:
        self.code, self.starts = None, self.starts + 1
        yield Running("fickle", 1, "/", self, 0.6)  # type: ignore[arg-type]


def test_server_that_died_or_hangs_is_started_again_and_told(
    small: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fickle = Fickle()
    seat = Seat(Peer("fickle", "1", fickle.serve), small, tmp_path)
    assert not seat.look("")
    fickle.code = -6
    assert seat.look("")
    assert fickle.starts == 2
    assert seat.running
    busy = count()
    monkeypatch.setattr(machine, "spent", lambda _: next(busy))
    assert seat.look("lookup")
    monkeypatch.setattr(machine, "spent", lambda _: 7.0)
    assert not seat.look("another")
    assert seat.faults == ["died (SIGABRT) at rest", "hung at lookup"]


def test_server_that_dies_ever_again_is_left_out(small: Graph, tmp_path: Path) -> None:
    fickle = Fickle()
    seat = Seat(Peer("fickle", "1", fickle.serve), small, tmp_path)
    while seat.running:
        fickle.code = 1
        seat.look("")
    assert fickle.starts == len(seat.faults)
    assert not seat.look("anything")


def test_stage_that_breaks_off_is_told() -> None:
    def broken() -> Section:
        raise ConnectionRefusedError("nobody there")

    found = measured("A stage", broken)
    assert "nobody there" in found.text
    assert told(OSError("/var/tmp/x/y.db is full, 3 MB/s")) == "OSError: y.db is full, 3 MB/s"
    assert found.title == "A stage"
    assert found.goals == [Goal("all aims of 'A stage'", "it broke off", reached=False)]


def slots(ours: float, theirs: float) -> dict[tuple[str, int], Slot]:
    rates = ((OURS, ours), (MEMORY, theirs))
    return {(name, n): Slot([1 / rate], 1 / rate) for name, rate in rates for n in LINES}


def test_report_tells_ratios_and_what_was_left_out() -> None:
    asked = [question for question in questions() if question.name in ("lookup", "describe")]
    both = {OURS: True, MEMORY: True}
    found = [
        Found(asked[0], both, {}, slots(200, 100)),
        Found(asked[1], both | {OURS: False}, {OURS: "another answer"}, slots(9, 1)),
    ]
    started = dict.fromkeys(both, (0.0, 1.0, 10.0, 20.0))
    served = [Served(name, "1", "") for name in both]
    part = Part(1, 100, served, started, found, ["path"], {MEMORY: ["hung at x"]}, 60.0, 90.0)
    goals = [Goal("quick", "slow", reached=False)]
    page = report.page(Report({}, 0.0, 1.0, [part], [Section("More", "words", None, goals)]))
    assert "| ×1 | oxigraph, memory | **2.00** (weight 10 of 16) |" in page
    assert "migkg: another answer: describe" in page
    assert "oxigraph, memory was started again: hung at x" in page
    assert "not asked, as the time was up or the answer too large: 1 (path)" in page
    assert "| quick | slow | **no** |" in page


README = (Path(__file__).parents[1] / "README.md").read_text()


def test_readme_tells_every_aim_that_was_not_reached() -> None:
    lookup = next(question for question in questions() if question.name == "lookup")
    found = Found(lookup, {OURS: True, MEMORY: True}, {}, slots(100, 200))
    part = Part(1, 100, [], {}, [found], [], {}, 60.0, 90.0)
    goals = [Goal("quick", "slow", reached=False), Goal("small", "tiny", reached=True)]
    sections = [Section("More", "words", None, goals)]
    made = report.in_readme(README, Report({"processor": "2 × x"}, 0, 1, [part], sections))
    assert "- ×1: ≥ 1 × oxigraph, memory at concurrency 16: not reached, 0.50 ×\n" in made
    assert "- quick: not reached, slow\n" in made
    assert "small" not in made[made.index(report.MARKS[0]) : made.index(report.MARKS[1])]


def test_readme_takes_the_numbers_between_its_marks() -> None:
    text = README
    fault = Part(100, 0, [], {}, [], [], {}, 0.0, 0.0, "×100: not measured.")
    found = Report({"processor": "2 × x"}, 0, 1, [fault], [])
    made = report.in_readme(text, found)
    assert made.startswith(text[: text.index(report.MARKS[0])])
    assert made.endswith(text[text.index(report.MARKS[1]) :])
    assert "- ×100: not measured." in made
    assert report.in_readme(made, found) == made


def test_size_that_could_not_be_measured_says_so() -> None:
    part = Part(100, 0, [], {}, [], [], {}, 0.0, 0.0, "×100: not measured, the time was up.")
    assert "×100: not measured, the time was up." in report.page(Report({}, 0, 1, [part], []))


def test_draws_are_ten_thousand_distinct_queries(tmp_path: Path) -> None:
    graph = real(tmp_path)
    for asked in (zipf.lookups(graph), zipf.shapes(graph)):
        assert len(set(asked)) == len(asked) == zipf.DISTINCT


def test_answers_of_any_order_leave_the_cache_below_its_number() -> None:
    # The answers that are kept at the end are not quite those asked last.
    shorter = [100] * zipf.ENTRIES
    shorter[::50] = [90] * len(shorter[::50])
    assert zipf._room([100] * 2 * zipf.ENTRIES) // (sum(shorter) / zipf.ENTRIES) < zipf.ENTRIES
