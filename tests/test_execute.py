import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext, suppress
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.benchmarks import machine

from migkg import crew, forms, guard, memory, query_operation
from migkg.callers import CALLER, Caller
from migkg.catalog import Order
from migkg.errors import (
    BadRequest,
    BrokenTurtle,
    Busy,
    CannotRun,
    ClientGone,
    MigkgError,
    QuerySyntax,
    QueryTimeout,
    TooLarge,
    Unavailable,
    Unprocessable,
    WorkerDied,
)
from migkg.exchange import Answer, Query
from migkg.execute import Pool
from migkg.processes import Worker
from migkg.settings import Data, Limits
from serving import JSON, MGO, PLAN, REFERENCE, RUNAWAY, SLOW, UNKNOWN, write_data
from watching import children, gone, until

# DISTINCT, for the engine does not merge graphs: a triple in two of them is found twice.
COUNT = "SELECT (COUNT(DISTINCT ?s) AS ?n) {dataset} {{ ?s <{mgo}note> ?o }}"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) {dataset} {{ GRAPH ?g {{ ?s <{mgo}note> ?o }} }}"
# It takes a while, and ends.
_NUMBERS = " ".join(map(str, range(200)))
LASTING = (
    f"SELECT (COUNT(*) AS ?n) {{ VALUES ?a {{ {_NUMBERS} }} VALUES ?b {{ {_NUMBERS} }} "
    f"VALUES ?c {{ {_NUMBERS} }} FILTER (?a + ?b < ?c) }}"
)
Made = Callable[..., Pool]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return Data(root=str(write_data(tmp_path_factory.mktemp("data"))))


@pytest.fixture(scope="module")
def pool(data: Data) -> Iterator[Pool]:
    with closing(Pool(data, Limits(timeout=10, rows=20))) as made:
        yield made


@pytest.fixture
def make(data: Data) -> Iterator[Made]:
    pools: list[Pool] = []

    def made(**limits: float) -> Pool:
        pools.append(Pool(data, Limits(**limits)))  # type: ignore[arg-type]
        return pools[-1]

    yield made
    for pool in pools:
        pool.close()


def count(pool: Pool, text: str, dataset: str = "", **named: tuple[str, ...]) -> int:
    filled = text.format(dataset=dataset, mgo=MGO)
    found = json.loads(pool.run(Query(filled, JSON, **named)).body)  # type: ignore[arg-type]
    return int(found["results"]["bindings"][0]["n"]["value"])


def nicenesses(worker: Worker) -> list[int]:
    """Return the priorities of the threads of a query process, the first one's first."""
    threads = sorted(int(thread.name) for thread in Path(f"/proc/{worker.pid}/task").iterdir())
    return [os.getpriority(os.PRIO_PROCESS, thread) for thread in threads]


def own_handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def halt(worker: Worker) -> None:
    """Let a worker stand still until it gets SIGCONT; it may be awake and go on for a moment."""
    os.kill(worker.pid, signal.SIGSTOP)
    states = [thread / "stat" for thread in Path(f"/proc/{worker.pid}/task").iterdir()]
    until(lambda: all(state.read_text().rpartition(")")[2].split()[0] == "T" for state in states))


def test_default_graph_is_the_union_of_all(pool: Pool) -> None:
    assert count(pool, COUNT) == 1
    assert count(pool, COUNT_NAMED) == 2


@pytest.mark.parametrize(
    ("dataset", "default", "named"),
    [
        (f"FROM <{PLAN}>", 1, 0),
        (f"FROM <{UNKNOWN}>", 0, 0),
        (f"FROM <{PLAN}> FROM <{REFERENCE}>", 1, 0),
        (f"FROM <{PLAN}> FROM <{UNKNOWN}>", 1, 0),
        (f"FROM NAMED <{PLAN}>", 0, 1),
        (f"FROM NAMED <{UNKNOWN}>", 0, 0),
        (f"FROM <{PLAN}> FROM NAMED <{REFERENCE}>", 1, 1),
    ],
)
def test_from_names_the_dataset(pool: Pool, dataset: str, default: int, named: int) -> None:
    assert count(pool, COUNT, dataset) == default
    assert count(pool, COUNT_NAMED, dataset) == named


