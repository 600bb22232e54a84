"""The lines of a table, read by the rules of their kind; what cannot be read is rejected with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from kehr.actions.imports.decide_appointments import AppointmentLine
from kehr.actions.imports.import_results import RowResult
from kehr.actions.imports.take_in_customers import CustomerLine
from kehr.models import Company, db
from kehr.rules.entries.kind_words import kind_words_of
from kehr.rules.imports.import_appointments import AppointmentRow, read_appointment
from kehr.rules.imports.import_customers import CustomerRow, read_customer
from kehr.rules.imports.import_values import Cell, Cells, RowRefused, plain
from kehr.rules.terms.office_days import office_day
from kehr.sources.tables import Table, TableRow
from kehr.words import sentence

Read = TypeVar("Read", CustomerRow, AppointmentRow)


def customer_lines(
    table: Table, columns: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> list[CustomerLine]:
    """Every line of a customers' list."""
    today = office_day(now, zone)

    def read(cells: Cells) -> CustomerRow:
        return read_customer(cells, today)

    return _without_twins(CustomerLine(*line) for line in _lines(table, columns, read))


def _without_twins(lines: Iterable[CustomerLine]) -> list[CustomerLine]:
    """The second line of one object and party is rejected with the line of the first."""
    first: dict[tuple[str, str], int] = {}
    found = []
    for line in lines:
        row = line.row
        if row is not None:
            earlier = first.setdefault((row.number_key, row.unit_key), line.line)
            if earlier != line.line:
                reason = sentence("row_twice", {"line": earlier})
                rejected = RowResult(line.line, "rejected", row.number, row.name, reason)
                line = replace(line, row=None, rejected=rejected)
        found.append(line)
    return found


def appointment_lines(
    table: Table, columns: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> list[AppointmentLine]:
    """Every line of a list of appointments."""
    company = db.session.get(Company, 1)
    words = kind_words_of((company.kind_words or {}) if company is not None else {})
    today = office_day(now, zone)

    def read(cells: Cells) -> AppointmentRow:
        return read_appointment(cells, zone, today, words)

    return [AppointmentLine(*read) for read in _lines(table, columns, read)]


def _lines(
    table: Table, columns: Mapping[str, str], read: Callable[[Cells], Read]
) -> Iterator[tuple[int, Read | None, RowResult | None]]:
    places = {columns[heading]: at for at, heading in enumerate(table.headings) if columns.get(heading)}
    headings = {field: table.headings[at] for field, at in places.items()}
    pairs = list(places.items())
    for row in table.rows:
        cells = row.cells
        values: dict[str, Cell] = {field: cells[at] for field, at in pairs}
        try:
            if row.fault:
                raise RowRefused(row.fault)
            yield row.line, read(Cells(values, headings)), None
        except RowRefused as refused:
            number, name = label_of_row(table, row, columns)
            reason = sentence(refused.code, refused.args_of_sentence)
            yield row.line, None, RowResult(row.line, "rejected", number, name, reason)


def label_of_row(table: Table, row: TableRow, columns: Mapping[str, str]) -> tuple[str, str]:
    """Object number and name as they stand in the file."""
    said = {columns.get(heading): cell for heading, cell in zip(table.headings, row.cells, strict=True)}
    names = (plain(said.get("first_name")), plain(said.get("name")) or plain(said.get("full_name")))
    return plain(said.get("number"))[:40], " ".join(name for name in names if name)[:200]
