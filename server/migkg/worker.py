"""One query process: answers one query after another until its socket closes or it is killed.

A fork of the zygote. It opens nothing: https://man7.org/linux/man-pages/man2/getrlimit.2.html.
"""

import gc
import os
import resource
import socket
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from migkg import dumps, exporting, merging, query_operation, results, wire
from migkg.catalog import Order
from migkg.dataset import Dataset
from migkg.errors import BadRequest, MigkgError, NotAcceptable, QuerySyntax, TooLarge, Unprocessable
from migkg.exchange import etag
from migkg.explain import explain
from migkg.formats import BY_NAME
from migkg.memory import give_back
from migkg.results import Results, Written
from migkg.settings import Limits

STACK = 256 * 2**20
INLINE = 2**16
# Seconds in which a program that asks one small query after another has sent the next.
AWAKE = 0.0005


def serve(
    channel: socket.socket, dataset: Dataset, limits: Limits, *, limited: bool = True
) -> None:
    """Answer queries from `channel`; the memory of `limits` comes on top of that of the data.

    One that is not `limited` may take what memory it needs.
    With the first byte sent comes the descriptor of the shared memory for large answers.
    """
    shared = os.memfd_create("answer", os.MFD_CLOEXEC)
    # The engine writes its last words there when it runs out of memory.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # Where the machine itself runs out of memory, a query goes first.
    Path("/proc/self/oom_score_adj").write_text("1000")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if limited:
        _confine(limits.memory)
    socket.send_fds(channel, [b"."], [shared])
    # The engine's parser and planner recurse: nested queries need more stack than a main thread.
    threading.stack_size(STACK)
    inbox = wire.Inbox(channel)
    goes_on = True
    while goes_on:
        with ThreadPoolExecutor(1) as thread:
            goes_on = thread.submit(_loop, channel, inbox, dataset, shared, limits).result()
        # A long query may have left much.
        give_back()


def _loop(
    channel: socket.socket, inbox: wire.Inbox, dataset: Dataset, shared: int, limits: Limits
) -> bool:
    """Answer queries; False when there are no more, True once this thread was made to stand back.

    Another one then goes on: only root could raise the priority of this one again.
    """
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    job: wire.Head = {}
    while os.getpriority(os.PRIO_PROCESS, 0) == niceness:
        try:
            # Beside others, to stay awake would take time from these.
            job, _ = inbox.receive(AWAKE if job.get("alone") else 0)
        except EOFError:
            return False
        _answer(channel, dataset, job, shared, limits)
    return True


def _answer(
    channel: socket.socket, dataset: Dataset, job: wire.Head, shared: int, limits: Limits
) -> None:
    """Do a job and send what comes of it, of which nothing is left then."""
    start = time.thread_time()
    try:
        head, written = _done(dataset, job, limits)
    except MigkgError as fault:
        wire.send(channel, wire.fault_to_head(fault) | {"spent": time.thread_time() - start})
    except MemoryError:
        os.abort()
    except Exception:
        wire.send(channel, {"bug": traceback.format_exc(), "spent": 0.0})
    else:
        head["spent"] = time.thread_time() - start
        _reply(channel, head, written, shared)


