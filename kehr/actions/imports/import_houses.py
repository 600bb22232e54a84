"""The objects that a list speaks about, as they are: loaded in few statements, changed in memory first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.chunks import chunks
from kehr.models import Address, Person, Property
from kehr.rules.imports.import_customers import Slot
from kehr.rules.terms.people import AddressKind

HOUSE = ("number", "street", "country", "postcode", "town", "land", "units", "note")
PERSON = (
    "unit",
    "role",
    "position",
    "salutation",
    "title",
    "first_name",
    "name",
    "name2",
    "name3",
    "sms_name",
    "www",
)
ADDRESS = ("typed", "value", "type", "country", "purpose")


@dataclass(slots=True)
class AddressState:
    """A number or address as it is or will be; `id` None is still to be written."""

    values: dict[str, Any]
    id: int | None = None
    changed: bool = False
    gone: bool = False


@dataclass(slots=True)
class PersonState:
    """A person likewise, with the addresses by their places."""

    unit_key: str
    values: dict[str, Any]
    id: int | None = None
    changed: bool = False
    addresses: dict[Slot, AddressState] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """First name and name."""
        return f"{self.values['first_name']} {self.values['name']}".strip()


@dataclass(slots=True)
class HouseState:
    """An object likewise, with its people by the keys of their flats."""

    key: str
    values: dict[str, Any]
    id: int | None = None
    changed: bool = False
    people: dict[str, PersonState] = field(default_factory=dict)


def load_houses(session: Session, keys: Collection[str]) -> dict[str, HouseState]:
    """The objects of these keys that exist, with everybody in them; nothing is locked or changed."""
    found: dict[str, HouseState] = {}
    by_id: dict[int, HouseState] = {}
    for chunk in chunks(sorted(keys)):
        query = select(Property.id, Property.number_key, *(getattr(Property, name) for name in HOUSE))
        for id_, key, *values in session.execute(query.where(Property.number_key.in_(chunk))):
            found[key] = by_id[id_] = HouseState(key, dict(zip(HOUSE, values, strict=True)), id_)
    people: dict[int, PersonState] = {}
    for ids in chunks(sorted(by_id)):
        query = select(
            Person.id, Person.property_id, Person.unit_key, *(getattr(Person, name) for name in PERSON)
        )
        for id_, house_id, key, *values in session.execute(query.where(Person.property_id.in_(ids))):
            person = PersonState(key, dict(zip(PERSON, values, strict=True)), id_)
            by_id[house_id].people[key] = people[id_] = person
    for ids in chunks(sorted(people)):
        query = select(
            Address.id,
            Address.person_id,
            Address.kind,
            Address.position,
            *(getattr(Address, name) for name in ADDRESS),
        )
        for id_, person_id, kind, position, *values in session.execute(
            query.where(Address.person_id.in_(ids))
        ):
            slot = (AddressKind(kind), position)
            people[person_id].addresses[slot] = AddressState(dict(zip(ADDRESS, values, strict=True)), id_)
    return found


def zeros_lost(session: Session) -> dict[str, str]:
    """By a number without its leading zeros, the object's number that has them."""
    rows = session.execute(
        select(Property.number_key, Property.number).where(Property.number_key.startswith("0"))
    )
    return {key.lstrip("0"): number for key, number in rows if key.isdecimal()}


def all_people(houses: Iterable[HouseState]) -> Iterator[tuple[HouseState, PersonState]]:
    """Everybody in these objects."""
    for house in houses:
        for person in house.people.values():
            yield house, person