def test_protocol_dataset_goes_before_the_query(pool: Pool) -> None:
    assert count(pool, COUNT, default=(PLAN,)) == 1
    assert count(pool, COUNT_NAMED, default=(PLAN,)) == 0
    assert count(pool, COUNT, named=(PLAN,)) == 0
    assert count(pool, COUNT_NAMED, named=(PLAN,)) == 1
    assert count(pool, COUNT, f"FROM <{UNKNOWN}>", default=(PLAN,)) == 1
    assert count(pool, COUNT, default=(UNKNOWN,)) == 0


def test_syntax_fault_tells_line_and_column_of_the_query_as_sent(pool: Pool) -> None:
    with pytest.raises(QuerySyntax) as found:
        pool.run(Query("SELECT * {\n ?s ?p }", JSON))
    assert (found.value.line, found.value.column) == (2, 8)


def test_row_limit_is_asked_for_and_one_more(pool: Pool) -> None:
    answer = pool.run(Query("SELECT * { ?s ?p ?o }", "text/csv"))
    assert (answer.more, answer.body.count(b"\r\n")) == (True, 22)
    answer = pool.run(Query("SELECT * { ?s ?p ?o }", "text/csv", rows=2))
    assert (answer.more, answer.body.count(b"\r\n")) == (True, 4)
    assert not pool.run(Query("SELECT * { ?s ?p ?o } LIMIT 20", "text/csv")).more


def test_large_answers_come_whole(pool: Pool) -> None:
    for length in (1, 65_000, 2_000_000):
        long = f'REPLACE("{"a" * 1000}", "a", "{"b" * 2000}")'
        text = f"SELECT (SUBSTR({long}, 1, {length}) AS ?x) {{}}"
        found = json.loads(pool.run(Query(text, JSON)).body)
        assert found["results"]["bindings"][0]["x"]["value"] == "b" * length


def test_byte_limit_fails_loudly(make: Made) -> None:
    with pytest.raises(TooLarge):
        make(bytes=100).run(Query("SELECT * { ?s ?p ?o }", JSON))


def test_volatile_answers_are_marked(pool: Pool) -> None:
    assert pool.run(Query("SELECT (NOW() AS ?x) {}", JSON)).volatile
    assert not pool.run(Query("ASK {}", JSON)).volatile


def test_export_is_the_graph_of_record(pool: Pool) -> None:
    answer = pool.export(Order("rdf", "nq"))
    assert f'<{MGO}note> "both" <{PLAN}> .'.encode() in answer.body
    assert not answer.more


def test_deadline_kills_the_query_and_others_go_on(make: Made) -> None:
    pool = make(timeout=1)
    with ThreadPoolExecutor(3) as threads:
        runaways = [threads.submit(pool.run, Query(SLOW, JSON)) for _ in range(3)]
        until(lambda: len(pool.turns.running) == 3)
        assert b"true" in pool.run(Query("ASK {}", JSON)).body
        assert not any(runaway.done() for runaway in runaways)
        for runaway in runaways:
            with pytest.raises(QueryTimeout, match=r"stopped after 1 s\."):
                runaway.result()
    assert b"true" in pool.run(Query("ASK {}", JSON)).body


def test_sorting_runaway_ends_with_a_fault(make: Made) -> None:
    with pytest.raises((QueryTimeout, WorkerDied)):
        make(timeout=1, memory=200).run(Query(RUNAWAY, JSON))


def test_memory_limit_ends_only_its_query(make: Made) -> None:
    pool = make(memory=64, timeout=20)
    doubled = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
    with pytest.raises(WorkerDied, match="64 MiB of memory"):
        pool.run(Query(f'SELECT (STRLEN(?x30) AS ?n) {{ BIND("aaaa" AS ?x0) {doubled} }}', JSON))
    assert b"true" in pool.run(Query("ASK {}", JSON)).body


