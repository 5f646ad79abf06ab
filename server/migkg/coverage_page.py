"""The coverage of documents as one page: what is excused and why (https://html.spec.whatwg.org/).

The page stands alone: no script, no other file. Words are shown when the text is at hand; those
excused for privacy never are.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from migkg import matching
from migkg.coverage import Report
from migkg.evidence import Document
from migkg.reach import Excuse

PRIVATE = "excuse-privacy"
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0 2rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ddd}
td.number{text-align:right;font-variant-numeric:tabular-nums}
@media(max-width:40rem){table{font-size:.85rem}}"""


def page(
    reports: Mapping[str, Report],
    documents: Mapping[str, Document],
    excuses: Mapping[str, list[Excuse]],
) -> str:
    """Return the HTML page of the reports, by document number, with every excuse."""
    parts = [
        part
        for number, report in reports.items()
        for part in _document(report, documents[number], excuses.get(number, []))
    ]
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return "\n".join(
        [
            '<!doctype html><html lang="en">',
            f"<head>{head}<title>Coverage</title><style>{STYLE}</style></head>",
            "<body><h1>What is encoded, and what is set aside</h1>",
            *parts,
            "</body></html>\n",
        ]
    )


def _document(report: Report, document: Document, excuses: list[Excuse]) -> Iterator[str]:
    yield f"<h2>Document {escape(report.number)}</h2>"
    rows = [
        [_heading(document, name), *map(str, (t.segments, t.letters, t.excused, t.missing))]
        for name, t in [*report.sections().items(), ("all", report.total)]
    ]
    yield _table(["section", "segments", "letters", "excused", "missing"], rows)
    yield f"<h3>Set aside: {len(excuses)}</h3>"
    listed = sorted(excuses, key=lambda excuse: (excuse.span, excuse.iri))
    yield _table(["where", "why", "what"], [_excuse(document, excuse) for excuse in listed])


def _excuse(document: Document, excuse: Excuse) -> list[str]:
    section = document.section_at(excuse.span)
    start, end = excuse.span
    where = f"{section.label if section else ''} {start}–{end}".strip()
    return [where, excuse.reason.removeprefix("excuse-").replace("-", " "), _what(document, excuse)]


def _what(document: Document, excuse: Excuse) -> str:
    if excuse.reason == PRIVATE:
        return "private, not shown"
    if excuse.forms:
        return ", ".join(excuse.forms)
    return "" if document.text is None else matching.around(document.text, *excuse.span)


def _heading(document: Document, slug: str) -> str:
    section = document.sections.get(slug)
    return section.label if section else (slug or "across sections")


def _table(head: Iterable[str], rows: Iterable[list[str]]) -> str:
    lines = ["<table><tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows]
    return "\n".join([*lines, "</table>"])


def _cell(text: str) -> str:
    kind = ' class="number"' if text.isdigit() else ""
    return f"<td{kind}>{escape(text)}</td>"
