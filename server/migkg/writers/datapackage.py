"""Tables as a zip of CSV files with a description: https://specs.frictionlessdata.io/data-package/.

The files are UTF-8 with a byte order mark, without which a spreadsheet takes it for something else.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from migkg import about
from migkg.writers.edges import table as csv
from migkg.writers.packing import zipped

_MARK = b"\xef\xbb\xbf"
_README = f"""\
Tables of the migration knowledge graph
=======================================

One CSV file for each class of things in the folder `data`, described in `datapackage.json`
(https://specs.frictionlessdata.io/data-package/): `frictionless validate datapackage.json`.

- Open a file in LibreOffice or Excel by a double click, or import it as UTF-8 with commas.
- `id` is the same in all tables; a column that refers to others holds their ids, and a column
  beside it, ending in `_label`, what they are called.
- `columns.csv` says in words what each column of each table holds, and which table it refers to.
- `evidence.csv` says which passages state which fact.
- An empty cell says that the graph states nothing; a dash is what a document prints.
- The values are those of the graph, unchanged. Some begin with +, -, = or @ (a telephone number, a
  dash). A spreadsheet may take such a cell for a formula: import the columns as text, or protect
  the sheet, before you work on it.

{about.LICENSE_NAME}, {about.LICENSE}
"""


@dataclass(frozen=True)
class Field:
    """A column: its name, its type, what it means, the table whose ids it holds ('' for none).

    `title` is its name in words, '' where the name says it.
    """

    name: str
    type: str
    note: str = ""
    refers: str = ""
    title: str = ""


@dataclass(frozen=True)
class Table:
    """A table: what its rows are, its columns, its rows of texts, its key ('' for none)."""

    name: str
    title: str
    note: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[str, ...], ...]
    key: str = ""


def package(tables: Sequence[Table]) -> bytes:
    """Return tables as a zip with their description."""
    described = {
        "name": "migkg",
        "profile": "tabular-data-package",
        "title": about.TITLE,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": about.LICENSE,
                "title": "Creative Commons Attribution 4.0",
            }
        ],
        "resources": [_resource(table) for table in tables],
    }
    files = {
        "datapackage.json": (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode(),
        "README.txt": _README.encode(),
    }
    for table in tables:
        rows = [[field.name for field in table.fields], *table.rows]
        files[f"data/{table.name}.csv"] = _MARK + csv(rows)
    return zipped(files)


def dictionary(tables: Sequence[Table]) -> Table:
    """Return the table that says what the columns of tables are, for those who read no JSON."""
    rows = (
        (table.name, field.name, field.title, field.note, field.type, field.refers)
        for table in tables
        for field in table.fields
    )
    fields = (
        Field("table", "string", "name of a table"),
        Field("column", "string", "name of one of its columns"),
        Field("title", "string", "the same in words"),
        Field("meaning", "string", "what it holds"),
        Field("type", "string", "type of its values"),
        Field("refers", "string", "table whose ids it holds"),
    )
    return Table("columns", "columns", "What the columns of all tables hold.", fields, tuple(rows))


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(field) for field in table.fields]}
    if table.key:
        schema["primaryKey"] = table.key
    keys = [_key(field, table) for field in table.fields if field.refers]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table.name,
        "path": f"data/{table.name}.csv",
        "profile": "tabular-data-resource",
        "title": table.title,
        "description": table.note or table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _key(field: Field, table: Table) -> dict[str, Any]:
    # A table calls itself by an empty name.
    resource = "" if field.refers == table.name else field.refers
    return {"fields": field.name, "reference": {"resource": resource, "fields": "id"}}


def _field(field: Field) -> dict[str, str]:
    told = {"title": field.title, "description": field.note}
    return {"name": field.name, "type": field.type} | {k: v for k, v in told.items() if v}