def test_worker_that_breaks_is_an_answer(make: Made) -> None:
    pool = make(concurrent_queries=1)
    pool.run(Query("ASK {}", JSON))
    (worker,) = pool.crew.idle
    with ThreadPoolExecutor(1) as threads:
        broken = threads.submit(pool.run, Query(SLOW, JSON))
        # At work: an idle worker that dies is replaced before anybody asks it.
        until(lambda: not pool.crew.idle)
        os.kill(worker.pid, signal.SIGSEGV)
        with pytest.raises(WorkerDied, match="broke the engine"):
            broken.result()
    assert b"true" in pool.run(Query("ASK {}", JSON)).body


def taken_for_quick(pool: Pool, *texts: str) -> None:
    """Let a pool expect that queries take no time, however long the first ones took."""
    for text in texts:
        for _ in range(30):
            pool.turns.forms.learn(forms.shape(text), 0)


@pytest.fixture
def behind(make: Made, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., "Behind"]]:
    """Let a quick query wait, in the same process, behind one that was thought to be quick."""
    threads = ThreadPoolExecutor(2)

    def made(*, noticed: bool) -> "Behind":
        if not noticed:
            monkeypatch.setattr(crew, "SHORT", 1000)
        pool = make(concurrent_queries=1, timeout=60)
        pool.run(Query("ASK {}", JSON))
        (worker,) = pool.crew.idle
        taken_for_quick(pool, SLOW, "ASK {}")
        first = threads.submit(pool.run, Query(SLOW, JSON))
        until(lambda: len(pool._tickets) == 1)
        caller, context = Caller("a"), copy_context()
        context.run(CALLER.set, caller)
        second = threads.submit(context.run, pool.run, Query("ASK {}", JSON))
        if not noticed:
            until(lambda: pool.crew._lines[worker].load == 2)
        return Behind(pool, worker, caller, first, second)

    with threads:
        yield made


@dataclass(frozen=True)
class Behind:
    """A pool with one worker at work on the first of two queries, and who asks the second."""

    pool: Pool
    worker: Worker
    caller: Caller
    first: "Future[Answer]"
    second: "Future[Answer]"


def test_worker_that_breaks_takes_one_query_with_it(behind: Callable[..., Behind]) -> None:
    one = behind(noticed=False)
    os.kill(one.worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerDied):
        one.first.result()
    assert b"true" in one.second.result().body
    assert one.pool.crew.ended == {"WorkerDied": 1}


def test_who_waits_behind_a_query_that_grows_long_is_asked_elsewhere(
    behind: Callable[..., Behind],
) -> None:
    one = behind(noticed=True)
    assert b"true" in one.second.result(20).body
    assert not one.first.done()
    assert one.pool._loop
    one.pool._loop.call_soon_threadsafe(one.pool.stop)
    with pytest.raises(Busy, match="being stopped"):
        one.first.result(20)


def test_next_query_gets_the_worker_that_has_worked_most(make: Made) -> None:
    pool = make()
    pool.run(Query("ASK {}", JSON))
    assert pool._loop
    other = asyncio.run_coroutine_threadsafe(pool.crew._new(), pool._loop).result(20)
    other.spent = 100
    pool._loop.call_soon_threadsafe(pool.crew._release, other)
    for _ in range(2):
        pool.run(Query("ASK {}", JSON))
        assert pool.crew.idle[-1] is other
    assert other.spent > 100
    assert len(pool.crew.idle) == 2


def test_quick_query_waits_behind_quick_ones_only(
    make: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "SHORT", 1000)
    pool = make(concurrent_queries=6, timeout=60)
    pool.run(Query("ASK {}", JSON))
    pool.turns.forms.learn(forms.shape(SLOW), 0.01)
    busy = 2 * pool.crew._cores
    with ThreadPoolExecutor(busy) as threads:
        brief = [threads.submit(pool.run, Query(SLOW, JSON)) for _ in range(busy)]
        until(lambda: sum(line.load for line in pool.crew._lines.values()) == busy)
        assert len(pool.crew._lines) < busy
        assert b"true" in pool.run(Query("ASK {}", JSON)).body
        assert pool._loop
        pool._loop.call_soon_threadsafe(pool.stop)
        for one in brief:
            with pytest.raises(Busy):
                one.result(20)


