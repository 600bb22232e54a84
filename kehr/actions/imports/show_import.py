"""What the screen shows of one import: its columns with samples, its rows by outcome, what is to be done."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import func, select

from kehr.actions.imports.import_files import ContentGone, read_content
from kehr.models import ImportRow, ImportRun, db
from kehr.sources.tables import Cell, Table, UnreadableTable, read_table

SAMPLES = 3
ROWS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: its heading and the first values in it that are not empty."""

    heading: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of the rows of a run, of one outcome or of all; pages count from 1."""

    rows: Sequence[ImportRow]
    counts: Mapping[str, int]
    total: int
    page: int
    pages: int


def columns_of(run: ImportRun) -> list[Column]:
    """The columns of the file that was kept. Raises ContentGone and UnreadableTable."""
    table = _table(run)
    return [
        Column(heading, tuple(islice(_samples(table, index), SAMPLES)))
        for index, heading in enumerate(table.headings)
    ]


def _samples(table: Table, index: int) -> Iterable[str]:
    seen: set[str] = set()
    for row in table.rows:
        text = spell_cell(row.cells[index])
        if text and text not in seen:
            seen.add(text)
            yield text


def spell_cell(cell: Cell) -> str:
    """A cell as the office would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%d.%m.%Y}" if not (cell.hour or cell.minute) else f"{cell:%d.%m.%Y %H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def page_of_rows(run_id: int, outcome: str, page: int) -> RowPage:
    """The rows of a run in the order of the file."""
    grouped = select(ImportRow.outcome, func.count()).where(ImportRow.run_id == run_id)
    counts = {row[0]: row[1] for row in db.session.execute(grouped.group_by(ImportRow.outcome))}
    total = counts.get(outcome, 0) if outcome else sum(counts.values())
    pages = max(1, -(-total // ROWS_A_PAGE))
    page = min(max(1, page), pages)
    query = select(ImportRow).where(ImportRow.run_id == run_id).order_by(ImportRow.line, ImportRow.id)
    if outcome:
        query = query.where(ImportRow.outcome == outcome)
    rows = db.session.scalars(query.offset((page - 1) * ROWS_A_PAGE).limit(ROWS_A_PAGE)).all()
    return RowPage(rows, counts, total, page, pages)


def rejected_csv(run: ImportRun) -> str:
    """The rejected rows as they stand in the file, with their line and reason, for mending in Excel.

    Semicolons; the caller sends it as UTF-8 with a byte order mark.
    """
    query = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.outcome == "rejected")
    rejected = list(db.session.scalars(query.order_by(ImportRow.line, ImportRow.id)))
    try:
        table = _table(run)
    except (ContentGone, UnreadableTable):
        table = Table((), [], "", "")
    cells = {row.line: row.cells for row in table.rows}
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Zeile", "Grund", *(table.headings or ("Objekt",))])
    for row in rejected:
        own = [spell_cell(cell) for cell in cells.get(row.line, ())] or [row.label]
        writer.writerow([row.line, row.reason, *(_harmless(text) for text in own)])
    return out.getvalue()


def _harmless(text: str) -> str:
    """A cell that a spreadsheet must not take for a formula; numbers with + or - stay as they are."""
    return f"'{text}" if text.startswith(("=", "@")) else text


def _table(run: ImportRun) -> Table:
    return read_table(read_content(run.sha256), run.file_name)
