"""A query and its answer, as the parts of the server hand them round."""

from dataclasses import dataclass

import xxhash

PATIENCE = 30
# For `Query.rows`: what the server asks for itself, such as the labels of a page, is never cut.
ALL_ROWS = 10**7


@dataclass(frozen=True)
class Query:
    """A query and what its answer shall be; `rows`, `timeout` None: the server's limit.

    `default` and `named` are the protocol's dataset, None where the request names none. A
    `timeout`, in seconds, makes the server's own shorter, never longer. A `patient` query is the
    server's own: it has PATIENCE times as long.
    """

    text: str
    media_type: str
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    rows: int | None = None
    timeout: float | None = None
    patient: bool = False

    def seconds(self, limit: float) -> float:
        """Return how long the query may take where the server's limit is `limit` seconds."""
        if self.patient:
            return PATIENCE * limit
        return limit if self.timeout is None else min(self.timeout, limit)


@dataclass(frozen=True)
class Answer:
    """An answer's bytes; `more`: there are rows beyond the limit; `volatile`: never the same."""

    body: bytes
    media_type: str
    more: bool
    volatile: bool


def etag(body: bytes) -> str:
    """Return the strong validator of bytes: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3."""
    return f'"{xxhash.xxh3_128_hexdigest(body)}"'


def tag_in(name: str, tag: str) -> str:
    """Return the ETag of bytes in a format of this name; in another the same bytes have another.

    https://www.rfc-editor.org/rfc/rfc9110#section-8.8.1
    """
    return f'{tag[:-1]}-{name}"'
