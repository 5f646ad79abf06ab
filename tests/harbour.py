"""A made-up document in the layouts of the real ones, with its folder of instances."""

import hashlib
from pathlib import Path

from migkg import evidence
from migkg.evidence import Document

TEXT = (
    " Harbour Office North\n"
    "Boats were few in 2030. The Harbour Office of Nordhavn will help 12 \n"
    "crews and the Sailors’ Guild to mend boats in Nordhavn and in Fjell-\n"
    "by, as the guild asked.\n"
    "\n"
    " - Continue to mend nets. The net shop in Nordhavn will teach three \n"
    "crews. \n"
    "  - Paint hulls with the Guild \n"
    "\n"
    "Two sailors smile. © Guild 2030/Ada LOVE\n"
    " Harbour Office South\n"
    "Boats were few in 2030. Globally, it is so.\n"
    "\n"
    "Nordhavn  1 200  -  300 2 400  3 900 \n"
)
HEAD = "".join(
    f"@prefix {prefix}: <{iri}> .\n"
    for prefix, iri in {
        "mgi": "https://w3id.org/migkg/id/",
        "mgo": "https://w3id.org/migkg/ontology#",
        "mgc": "https://w3id.org/migkg/concept/",
        "oa": "http://www.w3.org/ns/oa#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }.items()
)
SOUTH = TEXT.index("Harbour Office South")
NETS = (TEXT.index("Continue"), TEXT.index("  - Paint"))


def make(folder: Path) -> Path:
    """Make `sources/` and `instances/` of document 009 in a folder; return the instances."""
    (folder / "sources").mkdir()
    (folder / "sources" / "any-name.txt").write_bytes(TEXT.encode())
    (folder / "sources" / "other.bin").write_bytes(b"\xff\xfe")
    for name in ("reference", "editor", "009-harbours"):
        (folder / "instances" / name).mkdir(parents=True)
    write(folder, "reference/documents.ttl", documents())
    write(folder, "009-harbours/sections.ttl", sections())
    return folder / "instances"


def write(folder: Path, name: str, body: str) -> Path:
    path = folder / "instances" / name
    path.write_text(HEAD + body, "utf-8")
    return path


def read(folder: Path) -> Document:
    return evidence.read_documents(folder / "instances", folder / "sources")["009"]


def documents() -> str:
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    return f"""mgi:doc-009 a mgo:SourceDocument ; mgo:documentNumber "009" ;
    mgo:textDigest "{digest}" ; mgo:textLength {len(TEXT)} ."""


def sections() -> str:
    return (
        _section("north", 1, "", (1, SOUTH - 2))
        + _section("north-nets", 2, "mgo:isSubsectionOf mgi:sec-009-north ;", NETS)
        + _section("south", 3, "", (SOUTH, len(TEXT)))
    )


def _section(slug: str, order: int, more: str, span: tuple[int, int]) -> str:
    selector = f"mgi:sel-009-{span[0]}-{span[1]}"
    return f"""mgi:sec-009-{slug} a mgo:DocumentSection ; rdfs:label "{slug}" ;
    mgo:isInDocument mgi:doc-009 ; mgo:order {order} ; {more} oa:hasSelector {selector} .
{selector} a oa:TextPositionSelector ; oa:start {span[0]} ; oa:end {span[1]} .
"""
