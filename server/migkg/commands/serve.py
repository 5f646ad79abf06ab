"""`migkg serve`: the data are loaded in a process of their own while the server is imported."""

import importlib
import signal
import socket
from contextlib import closing
from dataclasses import replace

import click

from migkg.backend import open_backend
from migkg.errors import PortInUse
from migkg.memory import spare_memory
from migkg.options import takes
from migkg.settings import Data, Limits, Server


@click.command()
@takes(Server, Limits, Data)
def command(server: Server, limits: Limits, data: Data) -> None:
    """Serve the graph: pages for people, a SPARQL endpoint for programs. Ctrl-C ends it.

    On SIGHUP it loads the data anew; until then, and where they are broken, it serves the old.

    Example: migkg serve --port 8080 --timeout 10
    """
    # It asks for new data, and until it serves, what is loaded is new.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    spare_memory()
    if data.sources:
        # The usual folder may be missing; one that was named is meant.
        data = replace(data, sources=str(data.source_folder))
    address, port = free_address(server.host, server.port)
    named = replace(server, port=port).base_url
    server = replace(server, host=address, port=port, public_url=named)
    with closing(open_backend(server, data, limits)) as backend:
        # It takes half as long as the data, which another process loads meanwhile.
        application = importlib.import_module("migkg.server")
        application.run(server, limits, data, backend)


def free_address(host: str, port: int) -> tuple[str, int]:
    """Return the address that a host has, and the port, or a free one for 0.

    Raises PortInUse where none can be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            address, found = probe.getsockname()[:2]
        except OSError as error:
            raise PortInUse(
                f"The address {host}:{port} cannot be used: {error.strerror}.",
                "End the program that uses it, or choose another with --host and --port.",
            ) from error
    return str(address), int(found)
