"""What a golden list says, as plainly as its expected result is written down beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kehr.rules.imports.import_appointments import AppointmentRow, read_appointment
from kehr.rules.imports.import_columns import guess_columns, kind_of
from kehr.rules.imports.import_customers import CustomerRow, read_customer
from kehr.rules.imports.import_values import Cells, RowRefused
from kehr.sources.tables import Table, TableRow, read_table

FOLDER = Path(__file__).parent / "tables"
VIENNA = ZoneInfo("Europe/Vienna")
TODAY = date(2026, 3, 10)


def told(path: Path) -> dict[str, Any]:
    """The list as JSON can hold it: how it was read, and a line a row."""
    table = read_table(path.read_bytes(), path.name)
    kind = kind_of(table.headings)
    assert kind is not None
    return {
        "kind": kind,
        "encoding": table.encoding,
        "separator": table.separator,
        "columns": guess_columns(table.headings, kind),
        "rows": [_row(row, table, kind) for row in table.rows],
    }


def _row(row: TableRow, table: Table, kind: str) -> dict[str, Any]:
    fields = guess_columns(table.headings, kind)
    headings = {field: heading for heading, field in fields.items()}
    values = {
        fields[heading]: cell
        for heading, cell in zip(table.headings, row.cells, strict=True)
        if heading in fields
    }
    cells = Cells(values, headings)
    try:
        if row.fault:
            raise RowRefused(row.fault)
        read = read_customer(cells) if kind == "customers" else read_appointment(cells, VIENNA, TODAY)
    except RowRefused as refused:
        return {"line": row.line, "refused": refused.code}
    plainly = _customer(read) if isinstance(read, CustomerRow) else _appointment(read)
    return {"line": row.line, **{name: value for name, value in plainly.items() if value}}


def _customer(row: CustomerRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "unit": row.unit,
        "role": row.role.value if row.role else "",
        "house": {name: value for name, value in row.house.items() if value},
        "person": {name: value for name, value in row.person.items() if value},
        "addresses": [
            " ".join(
                part
                for part in (
                    f"{a.slot[0].value}{a.slot[1]}:",
                    a.typed,
                    f"= {a.value or a.type}",
                    a.purpose.value if a.purpose else "",
                    {None: "", True: "ticked", False: "not ticked"}[a.granted],
                )
                if part
            )
            for a in row.addresses
            if a.typed
        ],
        "given_on": row.given_on.isoformat() if row.given_on else "",
        "notes": [note.code for note in row.notes],
    }


def _appointment(row: AppointmentRow) -> dict[str, Any]:
    start, end = row.start.astimezone(VIENNA), row.end.astimezone(VIENNA)
    when = f"{row.day}" if row.all_day else f"{start:%Y-%m-%d %H:%M} - {end:%H:%M}"
    return {
        "uid": row.uid,
        "number": row.number,
        "when": when,
        "kind": row.kind.value,
        "summary": row.summary,
        "description": row.description,
        "place": row.place,
        "cancelled": row.cancelled,
        "no_sms": row.no_sms,
    }
