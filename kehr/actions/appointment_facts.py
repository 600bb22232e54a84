"""Loads appointments and their messages as plain values for planning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from kehr.actions.office_facts import CalendarFacts, OfficeFacts
from kehr.models import Appointment, Company, Message, db
from kehr.rules.appointments import WorkKind
from kehr.rules.messages import OPEN, Channel, Kind, State
from kehr.rules.plan_values import Past, PlanAppointment, Reason, Recipient
from kehr.rules.recipients import Contact, recipients_of, shared_numbers
from kehr.rules.text import TextFacts, lacking, values_for

LOOK_BACK = timedelta(days=10)
"""Appointments that began longer ago than this want nothing any more."""


def load_appointments(now: datetime, only: int | None = None) -> list[Appointment]:
    """The appointments that planning looks at: the coming ones, the recent ones, and those with open
    messages; or just one of them.
    """
    query = select(Appointment)
    if only is not None:
        query = query.where(Appointment.id == only)
    else:
        open_messages = select(Message.appointment_id).where(Message.state.in_(OPEN))
        query = query.where(or_(Appointment.start > now - LOOK_BACK, Appointment.id.in_(open_messages)))
    return list(db.session.scalars(query.order_by(Appointment.id)))


MESSAGE_COLUMNS = (
    Message.id,
    Message.appointment_id,
    Message.kind,
    Message.rule_id,
    Message.channel,
    Message.recipient,
    Message.about_start,
    Message.due_at,
    Message.too_late_at,
    Message.state,
    Message.reason,
    Message.reason_args,
    Message.claimed_at,
    Message.sent_at,
    Message.trial,
    Message.released_at,
    Message.tries,
)


def load_messages(condition: ColumnElement[bool] | None = None) -> dict[int, list[Any]]:
    """The messages of the appointments meant, as light rows, by appointment."""
    query = select(*MESSAGE_COLUMNS)
    if condition is not None:
        query = query.where(condition)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.appointment_id].append(row)
    return found


def past_of(rows: Sequence[Any]) -> list[Past]:
    """Message rows as planning wants them."""
    return [
        Past(
            Kind(row.kind),
            row.rule_id,
            Channel(row.channel),
            row.recipient,
            row.about_start,
            row.due_at,
            State(row.state),
            row.sent_at or row.claimed_at,
            row.trial,
            row.released_at is not None,
        )
        for row in rows
    ]


def shared_in(appointments: Sequence[Appointment], facts: OfficeFacts, now: datetime) -> dict[str, str]:
    """Numbers that stand for different customers among the coming appointments."""
    entries = [
        (phone["e164"], row.name, row.object_number)
        for row in appointments
        if row.cancelled_at is None and row.start > now
        for phone in row.phones
    ]
    return shared_numbers(entries, facts.accepted_names)


def plan_appointment(
    row: Appointment, calendar: CalendarFacts, facts: OfficeFacts, shared: dict[str, str], now: datetime
) -> PlanAppointment | None:
    """One row as planning wants it; None when its calendar is off or has not been taken over."""
    if not calendar.active or calendar.live_since is None:
        return None
    contact = Contact(
        [(phone["e164"], phone["type"]) for phone in row.phones], row.emails, row.no_sms, row.no_email
    )
    recipients: tuple[Recipient, ...] = ()
    if calendar.channels:
        recipients = recipients_of(
            contact, calendar.channels, calendar.consent, facts.permissions, shared, calendar.reachable
        )
    return PlanAppointment(
        id=row.id,
        start=row.start,
        end=row.end,
        first_seen_at=row.first_seen_at,
        known_since=row.changed_at,
        live_since=calendar.live_since,
        baseline=row.baseline,
        missing_since=row.missing_since,
        cancelled_at=row.cancelled_at,
        hold=Reason(row.hold_code, hold_args(row)) if row.hold_code else None,
        lacking=lacking(values_for(text_facts(row, calendar, facts.company), now, facts.office.zone)),
        recipients=recipients,
    )


def text_facts(
    row: Appointment, calendar: CalendarFacts, company: Company, old_start: datetime | None = None
) -> TextFacts:
    """What a text can say about an appointment."""
    return TextFacts(
        start=row.start,
        end=row.end,
        all_day=row.all_day,
        old_start=old_start,
        old_all_day=row.all_day,
        kind=WorkKind(row.work_kind),
        name=row.name,
        salutation=row.salutation,
        title=row.title,
        first_name=row.first_name,
        object_number=row.object_number,
        place=row.place,
        company=company.name,
        branch=calendar.branch_name or company.name,
        phone=company.phone,
        fallback_name=calendar.fallback_name,
        fallback_location=calendar.fallback_location,
    )


def hold_args(row: Appointment) -> dict[str, str | int]:
    """What the sentence of a held bundle needs; the key carries count and day."""
    count, _, day = row.hold_key.partition("|")[0].partition("@")
    return {"count": count, "day": day}
