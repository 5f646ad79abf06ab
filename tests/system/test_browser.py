"""The pages in a real Chromium: a walk by keyboard, the accessibility checker, and every link."""

import json
import os
import re
import subprocess
from collections import deque
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import serving

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
_SECONDS = 240
AS_BROWSERS_DO = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_MOST_PAGES = int(os.environ.get("MIGKG_LINKS", "400"))
PAGES = [
    "/",
    "/search?q=smp",
    "/browse",
    "/overview",
    "/queries",
    "/queries/offices-by-theme",
    "/sparql",
    "/ontology",
    "/export/",
    "/doc/002",
    "/doc/002/albania",
    "/graph/",
    "/graph/002",
    "/id/office-albania.html",
    "/id/place-kosovo.html",
    "/id/total-001-turkey.html",
    "/id/nothing-of-this-name",
]


@pytest.fixture(scope="module")
def site(sources: Path) -> Iterator[serving.Site]:
    with serving.serving(REPOSITORY, "--sources", str(sources)) as running:
        yield running


def drive(site: serving.Site, task: str, *paths: str) -> Any:
    command = ["node", "browser.mjs", task, f"http://127.0.0.1:{site.port}", *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, cwd=HERE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_walk_by_keyboard_from_the_start_page_to_a_passage_and_back(site: serving.Site) -> None:
    steps = {step["what"]: step for step in drive(site, "walk")}
    assert steps["skip link"]["text"] == "Skip to the content"
    assert steps["thing"]["text"] == "IOM Albania"
    assert "Brigada e Tete" in steps["words"]["text"]
    assert steps["reader"]["path"].startswith("/doc/002/")
    assert "fact from this passage" in steps["reader"]["text"]
    assert steps["fact"]["path"] == "/id/contact-002-albania.html"


def test_the_accessibility_checker_finds_nothing(site: serving.Site) -> None:
    assert drive(site, "axe", *PAGES) == []


def test_no_link_is_dead(site: serving.Site) -> None:
    """Follow links from the start page, breadth first; MIGKG_LINKS says to how many pages."""
    todo, known = deque(["/"]), {"/"}
    dead: list[tuple[str, int | str]] = []
    for _ in range(_MOST_PAGES):
        if not todo:
            break
        path = todo.popleft()
        reply = site.get(path, Accept=AS_BROWSERS_DO)
        if reply.status in (301, 302, 303):
            found = [urlsplit(reply.headers["location"])]
        elif reply.status == 200 and reply.type.startswith("text/html"):
            links = [unescape(link) for link in re.findall('(?:href|src)="([^"]*)"', reply.text)]
            marks = {f"#{mark}" for mark in re.findall(' id="([^"]*)"', reply.text)}
            dead += [(path, link) for link in links if link.startswith("#") and link not in marks]
            found = [urlsplit(link) for link in links]
        else:
            found = []
            dead += [(path, reply.status)] if reply.status != 200 else []
        for link in found:
            if link.netloc or link.scheme or not link.path.startswith("/"):
                continue
            target = f"{link.path}?{link.query}" if link.query else link.path
            # The files around each thing are made by one and the same call.
            place = link.path if link.path.startswith("/export/") else target
            if place not in known:
                known.add(place)
                todo.append(target)
    assert dead == []
    assert len(known) > 500
