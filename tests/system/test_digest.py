"""The published digest, computed anew by another implementation of RDFC-1.0: rdf-canonize."""

import subprocess
from pathlib import Path

import pyoxigraph as ox

from migkg import compare, dataset, dumps
from migkg.formats import BY_NAME
from migkg.settings import Data

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
# With blank nodes in a ring, strings to escape, and a language tag.
TRICKY = r"""
<urn:a> <urn:p> _:x <urn:g> .
_:x <urn:p> _:y <urn:g> .
_:y <urn:p> _:x <urn:g> .
_:y <urn:q> "tab\t, line\n, quote\", \u00e9 \U0001F4A7" <urn:g> .
_:x <urn:q> "Büro"@de .
<urn:a> <urn:q> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> .
"""


def canonized(file: Path) -> str:
    script = ["node", str(HERE / "digest.mjs"), str(file)]
    done = subprocess.run(script, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


def test_digest_of_blank_nodes_and_escapes(tmp_path: Path) -> None:
    file = tmp_path / "tricky.nq"
    file.write_text(TRICKY)
    assert compare.read(file).digest == canonized(file)


def test_digest_of_real_facts(tmp_path: Path) -> None:
    """Those of one document, all its terms included; the whole takes that program minutes."""
    graph = dataset.load(Data(root=str(REPOSITORY)))
    names = tuple(f"https://w3id.org/migkg/graph/{name}" for name in ("000", "derived-000"))
    file = tmp_path / "document-000.nq"
    file.write_bytes(dumps.dump(graph, BY_NAME["nq"], names, derived=True))
    assert sum(1 for _ in ox.parse(path=file)) > 1000
    assert compare.read(file).digest == canonized(file)
