"""The one place where a fault becomes a response: text, JSON, a page, or problem details.

https://www.rfc-editor.org/rfc/rfc9110#section-15 · https://www.rfc-editor.org/rfc/rfc9457
"""

import json
import re
import secrets
from http import HTTPStatus

from flask import Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from migkg import web
from migkg.errors import CannotRun, MigkgError, NotAcceptable, TooManyRequests, Unavailable
from migkg.formats import DATA, HTML, TEXT, Format, negotiate

# https://www.rfc-editor.org/rfc/rfc9457, for those who ask for it
_PROBLEM = Format("problem", "application/problem+json", "json", "page")
_QUERY_LINE = re.compile(r"\r?\n")
_WORD = re.compile(r"\S*")


def respond(error: Exception) -> Response:
    """Return the response for what went wrong, in the shape that the client likes best."""
    fault = _fault(error)
    # The first is for those who take anything: programs, where the address says so.
    offers = (DATA, TEXT) if request.path.endswith(".json") else (TEXT, DATA)
    try:
        row = negotiate(request.headers.get("Accept"), (*offers, HTML, _PROBLEM))
    except NotAcceptable:
        row = TEXT
    if row == HTML:
        body = render_template("error.html", fault=fault, lines=_lines(fault), query=g.get("query"))
    elif row == TEXT:
        body = f"{fault.title}: {fault}\n"
    else:
        shape = fault.body() if row == DATA else {"type": "about:blank", **fault.body()["error"]}
        body = json.dumps(shape, ensure_ascii=False)
    response = web.respond(body, row, tagged=False)
    response.status_code = fault.status
    if isinstance(fault, TooManyRequests | Unavailable):
        response.headers["Retry-After"] = str(fault.retry_after)
    if isinstance(error, HTTPException):
        kept = ("Allow", "Location")
        response.headers.extend(row for row in error.get_headers() if row[0] in kept)
    return response


def _fault(error: Exception) -> MigkgError:
    """Return the fault that an exception means; one of our own making is logged and not told."""
    if isinstance(error, MigkgError) and not isinstance(error, CannotRun):
        return error
    if isinstance(error, HTTPException):
        return _http_fault(error)
    number = secrets.token_hex(4)
    current_app.logger.error("fault %s at %s", number, request.path, exc_info=error)
    return MigkgError(f"Something broke on this server; it is logged there as {number}.")


def _http_fault(error: HTTPException) -> MigkgError:
    title = error.name.capitalize()
    kind = type("HttpFault", (MigkgError,), {"status": error.code or 500, "title": title})
    if error.code == HTTPStatus.NOT_FOUND:
        fault: MigkgError = kind(f"There is nothing at {request.path}.", "Begin at the start page.")
    elif isinstance(error, MethodNotAllowed):
        taken = ", ".join(sorted(error.valid_methods or ()))
        fault = kind(f"{request.method} is not possible at {request.path}.", f"Use {taken}.")
    else:
        fault = kind(error.description or error.name)
    return fault


def _lines(fault: MigkgError) -> list[tuple[str, str, str]]:
    """Return the query's lines in three parts; the middle one is what the fault is about."""
    lines = [(line, "", "") for line in _QUERY_LINE.split(g.get("query", ""))]
    if 0 < fault.line <= len(lines):
        line, start = lines[fault.line - 1][0], fault.column - 1
        end = start + len(_WORD.match(line, start)[0])  # type: ignore[index]
        lines[fault.line - 1] = (line[:start], line[start:end] or " ", line[end:])
    return lines if "query" in g else []
