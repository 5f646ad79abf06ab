"""The HTTP server granian over the application; all processes end with it.

https://github.com/emmett-framework/granian
"""

import asyncio
import gc
import multiprocessing
import os
import shlex
import signal
import sys
import threading
from functools import partial
from typing import Any

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from migkg.app import create_gateway
from migkg.backend import Backend
from migkg.errors import MigkgError
from migkg.execute import Pool
from migkg.gateway import RENEWING, STOPPING, Gateway
from migkg.processes import end_with
from migkg.settings import Data, Limits, Server
from migkg.terms import MGO, RDFS

EXAMPLE = (
    f"PREFIX mgo: <{MGO}> PREFIX rdfs: <{RDFS}> SELECT ?name ?place WHERE "
    "{ ?office a mgo:Office ; rdfs:label ?name ; mgo:servesPlace/rdfs:label ?place } LIMIT 5"
)
_HEADER_MILLISECONDS = 10_000
_HEADER_BYTES = 512 * 1024
_AWAKE = 0.25  # seconds


def run(server: Server, limits: Limits, data: Data, backend: Backend) -> None:
    """Serve the application over a backend until the server is told to end."""
    # The serving process is a fork: it takes over the connection to the query processes.
    multiprocessing.set_start_method("fork", force=True)
    ready = partial(_tell_when_ready, server)
    gateway = create_gateway(server, limits, data, backend, ready)
    granian = Granian(
        "migkg",
        address=server.host,
        port=server.port,
        interface=Interfaces.RSGI,
        # By itself it would take another that happens to be installed, which knows no sockets.
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(
            header_read_timeout=_HEADER_MILLISECONDS, max_buffer_size=_HEADER_BYTES
        ),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )
    granian.main_loop_interrupt = _Interrupt()
    granian.on_startup(partial(_take_signals, granian, server.stop))
    if isinstance(backend, Pool):
        # The serving process, a fork of this one, lets it go when there are new data.
        signal.signal(signal.SIGCHLD, lambda *_: backend.crew.zygote.reap())
    # What the collector never visits again stays shared with the serving process.
    gc.collect()
    gc.freeze()
    granian.serve(target_loader=partial(_load, gateway, granian, os.getpid()), wrap_loader=False)


class _Interrupt(threading.Event):
    """What the HTTP server's first thread waits for, awake now and then.

    The system may give a signal to another thread, while this one sleeps on: where a query process
    ends in the moment in which the server is told to, as where systemd tells all of them at once.
    """

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, or for `timeout` seconds; return whether it is set."""
        if timeout is not None:
            return super().wait(timeout)
        while not super().wait(_AWAKE):
            pass
        return True


def _load(gateway: Gateway, granian: Any, parent: int) -> Any:
    """Return the gateway inside the serving process, which shall end with its parent.

    Where it takes the place of one that was killed, nobody knows what that one had asked of the
    query processes: they end, and the data are loaded again. Till then connections are refused.
    """
    # Until the event loop takes them; a process that is loading the data goes too then.
    for number in (signal.SIGINT, signal.SIGTERM, STOPPING):
        signal.signal(number, lambda *_: sys.exit(1))
    if not end_with(parent, signal.SIGTERM):
        raise SystemExit(1)
    if granian.respawned_wrks:
        try:
            gateway.start_over()
        except (MigkgError, OSError) as fault:
            raise SystemExit(f"migkg: {fault}") from fault
    return gateway


def _take_signals(granian: Any, seconds: float) -> None:
    """Let the serving process know of new data, and of the end before it is told to end.

    It is killed after so many seconds. The HTTP server would see to that too, but where its two
    threads that wait for the process come in each other's way it tells of a kill that none was.
    """

    def announce(number: signal.Signals) -> None:
        for serving in granian.wrks:
            if serving.is_alive():
                os.kill(serving.inner.pid, number)

    ending = (signal.SIGINT, signal.SIGTERM)

    def stop(*_: Any) -> None:
        # One is enough. As Python leaves, the next would end it as it ends any other program.
        for number in ending:
            signal.signal(number, signal.SIG_IGN)
        announce(STOPPING)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        granian.signal_handler_interrupt()

    signal.signal(signal.SIGALRM, lambda *_: announce(signal.SIGKILL))
    for number in ending:
        signal.signal(number, stop)
    # The HTTP server itself would start a serving process over the old data.
    signal.signal(signal.SIGHUP, lambda *_: announce(RENEWING))


async def _tell_when_ready(server: Server) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(server.host, server.port)
        except OSError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            break
    url = f"{server.base_url}/sparql"
    query = shlex.quote(f"query={EXAMPLE}")
    click.echo(f"migkg answers at {server.base_url}/ (Ctrl-C ends it). Ask it, for example:")
    click.echo(f"  curl -G {shlex.quote(url)} -H 'Accept: text/csv' --data-urlencode {query}")
