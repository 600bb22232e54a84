"""Somebody says a Telefon-Code: the appointment with what was sent, and what he wants written down (C05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kehr.actions.decide.change_message import withhold
from kehr.actions.people.record_consent import revoke
from kehr.actions.texts.phone_codes import find_code
from kehr.actions.visits.list_appointments import Stop
from kehr.actions.visits.show_appointment import show_stop
from kehr.models import Address, Message, Person, Property, VisitNote, db, writing
from kehr.rules.terms.messages import OPEN, Channel, State
from kehr.rules.visits.day_list import Note
from kehr.rules.visits.phone_codes import read_code

NO_SMS_THERE = frozenset({"landline", "not_mobile"})
"""Reasons of messages to numbers that never get any."""


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody at the telephone needs: the appointment of a code, and what was sent about it, the
    newest first. `numbers` are those that get SMS, with the person they belong to.
    """

    code: str
    stop: Stop
    messages: tuple[Message, ...]
    numbers: tuple[tuple[str, str], ...]
    called: VisitNote | None


def show_call(typed: str) -> Call | None:
    """Everything about the appointment of a code; None when nobody has it."""
    appointment_id = find_code(typed)
    stop = show_stop(appointment_id) if appointment_id is not None else None
    if stop is None:
        return None
    query = select(Message).where(Message.appointment_id == appointment_id)
    sent = query.where(Message.state != State.WITHDRAWN).order_by(Message.due_at.desc(), Message.id)
    called = select(VisitNote).where(
        VisitNote.appointment_id == appointment_id, VisitNote.word == Note.CALLED
    )
    messages = tuple(db.session.scalars(sent.limit(50)))
    return Call(
        read_code(typed), stop, messages, _numbers(stop, messages), db.session.scalars(called).one_or_none()
    )


def _numbers(stop: Stop, messages: tuple[Message, ...]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for message in messages:
        if message.channel == Channel.SMS and message.recipient and message.reason not in NO_SMS_THERE:
            found.setdefault(message.recipient, message.recipient_name or stop.appointment.name)
    people = stop.house.meant(stop.appointment.person_id) if stop.house else ()
    for person in people:
        for mobile in person.mobiles:
            found[mobile.value] = person.full_name or found.get(mobile.value, "")
    return tuple(found.items())


def note_cancelled(typed: str, by: str, now: datetime) -> int | None:
    """Somebody called the appointment off: his call is noted, and what is planned about it is kept back until
    the calendar says so too. How many messages; None when nobody has that code.
    """
    appointment_id = note_called(typed, by, now)
    if appointment_id is None:
        return None
    waiting = select(Message.id).where(
        Message.appointment_id == appointment_id,
        Message.state.in_(OPEN - {State.WITHHELD}),
        Message.manual_send_id.is_(None),
    )
    ids = list(db.session.scalars(waiting))
    db.session.rollback()
    return withhold(ids, by, now) if ids else 0


def note_called(typed: str, by: str, now: datetime) -> int | None:
    """Writes down that somebody called about the appointment of this code; its id."""
    with writing() as session:
        appointment_id = find_code(typed)
        if appointment_id is None:
            return None
        known = select(VisitNote.id).where(
            VisitNote.appointment_id == appointment_id, VisitNote.word == Note.CALLED
        )
        if session.scalar(known) is None:
            session.add(VisitNote(appointment_id=appointment_id, word=Note.CALLED, at=now, by=by))
        return appointment_id


def no_more_sms(typed: str, number: str, by: str, now: datetime) -> bool:
    """Takes the consent of one of this appointment's numbers back, as said by telephone; False when the
    number is none of them.
    """
    call = show_call(typed)
    if call is None or number not in dict(call.numbers):
        return False
    holder = db.session.execute(
        select(Person.first_name, Person.name, Property.number)
        .join(Address, Address.person_id == Person.id)
        .join(Property, Property.id == Person.property_id)
        .where(Address.value == number, Property.id == call.stop.appointment.property_id)
    ).first()
    db.session.rollback()
    name = f"{holder.first_name} {holder.name}".strip() if holder else dict(call.numbers)[number]
    revoke(
        number,
        "phone",
        by,
        f"Telefon-Code {call.code}",
        now,
        person_name=name,
        property_number=holder.number if holder else "",
    )
    note_called(typed, by, now)
    return True
