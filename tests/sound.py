"""A data folder that keeps every rule, small enough to break it on purpose."""

from pathlib import Path

from migkg.terms import PREFIXES
from migkg.turtle import format_turtle

FILES = {
    "ontology/migkg.ttl": """
        <https://w3id.org/migkg/ontology> a owl:Ontology ; rdfs:label "Places"@en .
        mgo:Place a owl:Class ; rdfs:label "place"@en .
        mgo:Region a owl:Class ; rdfs:label "region"@en ; rdfs:subClassOf mgo:Place .
        mgo:Route a owl:Class ; rdfs:label "route"@en ; rdfs:subClassOf mgo:Place .
        mgo:SourceDocument a owl:Class ; rdfs:label "document"@en .
        mgo:textDigest a owl:DatatypeProperty ; rdfs:label "digest"@en .
        mgo:isWithin a owl:ObjectProperty ; rdfs:label "is within"@en ; rdfs:domain mgo:Place .
        mgo:hasRank a owl:DatatypeProperty ; rdfs:label "rank"@en .
        mgo:hasTheme a owl:ObjectProperty ; rdfs:label "has theme"@en .
        mgo:isNear a owl:ObjectProperty ; rdfs:label "is near"@en .
        [] a owl:AllDisjointClasses ; owl:members ( mgo:Region mgo:Route ) .
        """,
    "ontology/external.ttl": """
        skos:Concept a owl:Class . skos:ConceptScheme a owl:Class .
        skos:prefLabel a owl:AnnotationProperty . skos:inScheme a owl:ObjectProperty .
        skos:broader a owl:ObjectProperty .
        """,
    "ontology/concepts/themes.ttl": """
        mgc:themes a skos:ConceptScheme ; skos:prefLabel "themes"@en .
        mgc:theme-sea a skos:Concept ; skos:prefLabel "sea"@en ; skos:inScheme mgc:themes .
        mgc:theme-ferry a skos:Concept ; skos:prefLabel "ferry"@en ; skos:inScheme mgc:themes ;
          skos:broader mgc:theme-sea .
        """,
    "instances/reference/documents.ttl": """
        mgi:doc-001 a mgo:SourceDocument ; rdfs:label "First"@en ; mgo:textDigest "0" .
        """,
    "instances/reference/places.ttl": """
        mgi:place-east a mgo:Region ; rdfs:label "East"@en ; mgo:hasRank 7 .
        mgi:place-ferry a mgo:Route ; rdfs:label "Ferry"@en ; mgo:isWithin mgi:place-east .
        """,
    "instances/editor/subjects.ttl": "mgi:place-ferry mgo:hasTheme mgc:theme-ferry .",
    "instances/001-one/facts.ttl": """
        mgi:place-001-pier a mgo:Region ; rdfs:label "Pier"@en ; mgo:isWithin mgi:place-ferry .
        """,
    "shapes/labels.ttl": """
        mgs:Place a sh:NodeShape ; sh:targetClass mgo:Place ; sh:property mgs:Place-label ;
          sh:severity sh:Violation .
        mgs:Place-label a sh:PropertyShape ; sh:path rdfs:label ; sh:minCount 1 ;
          sh:severity sh:Violation ; sh:message "A place has a label: add rdfs:label."@en .
        """,
    "queries/derive/near.rq": """#+ summary: What is within is near.
        PREFIX mgo: <https://w3id.org/migkg/ontology#>
        CONSTRUCT { ?here mgo:isNear ?there } WHERE { ?here mgo:isWithin ?there }""",
    "queries/derive/types.rq": """#+ summary: A thing is of the larger class too.
        PREFIX mgg: <https://w3id.org/migkg/graph/>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        CONSTRUCT { ?thing a ?larger }
        WHERE { ?thing a ?class . GRAPH mgg:ontology { ?class rdfs:subClassOf ?larger } }""",
    "queries/checks/rank.rq": """#+ summary: Its rank is too high.
#+ description: Lower it.
        PREFIX mgo: <https://w3id.org/migkg/ontology#>
        SELECT ?subject ?rank WHERE { ?subject mgo:hasRank ?rank . FILTER (?rank > 9) }""",
}
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def make(root: Path, **changes: str) -> Path:
    """Write the folder; a change `places="old -> new"` edits the file of that stem."""
    for name, text in FILES.items():
        old, _, new = changes.pop(Path(name).stem, "").partition(" -> ")
        assert old in text, f"{old!r} is not in {name}"
        put(root / name, text.replace(old, new) if old else text)
    assert changes == {}
    return root


def put(file: Path, text: str) -> Path:
    """Write a file, Turtle in canonical form with all prefixes known."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(format_turtle(HEAD + text, file) if file.suffix == ".ttl" else text)
    return file
