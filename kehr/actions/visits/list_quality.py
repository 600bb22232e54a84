"""What is wrong or missing in the master data, by group, each line with the field to mend (C14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, tuple_

from kehr.actions.facts.office_facts import load_accepted_names
from kehr.actions.visits.list_appointments import unmatched_condition
from kehr.actions.visits.list_untold import granted_addresses, reaches
from kehr.models import Address, Appointment, Consent, Person, Property, db
from kehr.rules.plan.recipients import shared_numbers
from kehr.rules.terms.appointments import NumberType
from kehr.rules.terms.people import INVALID, AddressKind, Role

PAGE = 50
GROUPS = ("nummer", "festnetz", "doppelt", "kein-weg", "ohne-objekt", "ohne-beleg", "adresse")
"""Invalid numbers; landlines ticked; one number, two customers; nobody reachable; appointments without
object; consent without proof; two objects at one address."""
BLOCKING = GROUPS[:3]
"""What keeps a message from leaving that somebody expects to leave."""
AHEAD = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One line. `field` is the form's field to mend; `detail` what stands there, or with whom it clashes.

    `person_id` is None where the object itself is meant, `own` tells the object's own address from a
    party; `address_id` is the number or e-mail address meant, `appointment_id` the appointment.
    """

    property_id: int | None
    number: str
    name: str
    field: str
    detail: str
    person_id: int | None = None
    own: bool = True
    address_id: int | None = None
    appointment_id: int | None = None
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """The counts of all groups and one page of one of them."""

    counts: dict[str, int]
    flaws: tuple[Flaw, ...]


def list_quality(now: datetime, group: str, page: int) -> Quality:
    """Page `page` (from 1) of one of GROUPS."""
    counts = {name: _count(name, now) for name in GROUPS}
    return Quality(counts, tuple(_flaws(group, now, PAGE, (page - 1) * PAGE)))


def all_flaws(now: datetime, group: str) -> Iterator[Flaw]:
    """Every line of a group, for a file."""
    yield from _flaws(group, now, None, 0)


def count_blocking(now: datetime) -> int:
    """How many lines of the blocking groups there are."""
    return sum(_count(name, now) for name in BLOCKING)


def _count(group: str, now: datetime) -> int:
    if group == "doppelt":
        return len(_shared())
    return db.session.scalar(select(func.count()).select_from(_QUERIES[group](now).subquery())) or 0


def _flaws(group: str, now: datetime, most: int | None, offset: int) -> Iterator[Flaw]:
    if group == "doppelt":
        yield from _shared()[offset : offset + most if most is not None else None]
        return
    query = _QUERIES[group](now).limit(most).offset(offset)
    for row in db.session.execute(query):
        yield _READ.get(group, _address_flaw)(row)


def _lines(*more: Any) -> Select[*tuple[Any, ...]]:
    """Addresses with their person and object, by object number."""
    columns = (Property.id, Property.number, _full_name(), Person.id.label("person_id"), Person.unit_key)
    return (
        select(*columns, Address.id.label("address_id"), Address.kind, Address.position, Address.typed, *more)
        .select_from(Address)
        .join(Person, Person.id == Address.person_id)
        .join(Property, Property.id == Person.property_id)
        .order_by(Property.number_key, Person.position, Person.id, Address.kind, Address.position)
    )


def _full_name() -> ColumnElement[str]:
    return func.trim(Person.first_name + " " + Person.name).label("name")


def _invalid(now: datetime) -> Select[*tuple[Any, ...]]:
    unreadable = or_(Address.type == INVALID, Address.value == "")
    return _lines().where(unreadable, Address.kind != AddressKind.FAX)


def _landlines(now: datetime) -> Select[*tuple[Any, ...]]:
    return _lines().where(
        Address.kind == AddressKind.PHONE,
        Address.type.not_in([NumberType.MOBILE, INVALID]),
        Address.value.in_(granted_addresses()),
    )


