"""Lists who will not be told, and why: appointments, and objects that lack what a message needs (A03)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from kehr.actions.facts.customers_only import of_customers
from kehr.actions.visits.list_appointments import Stop, load_stops
from kehr.actions.visits.told_parties import untold_condition
from kehr.models import Address, Appointment, Consent, Person, Property, db
from kehr.rules.terms.appointments import NumberType
from kehr.rules.terms.people import AddressKind

PAGE = 50
AT_ONCE = 500
GROUPS = ("termine", "ohne-termin", "ohne-nummer", "ohne-einwilligung")
"""Appointments nobody hears of; objects without coming appointment, without number, without consent."""


@dataclass(frozen=True, slots=True)
class HouseLine:
    """An object that lacks something, with the person of its own address."""

    id: int
    number: str
    street: str
    postcode: str
    town: str
    name: str

    @property
    def address(self) -> str:
        """Street and town in one line."""
        return ", ".join(part for part in (self.street, f"{self.postcode} {self.town}".strip()) if part)


@dataclass(frozen=True, slots=True)
class Untold:
    """The counts of all groups, and one page of one of them."""

    counts: dict[str, int]
    stops: tuple[Stop, ...]
    houses: tuple[HouseLine, ...]


def list_untold(now: datetime, days: int, group: str, page: int) -> Untold:
    """Page `page` (from 1) of one of GROUPS; `days` ahead bounds the appointments."""
    counts = {
        "termine": db.session.scalar(select(func.count()).select_from(Appointment).where(_nobody(now, days)))
    }
    for name in GROUPS[1:]:
        counts[name] = db.session.scalar(select(func.count()).select_from(Property).where(_lacks(name, now)))
    found = {name: count or 0 for name, count in counts.items()}
    offset = (page - 1) * PAGE
    if group == "termine":
        return Untold(found, tuple(load_stops(_nobody(now, days), PAGE, offset)), ())
    query = _houses(_lacks(group, now)).limit(PAGE).offset(offset)
    return Untold(found, (), tuple(HouseLine(*row) for row in db.session.execute(query)))


def all_untold_stops(now: datetime, days: int) -> Iterator[Stop]:
    """Every appointment of the group, for a file."""
    offset = 0
    while stops := load_stops(_nobody(now, days), AT_ONCE, offset):
        yield from stops
        offset += AT_ONCE


def all_houses(group: str, now: datetime) -> Iterator[HouseLine]:
    """Every object of a group, for a file."""
    for row in db.session.execute(_houses(_lacks(group, now))):
        yield HouseLine(*row)


def _nobody(now: datetime, days: int) -> ColumnElement[bool]:
    return and_(
        Appointment.start > now,
        Appointment.start < now + timedelta(days=days),
        Appointment.cancelled_at.is_(None),
        of_customers(Appointment.calendar_id),
        untold_condition(),
    )


def _houses(wanted: ColumnElement[bool]) -> Select[Any]:
    return (
        select(Property.id, Property.number, Property.street, Property.postcode, Property.town, _own_name())
        .where(wanted)
        .order_by(Property.number_key)
    )


def _own_name() -> Any:
    name = func.trim(Person.first_name + " " + Person.name)
    first = select(name).where(Person.property_id == Property.id).order_by(Person.position, Person.id)
    return func.coalesce(first.limit(1).scalar_subquery(), "")


def _lacks(group: str, now: datetime) -> ColumnElement[bool]:
    if group == "ohne-termin":
        ahead = select(Appointment.property_id).where(
            Appointment.start > now, Appointment.cancelled_at.is_(None), Appointment.property_id.is_not(None)
        )
        return Property.id.not_in(ahead)
    reachable = select(Person.property_id).join(Address, Address.person_id == Person.id).where(reaches())
    if group == "ohne-nummer":
        return Property.id.not_in(reachable)
    agreed = reachable.where(Address.value.in_(granted_addresses()))
    return and_(Property.id.in_(reachable), Property.id.not_in(agreed))


def reaches() -> ColumnElement[bool]:
    """Addresses that a message can go to: mobile numbers, and e-mail addresses that are one."""
    mobile = and_(Address.kind == AddressKind.PHONE, Address.type == NumberType.MOBILE)
    return and_(or_(mobile, Address.kind == AddressKind.EMAIL), Address.value != "")


def granted_addresses() -> Select[Any]:
    """The numbers and addresses whose newest word is a person's yes."""
    newest = select(func.max(Consent.id)).where(Consent.purpose == "appointment").group_by(Consent.address)
    return select(Consent.address).where(
        Consent.id.in_(newest), Consent.granted, Consent.source != "calendar"
    )
