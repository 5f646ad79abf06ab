"""The application as WSGI wants it called: https://peps.python.org/pep-3333/."""

import io
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from werkzeug import exceptions

from migkg.errors import BadRequest
from migkg.response import Response

# No other protocol is spoken here (RFC 9110, 7.8), only whole answers are sent (14.2), and the
# gateway itself holds conditions against them.
_PASSED_OVER = frozenset(
    {"UPGRADE", "RANGE", "IF_RANGE", "IF_MATCH", "IF_NONE_MATCH", "IF_MODIFIED_SINCE"}
)
# https://www.rfc-editor.org/rfc/rfc9110#section-7.2 with https://www.rfc-editor.org/rfc/rfc3986
_HOST = re.compile(
    r"(?:\[[\w.:~!$&'()*+,;=-]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-F]{2})*)(?::[0-9]*)?",
    re.ASCII | re.IGNORECASE,
)
Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Scope(Protocol):
    """What the server tells of a request."""

    http_version: str
    method: str
    path: str
    query_string: str
    client: str
    scheme: str
    headers: Any


def header(scope: Scope, name: str) -> str | None:
    """Return a header's lines as one, None if there is none (RFC 9110, 5.3)."""
    lines = scope.headers.get_all(name)
    return ", ".join(lines) if lines else None


def conditions(scope: Scope) -> tuple[str | None, str | None]:
    """Return If-Match and If-None-Match."""
    return header(scope, "if-match"), header(scope, "if-none-match")


def unhosted(scope: Scope) -> BadRequest | None:
    """Return the fault of a request without one right Host (RFC 9112, 3.2); 1.0 had none."""
    if scope.http_version != "1.1":
        return None
    hosts = scope.headers.get_all("host")
    if len(hosts) != 1:
        return BadRequest("The request has no Host header, or several.", "Send one.")
    if not _HOST.fullmatch(hosts[0]):
        return BadRequest("The Host header names no host.", "Send one such as example.org:8000.")
    return None


def unknown(scope: Scope) -> exceptions.NotImplemented | None:
    """Return the fault of a method in small letters: names differ by that (RFC 9110, 9.1).

    Flask would take it for the one in capitals.
    """
    if scope.method.isupper():
        return None
    return exceptions.NotImplemented(
        f"No method is called {scope.method[:20]}: write it in capitals."
    )


def environ_of(scope: Scope, body: bytes) -> Environ:
    """Return the WSGI environment of a request."""
    host, _, port = scope.client.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": host,
        "REMOTE_PORT": port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        variable = name.upper().replace("-", "_")
        if variable in _PASSED_OVER:
            continue
        if variable not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            variable = f"HTTP_{variable}"
        environ[variable] = f"{environ[variable]},{value}" if variable in environ else value
    # A body may come in chunks, without a length of its own.
    return environ | {"CONTENT_LENGTH": str(len(body))}


def call(app: Wsgi, environ: Environ) -> Response:
    """Run a WSGI application to its end and return its response."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        started.append((status, headers))

    chunks = app(environ, start)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = started[-1]
    return Response(int(status[:3]), tuple((n.lower(), v) for n, v in headers), body)
