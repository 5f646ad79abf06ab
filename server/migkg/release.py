"""Makes the folder of a release: every export, what describes them, and what changed.

https://www.w3.org/TR/vocab-dcat-3/ · https://www.w3.org/TR/void/
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from migkg import about, changelog, compare, description, dumps, exporting
from migkg.about import FILE_PREFIX
from migkg.backend import Backend
from migkg.catalog import WHOLE, Catalog, Entry, Order
from migkg.compare import State
from migkg.errors import CannotRun
from migkg.files import write_whole
from migkg.formats import BY_NAME, Format
from migkg.writers import registry
from migkg.writers.network import unpack
from migkg.writers.packing import CODINGS, packed

SUMS = "SHA256SUMS"
Tell = Callable[[str], None]
_README = f"""\
A release of the migration knowledge graph
==========================================

migkg-graph.trig is the whole graph; the same in other formats and compressed beside it. void.ttl
describes it (VoID, DCAT). migkg-tables.zip opens in a spreadsheet; .gexf, .graphml, .cx2, .cyjs,
.dot, .neo4j.zip and .csv are for graph tools. CHANGES.txt, CHANGES.html and CHANGES.rdfp, where
they are, tell what is different from the release before. Check the files with

    sha256sum -c SHA256SUMS

{about.LICENSE_NAME}, {about.LICENSE}
"""


def prepare(folder: Path) -> State | None:
    """Return the state of the release that a folder holds, None for a new or empty folder.

    Makes the folder. Raises CannotRun for a folder that holds something else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / SUMS).is_file():
        return compare.read(folder)
    if any(folder.iterdir()):
        raise CannotRun(f"{folder} holds something else.", "Name a new folder or an old release.")
    return None


@dataclass(frozen=True)
class Source:
    """What a release is made from; `before` is the state to tell the changes from."""

    root: Path
    catalog: Catalog
    backend: Backend
    base_url: str
    before: State | None


def make(folder: Path, source: Source, tell: Tell) -> None:
    """Write all files of a release into a folder, the list of their digests last.

    A file of an older release in the same folder that is not made again goes. Raises as
    `Backend.export`.
    """
    sums = folder / SUMS
    old = {line.split("  ", 1)[1] for line in _lines(sums) if "  " in line}
    sums.unlink(missing_ok=True)
    digests: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def write(name: str, body: bytes) -> None:
        tell(name)
        write_whole(folder / name, body)
        digests[name] = hashlib.sha256(body).hexdigest()
        sizes[name.removeprefix(FILE_PREFIX)] = len(body)

    for name, body in _files(source):
        write(name, body)
    write("void.ttl", _description(source, sizes))
    for name in old - digests.keys():
        # Whatever a list says, only what lies in this folder may go.
        (folder / Path(name).name).unlink(missing_ok=True)
    lines = (f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    write_whole(sums, (exporting.digest_line(source.backend.digest) + "".join(lines)).encode())


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.is_file() else []


def _description(source: Source, sizes: Mapping[str, int]) -> bytes:
    triples = description.describe(source.backend, source.base_url, source.catalog.values(), sizes)
    return dumps.serialize([ox.Quad(*triple) for triple in triples], BY_NAME["ttl"])


def _files(source: Source) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", _README.encode()
    for entry in source.catalog.values():
        if not entry.needs:
            yield from _networks(entry, source)
            for row, order in entry.released():
                yield from _file(entry, row, order, source)


def _networks(entry: Entry, source: Source) -> Iterator[tuple[str, bytes]]:
    """Yield an entry's network in all formats, built once; those of documents are parts of it."""
    orders = [
        order for order in entry.orders.values() if order.what == "network" and not order.document
    ]
    if orders:
        plain = replace(orders[0], format=registry.APART[0])
        network = unpack(json.loads(source.backend.export(plain).body))
        for order in orders:
            name = f"{FILE_PREFIX}{entry.name}.{BY_NAME[order.format].extension}"
            yield name, registry.write_here(network, order.format)


def _file(entry: Entry, row: Format, order: Order, source: Source) -> Iterator[tuple[str, bytes]]:
    whole = entry.name == WHOLE
    made = exporting.shapes(order, source.root) if order.what == "shapes" else None
    body = made or source.backend.export(order).body
    for coding in ("", *CODINGS) if whole else ("",):
        suffix = f".{coding}" if coding else ""
        yield f"{FILE_PREFIX}{entry.name}.{row.extension}{suffix}", packed(body, coding)
    if source.before and whole and row.name == "nq":
        yield from _changes(source.before, body)


def _changes(before: State, body: bytes) -> Iterator[tuple[str, bytes]]:
    now = compare.of_quads(ox.parse(body, ox.RdfFormat.N_QUADS, lenient=True))
    parts = compare.compare(before, now)
    yield "CHANGES.txt", changelog.text(parts).encode()
    yield "CHANGES.html", changelog.html(parts, "Changes since the last release").encode()
    yield "CHANGES.rdfp", compare.patch(before, now)