def test_caller_that_leaves_behind_another_ends_nothing(behind: Callable[..., Behind]) -> None:
    one = behind(noticed=False)
    assert one.pool._loop
    one.pool._loop.call_soon_threadsafe(one.caller.leave)
    with pytest.raises(ClientGone):
        one.second.result(20)
    assert not one.first.done()
    assert not one.pool.crew.ended
    one.pool._loop.call_soon_threadsafe(one.pool.stop)
    with pytest.raises(Busy, match="being stopped"):
        one.first.result(20)
    assert b"true" in one.pool.run(Query("ASK {}", JSON)).body


def test_worker_does_not_go_on_with_what_nobody_wants(make: Made) -> None:
    pool = make(concurrent_queries=1, timeout=60)
    pool.run(Query("ASK {}", JSON))
    (worker,) = pool.crew.idle
    taken_for_quick(pool, SLOW, "ASK {}")
    left, context = Caller("a"), copy_context()
    context.run(CALLER.set, left)
    with ThreadPoolExecutor(3) as threads:
        # So that all three are there before it begins.
        halt(worker)
        asked = []
        for run, text in ((pool.run, "ASK {}"), (context.run, SLOW), (pool.run, "ASK {}")):
            query = Query(text, JSON)
            arguments = (query,) if run == pool.run else (pool.run, query)
            asked.append(threads.submit(run, *arguments))
            until(lambda: pool.crew._lines[worker].load == len(asked))
        assert pool._loop
        pool._loop.call_soon_threadsafe(left.leave)
        with pytest.raises(ClientGone):
            asked[1].result(20)
        os.kill(worker.pid, signal.SIGCONT)
        assert [b"true" in asked[number].result(20).body for number in (0, 2)] == [True, True]
    until(lambda: gone(worker.pid))


def test_large_answers_of_one_worker_stay_apart(make: Made) -> None:
    pool = make(concurrent_queries=1, timeout=20)
    doubled = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(21))
    texts = [f'SELECT ?x21 {{ BIND("{sign}" AS ?x0) {doubled} }}' for sign in "abcd"]
    pool.run(Query("ASK {}", JSON))
    (worker,) = pool.crew.idle
    taken_for_quick(pool, texts[0])
    with ThreadPoolExecutor(len(texts)) as threads:
        # So that it makes them without a pause, and nobody takes them meanwhile.
        halt(worker)
        asked = [threads.submit(pool.run, Query(text, JSON)) for text in texts]
        until(lambda: pool.crew._lines[worker].load == len(asked))
        assert pool._loop
        pool._loop.call_soon_threadsafe(time.sleep, 0.3)
        os.kill(worker.pid, signal.SIGCONT)
        for sign, answer in zip("abcd", asked, strict=True):
            assert sign * 2**21 in answer.result(20).body.decode()


def test_worker_at_rest_holds_no_answer(make: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "SHORT", 60)  # it does not end for having worked long
    pool = make(concurrent_queries=1)
    pool.run(Query("ASK {}", JSON))
    (worker,) = pool.crew.idle
    before = machine.memory(worker.pid)
    doubled = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(24))
    answer = pool.run(Query(f'SELECT ?x24 {{ BIND("a" AS ?x0) {doubled} }}', JSON))
    assert len(answer.body) > 2**24
    assert pool.crew.idle == [worker]
    assert machine.memory(worker.pid) - before < 8


def test_process_of_the_server_s_own_that_breaks_is_told_and_goes(make: Made) -> None:
    pool = make()
    query = Query(SLOW, JSON)
    job = query_operation.job(query, guard.inspect(query.text, pool.limits), pool.limits)
    with ThreadPoolExecutor(1) as threads:
        broken = threads.submit(lambda: pool._wait(pool.crew.run_apart(job)))
        until(lambda: bool(pool.crew._lines))
        (worker,) = pool.crew._lines
        until(lambda: nicenesses(worker) == [5, 5])
        os.kill(worker.pid, signal.SIGSEGV)
        with pytest.raises(WorkerDied, match="broke the engine"):
            broken.result()
    assert gone(worker.pid)
    assert not pool.crew.ended, "no query was stopped"


