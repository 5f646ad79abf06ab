"""The machine, and what processes take of it: https://docs.kernel.org/filesystems/proc.html."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path


def description() -> dict[str, str]:
    """What a reader needs to know of the machine; nothing that tells whose it is."""
    memory = re.search(r"MemTotal: *(\d+) kB", Path("/proc/meminfo").read_text())
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    release = re.match(r"\d+\.\d+", platform.release())
    packages = ("pyoxigraph", "oxigraph", "granian", "flask", "rdflib", "rdflib-endpoint")
    return {
        "processor": f"{len(os.sched_getaffinity(0))} × {model[1] if model else 'unknown'}",
        "memory": f"{int(memory[1]) / 2**20:.0f} GiB" if memory else "unknown",
        "system": f"{platform.system()} {release[0] if release else ''}",
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
    }


def load() -> float:
    """How many processes wanted the processors during the last minute."""
    return os.getloadavg()[0]


def spent_by_part(pid: int) -> dict[str, float]:
    """The seconds of processor time of a server: `serving`, and `below` that the queries run.

    The process that holds the data and those that it forked are told by its command.
    """
    found = {"serving": spent(pid), "below": 0.0}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if b"migkg.zygote" in Path(f"/proc/{child}/cmdline").read_bytes():
            found["below"] += spent(int(child))
    found["serving"] -= found["below"]
    return found


def spent(pid: int) -> float:
    """The seconds of processor time that a process and all below it have taken."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
        return 0
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(spent(int(child)) for child in children)


def memory(pid: int) -> float:
    """The proportional memory (PSS) of a process and all below it, in MiB."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
        return 0
    own = re.search(r"^Pss: *(\d+)", rollup, re.MULTILINE)
    return (int(own[1]) / 1024 if own else 0) + sum(memory(int(child)) for child in children)
