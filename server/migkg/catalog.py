"""What can be exported, by the names that `/export/` and `migkg export` share.

`graph.gexf`, `document-002.ttl.gz`, `offices-by-theme.csv`: what, format, coding.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from migkg import guard, likeness
from migkg.dataset import graphs_of_files
from migkg.errors import BadRequest, NotFound
from migkg.formats import BY_NAME, GRAPHS, NETWORKS, RDF, Format
from migkg.queries import StoredQuery, read_queries
from migkg.settings import Limits
from migkg.terms import DERIVED, GRAPH, MGI, expand
from migkg.writers.packing import CODINGS
from migkg.yes_no import yes_or_no

WHOLE, NEIGHBOURHOOD, CONSTRUCT = "graph", "neighbourhood", "construct"
DEEPEST = 3
# A release has the whole graph in every format of RDF, and the parts of it in these.
_OF_PARTS = ("ttl", "jsonld")
_NAME_IT = "Give as iri its whole address, or its name, such as mgi:office-albania."
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
_SLUG = re.compile(r"[a-z][a-z0-9-]*")
What = Literal["rdf", "network", "tables", "shapes"]


@dataclass(frozen=True)
class Order:
    """One export, as a query process must know it: what it holds, in which format and coding.

    RDF has the IRIs of its `graphs`, () for all; `derived`: derived graphs belong to it. A network
    has a `query`, which with `rows` selects links and otherwise constructs triples; the `iri` of
    the thing in its middle and the `depth` around that, '' for none; the number of the `document`
    that it is limited to, '' for none; `passages`: its edges name them. With `digests` the SHA-256
    of the file in each coding are wanted instead of its bytes.
    """

    what: What
    format: str
    coding: str = ""
    graphs: tuple[str, ...] = ()
    derived: bool = True
    title: str = ""
    query: str = ""
    rows: bool = False
    iri: str = ""
    depth: int = 1
    document: str = ""
    passages: bool = False
    digests: bool = False

    @property
    def media_type(self) -> str:
        """Return the media type of the bytes."""
        return CODINGS.get(self.coding) or BY_NAME[self.format].media_type

    def job(self, limits: Limits) -> dict[str, Any]:
        """Return the order as `worker.export` takes it; raises as `guard.inspect` for its query."""
        names_dataset = guard.inspect(self.query, limits).names_dataset
        return {"order": asdict(self), "names_dataset": names_dataset, "rows": limits.rows}


@dataclass(frozen=True)
class Entry:
    """One thing to export: its name, what it is, its order in each format, its parameters.

    `needs` is the parameter without which there is nothing to export, '' for most.
    """

    name: str
    title: str
    note: str
    orders: Mapping[Format, Order]
    params: tuple[str, ...]
    needs: str = ""

    @property
    def is_view(self) -> bool:
        """Tell whether it is one of `queries/views/`, whose rows are the links of a network."""
        return any(order.rows for order in self.orders.values())

    def order(self, extension: str) -> Order | None:
        """Return the order for a file's extension, None if there is none."""
        return next((self.orders[row] for row in self.orders if row.extension == extension), None)

    def released(self) -> Iterator[tuple[Format, Order]]:
        """Yield format and order of the files, other than networks, that are in a release."""
        for row, order in self.orders.items():
            of_part = order.what == "rdf" and self.name != WHOLE
            if order.what != "network" and (not of_part or row.name in _OF_PARTS):
                yield row, order


Catalog = Mapping[str, Entry]


def read(root: Path) -> Catalog:
    """Return what the data folder lets us export, by name; raises DataMissing, BrokenQuery."""
    views = {view.name: view for view in read_queries(root / "queries" / "views")}
    graphs = [graph.removeprefix(GRAPH) for graph in graphs_of_files(root)]
    whole = views.pop(WHOLE, None)
    rdf = _of_rdf(graphs, whole, shaped=(root / "shapes").is_dir())
    entries = [*rdf, *_of_views(views.values()), *_of_things(whole)]
    return {entry.name: entry for entry in entries}


def find(catalog: Catalog, name: str) -> tuple[Entry, Order]:
    """Return the entry and the order that a file name means; raises NotFound."""
    coding = next((one for one in CODINGS if name.endswith(f".{one}")), "")
    stem, _, extension = name.removesuffix(f".{coding}" if coding else "").partition(".")
    entry = catalog.get(stem)
    if entry is None:
        near = likeness.hint(stem, catalog)
        every = f"There are: {', '.join(catalog)}, each with a format."
        raise NotFound(f"There is no export {name!r}.", near or every)
    if order := entry.order(extension):
        return entry, replace(order, coding=coding)
    offered = ", ".join(row.extension for row in entry.orders)
    raise NotFound(
        f"There is no export of {stem} in the format {extension!r}.",
        f"It comes as {offered}, each also with .gz or .zst behind it.",
    )


