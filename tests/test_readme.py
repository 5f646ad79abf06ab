"""The README is run: its query gives its answer, its commands exist, its paths stand."""

import csv
import io
import re
from pathlib import Path

import pytest

import figures
from migkg.cli import main
from migkg.dataset import load
from migkg.settings import Data
from migkg.terms import expand

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
OF_SERVER = (ROOT / "server/README.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert len(found) >= 1, f"the README has no {language} block"
    return str(found[0])


def test_query_gives_the_printed_answer() -> None:
    results = load(Data()).store.query(block("sparql"), use_default_graph_as_union=True)
    rows = [[term.value for term in solution] for solution in results]
    printed = list(csv.reader(io.StringIO(block("csv"))))
    assert printed[0] == [variable.value for variable in results.variables]
    assert printed[1:] == rows


@pytest.mark.parametrize("query", re.findall(r"```sparql\n(.*?)```", README, re.DOTALL))
def test_every_query_has_an_answer(query: str) -> None:
    results = load(Data()).store.query(query, use_default_graph_as_union=True)
    assert list(results)


def test_terms_and_things_are_there() -> None:
    store = load(Data()).store
    named = set(re.findall(r"mg[cio]:[\w-]*\w", README))
    assert {"mgo:hasStatus", "mgi:place-seeeca"} <= named
    for name in named:
        asked = f"ASK {{ <{expand(name)}> ?property ?value }}"
        assert store.query(asked, use_default_graph_as_union=True), name


def test_documents_are_counted_as_they_are() -> None:
    assert figures.table(README) == figures.count(load(Data()).store)


def test_layout_names_folders_that_are_there() -> None:
    layout = README[README.index("## Layout") : README.index("## Dependencies")]
    paths = re.findall(r"^\| `([^`]+)` \|", layout, re.MULTILINE)
    assert paths
    assert [path for path in paths if not (ROOT / path).is_dir()] == []


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w/*]+(?:\.\w+|/))`", OF_SERVER))))
def test_files_that_the_readme_of_the_server_names_are_there(path: str) -> None:
    assert [*(ROOT / "server/migkg").glob(path), *ROOT.glob(path)]


def test_commands_are_there() -> None:
    named = set(re.findall(r"`migkg ([a-z]+)", README))
    assert named <= set(main.list_commands(None))  # type: ignore[arg-type]


def test_stored_queries_are_there() -> None:
    for name in re.findall(r"`migkg query ([a-z-]+)", README):
        assert (ROOT / f"queries/{name}.rq").is_file(), name


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, re.MULTILINE))
def test_make_targets_are_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_dependencies_are_those_of_the_package() -> None:
    table = README[README.index("## Dependencies") : README.index("Tests add")]
    named = set(re.findall(r"^\| ([a-z-]+) \|", table, re.MULTILINE)) - {"library"}
    listed = re.search(
        r"^dependencies = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.M | re.S
    )
    assert listed
    assert named == set(re.findall(r'"([a-z-]+)', listed[1]))
