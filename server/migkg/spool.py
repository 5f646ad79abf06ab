"""Keeps long answers in files while they are read: https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html.

The HTTP server holds an answer until its reader has all of it, and many readers that are slow, or
stand still, would hold as many times its bytes in memory. From a file it takes what it sends.
"""

import os
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from migkg.errors import Busy, TooManyRequests

LONG = 2**20
# One client may read this part of all that may be read at one time: half.
_SHARE = 2
_NAME = "migkg-answer-"
_OPEN = Path("/proc/self/fd")
_LATER = "Try again when others have read theirs."


class Spool:
    """Files for the long answers that are being read, `most` at one time; safe for many threads.

    How many there are is counted among the open files of this process: the HTTP server runs in it,
    and closes a file when its client has read all or has left.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._own: set[str] = set()  # descriptors that `put` returned and nobody closed yet

    def put(self, client: str, body: bytes) -> int:
        """Return the descriptor of a file that holds an answer, to be closed by `close`.

        The file goes when nobody has it open. Raises TooManyRequests for a client that reads its
        share of answers, Busy where there is no room for another.
        """
        try:
            file = self._file(_NAME + blake2b(client.encode(), digest_size=8).hexdigest())
            try:
                with open(file, "wb", closefd=False) as whole:
                    whole.write(body)
            except BaseException:
                self.close(file)
                raise
        except FileNotFoundError as error:
            said = "The server has no folder for temporary files, where long answers wait."
            raise Busy(said, "Whoever runs it names one in TMPDIR.") from error
        except OSError as error:
            said = "The server has no room for a long answer in its folder for temporary files."
            raise Busy(said, _LATER) from error
        return file

    def close(self, file: int) -> None:
        """Let go of a file: the HTTP server has opened it."""
        with self._lock:
            self._own.discard(str(file))
            os.close(file)

    def _file(self, name: str) -> int:
        with self._lock:
            read = Counter(self._read())
            if read[name] >= max(1, self._most // _SHARE):
                raise TooManyRequests(
                    f"You are reading {read[name]} long answers, as many as one client may.",
                    "Read them to their end before you ask for another.",
                )
            if read.total() >= self._most:
                raise Busy(f"{self._most} long answers are being read, and no more may.", _LATER)
            file, place = tempfile.mkstemp(prefix=f"{name}-")
            Path(place).unlink()
            self._own.add(str(file))
        return file

    def _read(self) -> Iterator[str]:
        """Yield the name of its client for each answer that is being read."""
        for file in _OPEN.iterdir():
            with suppress(OSError):  # it was closed just now
                name = file.readlink().name
                if name.startswith(_NAME) and file.name not in self._own:
                    yield name.rpartition("-")[0]


def path(file: int) -> str:
    """Return where the HTTP server finds a file that has no name any more."""
    return f"{_OPEN}/{file}"