@pytest.mark.parametrize(
    "text",
    ["ASK " + "{" * 3000 + "}" * 3000, "ASK { FILTER(" + "!" * 20_000 + "true) }"],
)
def test_deep_nesting_ends_with_an_answer(make: Made, text: str) -> None:
    pool = make(depth=10_000)
    with suppress(WorkerDied, BadRequest):
        assert b"true" in pool.run(Query(text, JSON)).body
    assert b"true" in pool.run(Query("ASK {}", JSON)).body


def test_zygote_that_is_killed_is_started_again(make: Made) -> None:
    pool = make(concurrent_queries=1)
    pool.run(Query("ASK {}", JSON))
    (worker,) = pool.crew.idle
    os.kill(pool.crew.zygote._process.pid, signal.SIGKILL)
    until(lambda: gone(worker.pid))
    with suppress(WorkerDied):  # its thread may still take the question
        pool.run(Query("ASK {}", JSON))
    assert b"true" in pool.run(Query("ASK {}", JSON)).body


def test_other_data_are_not_served_under_the_old_digest(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    more, told = root / "instances" / "reference" / "more.ttl", threading.Event()
    with closing(Pool(Data(root=str(root)), Limits(concurrent_queries=1))) as pool:
        pool.run(Query("ASK {}", JSON))
        pool.crew.changed = told.set
        digest, (worker,) = pool.digest, pool.crew.idle
        more.write_text("<a:a> <a:b> <a:c> .")
        os.kill(pool.crew.zygote.pid, signal.SIGKILL)
        until(lambda: gone(worker.pid))
        with suppress(Unavailable):  # its thread may still take the question
            pool.run(Query("ASK {}", JSON))
        for _ in range(2):
            with pytest.raises(Unavailable, match="are being renewed"):
                pool.run(Query("ASK { <a:a> ?p ?o }", JSON))
        assert told.is_set()
        assert pool.digest == digest


def test_broken_data_are_no_fault_of_the_query(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    more = root / "instances" / "reference" / "more.ttl"
    with closing(Pool(Data(root=str(root)), Limits(concurrent_queries=1))) as pool:
        pool.run(Query("ASK {}", JSON))
        (worker,) = pool.crew.idle
        more.write_text("<a:a>")
        os.kill(pool.crew.zygote.pid, signal.SIGKILL)
        until(lambda: gone(worker.pid))
        with suppress(Unavailable):
            pool.run(Query("ASK {}", JSON))
        with pytest.raises(Unavailable, match="cannot be read"):
            pool.run(Query("ASK {}", JSON))
        more.unlink()
        assert b"true" in pool.run(Query("ASK {}", JSON)).body


def test_no_more_queries_run_than_memory_holds_copies_of_the_data(make: Made) -> None:
    pool = make(concurrent_queries=4, timeout=1)
    pool.crew.zygote.wait()
    assert pool.crew.zygote.room > 4
    pool.crew.zygote.room = 1
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(pool.run, Query(SLOW, JSON)) for _ in range(2)]
        until(lambda: len(pool.turns.running) + pool.turns.waiting == 2)
        assert len(pool.turns.running) == 1
        assert {type(one.exception()) for one in asked} <= {QueryTimeout, Busy}


def test_copies_that_memory_holds_leave_a_quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    own = int(Path("/proc/self/statm").read_text().split()[1])
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 10 * own}.__getitem__)
    assert memory.copies() == 7


def test_full_queue_is_busy(make: Made) -> None:
    pool = make(concurrent_queries=1, queue=1, timeout=1.5)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(pool.run, Query(SLOW, JSON))
        until(lambda: len(pool.turns.running) == 1)
        second = threads.submit(pool.run, Query("ASK {}", JSON))
        until(lambda: pool.turns.waiting == 1)
        with pytest.raises(Busy, match="waiting places are taken") as found:
            pool.run(Query("ASK {}", JSON))
        assert found.value.status == 503
        with pytest.raises(QueryTimeout):
            first.result()
        assert isinstance(second.exception(), Unavailable | None)


