"""Answers as pages for people."""

import re
from pathlib import Path

from serving import BROWSER, CONSTRUCT, FILES, MGO, Site, serving, write_data


def test_page_of_a_part_says_so_in_its_header(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    triples = "".join(f"<a:s{number}> <a:p> {number} .\n" for number in range(1001))
    (root / "instances" / "reference" / "large.ttl").write_text(triples)
    with serving(root) as large:
        reply = large.ask("SELECT * { ?s <a:p> ?o }", BROWSER)
        assert reply.headers["answer-completeness"] == "truncated: rows 1000"
        reply = large.ask("SELECT * { ?s <a:p> ?o }", "text/csv")
        assert reply.headers["answer-completeness"] == "complete"


def test_page_for_browsers_shows_the_answer(site: Site) -> None:
    reply = site.ask(f"SELECT * {{ ?x <{MGO}servesPlace> ?y }}", BROWSER)
    assert reply.type == "text/html; charset=utf-8"
    assert "1 row, complete." in reply.text
    assert '<a href="/id/office-oslo" title="mgi:office-oslo">IOM Oslo</a>' in reply.text
    assert "Norway &lt;&amp;&gt;" in reply.text
    assert "format=csv" in reply.text


def test_page_has_a_column_for_every_variable(site: Site) -> None:
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    page = site.ask(f"SELECT ?x ?n {{ ?x a <{MGO}Office> ; <{label}> ?n }}", BROWSER).text
    assert re.findall(r"<th scope=\"col\">(.*?)</th>", page) == ["x", "n"]


def test_page_of_a_stored_query_bears_its_question(site: Site) -> None:
    text = FILES["queries/of-an-office.rq"]
    for sent in (text, text.replace("\n", "\r\n")):
        page = site.ask(sent, BROWSER).text
        assert "<h1>What is said of an office?</h1>" in page
        assert "office: <strong>IOM Oslo</strong>" in page
    assert "<h1>Answer</h1>" in site.ask(text.replace("?p ?o }", "?p ?o . }"), BROWSER).text


def test_page_of_a_graph_shows_turtle(site: Site) -> None:
    reply = site.ask(CONSTRUCT, BROWSER)
    assert "mgi:office-oslo" in reply.text
    assert "All triples." in reply.text


def test_page_of_ask_says_yes_or_no(site: Site) -> None:
    assert "Yes." in site.ask("ASK {}", BROWSER).text
    assert "No." in site.ask("ASK { <a:a> ?p ?o }", BROWSER).text


def test_page_of_a_refusal_marks_the_place(site: Site) -> None:
    reply = site.ask("ASK {\n SERVICE <http://127.0.0.1/> {} }", BROWSER)
    assert reply.status == 422
    assert "<mark>SERVICE</mark>" in reply.text


def test_page_of_a_fault_marks_the_place(site: Site) -> None:
    reply = site.ask("SELECT * {\n  ?s a mgo:Office }", BROWSER)
    assert reply.status == 400
    assert '<li class="here">  ?s a <mark>mgo:Office</mark> }</li>' in reply.text
