"""The long fuzz of the tests, bounded in time: https://hypothesis.readthedocs.io/."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.section import Goal, Section

EXAMPLES = 2500
_FILE = Path(__file__).parents[1] / "test_fuzz.py"
_SUMMARY = re.compile(r"\d+ (?:passed|failed|error)[^\n]* in [\d.]+s")


def section(seconds: float, examples: int = EXAMPLES) -> Section:
    """Run the fuzz for at most so many seconds."""
    # Another seed each time, and said, so that what it finds can be found again.
    seed = time.time_ns() % 2**32
    command = [sys.executable, "-m", "pytest", "-q", str(_FILE), f"--hypothesis-seed={seed}"]
    environment = os.environ | {"MIGKG_FUZZ": str(examples)}
    said = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment, stdout=said, stderr=said, text=True, start_new_session=True
    ) as process:
        try:
            out, _ = process.communicate(timeout=seconds)
            outcome = _outcome(out)
        except subprocess.TimeoutExpired:
            # Its servers with it, in the order of a key press; they end by themselves.
            os.killpg(process.pid, signal.SIGINT)
            try:
                out, _ = process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                out, _ = process.communicate()
            outcome = f"not at its end after {seconds:.0f} s; until then {_outcome(out)}"
    text = (
        f"{examples:,} made-up requests of each of four kinds, seed {seed}: **{outcome}**. What "
        "counts as a fault: a 5xx other than 503 with `Retry-After`, a stack trace, a hang."
    )
    clean = process.returncode == 0
    goals = [Goal("fuzz: no 500, no stack trace, no hang", outcome, clean)]
    return Section("Fuzz", text, {"examples": examples, "seed": seed, "outcome": outcome}, goals)


def _outcome(out: str) -> str:
    found = _SUMMARY.findall(out)
    return found[-1] if found else "no summary"
