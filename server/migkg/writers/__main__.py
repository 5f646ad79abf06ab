"""`python -m migkg.writers FORMAT` turns a network in JSON into GraphML or GEXF."""

import json
import sys

from migkg.writers import registry
from migkg.writers.network import unpack

if __name__ == "__main__":
    found = unpack(json.load(sys.stdin.buffer))
    sys.stdout.buffer.write(registry.write_apart(found, sys.argv[1]))
