"""Charts as SVG that needs no script and no style sheet: https://www.w3.org/TR/SVG2/.

pygal lays the chart out. Its scripts, its styles and the date of today are taken out, what they
said is written as attributes, and a title and a description are put in for who cannot see it.
"""

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as Tree

from migkg.tables import Table, Term
from migkg.xml_text import shown

Series = Mapping[str, Sequence[float | None]]
COLOURS = ("#1f5673", "#d08a2e", "#5c8a4a", "#8a5c86", "#9b2c1f", "#5a6670")
_NAMESPACE = "http://www.w3.org/2000/svg"
_INK, _SOFT, _LINE = "#1d2730", "#5a6670", "#d9dfe4"
_FONT = "'Segoe UI', system-ui, 'Helvetica Neue', Arial, sans-serif"
_LONG = re.compile(r"-?[0-9]+\.[0-9]{3,}")
_WIDTH, _BAR, _GAP = 860, 20, 12
_LONGEST_LABEL = 44
MOST_BARS = 40
_DROPPED = frozenset({"defs", "desc", "title", "style", "script"})
_STYLES = {
    "text": {"fill": _INK, "font-size": "13", "stroke": "none"},
    "background": {"fill": "#ffffff"},
    "line": {"stroke": _LINE, "fill": "none"},
    "value": {"fill": _SOFT, "font-size": "12"},
}


def bars(title: str, description: str, labels: Sequence[str], series: Series) -> bytes:
    """Return a chart of horizontal bars: a group for each label, a colour for each series."""
    pygal = _pygal()
    rows = len(labels) * max(1, len(series))
    chart = pygal.HorizontalBar(
        height=90 + rows * _BAR + len(labels) * _GAP, **_settings(len(series) > 1)
    )
    # The first label stands lowest.
    chart.x_labels = [_cut(label) for label in reversed(labels)]
    for name, values in series.items():
        chart.add(name, list(reversed(values)))
    return _plain(chart.render(), title, description)


def of_table(
    table: Table, name: str, columns: Sequence[str], labels: Mapping[str, str], title: str
) -> bytes:
    """Return the bars of a table's first rows: `name` is the column that names them.

    Each of `columns` measures a bar; without any, that is the number of rows with the name.
    """
    if not columns:
        return _counted(table, name, labels, title)
    rows = table.rows[:MOST_BARS]
    names = [labels.get(row[name].value) or row[name].text if name in row else "" for row in rows]
    series = {column: [_number(row.get(column)) for row in rows] for column in columns}
    said = f"Bars for {len(rows)} of {len(table.rows)} rows: {', '.join(columns)} by {name}."
    return bars(title, said, names, series)


def _counted(table: Table, name: str, labels: Mapping[str, str], title: str) -> bytes:
    found = Counter(row[name].value for row in table.rows if name in row)
    values = sorted(found)[:MOST_BARS]
    said = f"Bars for {len(values)} of {len(found)} values of {name}: the rows that have it."
    names = [labels.get(value, value) for value in values]
    return bars(title, said, names, {"rows": [found[value] for value in values]})


def _pygal() -> Any:
    """Load the library when a chart is asked for: it takes 9 MiB."""
    import pygal
    import pygal.style

    # Its hook for extensions is of a kind that Python gave up: each later import would warn.
    sys.meta_path[:] = [hook for hook in sys.meta_path if type(hook).__module__ != "pygal"]
    return pygal


def _number(term: Term | None) -> float | None:
    return float(term.value) if term and term.is_number else None


def _settings(legend: bool) -> dict[str, Any]:
    return {
        "width": _WIDTH,
        "js": (),
        "css": (),
        "no_prefix": True,
        "disable_xml_declaration": True,
        "print_values": True,
        "print_values_position": "top",
        "print_zeroes": True,
        "show_legend": legend,
        "legend_at_bottom": True,
        "show_x_guides": False,
        "truncate_legend": -1,
        "truncate_label": -1,
        "value_formatter": lambda value: f"{value:,.10g}",
        # Nine figures stand side by side.
        "max_scale": 5,
        "margin": 16,
        "margin_right": 80,
        "style": _pygal().style.Style(
            label_font_size=13, major_label_font_size=13, legend_font_size=13
        ),
    }


def _cut(text: str) -> str:
    label = shown(text)
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1].rstrip() + "…"


def _plain(svg: str | bytes, title: str, description: str) -> bytes:
    """Return the drawing alone, with its title and its description."""
    root = Tree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if _tag(child) in _DROPPED or "tooltip-overlay" in child.get("class", ""):
                parent.remove(child)
    _paint(root, ())
    for element in root.iter():
        for name in ("class", "style", "id"):
            element.attrib.pop(name, None)
        for name, value in element.attrib.items():
            element.set(name, _LONG.sub(lambda found: f"{float(found[0]):.2f}", value))
    root.attrib |= {"role": "img", "aria-labelledby": "title desc", "font-family": _FONT}
    for position, (name, text) in enumerate((("title", title), ("desc", description))):
        element = Tree.Element(f"{{{_NAMESPACE}}}{name}", {"id": name})
        element.text = shown(text)
        root.insert(position, element)
    Tree.register_namespace("", _NAMESPACE)
    return bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _paint(element: Tree.Element, above: tuple[str, ...]) -> None:
    """Write as attributes what the style sheet said of classes."""
    names = tuple(element.get("class", "").split())
    tag, path = _tag(element), (*above, *names)
    if tag == "text":
        element.attrib |= _STYLES["value" if "value" in names else "text"]
        element.set("text-anchor", _anchor(path))
    elif "background" in names:
        element.attrib |= _STYLES["background"]
    elif "line" in names:
        element.attrib |= _STYLES["line"]
    elif tag in ("rect", "circle", "path") and (colour := _colour(path)):
        element.set("fill", colour)
    for child in element:
        _paint(child, path)


def _anchor(path: Sequence[str]) -> str:
    if "axis" not in path:
        return "start"
    return "end" if "y" in path else "middle"


def _colour(path: Sequence[str]) -> str:
    numbers = [name.removeprefix("color-") for name in path if name.startswith("color-")]
    return COLOURS[int(numbers[-1]) % len(COLOURS)] if numbers else ""


def _tag(element: Tree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
