"""Edge lists: one line an edge, as https://www.rfc-editor.org/rfc/rfc4180 or with tabs."""

import csv
import io
from collections.abc import Iterable, Sequence

from migkg.writers.network import Network, Value

_COLUMNS = [
    *("source", "target", "source_label", "target_label", "source_kind", "target_kind"),
    *("role", "kind", "document", "weight", "amount", "start", "end"),
    *("source_iri", "target_iri", "role_iri", "facts", "passages"),
]


def edges_csv(network: Network) -> bytes:
    """Return the edges as CSV with both ends' labels and kinds."""
    return table([_COLUMNS, *_rows(network)])


def edges_tsv(network: Network) -> bytes:
    """Return the edges with tabs between the cells, and no tab or line's end inside one."""
    lines = ("\t".join(" ".join(str(cell).split()) for cell in row) for row in _rows(network))
    return "".join(f"{line}\n" for line in ["\t".join(_COLUMNS), *lines]).encode()


def table(rows: Iterable[Sequence[Value]]) -> bytes:
    """Return rows as CSV in UTF-8, every line ended by CR LF."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def number(value: Value) -> Value:
    """Return a number without a fraction as a whole one: nobody counts 3.0 facts."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _rows(network: Network) -> Iterable[list[Value]]:
    nodes = {node.id: node for node in network.nodes}
    for edge in network.edges:
        source, target = nodes[edge.source], nodes[edge.target]
        values = {
            **edge.values(),
            "source": source.id,
            "target": target.id,
            "source_label": source.label,
            "target_label": target.label,
            "source_kind": source.kind,
            "target_kind": target.kind,
            "source_iri": source.iri,
            "target_iri": target.iri,
        }
        yield [number(values.get(name, "")) for name in _COLUMNS]
