import subprocess
import sys

# Without it, the first large piece that is freed lets the library keep the room of the next ones,
# up to twice as much.
_LARGE_ANSWERS = """
from migkg.memory import spare_memory

def held():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))

spare_memory()
first = bytearray(2**24)
del first
before = held()
later = bytearray(15_000_000)
del later
print(held() - before)
"""


def test_large_pieces_of_memory_go_back_when_they_are_freed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LARGE_ANSWERS], capture_output=True, text=True, timeout=30
    )
    assert int(done.stdout) < 4 * 1024, done
