"""A whole HTTP response, as caches and codings hand it on: https://www.rfc-editor.org/rfc/rfc9110."""

from dataclasses import dataclass

# The headers that a 304 has of those that the whole response has.
_OF_304 = frozenset(
    {
        "etag",
        "vary",
        "cache-control",
        "dataset-version",
        "answer-completeness",
        "access-control-allow-origin",
        "access-control-expose-headers",
    }
)


@dataclass(frozen=True)
class Response:
    """A whole response: its status, its headers with lower-case names, its body.

    `rows` is the number of rows in the answer that a cache keeps, None where nobody counted.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    rows: int | None = None

    def header(self, name: str) -> str:
        """Return a header's value, '' if it is not there."""
        for found, value in self.headers:
            if found == name:
                return value
        return ""


def conditional(response: Response, if_none_match: str | None) -> Response:
    """Return 304 instead of a response that the client already holds (RFC 9110, 13.1.2)."""
    tag = response.header("etag")
    if if_none_match is None or not tag or response.status != 200:
        return response
    held = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    if tag not in held and "*" not in held:
        return response
    return Response(304, tuple(row for row in response.headers if row[0] in _OF_304), b"")
