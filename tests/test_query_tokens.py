import pytest

from migkg import query_tokens
from migkg.terms import PREFIXES


@pytest.mark.parametrize(
    ("text", "prefixes"),
    [
        ("ASK { ?s a mgo:Office ; rdfs:label ?x ; mgo:y 1 }", ["mgo", "rdfs"]),
        ("PREFIX mgo: <a:b> prefix\nrdfs: <a:c> ASK { ?s a mgo:X, rdfs:X, skos:X }", ["skos"]),
        ("ASK { ?s a nobody:X, :X, _:mgo, 'mgo:X', <mgo:X> } # mgo:X", []),
        ("PREFIX a: <b:> ASK { ?prefix a mgo:X }", ["mgo"]),
        ('ASK { ?s ?p "1"^^xsd:byte, "a"@en }', ["xsd"]),
        ("", []),
    ],
)
def test_prologue_declares_what_is_used_and_not_declared(text: str, prefixes: list[str]) -> None:
    declared = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}> " for prefix in prefixes)
    assert query_tokens.prologue(text) == declared
