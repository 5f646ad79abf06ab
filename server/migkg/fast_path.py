"""The fast path of `/sparql`: a worker gets a request as it came, past the Flask application.

It reads and answers by the same functions as the endpoint. HTML pages, faults, long texts and all
that is unusual go through the application: https://www.w3.org/TR/sparql11-protocol/.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from migkg import answers, codings, web
from migkg.errors import NotAcceptable
from migkg.exchange import tag_in
from migkg.execute import Pool
from migkg.formats import BY_NAME
from migkg.query_operation import DIRECT, FORM
from migkg.response import Response
from migkg.settings import Limits
from migkg.wire import Head
from migkg.wsgi import Scope, header


@dataclass(frozen=True)
class FastPath:
    """Answers plain requests to `/sparql` by the workers of a pool."""

    pool: Pool
    limits: Limits
    base_url: str

    def takes(self, scope: Scope, body: bytes) -> Head | None:
        """Return a request as a worker takes it, None for one that the application shall answer."""
        if scope.path != "/sparql" or scope.method not in ("GET", "HEAD", "POST"):
            return None
        query_string, accept = scope.query_string, header(scope, "accept")
        kind = header(scope, "content-type") if scope.method == "POST" else None
        known = kind in (FORM, DIRECT) if scope.method == "POST" else query_string
        # That a text is too long is for the application to tell, and a client's deadline to keep.
        if not known or len(query_string) + len(body) > self.limits.query_bytes:
            return None
        if kind and header(scope, "content-encoding"):
            return None
        if "timeout=" in query_string or b"timeout=" in body or (accept and "html" in accept):
            return None
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return None
        return {"query_string": query_string, "accept": accept, "media_type": kind, "body": text}

    async def answer(self, scope: Scope, request: Head) -> Response | None:
        """Return the response to what `takes` returned; None for a page or a format not offered.

        Raises as `Pool.respond`, and TooLarge.
        """
        start = time.perf_counter()
        try:
            head, body = await self.pool.respond(request)
        except NotAcceptable:
            # What else may be wrong with the query, the application finds out.
            return None
        if "page" in head:
            return None
        if head["more"]:
            raise web.too_many_rows(self.limits)
        seconds = time.perf_counter() - start
        made = (
            *_fields(head["format"], self.pool.digest, tagged=bool(head["etag"])),
            *((name.lower(), value) for name, value in answers.marks("complete", seconds).items()),
            ("link", self._link(scope)),
            ("content-length", str(len(body))),
        )
        tag = (("etag", tag_in(head["format"], head["etag"])),) if head["etag"] else ()
        return Response(HTTPStatus.OK, (*made, *tag), body)

    def _link(self, scope: Scope) -> str:
        posted = scope.method == "POST"
        return web.citing(
            self.base_url, "" if posted else web.address(scope.path, scope.query_string)
        )


@lru_cache(maxsize=64)
def _fields(name: str, digest: str, *, tagged: bool) -> tuple[tuple[str, str], ...]:
    """Return the headers that all answers in a format have, as long as the data are the same."""
    fields = web.format_headers(BY_NAME[name], tagged=tagged, vary=True)
    fields |= web.common_headers(digest)
    response = Response(HTTPStatus.OK, _rows(fields), b"")
    return codings.with_vary(response).headers


def _rows(fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.lower(), value) for name, value in fields.items())
