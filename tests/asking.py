"""The small data folder of `serving` with what stored queries and the search need besides."""

from pathlib import Path

from serving import HEAD, write_data

FILES = {
    "ontology/more.ttl": """
        mgo:Place a owl:Class ; rdfs:label "place" ; skos:definition "Somewhere." .
        mgo:Country a owl:Class ; rdfs:label "country" ; skos:definition "A state." ;
            rdfs:subClassOf mgo:Place .
        mgo:Initiative a owl:Class ; rdfs:label "initiative" ; skos:definition "A plan." .
        """,
    "shapes/office.ttl": "mgs:OfficeShape a sh:NodeShape ; sh:targetClass mgo:Office .",
    "ontology/concepts/rest.ttl": """
        mgc:theme-border a skos:Concept ; skos:prefLabel "border management" ;
            skos:inScheme mgc:themes ; skos:broader mgc:theme-return .
        mgc:namekind-acronym a skos:Concept ; skos:prefLabel "acronym" .
        mgc:unit-percent a skos:Concept ; skos:prefLabel "per cent" .
        mgc:namekind-name a skos:Concept ; skos:prefLabel "name" .
        mgc:anomaly-missing a skos:Concept ; skos:prefLabel "missing information" .
        mgc:o1 a skos:Concept ; skos:prefLabel "objective one" .
        mgc:o2 a skos:Concept ; skos:prefLabel "objective two" .
        """,
    "instances/reference/more.ttl": """
        mgi:office-bergen a mgo:Office ; rdfs:label "IOM Bergen" ;
            mgo:servesPlace mgi:place-sweden .
        mgi:office-molde a mgo:Office ; rdfs:label "IOM Molde" .
        mgi:place-norway a mgo:Place ; schema:latitude 60.0 ; schema:longitude 10.0 .
        mgi:place-sweden a mgo:Country, mgo:Place ; rdfs:label "Sweden" .
        mgi:org-guild a mgo:Organization ; rdfs:label "Sailors' Guild of Ørland" ;
            skos:definition "A body of sailors against trafficking at sea." .
        mgi:period-2030 a mgo:Period ; rdfs:label "2030–2031" ; mgo:startYear "2030"^^xsd:gYear ;
            mgo:endYear "2031"^^xsd:gYear .
        """,
    "instances/001-plan/more.ttl": """
        mgi:init-001-b a mgo:Initiative ; rdfs:label "Nets against trafficking in Sweden" ;
            mgo:underOffice mgi:office-bergen ; mgo:hasTheme mgc:theme-border ;
            mgo:takesPlaceIn mgi:place-sweden ; mgo:inPeriod mgi:period-2030 ;
            mgo:isStatedIn mgi:doc-001 .
        mgi:init-001-c a mgo:Initiative ; rdfs:label "Border posts" ; skos:altLabel "SMP posts" ;
            mgo:underOffice mgi:office-oslo ; mgo:hasTheme mgc:theme-border ;
            mgo:isStatedIn mgi:doc-001 .
        mgi:name-001-sg a mgo:NameForm ; rdfs:label "“SG” for the guild" ;
            mgo:isNameOf mgi:org-guild ; mgo:printedForm "SG" ;
            mgo:hasNameKind mgc:namekind-acronym ; mgo:isStatedIn mgi:doc-001 .
        mgi:name-001-soe a mgo:NameForm ; rdfs:label "“Sailors of Ørland East” for the guild" ;
            mgo:isNameOf mgi:org-guild ; mgo:printedForm "Sailors of Ørland East" ;
            mgo:hasNameKind mgc:namekind-name ; mgo:isStatedIn mgi:doc-001 .
        mgi:fund-001-a a mgo:FundingRequirement ; rdfs:label "Oslo, O1" ; mgo:printedForm "7" ;
            mgo:underOffice mgi:office-oslo ; mgo:underElement mgc:o1 ; mgo:amount 7.0 .
        mgi:fund-001-b a mgo:FundingRequirement ; rdfs:label "Bergen, O1" ; mgo:printedForm "9.5" ;
            mgo:underOffice mgi:office-bergen ; mgo:underElement mgc:o1 ; mgo:amount 9.5 .
        mgi:fund-001-c a mgo:FundingRequirement ; rdfs:label "Bergen, O2" ; mgo:printedForm "-" ;
            mgo:underOffice mgi:office-bergen ; mgo:underElement mgc:o2 ;
            mgo:isStatedIn mgi:doc-001 .
        mgi:contact-001-molde a mgo:ContactPoint ; rdfs:label "Molde quay" ;
            mgo:isContactOf mgi:office-molde ; mgo:email "a@b.example" ; mgo:telephone "+47 123" .
        mgi:fig-001-share a mgo:Figure ; rdfs:label "Share of nets" ; mgo:printedForm "55" ;
            mgo:hasUnit mgc:unit-percent .
        mgi:anomaly-001-molde a mgo:SourceAnomaly ; rdfs:label "No page of Molde" ;
            skos:definition "The annex has no page of it." ;
            mgo:hasAnomalyKind mgc:anomaly-missing ; mgo:isAnomalyOf mgi:office-molde .
        """,
    "queries/money.rq": """#+ summary: How much money does an office need for an objective?
#+ topic: Money
#+ chart: name amount
#+ param: office iri The office.
#+ param: element iri The objective.
PREFIX mgc: <https://w3id.org/migkg/concept/>
PREFIX mgi: <https://w3id.org/migkg/id/>
PREFIX mgo: <https://w3id.org/migkg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?cell ?name ?amount WHERE {
  VALUES ?office { UNDEF }
  VALUES ?element { mgc:o1 }
  ?cell a mgo:FundingRequirement ; mgo:underOffice ?office ; mgo:underElement ?element ;
    mgo:amount ?amount ; rdfs:label ?name .
} ORDER BY ?cell
""",
    "queries/named.rq": """#+ summary: What has a name, in a year, so often?
#+ param: name string The name.
#+ param: least integer The least number.
SELECT ?x WHERE {
  VALUES ?name { }
  VALUES ?least { 1 }
  ?x <http://www.w3.org/2000/01/rdf-schema#label> ?name FILTER(?least > 0)
} ORDER BY ?x
""",
    "queries/around.rq": """#+ summary: What is there about an office?
#+ description: A graph.
#+ param: office iri The office.
PREFIX mgi: <https://w3id.org/migkg/id/>
CONSTRUCT { ?office ?p ?o } WHERE { VALUES ?office { mgi:office-oslo } ?office ?p ?o }
""",
}


def write(root: Path) -> Path:
    """Write the data folder; returns `root`."""
    write_data(root)
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEAD + text if name.endswith(".ttl") else text)
    return root