def _confine(memory: int) -> None:
    """Let this process take `memory` MiB beside what it has and a stack, and open nothing."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    space = pages * resource.getpagesize() + STACK + memory * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _reply(channel: socket.socket, head: wire.Head, written: Written, shared: int) -> None:
    head |= {"more": written.more, "rows": written.rows}
    # The web process empties the memory when it has taken the answer before.
    if len(written.body) <= INLINE or os.fstat(shared).st_size:
        wire.send(channel, head, written.body)
        return
    view = memoryview(written.body)
    at = 0
    while at < len(view):
        at += os.pwrite(shared, view[at:], at)
    wire.send(channel, head | {"shared": len(view)})


def _done(dataset: Dataset, job: wire.Head, limits: Limits) -> tuple[wire.Head, Written]:
    if "request" in job:
        return respond(dataset.store, job["request"], limits, counts=job["counts"])
    return {}, _written(dataset, job)


def respond(
    store: ox.Store, request: wire.Head, limits: Limits, *, counts: bool = True
) -> tuple[wire.Head, Written]:
    """Answer a protocol request; `request` has the arguments of `query_operation.read`.

    The head returned has `format` and `etag`, '' for an answer that is another each time. It has
    `page` instead where the web process must answer: a request for HTML, or for a format that is
    not offered. Raises as `query_operation.read` and `run`.
    """
    try:
        plan, job, volatile = query_operation.read(limits=limits, **request)
    except NotAcceptable:
        return {"page": True}, Written(b"", more=False)
    if job is None:
        return {"page": True}, Written(b"", more=False)
    try:
        written = run(store, job, counts=counts)
    except QuerySyntax as fault:
        raise fault.without(plan.prologue) from fault
    tag = "" if volatile else etag(written.body)
    return {"format": plan.row.name, "etag": tag}, written


def _written(dataset: Dataset, job: wire.Head) -> Written:
    if "index" in job:
        # One process needs it, and but once.
        from migkg import search_index

        return Written(search_index.make(partial(_in_csv, dataset.store)), more=False)
    if "order" in job:
        return export(dataset, job)
    if "merged" not in job:
        return run(dataset.store, job)
    # A copy, so that its quads, four times the size of their text, go when it is written.
    body = dumps.triples(replace(dataset), BY_NAME[job["merged"]], job["graph"])
    give_back()
    return Written(body, more=False)


def _in_csv(store: ox.Store, text: str) -> bytes:
    """Answer a SELECT of the server's own, over all graphs."""
    found = merging.query(store, text, None, None, names_dataset=False)
    assert isinstance(found, ox.QuerySolutions)
    return found.serialize(format=ox.QueryResultsFormat.CSV) or b""


def export(dataset: Dataset, job: wire.Head) -> Written:
    """Make the export of a job; raises as `exporting`, and as `run` for an own query."""
    order = Order(**job["order"])
    if order.what != "network":
        # It makes hundreds of thousands of objects, and no cycles of them to look for.
        gc.disable()
        try:
            body = exporting.of_dataset(order, replace(dataset))
        finally:
            gc.enable()
        give_back()
        return Written(body, more=False)
    plain: wire.Head = job | {"default": None, "named": None, "names_dataset": False}

    def ask(text: str) -> list[dict[str, str]]:
        return results.plain(_query(dataset.store, text, plain))

    def construct(text: str) -> list[ox.Triple]:
        return constructed(dataset.store, job | {"text": text, "default": None, "named": None})

    body = exporting.of_network(order, ask, construct)
    give_back()
    return Written(body, more=False)


def constructed(store: ox.Store, job: wire.Head) -> list[ox.Triple]:
    """Return the triples that the query of a job constructs.

    Raises BadRequest for another kind of query, TooLarge for more than `rows` triples, QuerySyntax.
    """
    try:
        found = _query(store, job["text"], job)
    except SyntaxError:
        raise explain(job["text"], lambda other: _query(store, other, job)) from None
    if not isinstance(found, ox.QueryTriples):
        raise BadRequest("The query makes no triples.", "Write a CONSTRUCT query.")
    triples = list(islice(found, job["rows"] + 1))
    if len(triples) > job["rows"]:
        raise TooLarge(
            f"The query makes more than {job['rows']} triples.", "Make it narrower, or add LIMIT."
        )
    return list(dict.fromkeys(triples))


def run(store: ox.Store, job: wire.Head, *, counts: bool = True) -> Written:
    """Run the query of a job, cut to `rows` + 1 where that can be, and write its answer.

    `counts` as in `results.write`. Raises QuerySyntax, Unprocessable, TooLarge, NotAcceptable.
    """
    text = job["text"]
    try:
        try:
            found = _query(store, job["limited"], job)
        except SyntaxError:
            found = _query(store, text, job)
        return results.write(found, job["media_type"], job["rows"], job["bytes"], counts=counts)
    except SyntaxError:
        raise explain(text, lambda other: _query(store, other, job)) from None
    except RuntimeError as error:
        # What only turns out when the query is planned: a function of somebody else's.
        raise Unprocessable(
            f"The engine cannot run the query: {error}.", "Ask without it."
        ) from error
    except OSError as error:
        raise Unprocessable(
            "The query tried to reach another server.", "Take SERVICE out."
        ) from error


def _query(store: ox.Store, text: str, job: wire.Head) -> Results:
    default, named = job["default"], job["named"]
    return merging.query(store, text, default, named, job["names_dataset"])
