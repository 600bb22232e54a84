"""Loads appointments and their messages as plain values for planning."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select

from kehr.actions.facts.house_facts import Surroundings
from kehr.actions.facts.office_facts import CalendarFacts, OfficeFacts
from kehr.actions.facts.own_tests import own_contact
from kehr.models import Appointment, Company, Message, db
from kehr.rules.entries.residents import House, HousePerson
from kehr.rules.plan.plan_values import Own, Past, PlanAppointment, Reason, Recipient
from kehr.rules.plan.recipients import Contact, Permissions, recipients_of
from kehr.rules.plan.second_channel import goes_on, second_addresses
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import IN_PERSON, OPEN, Channel, Kind, State
from kehr.rules.texts.text import TextFacts, asked, lacking_in
from kehr.rules.visits.phone_codes import STAND_IN

LOOK_BACK = timedelta(days=10)
"""Appointments that began longer ago than this want nothing any more."""

_APPOINTMENTS = Appointment.__table__.c
_MESSAGES = Message.__table__.c
"""Plain columns: as attributes of the mapped classes they would cost every row a second pass."""


class AppointmentRow(NamedTuple):
    """What planning needs to know of an appointment; a whole row has the same names."""

    id: int
    calendar_id: int
    uid: str
    start: datetime
    end: datetime
    all_day: bool
    name: str
    phones: list[dict[str, str]]
    emails: list[str]
    place: str
    object_number: str
    work_kind: str
    no_sms: bool
    no_email: bool
    salutation: str
    title: str
    first_name: str
    baseline: bool
    first_seen_at: datetime
    changed_at: datetime
    missing_since: datetime | None
    cancelled_at: datetime | None
    hold_code: str
    hold_key: str
    property_id: int | None
    person_id: int | None


_appointment_row: Callable[[Iterable[Any]], AppointmentRow] = partial(tuple.__new__, AppointmentRow)


def load_appointments(now: datetime) -> list[AppointmentRow]:
    """The appointments that planning looks at, as light rows: the coming ones, the recent ones, those
    about which somebody was asked lately, and those with open messages. What was withheld until its
    appointment was over stays as it is.
    """
    columns = [_APPOINTMENTS[name] for name in AppointmentRow._fields]
    query = select(*columns).where(_looked_at(now)).order_by(_APPOINTMENTS.id)
    return [_appointment_row(row) for row in db.session.execute(query)]


def _looked_at(now: datetime) -> ColumnElement[bool]:
    still_moving = or_(
        _MESSAGES.state.in_(OPEN - {State.WITHHELD}),
        and_(_MESSAGES.state == State.WITHHELD, _MESSAGES.too_late_at > now - LOOK_BACK),
    )
    open_messages = select(_MESSAGES.appointment_id).where(still_moving)
    asked = select(_MESSAGES.appointment_id).where(
        _MESSAGES.kind == Kind.FEEDBACK, _MESSAGES.sent_at > now - LOOK_BACK
    )
    return or_(
        _APPOINTMENTS.start > now - LOOK_BACK,
        _APPOINTMENTS.id.in_(open_messages),
        _APPOINTMENTS.id.in_(asked),
    )


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
    told_at: datetime | None
    trial: bool
    released_at: datetime | None
    tries: int
    by: str
    own_text: str
    own_subject: str
    own_due_at: datetime | None
    dealt_by: str


_DERIVED: dict[str, Any] = {
    "reason_args": cast(_MESSAGES.reason_args, Text),
    "told_at": func.coalesce(_MESSAGES.sent_at, _MESSAGES.claimed_at),
}
MESSAGE_COLUMNS = tuple(
    _DERIVED[name] if name in _DERIVED else _MESSAGES[name] for name in MessageRow._fields
)
_message_row: Callable[[Iterable[Any]], MessageRow] = partial(tuple.__new__, MessageRow)

_BY_RULES = and_(_MESSAGES.manual_send_id.is_(None), _MESSAGES.channel.not_in(IN_PERSON))
"""What was written by hand or told in person is nothing to planning."""


def load_messages(appointment_id: int) -> list[MessageRow]:
    """The messages that rules wanted for one appointment, as light rows."""
    query = select(*MESSAGE_COLUMNS).where(_MESSAGES.appointment_id == appointment_id, _BY_RULES)
    return [_message_row(row) for row in db.session.execute(query)]


def load_all_messages(now: datetime) -> dict[int, list[MessageRow]]:
    """The messages of every appointment that planning looks at, by appointment."""
    meant = select(_APPOINTMENTS.id).where(_looked_at(now))
    query = select(*MESSAGE_COLUMNS).where(_MESSAGES.appointment_id.in_(meant), _BY_RULES)
    found: dict[int, list[MessageRow]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row[1]].append(_message_row(row))
    return found


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
            row.told_at,
            row.trial,
            row.released_at is not None,
            row.id,
            own_decision(row),
            row.released_at,
        )
        for row in rows
        if row.state not in UNTOLD or row.released_at is not None or own_decision(row)
    ]


def own_decision(row: MessageRow) -> Own | None:
    """What a person decided about a message that has not left; None for nothing."""
    if row.state not in UNTOLD or not (row.own_text or row.own_due_at or row.dealt_by):
        return None
    subject = asked(row.own_subject) if row.own_subject else frozenset()
    wording = asked(row.own_text) | subject if row.own_text else None
    return Own(row.own_due_at, wording, row.by, row.dealt_by)


def plan_appointment(
    row: AppointmentRow | Appointment,
    calendar: CalendarFacts,
    facts: OfficeFacts,
    around: Surroundings,
    now: datetime,
) -> PlanAppointment | None:
    """One row as planning wants it; None when its calendar is off or has not been taken over."""
    if not calendar.active or calendar.live_since is None:
        return None
    house = around.house_of(row)
    recipients: tuple[Recipient, ...] = ()
    second: dict[str, tuple[Recipient, ...]] = {}
    if calendar.channels:
        permissions = Permissions(calendar.consent, facts.permissions, around.shared, facts.agreed)
        contact = own_contact(row, facts.company) if calendar.tests else _contact(row, house)
        reachable = calendar.branch.gateways.keys()
        found = recipients_of(contact, calendar.channels, permissions, reachable)
        recipients = tuple(one for one in found if one.address or not calendar.tests)
        if any(goes_on(rule) for rule in calendar.rules):
            second = second_addresses(contact, permissions, reachable)
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
        lacking=lacking_in(text_facts(row, calendar, facts.company, house)),
        recipients=recipients,
        replied={r.address: facts.replied[r.address] for r in recipients if r.address in facts.replied},
        deaf=calendar.branch.deaf,
        second=second,
        first=Reason("calendar_new", {"calendar": calendar.name}) if calendar.new_since else None,
    )


def _contact(row: AppointmentRow | Appointment, house: House | None) -> Contact:
    return Contact(
        [(phone["e164"], phone["type"]) for phone in row.phones],
        row.emails,
        row.no_sms,
        row.no_email,
        WorkKind(row.work_kind),
        *((house.number, house.meant(row.person_id)) if house else ("", ())),
        named_object=row.object_number,
    )


def addresses_of(row: AppointmentRow | Appointment, house: House | None) -> list[str]:
    """Every number and address of an appointment: of its entry, and of the people at its object."""
    people = house.people if house else ()
    return [
        *(phone["e164"] for phone in row.phones),
        *(address.lower() for address in row.emails),
        *(address.value for person in people for address in person.addresses if address.value),
    ]


def text_facts(
    row: AppointmentRow | Appointment,
    calendar: CalendarFacts,
    company: Company,
    house: House | None = None,
    person: HousePerson | None = None,
    old_start: datetime | None = None,
    channel: Channel | None = None,
) -> TextFacts:
    """What a text can say about an appointment to a person; what the entry says stands in for both.

    An SMS uses the cheap spelling of a name where there is one.
    """
    named = person if person is not None and person.name else None
    name = row.name
    if named is not None:
        name = named.sms_name if channel == Channel.SMS and named.sms_name else named.name
    return TextFacts(
        start=row.start,
        end=row.end,
        all_day=row.all_day,
        old_start=old_start,
        old_all_day=row.all_day,
        kind=WorkKind(row.work_kind),
        name=name,
        salutation=named.salutation if named else row.salutation,
        title=named.title if named else row.title,
        first_name=named.first_name if named else row.first_name,
        object_number=house.number if house else row.object_number,
        place=row.place,
        address=house.address if house else "",
        company=company.name,
        branch=calendar.branch.name or company.name,
        phone=company.phone,
        calendar_link=calendar.link_stand_in,
        code=STAND_IN,
        fallback_name=calendar.fallback_name,
        fallback_location=calendar.fallback_location,
    )


def hold_args(row: AppointmentRow | Appointment) -> dict[str, str | int]:
    """What the sentence of a held bundle needs; the key carries count and day."""
    count, _, day = row.hold_key.partition("|")[0].partition("@")
    return {"count": count, "day": day}
