"""Reads Turtle (https://www.w3.org/TR/turtle/) and writes its one canonical text.

Canonical: sorted prefixes, only those used; one block a subject, numbers inside names sorted by
value; `a`, label and definition first; one object a line; no comments; blank nodes and lists
nested where they are used.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from migkg.errors import BrokenTurtle
from migkg.terms import PREFIXES, RDF, RDFS, SKOS, XSD, shorten

Subject = NamedNode | BlankNode
Object = NamedNode | BlankNode | Literal
Block = dict[NamedNode, list[Object]]

_INDENT = "    "
_TYPE, _FIRST, _REST, _NIL = (NamedNode(RDF + name) for name in ("type", "first", "rest", "nil"))
_LEADING = [_TYPE.value, RDFS + "label", SKOS + "prefLabel", SKOS + "definition"]
_SHORT = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
_NESTED = re.compile(rb"^\S+ \S+ <<", re.MULTILINE)
_REASON = re.compile(r"Parser error at line [^:]*: (.*?)(?: \(line \d+\))?", re.DOTALL)


def read_turtle(path: Path) -> list[Triple]:
    """Return the triples of a file in its own order, literals as written; raises BrokenTurtle."""
    return _parse(path.read_bytes(), path)[0]


def read_lasting(path: Path) -> list[Triple]:
    """Return the triples of a file, its blank nodes called the same at every reading.

    https://www.w3.org/TR/rdf-canon/, literals as written; raises BrokenTurtle.
    """
    graph = Dataset(Quad(*triple) for triple in read_turtle(path))
    graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in graph]


def read_lines(path: Path) -> bytes:
    """Return the triples of a file as the lines of N-Triples, in a third of the time.

    https://www.w3.org/TR/n-triples/, literals as written; raises BrokenTurtle.
    """
    content = path.read_bytes()
    with placed(path):
        lines = serialize(parse(content, format=RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES)
    if b"<<" in content and _NESTED.search(lines or b""):
        raise _nested(content, path)
    return lines or b""


def format_turtle(text: str, path: Path | str) -> str:
    """Return the canonical text of a Turtle text; `path` is named in the error.

    Raises BrokenTurtle for a syntax error, for a prefix that is not in `terms.PREFIXES`, and for
    a blank node that is used twice: such a thing needs a name.
    """
    triples, prefixes = _parse(text.encode(errors="surrogateescape"), path)
    for prefix, namespace in prefixes.items():
        if PREFIXES.get(prefix) != namespace:
            reason = f"the prefix {prefix}: <{namespace}> is not in the project's prefix table"
            raise BrokenTurtle(path, *_position(text, rf"prefix\s+{prefix}:"), reason)
    writer = _Writer(triples)
    for label in (f"_:{node.value}" for node in writer.unplaced()):
        if label in text:
            reason = f"the blank node {label} is used twice or contains itself; give it an IRI"
            raise BrokenTurtle(path, *_position(text, label), reason)
    return writer.text()


def _parse(content: bytes, path: Path | str) -> tuple[list[Triple], dict[str, str]]:
    parser = parse(content, format=RdfFormat.TURTLE)
    with placed(path):
        triples = [quad.triple for quad in parser]
    if any(isinstance(triple.object, Triple) for triple in triples):
        raise _nested(content, path)
    return triples, parser.prefixes


@contextmanager
def placed(path: Path | str, prologue: int = 0) -> Iterator[None]:
    """Turn a parser's error into one that names the file and the place in it.

    `prologue` letters of the first line are not the file's.
    """
    try:
        yield
    except SyntaxError as error:
        found = _REASON.fullmatch(error.msg)
        reason = found[1] if found else error.msg
        line, column = error.lineno or 1, error.offset or 1
        column = max(column - prologue, 1) if line == 1 else column
        raise BrokenTurtle(path, line, column, reason) from error


def _nested(content: bytes, path: Path | str) -> BrokenTurtle:
    position = _position(content.decode(), "<<")
    return BrokenTurtle(path, *position, "a triple inside a triple is not used here")


def _position(text: str, pattern: str) -> tuple[int, int]:
    found = re.search(pattern, text, re.IGNORECASE)
    start = found.start() if found else 0
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


class _Writer:
    """Writes one graph; it remembers the prefixes that it used for the head of the text."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        unique = dict.fromkeys(triples)
        self.used: set[str] = set()
        self.blocks: dict[Subject, Block] = defaultdict(lambda: defaultdict(list))
        for triple in unique:
            self.blocks[triple.subject][triple.predicate].append(triple.object)  # type: ignore
        uses = Counter(t.object for t in unique if isinstance(t.object, BlankNode))
        self.nested = {node for node, count in uses.items() if count == 1}
        self.shared = [node for node, count in uses.items() if count > 1]

    def unplaced(self) -> list[BlankNode]:
        """Return the blank nodes that cannot be written inside just one other."""
        reached: set[Object] = set()
        todo: list[Object] = [node for node in self.blocks if node not in self.nested]
        while todo:
            node = todo.pop()
            if node not in reached and not isinstance(node, Literal):
                reached.add(node)
                todo += (item for items in self.blocks.get(node, {}).values() for item in items)
        return self.shared or [node for node in self.nested if node not in reached]

    def text(self) -> str:
        subjects = (node for node in self.blocks if node not in self.nested)
        body = sorted((self._subject(node) for node in subjects), key=_by_number)
        head = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in sorted(self.used))
        return "\n".join([head, *body] if head else body)

    def _subject(self, node: Subject) -> str:
        if isinstance(node, BlankNode):
            return f"{self._object(node, '')} .\n"
        return f"{self._iri(node)}\n{self._lines(self.blocks[node], _INDENT)}.\n"

    def _lines(self, block: Block, indent: str) -> str:
        names = {node: "a" if node == _TYPE else self._iri(node) for node in block}
        order = sorted(block, key=lambda node: (_rank(node), names[node]))
        return "".join(self._statement(names[node], block[node], indent) for node in order)

    def _statement(self, name: str, objects: list[Object], indent: str) -> str:
        if len(objects) == 1:
            return f"{indent}{name} {self._object(objects[0], indent)} ;\n"
        inner = indent + _INDENT
        texts = sorted((self._object(item, inner) for item in objects), key=_by_number)
        return f"{indent}{name}\n{inner}" + f" ,\n{inner}".join(texts) + " ;\n"

    def _object(self, term: Object, indent: str) -> str:
        if isinstance(term, Literal):
            return self._literal(term)
        if term == _NIL:
            return "()"
        if isinstance(term, NamedNode):
            return self._iri(term)
        inner = indent + _INDENT
        if items := self._items(term):
            lines = "".join(f"{inner}{self._object(item, inner)}\n" for item in items)
            return f"(\n{lines}{indent})"
        return (
            f"[\n{self._lines(self.blocks[term], inner)}{indent}]" if term in self.blocks else "[]"
        )

    def _items(self, head: BlankNode) -> list[Object]:
        """Return the members of a well-formed list, or nothing."""
        items: list[Object] = []
        node: Object = head
        while node != _NIL:
            block = self.blocks.get(node) if isinstance(node, BlankNode) else None
            if block is None or node not in self.nested or set(block) != {_FIRST, _REST}:
                return []
            if len(block[_FIRST]) != 1 or len(block[_REST]) != 1:
                return []
            items += block[_FIRST]
            node = block[_REST][0]
        return items

    def _literal(self, literal: Literal) -> str:
        datatype = literal.datatype
        if literal.language or datatype.value == XSD + "string":
            return str(literal)
        short = _SHORT.get(datatype.value)
        if short and short.fullmatch(literal.value):
            return literal.value
        return f"{Literal(literal.value)}^^{self._iri(datatype)}"

    def _iri(self, node: NamedNode) -> str:
        name = shorten(node.value)
        if name is None:
            return str(node)
        self.used.add(name.partition(":")[0])
        return name


def _rank(predicate: NamedNode) -> int:
    value = predicate.value
    return _LEADING.index(value) if value in _LEADING else len(_LEADING)


def _by_number(text: str) -> tuple[list[tuple[int, str]], str]:
    """Order texts as a reader counts: `psg-001-90` before `psg-001-120`."""
    parts = re.split(r"([0-9]+)", text)
    return [
        (len(part.lstrip("0")) if n % 2 else 0, part.lstrip("0") if n % 2 else part)
        for n, part in enumerate(parts)
    ], text
