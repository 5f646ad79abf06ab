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
# The headers of a whole response that one without its body has not.
_OF_BODY = frozenset(
    {
        "answer-completeness",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-length",
        "content-type",
        "etag",
        "link",
        "vary",
    }
)
_OTHER = b"Precondition failed: What stands here is not what If-Match names. Ask without it.\n"


@dataclass(frozen=True, slots=True)
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


def conditional(response: Response, if_match: str | None, if_none_match: str | None) -> Response:
    """Return 304 instead of a response that the client already holds (RFC 9110, 13.1.2).

    And 412 for one that is not the one it wants (13.1.1).
    """
    if if_match is None and if_none_match is None:
        return response
    tag = response.header("etag")
    if not tag or response.status != 200:
        return response
    if if_match is not None and not {tag, "*"} & _listed(if_match):
        kept = (row for row in response.headers if row[0] not in _OF_BODY)
        length = ("content-length", str(len(_OTHER)))
        return Response(412, (*kept, ("content-type", "text/plain; charset=utf-8"), length), _OTHER)
    held = {one.removeprefix("W/") for one in _listed(if_none_match or "")}
    if not {tag, "*"} & held:
        return response
    return Response(304, tuple(row for row in response.headers if row[0] in _OF_304), b"")


def _listed(tags: str) -> set[str]:
    return {part.strip() for part in tags.split(",")}
