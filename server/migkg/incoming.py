"""A request as it comes in: its body, the fault that is found in it, and its line in the log.

A body is read in the event loop, so that a slow client holds no thread.
"""

import asyncio
from dataclasses import dataclass, field
from http.client import NOT_MODIFIED
from typing import Any

from werkzeug.exceptions import NotImplemented as NotImplementedHere
from werkzeug.exceptions import RequestTimeout

from migkg import access
from migkg.callers import Caller
from migkg.errors import BadRequest, TooLarge
from migkg.reload import Parts
from migkg.response import Response
from migkg.wsgi import Environ, Scope, environ_of, header

BODY_SECONDS = 10.0
# The server ends a body with an empty piece, and one that broke off in its chunks with two; also
# one that has trailers, which no query needs.
_ENDS = 1


@dataclass
class Incoming:
    """A request on its way; `fault` is what the application shall tell instead of an answer."""

    scope: Scope
    protocol: Any
    parts: Parts
    caller: Caller
    body: bytearray = field(default_factory=bytearray)
    fault: Exception | None = None

    async def read_body(self) -> None:
        """Read the body, or find the fault that the application shall tell."""
        if (header(self.scope, "transfer-encoding") or "chunked").lower() != "chunked":
            # RFC 9112, 6.1; the server takes off the last one, and that is the chunks.
            self.fault = NotImplementedHere("The body is in a transfer coding not known here.")
            return
        limit = self.parts.body_limit
        length = int(header(self.scope, "content-length") or 0)
        too_long = TooLarge(f"The body is longer than {limit} bytes.", "Shorten the query.")
        if length > limit:
            # It need not arrive first.
            self.fault = too_long
            return
        ends = 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for piece in self.protocol:
                    self.body += piece
                    ends += not piece
                    if len(self.body) > limit:
                        self.fault = too_long
                        return
            # Half a query may be a query as well, and was not asked.
            if len(self.body) < length or ends > _ENDS:
                self.fault = BadRequest("The request's body is not whole.", "Send it again.")
        except TimeoutError:
            self.fault = RequestTimeout("The request's body did not arrive in time.")

    def environ(self) -> Environ:
        """Return it as the application takes it."""
        environ = environ_of(self.scope, bytes(self.body))
        if self.scope.method == "HEAD":
            # Answered as the GET; the server leaves the body out.
            environ["REQUEST_METHOD"] = "GET"
        if self.fault:
            environ["migkg.fault"] = self.fault
        return environ

    def log(self, response: Response, seconds: float) -> None:
        """Write what became of it into the access log."""
        scope, caller = self.scope, self.caller
        content_type = header(scope, "content-type") or ""
        access.write(
            client=caller.client,
            method=scope.method,
            path=scope.path,
            status=response.status,
            bytes=0 if scope.method == "HEAD" else len(response.body),
            ms=round(seconds * 1000, 1),
            query=access.query_hash(scope.query_string, content_type, bytes(self.body)),
            rows=caller.rows,
            outcome="not modified" if response.status == NOT_MODIFIED else caller.outcome,
        )
