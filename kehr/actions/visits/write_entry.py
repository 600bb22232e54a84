"""Copies one read entry into the row of its appointment."""

from __future__ import annotations

from typing import Any

from kehr.models import Appointment
from kehr.rules.feeds.takeover import Seen
from kehr.rules.terms.appointments import Recognised


def write_entry(row: Appointment, seen: Seen) -> None:
    """Copies what the feed says, and what was recognised in it, into the row."""
    occurrence = seen.occurrence
    values: dict[str, Any] = {
        "uid": occurrence.uid,
        "recurrence_id": occurrence.recurrence_id,
        "start": occurrence.start,
        "end": occurrence.end,
        "all_day": occurrence.all_day,
        "status": occurrence.status,
        "summary": occurrence.summary,
        "description": occurrence.description,
        "location": occurrence.location,
        "contact": occurrence.contact,
        "categories": list(occurrence.categories),
        "sequence": occurrence.sequence,
        **recognised_values(seen.recognised),
    }
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def recognised_values(recognised: Recognised) -> dict[str, Any]:
    """What was recognised, as the columns of an appointment."""
    return {
        "name": recognised.name,
        "phones": [
            {"e164": p.e164, "type": str(p.type), "country": p.country, "typed": p.typed}
            for p in recognised.phones
        ],
        "emails": list(recognised.emails),
        "place": recognised.place,
        "object_number": recognised.object_number,
        "work_kind": recognised.kind,
        "no_sms": recognised.no_sms,
        "no_email": recognised.no_email,
        "salutation": recognised.salutation,
        "title": recognised.title,
    }
