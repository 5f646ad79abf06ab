"""A thing in terms of https://schema.org for search engines, to stand inside its page."""

from typing import Any

from migkg.about import LICENSE, SUMMARY, TITLE
from migkg.formats import RDF
from migkg.terms import MGO, SKOS
from migkg.thing import Thing

_TYPES = {
    MGO + "Organization": "Organization",
    MGO + "Office": "Organization",
    MGO + "Person": "Person",
    MGO + "Country": "Country",
    MGO + "Territory": "AdministrativeArea",
    MGO + "HistoricalState": "Country",
    MGO + "Region": "Place",
    MGO + "Locality": "Place",
    MGO + "BorderSection": "Place",
    MGO + "Route": "Place",
    MGO + "Initiative": "Project",
    MGO + "Event": "Event",
    MGO + "Instrument": "CreativeWork",
    MGO + "SourceDocument": "DigitalDocument",
    MGO + "DocumentSection": "WebPageElement",
    MGO + "Passage": "Quotation",
    MGO + "Assessment": "Claim",
    MGO + "StatusAssertion": "Claim",
    MGO + "Figure": "Claim",
    SKOS + "Concept": "DefinedTerm",
    SKOS + "ConceptScheme": "DefinedTermSet",
}


def describe(thing: Thing, page: str, dataset: str) -> dict[str, Any]:
    """Return the JSON-LD of a thing; `page` and `dataset` are the addresses of both."""
    kind = next((_TYPES[kind.iri] for kind in thing.kinds if kind.iri in _TYPES), "Thing")
    found = about(kind, (thing.iri, thing.label, thing.definition), page, dataset)
    others = sorted({value.text for value in thing.names} - {thing.label})
    same = sorted(value.iri for value in thing.identifiers if value.property == SKOS + "exactMatch")
    found |= {"alternateName": others} if others else {}
    found |= {"sameAs": same} if same else {}
    return found


def about(kind: str, named: tuple[str, str, str], page: str, dataset: str) -> dict[str, Any]:
    """Return the JSON-LD of what a page is about; `named` are its IRI, name and description."""
    iri, name, description = named
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": iri,
        "name": name,
        "url": page,
        "subjectOf": {
            "@type": "Dataset",
            "@id": dataset,
            "name": TITLE,
            "description": SUMMARY,
            "license": LICENSE,
        },
    }
    return found | ({"description": description} if description else {})


def dataset(base_url: str, digest: str) -> dict[str, Any]:
    """Return the JSON-LD of the whole dataset at an address; no files where it has no digest."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": f"{base_url}/",
        "name": TITLE,
        "description": SUMMARY,
        "url": f"{base_url}/",
        "license": LICENSE,
        "isAccessibleForFree": True,
    }
    files = [
        {
            "@type": "DataDownload",
            "encodingFormat": row.media_type,
            "contentUrl": f"{base_url}/export/graph.{row.extension}",
        }
        for row in RDF
    ]
    return found | ({"version": digest, "distribution": files} if digest else {})
