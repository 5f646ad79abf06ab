"""What the text index asks the graph: labels, names, classes, and the values of facets."""

from migkg.terms import MGC, MGI, MGO, prologue

HEAD = prologue("mgo", "mgc", "rdf", "rdfs", "skos")
LABELS = f"""{HEAD}
SELECT ?x (MIN(STR(?found)) AS ?label) WHERE {{
  ?x rdfs:label|skos:prefLabel ?found
  FILTER(STRSTARTS(STR(?x), "{MGI}") || STRSTARTS(STR(?x), "{MGC}"))
}} GROUP BY ?x ORDER BY ?x"""
TYPES = HEAD + "SELECT DISTINCT ?x ?class WHERE { ?x a ?class ; rdfs:label|skos:prefLabel ?l }"
ABOVE = HEAD + "SELECT DISTINCT ?class ?super WHERE { ?class rdfs:subClassOf+ ?super }"
DEFINITIONS = HEAD + "SELECT ?x ?text WHERE { ?x skos:definition ?text }"
NAMES = (
    HEAD
    + """
SELECT DISTINCT ?x ?text ?kind ?document WHERE {
  { ?x skos:altLabel ?found BIND(STR(?found) AS ?text) }
  UNION {
    ?form mgo:isNameOf ?x ; mgo:printedForm ?found BIND(STR(?found) AS ?text)
    OPTIONAL { ?form mgo:hasNameKind/skos:prefLabel ?named BIND(STR(?named) AS ?kind) }
    OPTIONAL { ?form mgo:isStatedIn/mgo:documentNumber ?document }
  }
  UNION {
    VALUES (?said ?kind) {
      (mgo:email "e-mail address") (mgo:telephone "telephone") (mgo:fax "fax")
      (mgo:webPage "web address") (mgo:postalAddress "address") (mgo:isoAlpha3 "ISO 3166 code")
      (mgo:printedForm "printed")
    }
    ?x ?said ?found BIND(STR(?found) AS ?text)
  }
  UNION {
    VALUES ?stem { "" "document " "doc " }
    ?x a mgo:SourceDocument ; mgo:documentNumber ?number
    BIND(CONCAT(?stem, ?number) AS ?text) BIND("number" AS ?kind)
  }
} ORDER BY ?x ?text ?document ?kind"""
)
# Words by which a statement is sought although no name of it holds them. The names are asked for in
# each part: beside all parts together, the engine reads the names of everything for each.
IMPLIED = (
    HEAD
    + """
SELECT DISTINCT ?x ?text WHERE {
  {
    VALUES (?class ?text) {
      (mgo:FundingRequirement "money funding budget amount")
      (mgo:PrintedTotal "money funding budget amount")
      (mgo:SourceAnomaly "anomaly slip error mistake misprint typo")
    }
    ?x a ?class
  }
  UNION {
    VALUES (?said ?text) {
      (mgo:email "e-mail email mail") (mgo:telephone "telephone phone") (mgo:fax "fax")
      (mgo:webPage "web page website") (mgo:postalAddress "postal address")
    }
    ?x mgo:isContactOf ?whom ; ?said ?any
  }
  UNION { ?x mgo:hasUnit mgc:unit-percent BIND("percent" AS ?text) }
  UNION {
    ?x mgo:isContactOf|mgo:hasAgent|mgo:inOrganization|mgo:hasUnit ?of .
    ?of rdfs:label|skos:prefLabel|skos:altLabel ?found BIND(STR(?found) AS ?text)
  }
  UNION {
    VALUES ?class { mgo:FundingRequirement mgo:PrintedTotal }
    ?x a ?class ; mgo:underOffice|mgo:underFrameworkElement|mgo:inPeriod ?of .
    ?of rdfs:label|skos:prefLabel|skos:altLabel ?found BIND(STR(?found) AS ?text)
  }
  UNION {
    ?x a mgo:SourceAnomaly ;
      mgo:hasAnomalyKind|mgo:isStatedIn|(mgo:hasEvidence/mgo:isInSection) ?of .
    ?of rdfs:label|skos:prefLabel|skos:altLabel ?found BIND(STR(?found) AS ?text)
  }
} ORDER BY ?x ?text"""
)
CLASSES = (
    HEAD
    + "SELECT ?x (MIN(STR(?l)) AS ?label) WHERE { ?x rdfs:subClassOf|a ?y ; rdfs:label ?l "
    + f'FILTER(STRSTARTS(STR(?x), "{MGO}")) }} GROUP BY ?x'
)
FACETS = {
    "place": "{ ?x ?p ?v . ?v a mgo:Place } UNION { ?x a mgo:Place BIND(?x AS ?v) }",
    "theme": "{ ?x mgo:hasTheme/skos:broader* ?v } "
    "UNION { ?x skos:inScheme mgc:themes ; skos:broader* ?v }",
    "document": "{ ?x mgo:isStatedIn|mgo:isInDocument ?d } "
    "UNION { ?f mgo:isStatedIn ?d ; ?p ?x FILTER(?p NOT IN (rdf:type, mgo:hasEvidence)) } "
    "UNION { ?x a mgo:SourceDocument BIND(?x AS ?d) } ?d mgo:documentNumber ?v",
}
YEARS = (
    HEAD
    + """SELECT DISTINCT ?x ?first ?last WHERE {
  { ?x mgo:inPeriod ?period } UNION { ?x a mgo:Period BIND(?x AS ?period) }
  ?period mgo:startYear|mgo:endYear ?any .
  OPTIONAL { ?period mgo:startYear ?first } OPTIONAL { ?period mgo:endYear ?last }
}"""
)
