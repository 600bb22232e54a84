"""Takes a list of customers or appointments in: shows what it would do, or does it.

`check_file` writes nothing. `apply_file` writes in chunks, each in a transaction of its own that also
records what became of its rows, so that a long list keeps no sender waiting. A run that was killed is
completed by running the same file again: what was done is then `unchanged`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kehr.actions.imports.import_lines import appointment_lines, customer_lines, label_of_row
from kehr.actions.imports.import_results import (
    BadColumns,
    Progress,
    Result,
    RowResult,
    Source,
    applied_before,
    begin_run,
    end_run,
    record_rows,
)
from kehr.actions.imports.import_sources import find_source, make_source
from kehr.actions.imports.take_in_appointments import apply_appointments, check_appointments
from kehr.actions.imports.take_in_customers import apply_customers, check_customers
from kehr.actions.people.match_appointments import match_coming
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Company, db, writing
from kehr.rules.imports.import_columns import ColumnFault, ImportKind, column_faults, guess_columns, kind_of
from kehr.sources.tables import Table, UnreadableTable, read_table
from kehr.words import sentence

__all__ = ["BadColumns", "Progress", "Result", "RowResult", "UnreadableTable", "apply_file", "check_file"]


def check_file(
    content: bytes,
    file_name: str,
    kind: str,
    columns: Mapping[str, str] | None,
    calendar_id: int | None,
    now: datetime,
) -> Result:
    """What the file would do; nothing is written. `columns` None are guessed; `calendar_id` None is the
    source WinChim. Raises UnreadableTable and BadColumns.
    """
    table, source = _read(content, file_name, kind, columns, calendar_id)
    if result := _already(table, source, None):
        return result
    zone = _zone()
    if kind == ImportKind.CUSTOMERS:
        lines = customer_lines(table, source.columns, zone, now)
        rows = check_customers(lines, source, _number_column(source), zone)
    else:
        rows = check_appointments(
            appointment_lines(table, source.columns, zone, now), source.calendar_id, zone, now
        )
    return Result(kind, source.columns, tuple(rows))


def apply_file(
    content: bytes,
    file_name: str,
    kind: str,
    columns: Mapping[str, str] | None,
    calendar_id: int | None,
    by: str,
    way: str,
    now: datetime,
    progress: Progress | None = None,
    *,
    run_id: int | None = None,
    profile_name: str = "",
) -> Result:
    """Does it, records the run and its rows, then matches and plans. `way` is upload, folder, ftp or
    command.

    `run_id` names the run of an upload that is filled in instead of a new one: its state goes to
    applying and done, `total`, `done` and the counts follow chunk by chunk, its old rows are replaced.
    `progress` is called between chunks, outside any transaction; what it raises ends the run there.
    Without `run_id` a file that was applied before writes nothing at all. Raises UnreadableTable and
    BadColumns before anything is written.
    """
    table, source = _read(content, file_name, kind, columns, calendar_id)
    source = replace(source, by=by, way=way, profile_name=profile_name)
    if result := _already(table, source, run_id):
        if run_id is not None:
            _end_again(result, run_id, source, now)
        return replace(result, run_id=run_id)
    zone = _zone()
    if kind == ImportKind.APPOINTMENTS and source.calendar_id is None:
        source = replace(source, calendar_id=make_source(now))
    used = begin_run(source, len(table.rows), run_id, now)
    if kind == ImportKind.CUSTOMERS:
        lines = customer_lines(table, source.columns, zone, now)
        rows = apply_customers(lines, source, _number_column(source), zone, used, now, progress)
        with writing() as session:
            end_run(session, used, None, now)
    else:
        rows = apply_appointments(
            appointment_lines(table, source.columns, zone, now), source, zone, used, now, progress
        )
    match_coming(now)
    plan_messages(now)
    return Result(kind, source.columns, tuple(rows), run_id=used)


def _read(
    content: bytes,
    file_name: str,
    kind: str,
    columns: Mapping[str, str] | None,
    calendar_id: int | None,
) -> tuple[Table, Source]:
    """The table, and how it is read; columns that are not to be read have an empty field."""
    table = read_table(content, file_name)
    if columns is None and kind_of(table.headings) not in (None, kind):
        raise BadColumns([ColumnFault(f"list_is_{kind_of(table.headings)}", "")])
    guessed = guess_columns(table.headings, kind) if columns is None else columns
    chosen = {heading: field for heading, field in guessed.items() if field}
    faults = column_faults(chosen, table.headings, kind)
    if faults:
        raise BadColumns(faults)
    digest = hashlib.sha256(content).hexdigest()
    source = Source(kind, chosen, file_name, digest, len(content), None)
    if kind == ImportKind.APPOINTMENTS:
        source = replace(source, calendar_id=find_source(calendar_id))
    return table, source


def _already(table: Table, source: Source, run_id: int | None) -> Result | None:
    run = applied_before(source, run_id)
    if run is None:
        return None
    reason = sentence("already_imported")
    rows = tuple(
        RowResult(row.line, "unchanged", *label_of_row(table, row, source.columns), reason)
        for row in table.rows
    )
    return Result(source.kind, source.columns, rows, run)


def _end_again(result: Result, run_id: int, source: Source, now: datetime) -> None:
    """The run of an upload ends, although nothing of it was to be done."""
    begin_run(source, len(result.rows), run_id, now)
    with writing() as session:
        record_rows(session, run_id, result.rows)
        end_run(session, run_id, source.calendar_id, now)


def _number_column(source: Source) -> str:
    return next(heading for heading, field in source.columns.items() if field == "number")


def _zone() -> ZoneInfo:
    company = db.session.get(Company, 1)
    return company.zoneinfo if company is not None else ZoneInfo("Europe/Vienna")
