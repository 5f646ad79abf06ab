"""A part of the report: what is told, all its numbers, and what was to be reached."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

_FOLDERS = re.compile(r"(?<![\w.])/(?:[\w.-]+/)+")


@dataclass(frozen=True)
class Goal:
    """What was to be reached, what was measured, and whether that is it."""

    wanted: str
    measured: str
    reached: bool


@dataclass(frozen=True)
class Section:
    """A title, Markdown, numbers as JSON takes them, goals; `seconds` that measuring took."""

    title: str
    text: str
    numbers: Any
    goals: Sequence[Goal] = field(default=())
    seconds: float = 0.0


def measured(title: str, measure: Callable[[], Section]) -> Section:
    """Measure; where that breaks off, the section says so and the run goes on."""
    say(title)
    start = time.monotonic()
    try:
        found = measure()
    except (AssertionError, OSError, KeyError, ValueError, subprocess.SubprocessError) as fault:
        said = told(fault)
        say(f"{title}: broke off: {said}")
        missed = Goal(f"all aims of '{title}'", "it broke off", reached=False)
        found = Section(title, f"Not measured: it broke off ({said}).", None, [missed])
    seconds = time.monotonic() - start
    return Section(found.title, found.text, found.numbers, found.goals, seconds)


def told(fault: Exception) -> str:
    """The kind and words of a fault, without the folders of the machine."""
    return _FOLDERS.sub("", f"{type(fault).__name__}: {fault}")[:300]


def say(text: str) -> None:
    """Tell who waits how far it is."""
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()
