"""The access log, a JSON object a line: https://docs.python.org/3/howto/logging.html.

A query is named by its hash: neither its text nor any other parameter is written down.
"""

import hashlib
import json
import logging
import select
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import Any, TextIO
from urllib.parse import parse_qs

from migkg.errors import BadSetting
from migkg.query_operation import DIRECT, FORM
from migkg.settings import OFF

_ANY = "surrogateescape"  # bytes that are no text have a hash as well
_LOGGER = logging.getLogger("migkg.access")
# Characters of a text, at most twelve bytes each, so that a line fits into any pipe at once.
_MOST = 200


class _Unwaiting(logging.StreamHandler[TextIO]):
    """Writes to standard error what it takes at once, and tells how many lines were missed.

    A pipe that nobody reads would stop the server. One that takes anything takes a short line:
    https://man7.org/linux/man-pages/man7/pipe.7.html (PIPE_BUF).
    """

    _missed = 0

    def emit(self, record: logging.LogRecord) -> None:
        if not self._takes():
            self._missed += 1
            return
        if self._missed:
            missed, self._missed = self._missed, 0
            write(missed=missed)
        if self._takes():
            super().emit(record)
        else:
            self._missed += 1

    def _takes(self) -> bool:
        try:
            return bool(select.select([], [self.stream], [], 0)[1])
        except (OSError, TypeError, ValueError):  # it is closed
            return False


def open_log(target: str) -> bool:
    """Let the access log go to standard error or a file; False where it is `off`.

    Raises BadSetting for a file that cannot be written.
    """
    if target == OFF:
        return False
    try:
        handler = _Unwaiting() if target == "stderr" else WatchedFileHandler(target)
    except OSError as error:
        raise BadSetting(
            f"The access log {target} cannot be written: {error.strerror}.",
            "Name a file in a folder that exists, or stderr, or off.",
        ) from error
    handler.setFormatter(logging.Formatter("%(message)s"))
    _LOGGER.handlers = [handler]
    _LOGGER.propagate = False
    _LOGGER.setLevel(logging.INFO)
    return True


def write(**fields: Any) -> None:
    """Write a line with the time and these fields, long texts cut."""
    row = {"time": datetime.now(UTC).isoformat(timespec="milliseconds")} | fields
    row = {name: _cut(value) if isinstance(value, str) else value for name, value in row.items()}
    _LOGGER.info(json.dumps(row, ensure_ascii=True))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else text[:_MOST] + "…"


def query_hash(query_string: str, content_type: str, body: bytes) -> str | None:
    """Return 16 digits for the query that a request sends, by URL, form or body; None for none."""
    if content_type.startswith(DIRECT):
        return _digest(body)
    form = body if content_type.startswith(FORM) else b""
    for part in (query_string, form.decode(errors=_ANY)):
        if found := parse_qs(part, errors=_ANY).get("query"):
            return _digest(found[0].encode(errors=_ANY))
    return None


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:16]
