from migkg.response import Response, conditional

ETAG = ("etag", '"a"')


def test_client_that_holds_it_gets_not_modified() -> None:
    full = Response(200, (ETAG, ("vary", "Accept"), ("content-type", "text/plain")), b"x")
    for header in ('"a"', 'W/"a"', '"b", "a"', "*"):
        found = conditional(full, header)
        assert (found.status, found.body) == (304, b"")
        assert found.headers == (ETAG, ("vary", "Accept"))
    for header in (None, "", '"b"', "a"):
        assert conditional(full, header) is full
    assert conditional(Response(200, (), b"x"), "*").status == 200
