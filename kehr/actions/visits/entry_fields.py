"""How the entries of a calendar are read, and reading again those that were taken over already."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kehr.actions.people.match_appointments import match_ids
from kehr.actions.visits.write_entry import recognised_values
from kehr.models import Appointment, Calendar, Company
from kehr.rules.entries.kind_words import kind_words_of
from kehr.rules.entries.recognise import recognise, work_kind
from kehr.rules.terms.appointments import EntryStatus, FieldMap, Occurrence

STILL = timedelta(days=1)
"""An appointment of yesterday may still get its feedback; older ones keep what they have."""


def fields_of(calendar: Calendar, company: Company) -> FieldMap:
    """Where a calendar's entries tell what, and the office's own words for the kinds of work."""
    return FieldMap(
        calendar.phone_field,
        calendar.name_field,
        calendar.location_field,
        calendar.fallback_name,
        calendar.fallback_location,
        kind_words_of(company.kind_words or {}),
    )


def how_read(fields: FieldMap, zone: str) -> str:
    """What a feed was read with, in 300 characters: when it changes, everything is read anew."""
    parts = (
        fields.phone_field,
        fields.name_field,
        fields.location_field,
        fields.fallback_name,
        fields.fallback_location,
    )
    read = f"{zone}|{'|'.join(parts)}"
    if fields.kind_words:
        words = hashlib.sha256(repr(fields.kind_words).encode()).hexdigest()[:16]
        read = f"{words}|{read}"
    return read[:300]


class _Row(NamedTuple):
    """What an entry said when it was taken over, and what was recognised in it."""

    id: int
    calendar_id: int
    uid: str
    recurrence_id: str
    start: datetime
    end: datetime
    all_day: bool
    status: str
    summary: str
    description: str
    location: str
    contact: str
    categories: list[str]
    sequence: int
    name: str
    phones: list[Any]
    emails: list[Any]
    place: str
    object_number: str
    work_kind: str
    no_sms: bool
    no_email: bool
    salutation: str
    title: str


def read_again(session: Session, now: datetime) -> int:
    """Reads the coming entries as they stand in their rows with the words of now, inside the caller's
    transaction, and finds their objects anew; how many are read differently. It does not plan.

    Of an imported list only the kind of work is read again: its columns told the rest.
    """
    company = session.get_one(Company, 1)
    calendars = {row.id: (row.kind, fields_of(row, company)) for row in session.scalars(select(Calendar))}
    columns = [getattr(Appointment, name) for name in _Row._fields]
    changes = []
    for found in session.execute(select(*columns).where(Appointment.start > now - STILL)):
        row = _Row._make(found)
        values = _values(row, *calendars[row.calendar_id])
        if any(getattr(row, name) != value for name, value in values.items()):
            changes.append({"id": row.id, "renamed": values.get("name", row.name) != row.name, **values})
    renamed = [change["id"] for change in changes if change.pop("renamed")]
    for whole in (True, False):
        rows = [change for change in changes if ("name" in change) is whole]
        if rows:
            session.execute(update(Appointment), rows)
    match_ids(session, renamed)
    return len(changes)


def _values(row: _Row, kind: str, fields: FieldMap) -> dict[str, Any]:
    if kind == "file":
        return {"work_kind": work_kind(row.summary, row.categories, fields.kind_words)}
    occurrence = Occurrence(
        uid=row.uid,
        recurrence_id=row.recurrence_id,
        start=row.start,
        end=row.end,
        all_day=row.all_day,
        status=EntryStatus(row.status),
        summary=row.summary,
        description=row.description,
        location=row.location,
        contact=row.contact,
        categories=tuple(row.categories),
        sequence=row.sequence,
    )
    return recognised_values(recognise(occurrence, fields))
