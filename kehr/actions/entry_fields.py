"""How the entries of a calendar are read, and reading again those that were taken over already."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kehr.actions.match_appointments import match_ids
from kehr.actions.write_entry import recognised_values
from kehr.models import Appointment, Calendar, Company
from kehr.rules.appointments import EntryStatus, FieldMap, Occurrence
from kehr.rules.kind_words import kind_words_of
from kehr.rules.recognise import recognise, work_kind

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


def read_again(session: Session, now: datetime) -> int:
    """Reads the coming entries as they stand in their rows with the words of now, inside the caller's
    transaction, and finds their objects anew; how many are read differently. It does not plan.

    Of an imported list only the kind of work is read again: its columns told the rest.
    """
    company = session.get_one(Company, 1)
    query = select(Appointment).options(joinedload(Appointment.calendar))
    changed = []
    fields: dict[int, FieldMap] = {}
    for row in session.scalars(query.where(Appointment.start > now - STILL)):
        if row.calendar_id not in fields:
            fields[row.calendar_id] = fields_of(row.calendar, company)
        values = _values(row, fields[row.calendar_id])
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in differing.items():
            setattr(row, name, value)
        if differing:
            changed.append(row.id)
    session.flush()
    match_ids(session, changed)
    return len(changed)


def _values(row: Appointment, fields: FieldMap) -> dict[str, Any]:
    if row.calendar.kind == "file":
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
