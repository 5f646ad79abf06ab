from migkg.response import Response, conditional

ETAG = ("etag", '"a"')


def test_client_that_holds_it_gets_not_modified() -> None:
    full = Response(200, (ETAG, ("vary", "Accept"), ("content-type", "text/plain")), b"x")
    for header in ('"a"', 'W/"a"', '"b", "a"', "*"):
        found = conditional(full, None, header)
        assert (found.status, found.body) == (304, b"")
        assert found.headers == (ETAG, ("vary", "Accept"))
    for header in (None, "", '"b"', "a"):
        assert conditional(full, None, header) is full
    assert conditional(Response(200, (), b"x"), None, "*").status == 200


def test_client_that_wants_another_gets_none() -> None:
    full = Response(200, (ETAG, ("content-security-policy", "x"), ("content-type", "a/b")), b"x")
    for header in ('"a"', "*", '"b", "a"'):
        assert conditional(full, header, None) is full
    for header in ('"b"', 'W/"a"', ""):
        found = conditional(full, header, '"a"')
        assert found.status == 412
        assert found.headers == (
            ("content-security-policy", "x"),
            ("content-type", "text/plain; charset=utf-8"),
            ("content-length", str(len(found.body))),
        )
