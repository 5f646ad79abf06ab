"""The rules of the house: imports go one way, Flask stays above, modules are short."""

import ast
from functools import cache
from pathlib import Path

import pytest

import migkg

ROOT = Path(migkg.__file__).parent
FILES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts): file
    for file in sorted(ROOT.rglob("*.py"))
    if file.name != "__init__.py"
}
LAYERS = [
    {"settings", "errors", "terms", "formats", "folding", "likeness", "files"},
    {"turtle", "dataset", "evidence", "queries"},
    {
        "check",
        "backend",
        "execute",
        "metrics",
        "access",
        "crew",
        "callers",
        "writer_processes",
        "exchange",
        "query_operation",
        "turns",
        "description",
        "void",
        "distributions",
        "background",
        "merging",
        "search",
        "dumps",
        "compact",
        "catalog",
        "exporting",
        "export_cache",
        "links",
        "networks",
        "offers",
        "compare",
        "changelog",
        "release",
        "tabulate",
        *(name for name in FILES if name.startswith("writers.")),
    },
    {
        "web",
        "gateway",
        "reload",
        "lane",
        "disconnects",
        "wsgi",
        "monitor",
        "cache",
        "clients",
        "codings",
        "answers",
        "protocol",
        "envelope",
        "graphstore",
        "pages",
        "things",
        "graph_pages",
        "listings",
        "crawlers",
        "documents",
        "ontology",
        "exports",
        "api",
        "search_pages",
        "query_page",
        "browse",
    },
    {"app", "server"},
    {"cli", "__main__", *(name for name in FILES if name.startswith("commands."))},
]
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names}
WEB = {"flask", "werkzeug", "jinja2", "markupsafe", "granian"}
MAY_USE_WEB = {name for name, number in LAYER.items() if number >= 3}


def imported(file: Path) -> set[str]:
    """The dotted names that a file imports anywhere in its text."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name} imports relatively"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return names


@cache
def own(module: str) -> frozenset[str]:
    """The modules of the package that a module imports."""
    names = {name.removeprefix("migkg.") for name in imported(FILES[module])}
    return frozenset(names & set(FILES))


@cache
def reach(module: str) -> frozenset[str]:
    """The modules of the package that are loaded with a module."""
    found: set[str] = set()
    todo = [*own(module)]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += own(name)
    return frozenset(found)


@pytest.mark.parametrize("module", FILES)
def test_imports_make_no_circle(module: str) -> None:
    assert module not in reach(module)


@pytest.mark.parametrize("module", FILES)
def test_imports_go_down_the_layers(module: str) -> None:
    own_layer = LAYER.get(module, len(LAYERS))
    assert {name for name in reach(module) if LAYER.get(name, 0) > own_layer} == set()


@pytest.mark.parametrize("module", sorted(set(FILES) - MAY_USE_WEB))
def test_below_the_web_layers_nothing_knows_the_web(module: str) -> None:
    assert {name.partition(".")[0] for name in imported(FILES[module])} & WEB == set()


@pytest.mark.parametrize("module", FILES)
def test_module_is_short_and_says_what_it_is_for(module: str) -> None:
    text = FILES[module].read_text()
    assert text.count("\n") <= 250
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("module", FILES)
def test_functions_are_short(module: str) -> None:
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(ast.parse(FILES[module].read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno
    }
    assert {name: lines for name, lines in long.items() if lines > 40} == {}
