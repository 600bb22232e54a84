"""The scanned forms that wait for somebody, those done lately, and one of them with its object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kehr.actions.people.consent_state import ConsentState, consent_states
from kehr.models import Address, Consent, Person, Property, Scan, db
from kehr.rules.terms.people import key_of

MOST_WAITING = 200
MOST_DONE = 30


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One scan in a list, with its object and the person whose sheet it is, where they are known."""

    scan: Scan
    house: Property | None
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class ScanList:
    """`filed` wait for their ticks, `tray` for an object; `done` are the newest of the others."""

    filed: tuple[ScanLine, ...]
    tray: tuple[ScanLine, ...]
    done: tuple[ScanLine, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class ScanView:
    """One scan: the people of its object, him whom the form names first, and what was written from it."""

    scan: Scan
    house: Property | None
    people: tuple[Person, ...]
    named: Person | None
    states: Mapping[str, ConsentState]
    rows: tuple[Consent, ...]

    def addresses(self, person: Person) -> list[Address]:
        """What of a person can be ticked: numbers and e-mail addresses that are none too many."""
        return [address for address in person.addresses if address.kind != "fax"]


def waiting_scans() -> int:
    """How many forms wait for somebody."""
    return db.session.scalar(select(func.count()).select_from(Scan).where(Scan.done_at.is_(None))) or 0


def list_scans() -> ScanList:
    """All that waits, the oldest first, and what was done lately, the newest first."""
    query = select(Scan, Property).outerjoin(Property, Property.id == Scan.property_id)
    waiting = [
        ScanLine(*row)
        for row in db.session.execute(
            query.where(Scan.done_at.is_(None)).order_by(Scan.id).limit(MOST_WAITING)
        )
    ]
    done = db.session.execute(
        query.where(Scan.done_at.is_not(None), Scan.done_by != "")
        .order_by(Scan.done_at.desc(), Scan.id.desc())
        .limit(MOST_DONE)
    )
    return ScanList(
        filed=_with_people([line for line in waiting if line.house is not None]),
        tray=tuple(line for line in waiting if line.house is None),
        done=tuple(ScanLine(*row) for row in done),
        waiting=waiting_scans(),
    )


def _with_people(lines: list[ScanLine]) -> tuple[ScanLine, ...]:
    houses = {line.house.id for line in lines if line.house}
    people: dict[int, list[Person]] = {}
    for person in db.session.scalars(select(Person).where(Person.property_id.in_(houses))):
        people.setdefault(person.property_id, []).append(person)
    return tuple(
        replace(line, person=_named(line.scan, people.get(line.house.id, []))) for line in lines if line.house
    )


def find_scan(scan_id: int) -> ScanView | None:
    """One scan with everything its page shows."""
    scan = db.session.get(Scan, scan_id)
    if scan is None:
        return None
    house = db.session.scalar(
        select(Property)
        .where(Property.id == scan.property_id)
        .options(selectinload(Property.people).selectinload(Person.addresses))
    )
    people = list(house.people) if house else []
    named = _named(scan, people)
    people.sort(key=lambda person: person is not named)
    values = [address.value for person in people for address in person.addresses]
    rows = db.session.scalars(select(Consent).where(Consent.scan_id == scan.id).order_by(Consent.id))
    return ScanView(scan, house, tuple(people), named, consent_states(values), tuple(rows))


def _named(scan: Scan, people: list[Person]) -> Person | None:
    """The person whose sheet this is, as its code says; the only one where there is only one."""
    code, _, unit = scan.note.partition(" ")
    if scan.done_at is None and code == "unit":
        return next((person for person in people if person.unit_key == key_of(unit)), None)
    return people[0] if len(people) == 1 else None