def _without_proof(now: datetime) -> Select[*tuple[Any, ...]]:
    newest = select(func.max(Consent.id)).group_by(Consent.address, Consent.purpose)
    bare = select(Consent.address).where(
        Consent.id.in_(newest),
        Consent.granted,
        Consent.evidence == "",
        Consent.scan_id.is_(None),
        Consent.given_on.is_(None),
    )
    return _lines().where(Address.value != "", Address.value.in_(bare))


def _unreachable(now: datetime) -> Select[*tuple[Any, ...]]:
    reachable = exists().where(Address.person_id == Person.id, reaches())
    columns = (Property.id, Property.number, _full_name(), Person.id.label("person_id"), Person.unit_key)
    return (
        select(*columns, Person.unit)
        .join(Property, Property.id == Person.property_id)
        .where(~reachable)
        .order_by(Property.number_key, Person.position, Person.id)
    )


def _unmatched(now: datetime) -> Select[*tuple[Any, ...]]:
    keeps_objects = exists(select(Property.id))
    return (
        select(Appointment.id, Appointment.start, Appointment.name, Appointment.summary)
        .where(unmatched_condition(), Appointment.start > now, Appointment.start < now + AHEAD, keeps_objects)
        .order_by(Appointment.start, Appointment.id)
    )


def _same_address(now: datetime) -> Select[*tuple[Any, ...]]:
    place = (
        func.lower(func.trim(Property.street)),
        func.trim(Property.postcode),
        func.lower(func.trim(Property.town)),
    )
    twice = select(*place).where(func.trim(Property.street) != "").group_by(*place).having(func.count() > 1)
    return (
        select(Property.id, Property.number, Property.street, Property.postcode, Property.town)
        # As a join SQLite would compare every object with every such place.
        .where(tuple_(*place).in_(twice))
        .order_by(place[2], place[0], Property.number_key)
    )


def _shared() -> list[Flaw]:
    """Numbers at several objects whose names do not belong together, as planning judges it."""
    several = (
        select(Address.value)
        .join(Person, Person.id == Address.person_id)
        .where(Address.kind == AddressKind.PHONE, Address.value != "", Person.role != Role.MANAGER)
        .group_by(Address.value)
        .having(func.count(Person.property_id.distinct()) > 1)
    )
    query = _lines(Address.value.label("value")).where(
        Address.kind == AddressKind.PHONE, Address.value.in_(several), Person.role != Role.MANAGER
    )
    rows = db.session.execute(query).all()
    entries = [(row.value, row.name, row.number) for row in rows]
    clashing = shared_numbers(entries, load_accepted_names())
    found = [row for row in rows if row.value in clashing]
    return [
        _address_flaw(row, f"{row.typed} ({clashing[row.value]})")
        for row in sorted(found, key=lambda row: row.value)
    ]


def _address_flaw(row: Any, detail: str = "") -> Flaw:
    field = f"{row.kind}{row.position}"
    said = (row.name, field, detail or row.typed, row.person_id, not row.unit_key, row.address_id)
    return Flaw(row.id, row.number, *said)


def _person_flaw(row: Any) -> Flaw:
    return Flaw(row.id, row.number, row.name, "phone1", row.unit, row.person_id, not row.unit_key)


def _appointment_flaw(row: Any) -> Flaw:
    return Flaw(None, "", row.name, "", row.summary, appointment_id=row.id, start=row.start)


def _object_flaw(row: Any) -> Flaw:
    parts: Sequence[str] = (row.street, f"{row.postcode} {row.town}".strip())
    return Flaw(row.id, row.number, "", "street", ", ".join(part for part in parts if part))


_QUERIES: dict[str, Callable[[datetime], Select[*tuple[Any, ...]]]] = {
    "nummer": _invalid,
    "festnetz": _landlines,
    "kein-weg": _unreachable,
    "ohne-objekt": _unmatched,
    "ohne-beleg": _without_proof,
    "adresse": _same_address,
}
_READ: dict[str, Callable[[Any], Flaw]] = {
    "kein-weg": _person_flaw,
    "ohne-objekt": _appointment_flaw,
    "adresse": _object_flaw,
}
