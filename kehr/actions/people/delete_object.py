"""Deletes an object or a party when nothing speaks against it; what was sent and agreed stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kehr.actions.people.change_object import ObjectGone, after_change, find_party
from kehr.actions.people.search_lines import refresh_search_lines
from kehr.models import Address, Appointment, Consent, Message, Person, Property, db, writing
from kehr.rules.terms.messages import BY_HAND, OPEN, State


@dataclass(frozen=True, slots=True)
class Outlook:
    """What deleting would mean. Coming `appointments` and `messages` on their way speak against it;
    `people` go along; `sent` messages and `consents` stay as they are.
    """

    appointments: int = 0
    next_start: datetime | None = None
    messages: int = 0
    people: int = 0
    sent: int = 0
    consents: int = 0

    @property
    def possible(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.appointments and not self.messages


class DeletionRefused(ValueError):
    """Something speaks against deleting; `outlook` says what."""

    def __init__(self, outlook: Outlook) -> None:
        super().__init__(f"{outlook.appointments} appointments, {outlook.messages} messages")
        self.outlook = outlook


def object_outlook(property_id: int, now: datetime, session: Session | None = None) -> Outlook:
    """What deleting this object would mean."""
    rows = Person.property_id == property_id
    return _outlook(
        session or db.session(),
        Appointment.property_id == property_id,
        Message.property_id == property_id,
        rows,
        now,
    )


def party_outlook(person_id: int, now: datetime, session: Session | None = None) -> Outlook:
    """What deleting this party would mean."""
    return _outlook(
        session or db.session(),
        Appointment.person_id == person_id,
        Message.person_id == person_id,
        Person.id == person_id,
        now,
    )


def delete_object(property_id: int, now: datetime) -> str:
    """Deletes the object with its people; answers its number. Raises ObjectGone or DeletionRefused."""
    with writing() as session:
        house = session.get(Property, property_id)
        if house is None:
            raise ObjectGone
        outlook = object_outlook(property_id, now, session)
        if not outlook.possible:
            raise DeletionRefused(outlook)
        number = str(house.number)
        session.delete(house)
    after_change(now)
    return number


def delete_party(property_id: int, person_id: int, now: datetime) -> str:
    """Deletes one party of an object; answers its name. Raises ObjectGone or DeletionRefused."""
    with writing() as session:
        house = session.get(Property, property_id)
        person = find_party(house, person_id)
        if person is None:
            raise ObjectGone
        outlook = party_outlook(person_id, now, session)
        if not outlook.possible:
            raise DeletionRefused(outlook)
        name = person.full_name
        session.delete(person)
        refresh_search_lines(session, [property_id])
    after_change(now)
    return name


def _outlook(
    session: Session,
    appointments: ColumnElement[bool],
    messages: ColumnElement[bool],
    people: ColumnElement[bool],
    now: datetime,
) -> Outlook:
    coming, first = session.execute(
        select(func.count(), func.min(Appointment.start)).where(
            appointments, Appointment.start > now, Appointment.cancelled_at.is_(None)
        )
    ).one()
    values = select(Address.value).join(Person, Person.id == Address.person_id).where(people)
    return Outlook(
        appointments=coming,
        next_start=first,
        messages=_count(session, select(func.count()).select_from(Message).where(messages, _under_way())),
        people=_count(session, select(func.count()).select_from(Person).where(people)),
        sent=_count(session, select(func.count()).select_from(Message).where(messages, ~_under_way())),
        consents=_count(
            session,
            select(func.count())
            .select_from(Consent)
            .where(Consent.address.in_(values.where(Address.value != ""))),
        ),
    )


def _under_way() -> ColumnElement[bool]:
    """Being sent now, or written by hand and still waiting: planning does not take these back by itself."""
    by_hand = Message.kind.in_(BY_HAND) & Message.state.in_(OPEN)
    return (Message.state == State.SENDING) | by_hand


def _count(session: Session, query: Any) -> int:
    return int(session.scalar(query) or 0)
