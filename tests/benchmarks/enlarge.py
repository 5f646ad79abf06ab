"""The real graph, and the same many times over under new names: https://www.w3.org/TR/n-quads/."""

import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migkg import dataset
from migkg.settings import Data
from migkg.terms import GRAPH, MGI, RDFS

SEED = 20061121
_SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo".split()
_LINE = re.compile(rb"(.* )<([^<> ]+)> \.\n")
_SHARED = ("ontology", "concepts")


@dataclass(frozen=True)
class Graph:
    """A data folder for our server, and the same statements as one N-Quads file for the others."""

    times: int
    root: Path
    quads: Path
    count: int


def real(folder: Path) -> Graph:
    """The graph as it is, what is derived written out for the others."""
    data = Data()
    loaded = dataset.load(data)
    file = folder / "graph-1.nq"
    file.write_bytes(loaded.written + loaded.followed)
    return Graph(1, data.folder, file, len(loaded.store))


def enlarged(small: Graph, times: int, folder: Path) -> Graph:
    """The graph and `times` - 1 copies of its instances, with other names and labels.

    What is derived stands in its document's graph, as if written. Ontology and concepts are not
    copied: things of all copies meet there.
    """
    root, file = folder / f"data-{times}", folder / f"graph-{times}.nq"
    shutil.copytree(small.root / "ontology", root / "ontology")
    graphs = _by_graph(small.quads)
    lines = 0
    with file.open("wb") as quads:
        for graph, text in graphs.items():
            name = graph.removeprefix(GRAPH)
            parts = [text] if name in _SHARED else list(_copies(text, times))
            for number, part in enumerate(parts):
                lines += part.count(b"\n")
                quads.write(part.replace(b" .\n", f" <{graph}> .\n".encode()))
                if name not in _SHARED:
                    place = root / "instances" / (f"{name}-copies" if name.isdigit() else name)
                    place.mkdir(parents=True, exist_ok=True)
                    (place / f"copy-{number}.ttl").write_bytes(part)
    return Graph(times, root, file, lines)


def _by_graph(quads: Path) -> dict[str, bytes]:
    """The N-Triples of each graph, derived ones with what they come from."""
    found: dict[str, list[bytes]] = {}
    for line in quads.read_bytes().splitlines(keepends=True):
        match = _LINE.fullmatch(line)
        assert match, line
        graph = match[2].decode().replace(f"{GRAPH}derived-", GRAPH)
        found.setdefault(graph, []).append(match[1] + b".\n")
    return {graph: b"".join(lines) for graph, lines in found.items()}


def _copies(text: bytes, times: int) -> Iterator[bytes]:
    """The text, then the same with other names, and a made-up word before each label."""
    yield text
    for number in range(1, times):
        chance = random.Random(SEED + number)
        word = "".join(chance.choices(_SYLLABLES, k=4)).capitalize()
        copy = text.replace(f"<{MGI}".encode(), f"<{MGI}{word.lower()}{number}-".encode())
        yield copy.replace(f'<{RDFS}label> "'.encode(), f'<{RDFS}label> "{word} '.encode())
