"""What the page of exports tells: which tool opens what, how large it is, and its digest."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from migkg import exporting, graphs
from migkg.about import FILE_PREFIX
from migkg.backend import Backend
from migkg.catalog import WHOLE, Catalog, Entry, Order
from migkg.exchange import ALL_ROWS, Query
from migkg.formats import BY_NAME, Format
from migkg.memory import give_back
from migkg.tables import ask
from migkg.terms import MGO, RDFS

_TITLES = f"""
SELECT ?n (MIN(STR(?found)) AS ?label)
WHERE {{ ?document <{MGO}documentNumber> ?n ; <{RDFS}label> ?found }} GROUP BY ?n"""
_SUMMED = (WHOLE, "document", "ontology", "shapes", "tables")


@dataclass(frozen=True)
class Tool:
    """A program or a habit, the file to take for it, and how to open that."""

    name: str
    extension: str
    how: str


TOOLS = (
    Tool("Gephi", "gexf", "File → Open. The timeline below the graph shows it year by year."),
    Tool("Cytoscape", "cx2", "File → Import → Network from File. For Cytoscape.js take .cyjs."),
    Tool("yEd, igraph, NetworkX", "graphml", "File → Open, or read_graphml in a script."),
    Tool("Graphviz", "dot", "sfdp -Tsvg file.dot -o file.svg"),
    Tool("Neo4j", "neo4j.zip", "Unpack it; load.sh or load.cypher inside loads the rest."),
    Tool("Excel, LibreOffice", "csv", "One line a link. The things themselves are in the tables."),
    Tool("R, pandas", "tsv", "read.delim in R, read_csv with sep='\\t' in pandas."),
)


@dataclass(frozen=True)
class Offer:
    """One entry as the page shows it.

    The title of a document is its own. `files` are its formats other than those of graph tools,
    `networks` those of graph tools; `triples` is the number in its graphs, `facts` that of a view's
    rows, 0 for others.
    """

    entry: Entry
    title: str
    files: tuple[Format, ...]
    networks: tuple[Format, ...]
    triples: int
    facts: int


def offers(backend: Backend, catalog: Catalog) -> list[Offer]:
    """Return what a backend can give of a catalog, in its order; raises as `Backend.run`."""
    counts = graphs.sizes(backend)
    titles = {
        f"document-{row['n']}": f"{row['n']}: {row['label']}" for row in ask(backend, _TITLES)
    }
    found = (_offer(backend, entry, counts, titles) for entry in catalog.values())
    return [offer for offer in found if offer.files or offer.networks]


def _offer(
    backend: Backend, entry: Entry, counts: Mapping[str, int], titles: Mapping[str, str]
) -> Offer:
    orders = entry.orders.items()
    # A store elsewhere is asked, not copied.
    files = tuple(row for row, order in orders if order.what != "network" and backend.digest)
    networks = tuple(row for row, order in orders if order.what == "network")
    rdf = next((order for _, order in orders if order.what == "rdf"), None)
    view = next((order for _, order in orders if order.rows), None)
    return Offer(
        entry=entry,
        title=titles.get(entry.name, entry.title),
        files=files,
        networks=networks,
        triples=sum(counts.get(graph, 0) for graph in rdf.graphs or counts) if rdf else 0,
        facts=_rows(backend, view) if view else 0,
    )


def _rows(backend: Backend, view: Order) -> int:
    answer = backend.run(Query(view.query, BY_NAME["tsv"].media_type, rows=ALL_ROWS))
    return answer.body.count(b"\n") - 1


def _summed(catalog: Catalog) -> Iterator[tuple[str, Order]]:
    """Yield the files whose digests are published, by name, with the order that gives digests."""
    for entry in catalog.values():
        if entry.name.partition("-")[0] in _SUMMED and not entry.name.startswith(f"{WHOLE}-"):
            for row, order in entry.released():
                yield f"{entry.name}.{row.extension}", replace(order, digests=True)


def sums(backend: Backend, catalog: Catalog, root: Path) -> str:
    """Return the digests of the files to take away in the form that `sha256sum -c` reads.

    The first line, which it skips, tells the digest of the dataset. Each file is a job of its own,
    within the limits; two are made at a time. Raises as `Backend.export`.
    """

    def lines(file: tuple[str, Order]) -> str:
        name, order = file
        if order.what == "shapes":
            body = exporting.digests(exporting.shapes(order, root))
        else:
            body = backend.export(order).body
        found = (line.partition(" ") for line in body.decode().splitlines())
        return "".join(
            f"{hexadecimal}  {FILE_PREFIX}{name}{f'.{coding}' if coding else ''}\n"
            for hexadecimal, _, coding in found
        )

    with ThreadPoolExecutor(2) as threads:
        every = "".join(threads.map(lines, _summed(catalog)))
    # The shapes are read here, and leave much room in the heap.
    give_back()
    return exporting.digest_line(backend.digest) + every
