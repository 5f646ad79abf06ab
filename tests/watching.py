"""What a test looks at from outside: processes, and whether something has come true."""

import threading
import time
from collections.abc import Callable
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes that one started; none where it has ended meanwhile."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(child) for child in text.split()]


def gone(pid: int) -> bool:
    """Tell whether a process has ended; its heir may not have buried it yet."""
    try:
        return " Z " in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait, for half a minute at most if nothing else is said, until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"it did not come true in {seconds} seconds"
        threading.Event().wait(0.005)
