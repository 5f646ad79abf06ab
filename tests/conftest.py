"""What all tests share: where the source texts are, and that nothing is written into the tree."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

import asking
from migkg.execute import Pool
from migkg.settings import Data, Limits
from serving import HEAD, Site, serving

REPOSITORY = Path(__file__).resolve().parents[1]

set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "migkg-hypothesis")
hypothesis.settings.register_profile("migkg", database=None, deadline=None)
hypothesis.settings.load_profile("migkg")


@pytest.fixture(scope="session")
def sources() -> Path:
    """The folder of the documents' text files; without it a test skips, in CI it fails."""
    folder = Path(os.environ.get("MIGKG_SOURCES") or REPOSITORY.parent / "shared" / "sources")
    if folder.is_dir():
        return folder
    reason = f"the documents' text files are not in {folder}: set MIGKG_SOURCES to their folder"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; in CI nothing is skipped")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """A pool over the small data of `asking`, for tests that have no other of their own."""
    root = asking.write(tmp_path_factory.mktemp("data"))
    pool = Pool(Data(root=str(root)), Limits())
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over the small data of `asking`, for tests that have no other of their own."""
    with serving(asking.write(tmp_path_factory.mktemp("data"))) as running:
        yield running


TINY = {
    "ontology/migkg.ttl": """
        mgo:Office a owl:Class ; rdfs:label "office"@en .
        [] a owl:AllDisjointClasses ; owl:members ( mgo:Office mgo:Place ) .
        """,
    "ontology/concepts/themes.ttl": 'mgc:theme-border a skos:Concept ; skos:prefLabel "b"@en .',
    "instances/reference/offices.ttl": 'mgi:office-a a mgo:Office ; rdfs:label "Büro «A»"@de .',
    "instances/editor/ids.ttl": 'mgi:office-a dcterms:identifier "Q1" .',
    "instances/001-one/facts.ttl": """
        mgi:fact-001-a mgo:underOffice mgi:office-a ; mgo:amount 07, 1.50 ; mgo:isPartOf mgi:x .
        mgi:fact-001-a a mgo:Fact ; mgo:isPartOf mgi:x .
        """,
    "instances/001-one/more.ttl": "mgi:fact-001-b mgo:isPartOf mgi:fact-001-a .",
    "instances/003-three/facts.ttl": "mgi:fact-003-a mgo:underOffice mgi:office-a ; a mgo:Fact .",
    "shapes/office.ttl": "mgs:OfficeShape a sh:NodeShape ; sh:targetClass mgo:Office .",
    "queries/derive/10-office.rq": """#+ summary: A part stands under the office of the whole.
        PREFIX mgo: <https://w3id.org/migkg/ontology#>
        CONSTRUCT { ?part mgo:underOffice ?office }
        WHERE { ?part mgo:isPartOf ?whole . ?whole mgo:underOffice ?office }""",
    "queries/derive/20-serves.rq": """#+ summary: An office is active; no fact is needed for that.
        PREFIX mgo: <https://w3id.org/migkg/ontology#>
        CONSTRUCT { ?office mgo:isActive true ; a ?class ; mgo:has ?part }
        WHERE { ?office a mgo:Office, ?class . OPTIONAL { ?part mgo:underOffice ?office } }""",
    "queries/under-office.rq": """#+ summary: What stands under an office.
#+ description: Counts nothing,
#+ description: lists everything.
#+ param: office iri The office to ask about.
#+ param: label string A label.
PREFIX mgi: <https://w3id.org/migkg/id/>
PREFIX mgo: <https://w3id.org/migkg/ontology#>
SELECT ?fact ?label WHERE {
  VALUES ?office { mgi:office-a }
  values ?label {"x"}
  ?fact mgo:underOffice ?office .
} ORDER BY ?fact
""",
}


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A data folder with two documents, small enough to work out by hand what follows from it."""
    root = tmp_path / "data"
    for name, text in TINY.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEAD + text if name.endswith(".ttl") else text)
    return root
