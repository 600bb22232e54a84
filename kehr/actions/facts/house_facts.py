"""Loads the objects of appointments with their people, and which numbers stand for several customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select

from kehr.actions.facts.chunks import chunks
from kehr.models import Address, Person, Property, db
from kehr.rules.entries.residents import House, HouseAddress, HousePerson
from kehr.rules.plan.recipients import shared_numbers
from kehr.rules.terms.people import AddressKind, Purpose, Role

AT_ONCE = 500
_KINDS = {kind.value: kind for kind in AddressKind}
_PURPOSES = {purpose.value: purpose for purpose in Purpose}
_ROLES = {role.value: role for role in Role}
"""Looked up instead of called: planning reads tens of thousands of rows."""


class Placed(Protocol):
    """Whatever has an object: a row of an appointment, light or whole."""

    @property
    def property_id(self) -> int | None:
        """Its object."""


class Entry(Placed, Protocol):
    """An appointment, as far as its numbers and names go."""

    @property
    def name(self) -> str:
        """The name in the entry."""

    @property
    def phones(self) -> list[Any]:
        """The numbers in the entry."""

    @property
    def object_number(self) -> str:
        """The object that the entry names."""

    @property
    def cancelled_at(self) -> datetime | None:
        """When it was cancelled for sure."""

    @property
    def start(self) -> datetime:
        """When it begins."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What planning knows around the appointments: their objects, and the numbers of several customers."""

    houses: Mapping[int, House] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)

    def house_of(self, row: Placed) -> House | None:
        """The object of an appointment, None when none was found."""
        return self.houses.get(row.property_id) if row.property_id is not None else None


def load_houses(property_ids: Iterable[int | None]) -> dict[int, House]:
    """Objects with their people and addresses, by id."""
    wanted = sorted({property_id for property_id in property_ids if property_id is not None})
    houses: dict[int, House] = {}
    for chunk in chunks(wanted, AT_ONCE):
        people = _people(chunk)
        columns = (Property.id, Property.number, Property.street, Property.postcode, Property.town)
        for id_, number, street, postcode, town in db.session.execute(
            select(*columns).where(Property.id.in_(chunk))
        ):
            houses[id_] = House(id_, number, street, f"{postcode} {town}".strip(), tuple(people.get(id_, ())))
    return houses


def _people(property_ids: Sequence[int]) -> dict[int, list[HousePerson]]:
    addresses: dict[int, list[HouseAddress]] = defaultdict(list)
    query = (
        select(Address.person_id, Address.kind, Address.value, Address.type, Address.purpose)
        .join(Person, Person.id == Address.person_id)
        .where(Person.property_id.in_(property_ids))
        .order_by(Address.kind.desc(), Address.position)
    )
    for person_id, kind, value, type_, purpose in db.session.execute(query):
        addresses[person_id].append(HouseAddress(_KINDS[kind], value, type_, _PURPOSES[purpose]))
    columns = (
        Person.id,
        Person.role,
        Person.unit,
        Person.salutation,
        Person.title,
        Person.first_name,
        Person.name,
        Person.sms_name,
    )
    found: dict[int, list[HousePerson]] = defaultdict(list)
    rows = db.session.execute(
        select(Person.property_id, *columns)
        .where(Person.property_id.in_(property_ids))
        .order_by(Person.position, Person.id)
    )
    for property_id, id_, role, *said in rows:
        unit, salutation, title, first_name, name, sms_name = said
        own = tuple(addresses.get(id_, ()))
        found[property_id].append(
            HousePerson(id_, _ROLES[role], unit, salutation, title, first_name, name, sms_name, own)
        )
    return found


def look_around(rows: Collection[Entry], accepted: Mapping[str, str], now: datetime) -> Surroundings:
    """Everything around these appointments; `accepted` are names that a person said share a number."""
    houses = load_houses(row.property_id for row in rows)
    return Surroundings(houses, _shared(rows, houses, accepted, now))


def look_for_shared(rows: Collection[Entry], accepted: Mapping[str, str], now: datetime) -> Surroundings:
    """Only which numbers stand for several customers, without the objects."""
    houses = load_houses(row.property_id for row in rows if row.phones)
    return Surroundings(shared=_shared(rows, houses, accepted, now))


def _shared(
    rows: Iterable[Entry], houses: Mapping[int, House], accepted: Mapping[str, str], now: datetime
) -> dict[str, str]:
    entries = list(_in_entries(rows, houses, now))
    return shared_numbers([*entries, *_at_objects({number for number, _, _ in entries})], accepted)


def _in_entries(
    rows: Iterable[Entry], houses: Mapping[int, House], now: datetime
) -> Iterator[tuple[str, str, str]]:
    """Numbers in coming entries; those that the object knows itself are told by the master data."""
    own = {
        house_id: {a.value for person in house.people for a in person.phones}
        for house_id, house in houses.items()
    }
    for row in rows:
        if row.cancelled_at is not None or row.start <= now:
            continue
        house = houses.get(row.property_id) if row.property_id is not None else None
        known = own[house.id] if house else set()
        for phone in row.phones:
            if phone["e164"] not in known:
                yield phone["e164"], row.name, house.number if house else row.object_number


def _at_objects(named: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Numbers that several people have in the master data, or somebody there and an entry that is not his
    (`named`). Managers have many houses, that is no fault.
    """
    several = (
        select(Address.value)
        .where(Address.kind == AddressKind.PHONE, Address.value != "")
        .group_by(Address.value)
        .having(func.count() > 1)
    )
    query = (
        select(Address.value, Person.first_name, Person.name, Property.number)
        .join(Person, Person.id == Address.person_id)
        .join(Property, Property.id == Person.property_id)
        .where(Address.kind == AddressKind.PHONE, Person.role != Role.MANAGER)
        .order_by(Address.value, Person.id)
    )
    wanted = [
        Address.value.in_(several),
        *(Address.value.in_(chunk) for chunk in chunks(sorted(named), AT_ONCE)),
    ]
    for one in wanted:
        for value, first_name, name, number in db.session.execute(query.where(one)):
            yield value, f"{first_name} {name}".strip(), number
