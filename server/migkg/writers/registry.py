"""Which writer writes which format of `formats.NETWORKS`, here or in a process of its own."""

import json
from collections.abc import Callable, Mapping

from migkg.writers import cytoscape, dot, edges, neo4j
from migkg.writers.network import Network, pack
from migkg.xml_text import lossless

WRITERS: Mapping[str, Callable[[Network], bytes]] = {
    "cyjs": cytoscape.cyjs,
    "cx2": cytoscape.cx2,
    "dot": dot.dot,
    "neo4j": neo4j.neo4j,
    "edges": edges.edges_csv,
    "edges-tsv": edges.edges_tsv,
}
# Their library takes more memory than all the others together, and cannot be stopped.
APART = ("graphml", "gexf")


def write(network: Network, name: str) -> bytes:
    """Return a network in a format; for one of `APART`, what `writer_processes.Writers` take."""
    return plain(network) if name in APART else WRITERS[name](network)


def write_here(network: Network, name: str) -> bytes:
    """Return a network in any format, written by this process; it takes the memory.

    Raises NotAcceptable for a text that the format cannot hold.
    """
    if name not in APART:
        return WRITERS[name](network)
    return lossless(write_apart(network, name))


def write_apart(network: Network, name: str) -> bytes:
    """Return a network in a format of `APART`, its texts not yet looked at."""
    from migkg.writers import xml

    return {"graphml": xml.graphml, "gexf": xml.gexf}[name](network)


def plain(network: Network) -> bytes:
    """Return a network as JSON for another process."""
    return json.dumps(pack(network), ensure_ascii=False).encode()