def ordered(entry: Entry, order: Order, params: Mapping[str, str]) -> Order:
    """Return an order with the values of its parameters; raises BadRequest."""
    for name in params:
        if name not in entry.params:
            known = f"It takes {', '.join(entry.params)}." if entry.params else "It takes none."
            raise BadRequest(f"The export {entry.name} has no parameter {name!r}.", known)
    order = replace(
        order,
        passages=yes_or_no("passages", params.get("passages", "no")),
        derived=yes_or_no("derived", params.get("derived", "yes")),
    )
    if entry.name == NEIGHBOURHOOD:
        order = replace(order, iri=_iri(params), depth=_depth(params))
    if entry.name == CONSTRUCT:
        query = params.get("query", "")
        if not query.strip():
            raise BadRequest("There is no query.", "Give a CONSTRUCT query as query.")
        order = replace(order, query=query)
    return order


def _of_rdf(graphs: Iterable[str], whole: StoredQuery | None, *, shaped: bool) -> Iterator[Entry]:
    networks = _networks("The whole graph", whole)
    yield _entry(
        WHOLE,
        "The whole graph",
        "Every triple with its named graph; for graph tools every link, with facts as edges.",
        {**_rdf(()), **networks},
    )
    for name in graphs:
        if name.isdigit():
            title, note = f"Document {name}", "What it states, and what follows from that."
            of_document = {
                row: replace(order, title=title, document=name) for row, order in networks.items()
            }
            orders = {**_rdf((name, DERIVED + name)), **of_document}
            yield _entry(f"document-{name}", title, note, orders)
    yield _entry("ontology", "The ontology", "Classes and properties.", _rdf(("ontology",)))
    if shaped:
        shapes = {row: Order("shapes", row.name) for row in GRAPHS}
        yield _entry("shapes", "The shapes", "The SHACL rules that the graph keeps.", shapes)
    note = "One table a class, with types and keys, for spreadsheets and databases."
    tables = {BY_NAME["zip"]: Order("tables", "zip")}
    yield _entry("tables", "Tables", note, tables)
    for name in graphs:
        if not name.isdigit() and name != "ontology":
            title, note = f"The graph {name}", "One named graph alone."
            yield _entry(f"graph-{name}", title, note, _rdf((name,)))


def _of_views(views: Iterable[StoredQuery]) -> Iterator[Entry]:
    for view in views:
        title = view.summary.rstrip(".")
        yield _entry(view.name, title, view.description, _networks(title, view))


def _of_things(whole: StoredQuery | None) -> Iterator[Entry]:
    if whole is None:
        return
    title, note = "What is around a thing", f"iri= names it; depth= is 1 to {DEEPEST} links."
    networks = _networks(title, whole)
    yield Entry(NEIGHBOURHOOD, title, note, networks, ("iri", "depth", "passages"), needs="iri")
    title, note = "What you construct", "query= is a CONSTRUCT query; its triples become links."
    networks = _networks(title, whole)
    yield Entry(CONSTRUCT, title, note, networks, ("query", "passages"), needs="query")


def _entry(name: str, title: str, note: str, orders: Mapping[Format, Order]) -> Entry:
    """Return an entry with the parameters that its kinds of files take."""
    kinds = {order.what for order in orders.values()}
    taken = {"rdf": "derived", "network": "passages"}
    params = tuple(param for kind, param in taken.items() if kind in kinds)
    return Entry(name, title, note, orders, params)


def _rdf(graphs: Iterable[str]) -> dict[Format, Order]:
    iris = tuple(GRAPH + name for name in graphs)
    return {row: Order("rdf", row.name, graphs=iris) for row in RDF}


def _networks(title: str, view: StoredQuery | None) -> dict[Format, Order]:
    if view is None:
        return {}
    rows = view.name != WHOLE
    return {
        row: Order("network", row.name, title=title, query=view.text, rows=rows) for row in NETWORKS
    }


def _iri(params: Mapping[str, str]) -> str:
    given = params.get("iri", "").strip().removeprefix("<").removesuffix(">")
    if not given:
        raise BadRequest("The thing in the middle is not named.", _NAME_IT)
    iri = expand(given) or (MGI + given if _SLUG.fullmatch(given) else given)
    if not _IRI.fullmatch(iri):
        raise BadRequest(f"{given!r} is not the address of a thing.", _NAME_IT)
    return iri


def _depth(params: Mapping[str, str]) -> int:
    text = params.get("depth", "1")
    if text in map(str, range(1, DEEPEST + 1)):
        return int(text)
    raise BadRequest(f"The depth is {text!r}.", f"Give a whole number from 1 to {DEEPEST}.")
