"""The exception tree; `title` and `status` follow https://www.rfc-editor.org/rfc/rfc9110#section-15.

MigkgError                   500
├── BadRequest               400  the request cannot be meant as it stands
│   └── QuerySyntax          400  the query text is not SPARQL, at a line and column
├── Refused                  403  understood, and never done here: updates, LOAD
├── NotFound                 404
├── NotAcceptable            406  no offered format is in the Accept header
├── TooLarge                 413  a text, a body or an answer over its limit
│   └── UriTooLong           414  the query in the URL is over its limit
├── UnsupportedMediaType     415
├── Unprocessable            422  right as SPARQL, and with a part that is not run here: SERVICE
├── TooManyRequests          429  a client has its share of queries here (Retry-After)
├── Unavailable              503  may go through later or in a smaller form (Retry-After)
│   ├── QueryTimeout              past its deadline
│   ├── WorkerDied                out of memory, or it broke the engine
│   ├── Busy                      all workers and the queue are taken
│   └── ClientGone                nobody is left to read the answer
└── CannotRun                500  for commands: exit code 2
    ├── BadSetting
    ├── BrokenFile                at a line and column
    │   ├── BrokenTurtle
    │   └── BrokenQuery
    ├── DataMissing
    ├── SourcesMissing
    ├── PortInUse
    └── NotPublished             the other store does not hold what was sent
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self


class MigkgError(Exception):
    """A fault that its reader can mend: `detail` says what, `hint` what to do, a sentence each."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"
    # Where in a query it is, from 1, and the text there; line 0 where that means nothing.
    line = 0
    column = 0
    word = ""

    def __init__(self, detail: str, hint: str = "") -> None:
        super().__init__(detail, hint)
        self.detail = detail
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.detail} {self.hint}".strip()

    def body(self) -> dict[str, dict[str, str | int]]:
        """Return the one shape in which a fault is sent as JSON."""
        return {
            "error": {
                "status": self.status,
                "title": self.title,
                "detail": self.detail,
                "hint": self.hint,
                **self.place(),
            }
        }

    def place(self) -> dict[str, str | int]:
        """Return where in the query it is, as fields of `body`; empty where that means nothing."""
        return {"line": self.line, "column": self.column, "near": self.word} if self.line else {}

    def at(self, line: int, column: int, word: str = "") -> Self:
        """Give the fault a place in the query, and return it."""
        self.detail = f"Line {line}, column {column}: {self.detail}"
        self.line, self.column, self.word = line, column, word
        return self


class BadRequest(MigkgError):
    """The request cannot be meant as it stands."""

    status = 400
    title = "Bad request"


class QuerySyntax(BadRequest):
    """The query text is not SPARQL at `line` and `column`, from 1, where `word` stands."""

    title = "Query syntax error"

    def __init__(self, reason: str, line: int, column: int, hint: str = "", word: str = "") -> None:
        super().__init__(reason, hint)
        self.reason = reason
        self.at(line, column, word)

    def without(self, prologue: str) -> "QuerySyntax":
        """Return the fault as it is in the text behind a prologue, which is part of line 1."""
        column = self.column - len(prologue) if self.line == 1 else self.column
        return QuerySyntax(self.reason, self.line, max(column, 1), self.hint, self.word)


class Refused(MigkgError):
    """Understood, and never done here, whoever asks: hence 403 and not 400."""

    status = 403
    title = "Refused"


class NotFound(MigkgError):
    """Nothing has this address; `near` are IRI and label of things whose names come close."""

    status = 404
    title = "Not found"

    def __init__(self, detail: str, hint: str = "", near: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail, hint)
        self.near = near


class NotAcceptable(MigkgError):
    """No offered format is in the Accept header."""

    status = 406
    title = "Not acceptable"


class TooLarge(MigkgError):
    """A text, a body or an answer is over its limit."""

    status = 413
    title = "Too large"


class UriTooLong(TooLarge):
    """The query in the URL is over its limit: no content is too large there, the URL is."""

    status = 414
    title = "URI too long"


class UnsupportedMediaType(MigkgError):
    """The body's media type is not one the protocol knows."""

    status = 415
    title = "Unsupported media type"


class Unprocessable(MigkgError):
    """The query is right as SPARQL, and has a part not run here: SERVICE, a foreign function."""

    status = 422
    title = "Unprocessable query"


class TooManyRequests(MigkgError):
    """A client has its share of queries here; `retry_after` in seconds."""

    status = 429
    title = "Too many requests"
    retry_after: ClassVar[int] = 1


# The hint of a fault that goes away by itself.
LATER = "Try again in a moment."


class Unavailable(MigkgError):
    """May go through later or in a smaller form; `retry_after` in seconds."""

    status = 503
    title = "Service unavailable"
    retry_after: ClassVar[int] = 1


class QueryTimeout(Unavailable):
    """The query was stopped at its deadline."""

    title = "Query timeout"


class WorkerDied(Unavailable):
    """The query's process ended: out of memory, or the query broke the engine."""

    title = "Query failed"


class Busy(Unavailable):
    """All workers and all places in the queue are taken."""

    title = "Busy"


class ClientGone(Unavailable):
    """The client closed its connection before the answer was there."""

    title = "Client gone"


class CannotRun(MigkgError):
    """A command cannot do its work; its exit code is 2."""

    title = "Cannot run"


class BadSetting(CannotRun):
    """A flag or a MIGKG_ variable has a value that its row does not allow."""


class BrokenFile(CannotRun):
    """A file cannot be read as what it is; `line` and `column` count from 1."""

    def __init__(self, file: Path | str, line: int, column: int, reason: str) -> None:
        super().__init__(
            f"{file}, line {line}, column {column}: {reason}.",
            "Mend the file there, then run the command again.",
        )
        self.file = file
        self.line = line
        self.column = column


class BrokenTurtle(BrokenFile):
    """The file is not Turtle, or not Turtle as it is written here."""


class BrokenQuery(BrokenFile):
    """The file is not the kind of SPARQL query that its folder holds."""


class DataMissing(CannotRun):
    """There is no folder with the graph's files."""


class SourcesMissing(CannotRun):
    """The source texts are not at hand."""


class PortInUse(CannotRun):
    """Another program listens at the address."""


class NotPublished(CannotRun):
    """Another store did not take the graphs, or does not hold what was sent."""
