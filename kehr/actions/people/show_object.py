"""Gathers everything about one object: its people, who may be told where, appointments and messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kehr.actions.people.consent_state import ConsentState, consent_states
from kehr.models import Address, Appointment, Message, Person, Property, db
from kehr.rules.terms.people import AddressKind

MOST_APPOINTMENTS = 20
PAGE = 25


@dataclass(frozen=True, slots=True)
class Reach:
    """One number or e-mail address with what the ledger says of it; a fax has no state."""

    address: Address
    state: ConsentState | None


@dataclass(frozen=True, slots=True)
class Resident:
    """A person with all their numbers and addresses, in the order of the form."""

    person: Person
    reaches: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class ObjectView:
    """One object. `coming` begins with the next appointment, `past` with the last one.

    `coming_total` and `past_total` count those that are not listed too.
    """

    house: Property
    own: Resident | None
    parties: tuple[Resident, ...]
    coming: tuple[Appointment, ...]
    coming_total: int
    past: tuple[Appointment, ...]
    past_total: int


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page, from 1, of the messages about an object, the newest first."""

    messages: tuple[Message, ...]
    total: int
    page: int
    pages: int


def show_object(property_id: int, now: datetime) -> ObjectView | None:
    """The object with this id, or None."""
    query = select(Property).options(selectinload(Property.people).selectinload(Person.addresses))
    house = db.session.scalars(query.where(Property.id == property_id)).first()
    if house is None:
        return None
    residents = residents_of(house.people)
    coming, coming_total = _appointments(property_id, now, past=False)
    past, past_total = _appointments(property_id, now, past=True)
    return ObjectView(
        house=house,
        own=next((one for one in residents if not one.person.unit_key), None),
        parties=tuple(one for one in residents if one.person.unit_key),
        coming=coming,
        coming_total=coming_total,
        past=past,
        past_total=past_total,
    )


def residents_of(people: Sequence[Person]) -> list[Resident]:
    """People with the state of each of their addresses; phones first, then e-mail, then fax."""
    order = (AddressKind.PHONE, AddressKind.EMAIL, AddressKind.FAX)
    states = consent_states([address.value for person in people for address in person.addresses])
    found = []
    for person in people:
        rows = sorted(person.addresses, key=lambda a: (order.index(AddressKind(a.kind)), a.position))
        reaches = tuple(
            Reach(row, None if row.kind == AddressKind.FAX else states.get(row.value, ConsentState()))
            for row in rows
        )
        found.append(Resident(person, reaches))
    return found


def object_messages(property_id: int, page: int) -> MessagePage:
    """What went out, or is planned, about this object."""
    mine = Message.property_id == property_id
    total = db.session.scalar(select(func.count()).select_from(Message).where(mine)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = db.session.scalars(
        select(Message)
        .where(mine)
        .order_by(Message.due_at.desc(), Message.recipient_name, Message.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return MessagePage(tuple(rows), total, page, pages)


def holders_of(value: str, property_id: int | None, limit: int = 2) -> list[tuple[str, str]]:
    """Object number and name of others, outside this object, at whom the same number or address stands."""
    rows = db.session.execute(
        select(Property.number, Person.first_name, Person.name)
        .join(Person, Person.property_id == Property.id)
        .join(Address, Address.person_id == Person.id)
        .where(Address.value == value, Address.value != "", Property.id != (property_id or 0))
        .order_by(Property.number_key, Person.id)
        .limit(limit)
    )
    return [(number, f"{first} {name}".strip()) for number, first, name in rows]


def _appointments(property_id: int, now: datetime, *, past: bool) -> tuple[tuple[Appointment, ...], int]:
    mine = (Appointment.property_id == property_id) & (
        Appointment.end <= now if past else Appointment.end > now
    )
    order = Appointment.start.desc() if past else Appointment.start.asc()
    rows = db.session.scalars(
        select(Appointment).where(mine).order_by(order, Appointment.id).limit(MOST_APPOINTMENTS)
    )
    total = db.session.scalar(select(func.count()).select_from(Appointment).where(mine)) or 0
    return tuple(rows), total
