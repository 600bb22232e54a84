"""Creates and changes objects, the people in them, and their numbers and e-mail addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.people.consent_state import consent_states
from kehr.actions.people.match_appointments import match_coming
from kehr.actions.people.object_values import Values, form_values, own_person, person_values, read_stand
from kehr.actions.people.search_lines import refresh_search_lines
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Address, Person, Property, writing
from kehr.rules.forms.object_form import Checked, CheckedAddress, check_house, check_person
from kehr.rules.terms.people import AddressKind, key_of, takes_sms


class ObjectRefused(ValueError):
    """Input about an object or a person that is not stored; `faults` has a German sentence a field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


class ObjectChanged(ValueError):
    """Somebody else has stored something since the form was opened. Nothing is saved.

    `now` is what is stored now, `merged` what the form should show: what was typed, and the other's word
    in fields that were not touched here. `clashes` are the fields that both have changed.
    """

    def __init__(self, before: Values, typed: Mapping[str, Any], now: Values) -> None:
        self.now = now
        self.theirs = tuple(name for name in now if before.get(name) != now[name] != typed.get(name))
        self.merged = {name: typed.get(name) for name in now}
        untouched = [name for name in self.theirs if typed.get(name) == before.get(name)]
        self.merged |= {name: now[name] for name in untouched}
        self.clashes = tuple(name for name in self.theirs if name not in untouched)
        super().__init__(", ".join(self.theirs))


class ObjectGone(LookupError):
    """The object or the person does not exist (any more)."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was stored. `unticked` are the numbers and e-mail addresses that are new to this person and
    may not be told anything yet, as typed.
    """

    property_id: int
    changed: bool
    unticked: tuple[str, ...] = ()


def save_object(property_id: int | None, typed: Mapping[str, Any], stand: str, now: datetime) -> Saved:
    """Stores the object and its own address (a new object when `property_id` is None), all or nothing.

    `stand` is what the form showed when it was opened. Raises ObjectRefused, ObjectChanged or ObjectGone.
    """
    house, own = check_house(typed), check_person(typed, party=False)
    faults = house.faults | own.faults
    with writing() as session:
        row = _house(session, property_id)
        faults |= _number_taken(session, str(house.values.get("number", "")), property_id)
        if faults:
            raise ObjectRefused(faults)
        if row is None:
            row = Property(created_at=now, changed_at=now)
            session.add(row)
        else:
            _compare(stand, typed, form_values(row))
        changed = _store_house(row, house, now)
        session.flush()
        person = own_person(row)
        before = _values_of(person)
        if not own.says_nothing:
            if person is None:
                person = _new_person(row, own, now)
            changed = _store_person(session, person, own, now) or changed
        elif person is not None:
            session.delete(person)
            changed = True
        if changed:
            refresh_search_lines(session, [row.id])
        saved = row.id
    return _follow_up(saved, changed, before, own.addresses, now)


def save_party(
    property_id: int, person_id: int | None, typed: Mapping[str, Any], stand: str, now: datetime
) -> Saved:
    """Stores one party of an object (a new one when `person_id` is None); like `save_object`."""
    checked = check_person(typed, party=True)
    with writing() as session:
        house = _house(session, property_id)
        person = find_party(house, person_id)
        if house is None or (person_id is not None and person is None):
            raise ObjectGone
        faults = checked.faults | _unit_taken(house, str(checked.values["unit"]), person_id)
        if faults:
            raise ObjectRefused(faults)
        before = _values_of(person)
        if person is None:
            person = _new_person(house, checked, now)
        else:
            _compare(stand, typed, person_values(person, party=True))
        changed = _store_person(session, person, checked, now)
        if changed:
            refresh_search_lines(session, [property_id])
    return _follow_up(property_id, changed, before, checked.addresses, now)


def find_party(house: Property | None, person_id: int | None) -> Person | None:
    """That party of the object; its own address is none."""
    people = house.people if house is not None else []
    return next((p for p in people if p.id == person_id and p.unit_key), None) if person_id else None


def after_change(now: datetime) -> None:
    """What follows any change here: entries find their objects anew, messages their people."""
    match_coming(now)
    plan_messages(now)


def _house(session: Session, property_id: int | None) -> Property | None:
    if property_id is None:
        return None
    row = session.get(Property, property_id)
    if row is None:
        raise ObjectGone
    return row


def _number_taken(session: Session, number: str, property_id: int | None) -> dict[str, str]:
    same = session.scalar(select(Property).where(Property.number_key == key_of(number))) if number else None
    if same is None or same.id == property_id:
        return {}
    where = ", ".join(part for part in (same.street, same.town) if part)
    whose = f" ({where})" if where else ""
    return {"number": f"Die Nummer {same.number} gibt es schon{whose}. Wählen Sie eine andere."}


def _unit_taken(house: Property, unit: str, person_id: int | None) -> dict[str, str]:
    key = key_of(unit)
    same = next((p for p in house.people if p.unit_key == key and key and p.id != person_id), None)
    if same is None:
        return {}
    return {"unit": f"»{same.unit}« gibt es hier schon: {same.full_name}. Schreiben Sie eine andere Einheit."}


def _compare(stand: str, typed: Mapping[str, Any], stored: Values) -> None:
    clash = ObjectChanged(read_stand(stand), typed, stored)
    if clash.theirs:
        raise clash


def _store_house(row: Property, checked: Checked, now: datetime) -> bool:
    values = checked.values | {"number_key": key_of(str(checked.values["number"]))}
    return _assign(row, values, now)


def _new_person(house: Property, checked: Checked, now: datetime) -> Person:
    after = max((person.position for person in house.people), default=-1) + 1
    person = Person(position=after if checked.values["unit"] else 0, created_at=now, changed_at=now)
    house.people.append(person)
    return person


def _store_person(session: Session, person: Person, checked: Checked, now: datetime) -> bool:
    values = checked.values | {"unit_key": key_of(str(checked.values["unit"]))}
    changed = _assign(person, values, now)
    wanted = {(str(address.kind), address.position): address for address in checked.addresses}
    for row in list(person.addresses):
        if (row.kind, row.position) not in wanted:
            person.addresses.remove(row)
            changed = True
    known = {(row.kind, row.position): row for row in person.addresses}
    for place, address in wanted.items():
        if place not in known:
            known[place] = Address(kind=place[0], position=place[1])
            person.addresses.append(known[place])
        changed = _store_address(known[place], address) or changed
    if changed:
        person.changed_at = now
    session.flush()
    return changed


def _store_address(row: Address, address: CheckedAddress) -> bool:
    values = {name: getattr(address, name) for name in ("typed", "value", "type", "country", "purpose")}
    return _differs(row, {name: str(value) for name, value in values.items()})


def _assign(row: Any, values: Mapping[str, object], now: datetime) -> bool:
    changed = _differs(row, values)
    if changed:
        row.changed_at = now
    return changed


def _differs(row: Any, values: Mapping[str, object]) -> bool:
    changed = False
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


def _values_of(person: Person | None) -> set[str]:
    return {address.value for address in person.addresses} if person is not None else set()


def _follow_up(
    property_id: int, changed: bool, before: set[str], addresses: Iterable[CheckedAddress], now: datetime
) -> Saved:
    if changed:
        after_change(now)
    fresh = [
        address
        for address in addresses
        if address.value not in before and (address.kind == AddressKind.EMAIL or takes_sms(address.type))
    ]
    states = consent_states([address.value for address in fresh])
    unticked = tuple(address.typed for address in fresh if not states[address.value].ticked)
    return Saved(property_id, changed, unticked)
