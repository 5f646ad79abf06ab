"""Another SPARQL 1.1 store, asked by https://www.w3.org/TR/sparql11-protocol/."""

import asyncio
import json
import re
import urllib.error
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus

import pyoxigraph as ox
from SPARQLWrapper import CONSTRUCT, JSON, POST, SELECT, TURTLE, SPARQLExceptions, SPARQLWrapper

from migkg import dumps, exporting, guard, merging, results, search_index
from migkg.callers import Caller, Observe, observed
from migkg.catalog import Order
from migkg.errors import BadRequest, MigkgError, NotFound, QueryTimeout, TooLarge, Unavailable
from migkg.exchange import ALL_ROWS, Answer, Query
from migkg.execute import State
from migkg.formats import BY_NAME, Format
from migkg.results import Written
from migkg.settings import Limits

# How the drafts of the results format, and Virtuoso still, call a literal with a datatype.
_OLD_LITERAL = re.compile(rb'("type"\s*:\s*)"typed-literal"')
_TABLE, _TRIPLES, _CSV = BY_NAME["json"], BY_NAME["nt"], BY_NAME["csv"].media_type


class Remote:
    """A backend over a store elsewhere, whose data may change at any time."""

    digest = ""

    def __init__(self, url: str, limits: Limits) -> None:
        self.url = url
        self.limits = limits
        self.observe: Observe = lambda _outcome, _seconds: None

    def run(self, query: Query) -> Answer:
        """Answer a query as `Pool.run` does, with the same limits."""
        with observed(self.observe) as caller:
            return self._answer(query, caller)

    def _answer(self, query: Query, caller: Caller) -> Answer:
        outline = guard.inspect(query.text, self.limits)
        rows = self.limits.rows if query.rows is None else query.rows
        # What is meant to come whole needs no LIMIT, and a store may refuse a very high one.
        whole = rows > self.limits.rows
        text = query.text if whole else guard.limited(query.text, outline.cut, rows + 1)
        body = self._ask(query, text, outline.kind)
        written = self._written(body, outline.kind, query.media_type, rows)
        caller.rows = written.rows
        return Answer(written.body, query.media_type, written.more, volatile=True)

    def export(self, order: Order) -> Answer:
        """Make a network from queries; refuse RDF and tables: the store may be of any size."""
        if order.what != "network":
            raise NotFound(
                f"There is no {order.format} export of a store elsewhere.",
                f"Ask {self.url} for it.",
            )
        body = exporting.of_network(order, self._rows, self._triples)
        return Answer(body, order.media_type, more=False, volatile=True)

    def _rows(self, text: str) -> list[dict[str, str]]:
        found = json.loads(self.run(Query(text, _TABLE.media_type, rows=ALL_ROWS)).body)
        rows = found["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    def _triples(self, text: str) -> list[ox.Triple]:
        if guard.inspect(text, self.limits).kind != "graph":
            raise BadRequest("The query makes no triples.", "Write a CONSTRUCT query.")
        answer = self.run(Query(text, _TRIPLES.media_type))
        if answer.more:
            raise TooLarge(
                f"The query makes more than {self.limits.rows} triples.", "Make it narrower."
            )
        return [quad.triple for quad in ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES)]

    def graph(self, row: Format, iri: str | None) -> Answer:
        """Ask for the triples as a query, so within its limits; raises NotFound as `run`."""
        pattern = "?s ?p ?o" if iri is None else f"GRAPH <{iri}> {{ ?s ?p ?o }}"
        known = self.run(Query(f"ASK {{ {pattern} }}", BY_NAME["json"].media_type))
        if iri is not None and not json.loads(known.body)["boolean"]:
            raise dumps.unknown_graph(iri)
        return self.run(Query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}", row.media_type))

    def index(self) -> bytes:
        """Make the text index with as many queries as it needs, each with its deadline."""
        return search_index.make(lambda text: self.run(Query(text, _CSV, rows=ALL_ROWS)).body)

    def attach(self, loop: asyncio.AbstractEventLoop, renew: Callable[[], None]) -> None:
        """Do nothing: each query has a thread of its own."""

    def state(self) -> State:
        """Return that there are no processes."""
        return State()

    def stop(self) -> None:
        """Do nothing: each query has a deadline."""

    def close(self) -> None:
        """Do nothing: each query has a connection of its own."""

    def _ask(self, query: Query, text: str, kind: str) -> bytes:
        wrapper = SPARQLWrapper(self.url, returnFormat=JSON if kind == "table" else TURTLE)
        wrapper.setOnlyConneg(True)
        wrapper.setMethod(POST)
        timeout = query.seconds(self.limits.timeout)
        wrapper.setTimeout(max(1, round(timeout)))
        # The base of the store would be its own.
        wrapper.setQuery(f"BASE <{merging.BASE}> {text}")
        # The library takes the word for its form that it finds first, in a comment too.
        wrapper.queryType = SELECT if kind == "table" else CONSTRUCT
        for iri in query.default or ():
            wrapper.addParameter("default-graph-uri", iri)
        for iri in query.named or ():
            wrapper.addParameter("named-graph-uri", iri)
        try:
            with closing(wrapper.query().response) as response:
                return bytes(response.read(self.limits.bytes + 1))
        except (SPARQLExceptions.SPARQLWrapperException, OSError) as error:
            raise self._fault(error) from error

    def _fault(self, error: Exception) -> MigkgError:
        # The library raises some of its faults over one of HTTP, which it leaves open.
        refused = error if isinstance(error, urllib.error.HTTPError) else error.__context__
        if isinstance(refused, urllib.error.HTTPError):
            refused.close()
            if refused.code == HTTPStatus.BAD_REQUEST:
                return BadRequest("The store behind this server cannot read the query.")
            if refused.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                return TooLarge(
                    "The store behind this server sends no answer so large.", "Add LIMIT."
                )
        late = isinstance(getattr(error, "reason", error), TimeoutError)
        return self._late() if late else self._failed()

    def _written(self, body: bytes, kind: str, media_type: str, rows: int) -> Written:
        """Write the store's answer anew, so that both backends send the same bytes for it."""
        cap = self.limits.bytes
        if len(body) > cap:
            raise TooLarge("The answer is longer than this server sends.", "Add LIMIT.")
        try:
            if kind == "graph":
                triples = [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.TURTLE)]
                return results.write_graph(triples, media_type, rows, cap)
            body = _OLD_LITERAL.sub(rb'\1"literal"', body)
            found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
            return results.write(found, media_type, rows, cap)
        except (SyntaxError, ValueError) as error:
            raise self._failed() from error

    def _late(self) -> QueryTimeout:
        return QueryTimeout(
            f"The query was given up after {self.limits.timeout:g} s.",
            "Make it more selective, or add LIMIT.",
        )

    def _failed(self) -> Unavailable:
        return Unavailable("The store behind this server does not answer.", "Try again later.")
