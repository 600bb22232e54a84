"""Loads appointments and their messages as plain values for planning."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, and_, cast, or_, select

from kehr.actions.office_facts import CalendarFacts, OfficeFacts
from kehr.models import Appointment, Company, Message, db
from kehr.rules.appointments import WorkKind
from kehr.rules.messages import OPEN, Channel, Kind, State
from kehr.rules.plan_values import Past, PlanAppointment, Reason, Recipient
from kehr.rules.recipients import Contact, recipients_of, shared_numbers
from kehr.rules.text import TextFacts, lacking_in

LOOK_BACK = timedelta(days=10)
"""Appointments that began longer ago than this want nothing any more."""


APPOINTMENT_COLUMNS = (
    Appointment.id,
    Appointment.calendar_id,
    Appointment.uid,
    Appointment.start,
    Appointment.end,
    Appointment.all_day,
    Appointment.name,
    Appointment.phones,
    Appointment.emails,
    Appointment.place,
    Appointment.object_number,
    Appointment.work_kind,
    Appointment.no_sms,
    Appointment.no_email,
    Appointment.salutation,
    Appointment.title,
    Appointment.first_name,
    Appointment.baseline,
    Appointment.first_seen_at,
    Appointment.changed_at,
    Appointment.missing_since,
    Appointment.cancelled_at,
    Appointment.hold_code,
    Appointment.hold_key,
)


def load_appointments(now: datetime) -> Sequence[Any]:
    """The appointments that planning looks at, as light rows: the coming ones, the recent ones, and
    those with open messages. What was withheld until its appointment was over stays as it is.
    """
    query = select(*APPOINTMENT_COLUMNS).where(_looked_at(now)).order_by(Appointment.id)
    return db.session.execute(query).all()


def _looked_at(now: datetime) -> ColumnElement[bool]:
    still_moving = or_(
        Message.state.in_(OPEN - {State.WITHHELD}),
        and_(Message.state == State.WITHHELD, Message.too_late_at > now - LOOK_BACK),
    )
    open_messages = select(Message.appointment_id).where(still_moving)
    return or_(Appointment.start > now - LOOK_BACK, Appointment.id.in_(open_messages))


class MessageRow(NamedTuple):
    """What planning needs to know of a message that exists; `reason_args` is JSON."""

    id: str
    appointment_id: int
    kind: str
    rule_id: int
    channel: str
    recipient: str
    about_start: datetime
    due_at: datetime
    too_late_at: datetime
    state: str
    reason: str
    reason_args: str
    claimed_at: datetime | None
    sent_at: datetime | None
    trial: bool
    released_at: datetime | None
    tries: int


_AS_TEXT = {"reason_args": cast(Message.reason_args, Text)}
MESSAGE_COLUMNS = tuple(_AS_TEXT.get(name, getattr(Message, name)) for name in MessageRow._fields)


_message_row: Callable[[Iterable[Any]], MessageRow] = partial(tuple.__new__, MessageRow)


def load_messages(condition: ColumnElement[bool]) -> dict[int, list[MessageRow]]:
    """The messages of the appointments meant, as light rows, by appointment."""
    found: dict[int, list[MessageRow]] = defaultdict(list)
    for row in db.session.execute(select(*MESSAGE_COLUMNS).where(condition)):
        found[row[1]].append(_message_row(row))
    return found


def load_all_messages(now: datetime) -> dict[int, list[MessageRow]]:
    """The messages of every appointment that planning looks at."""
    return load_messages(Message.appointment_id.in_(select(Appointment.id).where(_looked_at(now))))


@lru_cache(maxsize=1024)
def args_of(text: str) -> Mapping[str, Any]:
    """The arguments of a reason as a light row has them; the same few stand in thousands of rows."""
    return MappingProxyType(json.loads(text))


UNTOLD = OPEN | {State.WITHDRAWN}
"""Unless a person released them, these say nothing to planning beyond that their rows exist."""


def past_of(rows: Sequence[MessageRow]) -> list[Past]:
    """Those message rows that planning must know of, as it wants them."""
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
        if row.state not in UNTOLD or row.released_at is not None
    ]


def shared_in(appointments: Sequence[Any], facts: OfficeFacts, now: datetime) -> dict[str, str]:
    """Numbers that stand for different customers among the coming appointments."""
    entries = [
        (phone["e164"], row.name, row.object_number)
        for row in appointments
        if row.cancelled_at is None and row.start > now
        for phone in row.phones
    ]
    return shared_numbers(entries, facts.accepted_names)


def plan_appointment(
    row: Any, calendar: CalendarFacts, facts: OfficeFacts, shared: dict[str, str], now: datetime
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
            contact, calendar.channels, calendar.consent, facts.permissions, shared, calendar.gateways.keys()
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
        lacking=lacking_in(text_facts(row, calendar, facts.company)),
        recipients=recipients,
    )


def addresses_of(row: Any) -> list[str]:
    """Every number and address of an appointment."""
    return [*(phone["e164"] for phone in row.phones), *row.emails]


def text_facts(
    row: Any, calendar: CalendarFacts, company: Company, old_start: datetime | None = None
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


def hold_args(row: Any) -> dict[str, str | int]:
    """What the sentence of a held bundle needs; the key carries count and day."""
    count, _, day = row.hold_key.partition("|")[0].partition("@")
    return {"count": count, "day": day}
