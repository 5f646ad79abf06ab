"""How much free memory a process keeps: https://man7.org/linux/man-pages/man3/mallopt.3.html.

And how many copies of its data the machine holds.
"""

import ctypes
import os
from contextlib import suppress
from pathlib import Path

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 2**22
# The part of the machine's memory that copies of the data may take.
_PART = 3 / 4


def spare_memory() -> None:
    """Let this process keep little free memory, where the C library can (mallopt(3)).

    All threads use one heap, as each heap keeps free room of its own. Large blocks go back to the
    system at once: the library would learn from the first large answer to keep up to 64 MiB.
    """
    with suppress(AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, 1)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_M_TRIM_THRESHOLD, _LARGE)


def give_back() -> None:
    """Give freed memory back to the system, where the C library can (malloc_trim(3))."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def copies() -> int:
    """Return how many times the machine's memory holds what this process has, itself included."""
    own = int(Path("/proc/self/statm").read_text().split()[1])
    return int(os.sysconf("SC_PHYS_PAGES") * _PART / own)
