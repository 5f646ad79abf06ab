"""Graphviz DOT: https://graphviz.org/doc/info/lang.html."""

from migkg.writers.network import Network, Value

_SHAPES = {"initiative": "box", "event": "box", "source document": "note"}
_PENS = 4.0  # the widest line, in points


def dot(network: Network) -> bytes:
    """Return a network as a directed graph: labels, tool tips, lines as wide as they weigh."""
    heaviest = max((edge.weight for edge in network.edges), default=1.0) or 1.0
    lines = [
        f"digraph {_quoted(network.title)} {{",
        '  graph [overlap=false, splines=true, charset="UTF-8"];',
        '  node [shape=ellipse, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=9];',
    ]
    for node in network.nodes:
        values = node.values() | {"tooltip": f"{node.kind}: {node.label}"}
        if node.kind in _SHAPES:
            values["shape"] = _SHAPES[node.kind]
        lines.append(f"  {_quoted(node.id)} {_list(values)};")
    for edge in network.edges:
        width = round(1 + (_PENS - 1) * edge.weight / heaviest, 2)
        # `weight` pulls the ends together in Graphviz, and must be whole.
        values = edge.values() | {"weight": 1, "penwidth": width}
        lines.append(f"  {_quoted(edge.source)} -> {_quoted(edge.target)} {_list(values)};")
    return "\n".join([*lines, "}", ""]).encode()


def _list(values: dict[str, Value]) -> str:
    return f"[{', '.join(f'{_name(name)}={_quoted(value)}' for name, value in values.items())}]"


def _name(name: str) -> str:
    # These names mean something else to Graphviz.
    return {"start": "start_year", "end": "end_year"}.get(name, _quoted(name))


def _quoted(value: Value) -> str:
    """Return a value between quotes; a backslash there would begin an escape such as \\N."""
    text = str(value).replace("\0", "\ufffd").replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\r", " ").replace("\n", "\\n") + '"'