def test_shorter_deadline_can_be_asked_for_and_no_longer_one(make: Made) -> None:
    pool = make(timeout=0.6)
    with pytest.raises(QueryTimeout, match=r"after 0\.2 s\."):
        pool.run(Query(SLOW, JSON, timeout=0.2))
    with pytest.raises(QueryTimeout, match=r"after 0\.6 s\."):
        pool.run(Query(SLOW, JSON, timeout=60))


def test_long_query_makes_room_for_a_short_one_and_runs_again(make: Made) -> None:
    pool = make(concurrent_queries=2, timeout=3)
    with ThreadPoolExecutor(2) as threads:
        slow = [threads.submit(pool.run, Query(f"{SLOW} #{n}", JSON)) for n in range(2)]
        until(lambda: len(pool.turns.running) == 2)
        assert b"true" in pool.run(Query("ASK {}", JSON)).body
        assert not any(one.done() for one in slow)
        for one in slow:
            with pytest.raises((QueryTimeout, Busy)):
                one.result()


@pytest.mark.parametrize(("client", "niceness"), [("1.1.1.1", 10), ("", 5)])
def test_long_query_stands_back_and_less_so_the_server_s_own(
    make: Made, client: str, niceness: int
) -> None:
    pool = make(timeout=20)
    context = copy_context()
    context.run(CALLER.set, Caller(client))
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(context.run, pool.run, Query(RUNAWAY, JSON))
        until(lambda: any(ticket.long for ticket in pool._tickets.values()))
        (ticket,) = pool._tickets.values()
        assert ticket.worker is not None
        assert nicenesses(ticket.worker) == [1, niceness]
        assert pool._loop
        pool._loop.call_soon_threadsafe(pool.stop)
        with pytest.raises(Busy, match="being stopped"):
            running.result(20)


def test_worker_of_a_long_query_goes_on_as_before_it(make: Made) -> None:
    pool = make(concurrent_queries=1, timeout=60)
    pool.run(Query("ASK {}", JSON))
    (worker,) = pool.crew.idle
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(pool.run, Query(LASTING, JSON))
        until(lambda: nicenesses(worker) == [1, 5])
        running.result()
    assert pool.crew.idle == [worker]
    assert b"true" in pool.run(Query("ASK {}", JSON)).body
    assert pool.crew.idle == [worker]
    assert nicenesses(worker) == [1, 1]


def test_caller_that_leaves_frees_the_worker(make: Made) -> None:
    pool = make(concurrent_queries=1, timeout=60)
    caller, context = Caller("a"), copy_context()
    context.run(CALLER.set, caller)
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(context.run, pool.run, Query(SLOW, JSON))
        until(lambda: any(ticket.worker for ticket in pool._tickets.values()))
        assert pool._loop
        pool._loop.call_soon_threadsafe(caller.leave)
        with pytest.raises(ClientGone):
            slow.result()
    assert b"true" in pool.run(Query("ASK {}", JSON)).body
    assert pool.crew.ended["ClientGone"] == 1


def test_stopping_gives_everybody_an_answer(make: Made) -> None:
    pool = make(concurrent_queries=1, timeout=60)
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(pool.run, Query(SLOW, JSON)) for _ in range(2)]
        until(lambda: len(pool.turns.running) + pool.turns.waiting == 2)
        assert pool._loop
        pool._loop.call_soon_threadsafe(pool.stop)
        for one in asked:
            with pytest.raises(Busy, match="being stopped"):
                one.result()


def test_service_that_slips_past_the_guard_goes_nowhere(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migkg.guard._check_service", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as trap:
        port = trap.getsockname()[1]
        text = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/never> {{ ?s ?p ?o }} }}"
        with pytest.raises(Unprocessable, match="another server"):
            pool.run(Query(text, JSON))
        trap.setblocking(False)
        with pytest.raises(BlockingIOError):
            trap.accept()


