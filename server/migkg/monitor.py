"""For those who run the server: is it alive, is it ready, what does it count?"""

from http import HTTPStatus

from flask import Blueprint, Response

from migkg.exchange import Query
from migkg.formats import TEXT
from migkg.tables import JSON
from migkg.web import respond, site

blueprint = Blueprint("monitor", __name__)


@blueprint.route("/*", methods=["OPTIONS"])
def server() -> Response:
    """Answer a question to the server as a whole, `OPTIONS *` (RFC 9110, 9.3.7)."""
    return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": "GET, HEAD, OPTIONS, POST"})


@blueprint.get("/healthz")
def health() -> Response:
    """Say that the server is alive; no query is asked."""
    return respond("ok\n", TEXT, tagged=False, vary=False)


@blueprint.get("/readyz")
def readiness() -> Response:
    """Say whether a query is answered; 503 if not."""
    site().backend.run(Query("ASK {}", JSON))
    return respond("ok\n", TEXT, tagged=False, vary=False)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Send the numbers for Prometheus."""
    response = respond(site().metrics.text(), TEXT, tagged=False, vary=False)
    response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    return response
