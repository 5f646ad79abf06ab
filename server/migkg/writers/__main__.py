"""`python -m migkg.writers FORMAT` turns a network in JSON into GraphML or GEXF."""

import json
import sys

from migkg.writers import xml
from migkg.writers.network import unpack

WRITERS = {"graphml": xml.graphml, "gexf": xml.gexf}

if __name__ == "__main__":
    found = unpack(json.load(sys.stdin.buffer))
    sys.stdout.buffer.write(WRITERS[sys.argv[1]](found))