def test_broken_file_is_told_with_its_place(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    (root / "instances" / "reference" / "bad.ttl").write_text("<a:a> <b:b>\n  c .\n")
    with (
        closing(Pool(Data(root=str(root)), Limits())) as pool,
        pytest.raises(BrokenTurtle) as found,
    ):
        pool.run(Query("ASK {}", JSON))
    assert "bad.ttl, line 2" in found.value.detail


def test_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    (root / "instances" / "reference" / "away.ttl").symlink_to(tmp_path / "none")
    with closing(Pool(Data(root=str(root)), Limits())) as pool, pytest.raises(CannotRun) as found:
        pool.run(Query("ASK {}", JSON))
    assert "away.ttl: No such file" in found.value.detail


def test_loader_that_ends_early_is_told(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    handles = own_handles()
    with closing(Pool(data, Limits())) as pool, pytest.raises(CannotRun, match="ended before"):
        pool.run(Query("ASK {}", JSON))
    assert own_handles() == handles


def test_pool_that_still_loads_is_closed_at_once(data: Data) -> None:
    pool = Pool(data, Limits())
    os.kill(pool.crew.zygote.pid, signal.SIGSTOP)
    pool.close()
    assert gone(pool.crew.zygote.pid)


def test_no_process_and_no_handle_is_left(data: Data) -> None:
    before, handles = children(os.getpid()), own_handles()
    pool = Pool(data, Limits(timeout=0.3))
    zygote = pool.crew.zygote._process.pid
    for text in (SLOW, "ASK {}", SLOW, "ASK { "):
        with nullcontext() if text == "ASK {}" else pytest.raises(MigkgError):
            pool.run(Query(text, JSON))
    until(lambda: len(children(zygote)) == len(pool.crew.idle))
    pool.close()
    assert children(os.getpid()) == before
    assert own_handles() == handles


def test_workers_that_nobody_needs_are_let_go_and_come_again(
    make: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "KEPT", 0.1)
    pool = make()
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: pool.run(Query("ASK {}", JSON)), range(60)))
    until(lambda: not pool.crew.idle)
    until(lambda: not children(pool.crew.zygote.pid))
    assert b"true" in pool.run(Query("ASK {}", JSON)).body


def test_worker_that_is_needed_stays(make: Made) -> None:
    pool = make()

    async def look() -> list[int]:
        pool.crew._thin()
        return [worker.pid for worker in pool.crew.idle]

    pool.run(Query("ASK {}", JSON))
    kept = pool._wait(look())
    assert len(kept) == 1
    pool.run(Query("ASK {}", JSON))
    assert pool._wait(look()) == kept
    assert pool._wait(look()) == []


def test_zygote_ends_when_its_owner_is_gone(data: Data) -> None:
    pool = Pool(data, Limits())
    pool.run(Query("ASK {}", JSON))
    zygote = pool.crew.zygote._process
    workers = children(zygote.pid)
    pool.crew.zygote._channel.close()
    zygote.wait(timeout=10)
    assert workers
    until(lambda: all(map(gone, workers)))
    for worker in pool.crew.idle:
        worker.channel.close()
        os.close(worker.shared)


def test_state_tells_who_works_and_who_was_stopped(make: Made) -> None:
    pool = make(concurrent_queries=1, timeout=0.5)
    ends: list[str] = []
    pool.observe = lambda outcome, _seconds: ends.append(outcome)
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(pool.run, Query(SLOW, JSON)) for _ in range(2)]
        until(lambda: pool.state().busy == 1 and pool.state().waiting == 1)
        assert len(pool.state().processes) == 2
        assert {type(one.exception()) for one in asked} <= {QueryTimeout, Busy}
    pool.run(Query("ASK {}", JSON))
    with pytest.raises(QuerySyntax):
        pool.run(Query("ASK", JSON))
    assert (pool.state().idle, pool.state().busy, pool.state().waiting) == (1, 0, 0)
    assert pool.state().stopped["QueryTimeout"] >= 1
    assert ends[2:] == ["answered", "QuerySyntax"]
