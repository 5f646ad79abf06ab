"""A real server process over a small data folder, and a client that sends bytes as they are."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from migkg.formats import Format
from migkg.terms import PREFIXES

FILES = {
    "ontology/migkg.ttl": """
        <https://w3id.org/migkg/ontology> a owl:Ontology ; rdfs:label "Ontology" ;
            skos:definition "A few words." ; skos:scopeNote "Overview." .
        mgo:Office a owl:Class ; rdfs:label "office" ; skos:definition "A place of work." ;
            rdfs:subClassOf mgo:Agent .
        mgo:Agent a owl:Class ; rdfs:label "agent" ; skos:definition "One who acts." .
        mgo:servesPlace a owl:ObjectProperty ; rdfs:label "serves place" ;
            skos:definition "Where it works." .
        """,
    "ontology/concepts/theme.ttl": """
        mgc:themes a skos:ConceptScheme ; skos:prefLabel "themes" ; skos:definition "Subjects." .
        mgc:theme-return a skos:Concept ; skos:prefLabel "return" ; skos:inScheme mgc:themes .
        """,
    "instances/reference/offices.ttl": """
        mgi:office-oslo a mgo:Office ; rdfs:label "IOM Oslo" ; mgo:servesPlace mgi:place-norway .
        mgi:place-norway a mgo:Country ; rdfs:label "Norway <&>" .
        mgi:shared mgo:note "both" .
        mgi:doc-001 a mgo:SourceDocument ; mgo:documentNumber "001" ; rdfs:label "Plan 2030" .
        mgi:doc-002 a mgo:SourceDocument ; mgo:documentNumber "002" ; rdfs:label "Plan 2031" .
        mgi:office-kristiania owl:deprecated true ; dcterms:isReplacedBy mgi:office-oslo .
        """,
    "instances/001-plan/facts.ttl": """
        mgi:init-001-a a mgo:Initiative ; rdfs:label "Help with return" ; mgo:amount 1.5 ;
            mgo:underOffice mgi:office-oslo ; mgo:hasTheme mgc:theme-return ;
            mgo:hasEvidence mgi:psg-001-3-9 .
        mgi:psg-001-3-9 a mgo:Passage ; oa:hasSource mgi:doc-001 ; oa:hasSelector mgi:sel-001-3-9 ;
            mgo:isInSection mgi:sec-001-a .
        mgi:sel-001-3-9 a oa:TextPositionSelector ; oa:start 3 ; oa:end 9 .
        mgi:sec-001-a a mgo:DocumentSection ; rdfs:label "Section A" ;
            mgo:isInDocument mgi:doc-001 .
        mgi:shared mgo:note "both" .
        """,
    "queries/of-an-office.rq": """#+ summary: What is said of an office?
#+ param: office iri The office.
PREFIX mgi: <https://w3id.org/migkg/id/>
SELECT ?p ?o WHERE { VALUES ?office { mgi:office-oslo } ?office ?p ?o } ORDER BY ?p ?o
""",
    "queries/offices.rq": """#+ summary: Which offices are there?
PREFIX mgo: <https://w3id.org/migkg/ontology#>
SELECT ?office WHERE { ?office a mgo:Office } ORDER BY ?office
""",
}
REFERENCE, PLAN = "https://w3id.org/migkg/graph/reference", "https://w3id.org/migkg/graph/001"
UNKNOWN = "https://w3id.org/migkg/graph/999"
MGO = PREFIXES["mgo"]
# What begins each Turtle file.
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
# What a browser would like best.
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
# Without it nothing is a network.
_WHOLE = "#+ summary: All.\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER (ISIRI(?o)) }\n"
# Three unbound patterns that must all be counted before the first row: it never ends in time.
RUNAWAY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o } ORDER BY ?a ?o LIMIT 1"
# The same, without the memory: it only counts.
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
JSON = "application/sparql-results+json"
# The media types of a query in a body: as a field of a form, and alone.
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
# A thing of the small data, and queries over them.
OSLO = "https://w3id.org/migkg/id/office-oslo"
OFFICES = f"SELECT ?x WHERE {{ ?x a <{MGO}Office> }}"
NOTES = f"SELECT ?s WHERE {{ ?s <{MGO}note> ?o }}"
DESCRIBE = f"DESCRIBE <{OSLO}>"
CONSTRUCT = f"CONSTRUCT {{ ?x a <{MGO}Office> }} WHERE {{ ?x a <{MGO}Office> }}"


def write_data(root: Path) -> Path:
    """Write the small data folder; returns `root`."""
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEAD + text if name.endswith(".ttl") else text)
    return root


def write_networks(root: Path) -> Path:
    """Write the small data folder with the view that networks are made of; returns `root`."""
    write_data(root)
    (root / "queries" / "views").mkdir()
    (root / "queries" / "views" / "graph.rq").write_text(_WHOLE)
    return root


def quads(body: bytes, row: Format) -> list[ox.Quad]:
    """Return the quads of a file in a format of RDF."""
    rdf = ox.RdfFormat.from_media_type(row.media_type)
    assert rdf
    return list(ox.parse(body, format=rdf))


@dataclass(frozen=True)
class Reply:
    """A response as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def type(self) -> str:
        return self.headers["content-type"]

    def rows(self) -> list[dict[str, str]]:
        """The rows of JSON results as plain texts."""
        assert self.status == 200, self.text
        bindings = json.loads(self.body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]


@dataclass(frozen=True)
class Site:
    """A running server."""

    port: int
    process: subprocess.Popen[str]
    said: str

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """Send one request; underscores in header names become hyphens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, names)
            found = connection.getresponse()
            fields = {name.lower(): value for name, value in found.getheaders()}
            return Reply(found.status, fields, found.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def ask(self, query: str, accept: str = JSON, **parameters: Any) -> Reply:
        """Ask by GET."""
        fields = urlencode({"query": query, **parameters}, doseq=True, quote_via=quote)
        return self.get(f"/sparql?{fields}", Accept=accept)

    def post(self, query: str, accept: str = JSON) -> Reply:
        """Ask by POST, where a URL would be too long."""
        return self.send("POST", "/sparql", query.encode(), Accept=accept, Content_Type=DIRECT)

    def raw(self, data: bytes, *, ends: bool = False) -> bytes:
        """Send bytes on a connection of their own and return all that comes back.

        With `ends` the client says that it sends no more, which the server takes for its leaving.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as channel:
            channel.sendall(data)
            if ends:
                channel.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: channel.recv(65536), b""))


def free_port() -> int:
    """Return a port of the loopback address on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(root: Path, *flags: str) -> Iterator[Site]:
    """Run `migkg serve` over a data folder on a free port until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "migkg", "serve", "--data", str(root), "--port", str(port)]
    process = subprocess.Popen(
        [*command, *flags], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline() for _ in range(2)]
        assert re.match("migkg answers at", lines[0]), lines
        yield Site(port, process, "".join(lines))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        process.stdout.close()
