import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from migkg.app import create_app
from migkg.settings import Data
from serving import write_data

QUERY = f"/sparql?query={quote('SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 2')}"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def client(root: Path) -> Iterator[FlaskClient]:
    app = create_app(data=Data(root=str(root)))
    yield app.test_client()
    app.extensions["migkg"].backend.close()


@pytest.mark.parametrize("path", [QUERY, "/ontology.ttl"])
def test_application_alone_keeps_to_the_conditions(client: FlaskClient, path: str) -> None:
    whole = client.get(path)
    assert whole.status_code == 200
    tag = whole.headers["ETag"]
    assert client.head(path).headers["ETag"] == tag
    again = client.get(path, headers={"If-None-Match": f'"x", W/{tag}'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"x"'}).data == whole.data
    assert client.get(path, headers={"If-Match": '"x"'}).status_code == 412


def test_application_alone_tells_a_fault(client: FlaskClient) -> None:
    fault = client.get("/sparql?query=x", headers={"If-None-Match": "*"})
    assert (fault.status_code, "ETag" in fault.headers) == (400, False)
    assert client.post("/sparql", data={"query": "ASK {}"}).json == {"head": {}, "boolean": True}


def test_program_with_an_application_takes_its_settings_from_the_environment(root: Path) -> None:
    code = "from migkg.app import create_app; print(create_app().test_client().get('/').text)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"MIGKG_DATA": str(root), "MIGKG_PUBLIC_URL": "https://e.example/x"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "https://e.example/x/sparql" in done.stdout
