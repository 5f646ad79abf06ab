"""Checks every request, and puts on every response the headers that all have.

https://fetch.spec.whatwg.org/#cors-protocol
"""

import time
from http import HTTPStatus
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Response, g, request
from werkzeug.routing import RequestRedirect

from migkg import web
from migkg.errors import BadRequest, NotFound
from migkg.exchange import etag
from migkg.formats import HTML

# Characters of a path: percent-encoded, it still fits into a query.
_LONGEST = 4000
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, *",
    "Access-Control-Max-Age": "86400",
}


def check() -> None:
    """Raise the fault that the gateway found before the application, such as a body too long.

    Raises NotFound for a path that nothing can have, and BadRequest for a URL that is not in
    UTF-8; Flask gives its path with U+FFFD then.
    """
    g.start = time.perf_counter()
    if "migkg.fault" in request.environ:
        raise request.environ["migkg.fault"]
    if len(request.path) > _LONGEST:
        raise NotFound(f"Nothing has a path of more than {_LONGEST} characters.", "Shorten it.")
    if "\ufffd" not in request.path:
        try:
            unquote_to_bytes(request.query_string).decode()
        except UnicodeDecodeError:
            pass
        else:
            return
    raise BadRequest("The URL is not in UTF-8.", "Encode it as UTF-8, then percent-encode it.")


def complete(response: Response) -> Response:
    """Put the headers on a response that all have."""
    response.headers.update(web.common_headers(web.site().backend.digest))
    tidy = request.routing_exception
    # A fault that comes before it is told instead.
    if isinstance(tidy, RequestRedirect) and response.status_code == tidy.code:
        # The framework's own address is made of the Host header, which nobody vouches for.
        target = urlsplit(tidy.new_url)
        asked = f"?{target.query}" if target.query else ""
        response.headers["Location"] = web.href(target.path) + asked
        response.set_data(b"")
    if response.status_code == HTTPStatus.OK:
        # What is not one query's answer tells how long all of it took.
        whole = f"total;dur={(time.perf_counter() - g.start) * 1000:.1f}"
        response.headers.setdefault("Server-Timing", whole)
        if response.mimetype != HTML.media_type:
            # A page shows a choice of what there is, and says so itself.
            response.headers.setdefault("Answer-Completeness", "complete")
    if request.endpoint == "static":
        # The framework's own validators are made of the file's time, which replicas do not share.
        response.direct_passthrough = False
        response.headers["ETag"] = etag(response.get_data())
        for name in ("Last-Modified", "Accept-Ranges"):
            del response.headers[name]
    if request.if_match or request.if_none_match:
        # Not behind the gateway, which sees to it for what it keeps as well.
        response.make_conditional(request)
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
    return response
