"""A small invented network with everything that a writer can stumble over."""

from migkg.writers.network import Edge, Network, Node

FACT = "https://w3id.org/migkg/id/part-001-"
NETWORK = Network(
    "Boats & “nets”",
    (
        Node("mgi:guild", "https://w3id.org/migkg/id/guild", '=Guild, "old"\n<&>', "organization"),
        Node(
            "mgi:nets",
            "https://w3id.org/migkg/id/nets",
            "Mend\tnets \\N",
            "initiative",
            ("fishing", "law; order"),
            ("001",),
            2006,
            2007,
        ),
        Node("urn:x", "urn:x", "Nó one", "", more=(("mgo_amount", "1.5"),)),
    ),
    (
        Edge(
            "e1", "mgi:guild", "mgi:nets", "partner", "urn:partner", "participation", "001", 2.0,
            None, (FACT + "a", FACT + "b"), ("urn:psg-1",), 2006, 2007,
        ),
        Edge("e2", "mgi:guild", "mgi:nets", "supporter", "urn:supporter", "", "002", 1.0, 300.5),
        Edge("e3", "urn:x", "urn:x", "knows", "urn:knows", "", "", 1.0),
    ),
)  # fmt: skip
