"""The short way: a plain SPARQL request is answered on the event loop, without the application.

It reads and answers by the functions that the endpoint itself uses. What they refuse, pages and
long texts go the usual way: https://www.w3.org/TR/sparql11-protocol/.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from migkg import answers, asked, web
from migkg.asked import Plan
from migkg.cache import Response
from migkg.errors import MigkgError
from migkg.execute import Pool
from migkg.settings import Limits
from migkg.web import HTML
from migkg.wsgi import Scope, header

# To read a longer text takes the loop so long that others would notice.
_LONGEST = 4096


@dataclass(frozen=True)
class Lane:
    """Answers what is asked of `/sparql` over a pool."""

    pool: Pool
    limits: Limits

    def plan(self, scope: Scope, body: bytes) -> Plan | None:
        """Return what a request asks for, None for one that the application shall answer."""
        known = scope.path == "/sparql" and scope.method in ("GET", "HEAD", "POST")
        if not known or len(scope.query_string) + len(body) > _LONGEST:
            return None
        try:
            plan = self._plan(scope, body)
        except MigkgError:
            return None
        return None if plan is None or plan.row == HTML or plan.prologue else plan

    def _plan(self, scope: Scope, body: bytes) -> Plan | None:
        accept = header(scope, "accept")
        parameters = asked.parse(scope.query_string.encode())
        if scope.method == "POST":
            kind = header(scope, "content-type")
            if kind not in (asked.FORM, asked.DIRECT):
                return None
            parameters = asked.with_body(parameters, kind, body)
        elif not parameters:
            return None
        return asked.plan(parameters, "", accept, self.limits)

    async def answer(self, plan: Plan) -> Response:
        """Return the response to a plan; raises as `Pool.answer`, and TooLarge."""
        start = time.perf_counter()
        answer = web.whole(await self.pool.answer(plan.whole), self.limits)
        seconds = time.perf_counter() - start
        fields = web.fields(answer.body, plan.row, tagged=not answer.volatile, vary=True)
        fields |= answers.marks("complete", seconds)
        length = ("content-length", str(len(answer.body)))
        headers = (*_rows(fields), *_common(self.pool.digest), length)
        return Response(HTTPStatus.OK, headers, answer.body)


def _rows(fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.lower(), value) for name, value in fields.items())


@lru_cache(maxsize=8)
def _common(digest: str) -> tuple[tuple[str, str], ...]:
    return _rows(web.common(digest))
