"""The application: its parts put together."""

import os
import re
from functools import partial

from flask import Flask

from migkg import (
    about,
    browse,
    catalog,
    crawlers,
    documents,
    envelope,
    exports,
    faults,
    graph_pages,
    graphstore,
    home,
    monitor,
    ontology,
    overview,
    plans,
    protocol,
    search_pages,
    stored_queries,
    things,
    vocabulary,
    web,
)
from migkg.backend import Backend, open_backend
from migkg.background import Background, patient
from migkg.cache import AnswerCache
from migkg.description import describe
from migkg.execute import Pool
from migkg.export_cache import ExportCache
from migkg.fast_path import FastPath
from migkg.gateway import Gateway, Ready
from migkg.metrics import Metrics
from migkg.offers import sums
from migkg.parameters import Suggestions
from migkg.queries import read_queries
from migkg.reload import Parts
from migkg.search import Index
from migkg.settings import Data, Limits, Server, read
from migkg.spool import Spool
from migkg.terms import in_turtle
from migkg.texts import Texts
from migkg.web import Site
from migkg.writer_processes import Writers

_BLUEPRINTS = (
    protocol.blueprint,
    monitor.blueprint,
    graphstore.blueprint,
    home.blueprint,
    things.blueprint,
    graph_pages.blueprint,
    documents.blueprint,
    ontology.blueprint,
    exports.blueprint,
    stored_queries.blueprint,
    browse.blueprint,
    crawlers.blueprint,
    search_pages.blueprint,
)
# Times the deadline of a query: so long a page waits for what the server counts of its data, which
# surely ends, but takes longer on a busy machine.
_WAITED_FOR = 3
# A body may be so many times as long as a query: a form writes some bytes as three, and may name
# graphs.
_BODY_TO_QUERY = 4


def create_app(
    server: Server | None = None,
    limits: Limits | None = None,
    data: Data | None = None,
    backend: Backend | None = None,
) -> Flask:
    """Return the application over a backend once it has loaded its data.

    What is not given is as the MIGKG_ variables say. Raises BrokenQuery for a broken stored query,
    CannotRun for broken files or settings.
    """
    server = server or read(Server, os.environ)
    limits = limits or read(Limits, os.environ)
    data = data or read(Data, os.environ)
    app = Flask("migkg")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        about=about,
        site=web.site,
        href=web.href,
        page_of=web.page_of,
        cited=web.cited,
        cited_here=web.cited_here,
        structured_data=web.structured_data,
    )
    app.jinja_env.filters.update(shorten=in_turtle)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.before_request(envelope.check)
    app.after_request(envelope.complete)
    app.register_error_handler(Exception, faults.respond)
    # In the end, as it waits for the data.
    backend = backend or open_backend(server, data, limits)
    app.extensions["migkg"] = _site(server, limits, data, backend)
    return app


def _site(server: Server, limits: Limits, data: Data, backend: Backend) -> Site:
    entries = catalog.read(data.folder)
    calm = patient(backend)
    index = Index(backend)
    counted = partial(Background, keep=bool(backend.digest), patience=_WAITED_FOR * limits.timeout)
    return Site(
        server=server,
        limits=limits,
        data=data,
        backend=backend,
        queries=tuple(read_queries(data.folder / "queries")),
        texts=Texts(data, server),
        exports=entries,
        index=index,
        suggestions=Suggestions(backend),
        metrics=Metrics(backend.state),
        writers=Writers(limits),
        export_cache=ExportCache(limits.cache_bytes),
        description=counted(
            lambda: describe(calm, server.base_url, entries.values()),
            name="The description of the data",
        ),
        sums=counted(lambda: sums(backend, entries, data.folder), name="The list of sums"),
        vocabulary=counted(lambda: vocabulary.read(calm), name="The use of the ontology"),
        overview=counted(lambda: overview.overview(calm), name="The content of the graph"),
        plans=counted(lambda: plans.read(calm, index), name="The content of the plans"),
    )


def create_gateway(
    server: Server, limits: Limits, data: Data, backend: Backend, ready: Ready
) -> Gateway:
    """Return the application behind its cache, as the HTTP server takes it."""

    def make() -> Parts:
        made = open_backend(server, data, limits)
        try:
            return _parts(server, limits, data, made)
        except BaseException:
            made.close()
            raise

    return Gateway(_parts(server, limits, data, backend), make, ready)


def _parts(server: Server, limits: Limits, data: Data, backend: Backend) -> Parts:
    app = create_app(server, limits, data, backend)
    cache, metrics = AnswerCache(limits.cache_bytes), app.extensions["migkg"].metrics
    metrics.cache_size = cache.size
    backend.observe = metrics.query
    rules = (rule.rule for rule in app.url_map.iter_rules())
    return Parts(
        app,
        backend,
        cache,
        metrics,
        server,
        # Threads that wait for a query must not keep a page waiting.
        threads=server.threads + 2 * limits.concurrent_queries + limits.queue,
        body_limit=_BODY_TO_QUERY * limits.query_bytes,
        fast_path=FastPath(backend, limits, server.base_url) if isinstance(backend, Pool) else None,
        prepare=app.extensions["migkg"].index.prepare,
        routes=frozenset("/" + re.split("[/.<]", rule[1:])[0] for rule in rules),
        spool=Spool(limits.long_answers),
    )
