"""How much free memory a process keeps: https://man7.org/linux/man-pages/man3/mallopt.3.html."""

import ctypes
from contextlib import suppress

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 2**22


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
