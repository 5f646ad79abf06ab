"""Virtuoso over a folder of its own, for the system tests and the benchmarks.

https://docs.openlinksw.com/virtuoso/dbadm/
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

_CONFIGURATION = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {data}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
MaxSortedTopRows = 1000000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 40
MaxKeepAlives = 40
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 2000000
MaxConstructTriples = 2000000
"""


def command(
    folder: Path, http: int, sql: int, data: Path | None = None, buffers: int = 20_000
) -> Sequence[str]:
    """Write the configuration of a database in a folder; return the command that starts it.

    `data`: a folder that its loader may read; `buffers`: pages of 8 KiB held in memory.
    """
    file = folder / "virtuoso.ini"
    dirty = buffers * 3 // 4
    ports = {"http": http, "sql": sql}
    text = _CONFIGURATION.format(
        folder=folder, data=data or folder, buffers=buffers, dirty=dirty, **ports
    )
    file.write_text(text)
    return ["virtuoso-t", "-f", "-c", str(file)]


def execute(sql: int, statements: str, patience: float) -> None:
    """Run statements in a started database; raises CalledProcessError, TimeoutExpired."""
    isql = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", "VERBOSE=OFF", f"EXEC={statements}"]
    subprocess.run(isql, check=True, capture_output=True, timeout=patience)
