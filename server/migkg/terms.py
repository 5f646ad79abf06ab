"""The namespaces, the prefix table of all `.ttl` and `.rq` files, and the short names of IRIs."""

import re

MGO = "https://w3id.org/migkg/ontology#"
MGI = "https://w3id.org/migkg/id/"
MGC = "https://w3id.org/migkg/concept/"
MGS = "https://w3id.org/migkg/shapes#"
GRAPH = "https://w3id.org/migkg/graph/"
# The name of a graph that follows by rule from another begins so, then comes that one's name.
DERIVED = "derived-"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
SH = "http://www.w3.org/ns/shacl#"
OA = "http://www.w3.org/ns/oa#"

PREFIXES: dict[str, str] = {
    "mgo": MGO,
    "mgi": MGI,
    "mgc": MGC,
    "mgs": MGS,
    "mgg": GRAPH,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "sh": SH,
    "oa": OA,
    "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#",
    "qb": "http://purl.org/linked-data/cube#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "void": "http://rdfs.org/ns/void#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "bibo": "http://purl.org/ontology/bibo/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "eurio": "http://data.europa.eu/s66#",
    "frapo": "http://purl.org/cerif/frapo/",
    "sdg": "http://metadata.un.org/sdg/",
    "wd": "http://www.wikidata.org/entity/",
    "gn": "https://sws.geonames.org/",
}

_PREFIX_OF = {namespace: prefix for prefix, namespace in PREFIXES.items()}
# The local names that need no escape in Turtle and SPARQL.
_SHORT = re.compile(r"(.*[#/])([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)")
_LONG = re.compile(r"([A-Za-z][A-Za-z0-9-]*):([A-Za-z0-9_.-]+)")


def prologue(*prefixes: str) -> str:
    """Return the declarations of these prefixes for a query, in one line."""
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}> " for prefix in prefixes)


def shorten(iri: str) -> str | None:
    """Return the prefixed name of an IRI, or None where the prefix table gives it none."""
    found = _SHORT.fullmatch(iri)
    prefix = _PREFIX_OF.get(found[1]) if found else None
    return f"{prefix}:{found[2]}" if found and prefix else None


def prefixed(iri: str) -> str:
    """Return the prefixed name of an IRI, or the IRI itself where it has none."""
    return shorten(iri) or iri


def in_turtle(iri: str) -> str:
    """Return an IRI as Turtle and SPARQL write it: a prefixed name, or `<IRI>`."""
    return shorten(iri) or f"<{iri}>"


def local_name(iri: str) -> str:
    """Return what stands behind the last `#` or `/` of an IRI."""
    return re.split("[#/]", iri)[-1]


def expand(name: str) -> str | None:
    """Return the IRI of a prefixed name, or None where its prefix is not in the table."""
    found = _LONG.fullmatch(name)
    return PREFIXES[found[1]] + found[2] if found and found[1] in PREFIXES else None
