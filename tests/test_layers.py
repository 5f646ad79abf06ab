"""The rules of the house: imports go one way, Flask stays above, modules are short."""

import ast
import fnmatch
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
# From the ground up: a module imports from its own layer and those below.
LAYERS = {
    "ground": "about errors exchange files folding formats likeness links memory phrases "
    "query_tokens search_questions segments setting_kinds settings terms wire xml_text yes_no",
    "files of record": "changelog compare dataset derive evidence guard matching queries texts "
    "turtle",
    "curation": "check check_evidence check_files check_queries check_reasoner check_shapes "
    "check_terms copies coverage coverage_page drafts findings locate names proof publish reach "
    "sample why",
    "answers as bytes": "catalog compact dumps exporting merging networks query_operation results "
    "search_index tabulate writers.*",
    "processes": "access backend callers crew execute explain export_cache forms kinds metrics "
    "processes remote turns vigil worker writer_processes zygote",
    "what the graph says": "absence background charts citation description diagram "
    "distributions facts graphs jsonld marking money offers offices openapi openapi_calls "
    "overview parameters passages pictures plans reader release rows schema_org search "
    "search_address search_choices search_offers search_rank search_result tables "
    "tallies thing thing_rdf vocabulary void",
    "web": "answers browse cache clients codings crawlers disconnects documents envelope "
    "exports fast_path faults gateway graph_pages graphstore home incoming listings monitor "
    "ontology page_formats protocol query_page reload response search_pages spool stored_queries "
    "things web wsgi",
    "server": "app server",
    "commands": "__main__ cli commands.* options progress",
}
PLACES = [
    (name, height)
    for height, names in enumerate(LAYERS.values())
    for pattern in names.split()
    for name in fnmatch.filter(FILES, pattern) or [pattern]
]
LAYER = dict(PLACES)
WEB = {"flask", "werkzeug", "jinja2", "markupsafe", "granian"}
MAY_USE_WEB = {name for name, height in PLACES if height >= [*LAYERS].index("web")}


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


def test_every_module_has_one_layer() -> None:
    assert sorted(name for name, _ in PLACES) == sorted(FILES)


@pytest.mark.parametrize("module", FILES)
def test_imports_make_no_circle(module: str) -> None:
    assert module not in reach(module)


@pytest.mark.parametrize("module", FILES)
def test_imports_go_down_the_layers(module: str) -> None:
    assert {name for name in own(module) if LAYER[name] > LAYER[module]} == set()


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
