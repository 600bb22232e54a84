"""Everybody at an object who could be told of an appointment there, merged into numbers and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.people import AddressKind, Purpose, Role, fits, takes_sms


@dataclass(frozen=True, slots=True)
class HouseAddress:
    """A number or e-mail address of a person: `value` as it is told, `type` of a phone."""

    kind: AddressKind
    value: str
    type: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class HousePerson:
    """Somebody at an object, with what a text says of him. `sms_name` is a cheap spelling of `name`."""

    id: int
    role: Role
    unit: str
    salutation: str
    title: str
    first_name: str
    name: str
    sms_name: str
    addresses: tuple[HouseAddress, ...] = ()

    @property
    def full_name(self) -> str:
        """First name and name."""
        return f"{self.first_name} {self.name}".strip()

    @property
    def mobiles(self) -> tuple[HouseAddress, ...]:
        """The numbers that an SMS can reach."""
        return tuple(a for a in self.phones if takes_sms(a.type))

    @property
    def phones(self) -> tuple[HouseAddress, ...]:
        """All numbers."""
        return tuple(a for a in self.addresses if a.kind == AddressKind.PHONE and a.value)

    @property
    def emails(self) -> tuple[HouseAddress, ...]:
        """All e-mail addresses."""
        return tuple(a for a in self.addresses if a.kind == AddressKind.EMAIL and a.value)


@dataclass(frozen=True, slots=True)
class House:
    """An object with its people, in the order in which an office lists them."""

    id: int
    number: str
    street: str
    town: str
    people: tuple[HousePerson, ...] = ()

    @property
    def address(self) -> str:
        """Street and town in one line."""
        return ", ".join(part for part in (self.street, self.town) if part)

    def person(self, person_id: int | None) -> HousePerson | None:
        """One of its people; None when there is none of that id."""
        return next((p for p in self.people if p.id == person_id), None)

    def told_at(self, kind: AddressKind, value: str, work: WorkKind, only: int | None) -> Holder | None:
        """Who hears of that work under this number or address; `only` as in `meant`."""
        return holders(self.meant(only), kind, work).get(value)

    def meant(self, person_id: int | None) -> tuple[HousePerson, ...]:
        """The people an appointment is for: one party, or everybody."""
        return tuple(p for p in self.people if person_id is None or p.id == person_id)


@dataclass(slots=True)
class Holder:
    """An address as the people of a house have it: `person` is the first whose purpose fits, if any does."""

    value: str
    person: HousePerson
    fits: bool
    purpose: Purpose
    people: list[HousePerson] = field(default_factory=list)


def holders(people: Sequence[HousePerson], kind: AddressKind, work: WorkKind) -> dict[str, Holder]:
    """By value, every mobile number or e-mail address of these people, each once (C10)."""
    found: dict[str, Holder] = {}
    for person in people:
        for address in person.mobiles if kind == AddressKind.PHONE else person.emails:
            allowed = fits(address.purpose, work)
            known = found.get(address.value)
            if known is None:
                found[address.value] = Holder(address.value, person, allowed, address.purpose, [person])
                continue
            known.people.append(person)
            if allowed and not known.fits:
                known.person, known.fits, known.purpose = person, True, address.purpose
    return found


def is_manager(holder: Holder) -> bool:
    """Whether this address hears of all its houses in one digest."""
    return holder.person.role == Role.MANAGER
