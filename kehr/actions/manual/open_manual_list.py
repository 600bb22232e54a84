"""Opens the manual window: loads whatever list somebody was looking at."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from kehr.actions.facts.house_facts import load_houses
from kehr.actions.manual.show_manual_list import addresses_at
from kehr.actions.people.search_objects import count_matching, matching_property_ids
from kehr.models import (
    Appointment,
    Branch,
    Calendar,
    ManualEntry,
    ManualList,
    ManualSend,
    Person,
    db,
    writing,
)
from kehr.rules.entries.residents import House
from kehr.rules.plan.manual_list import MOST_OBJECTS
from kehr.rules.terms.office_days import day_span

Place = tuple[int | None, int | None, int | None]
"""Object, person and appointment of one entry."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a list is made of: objects, single people, appointments, all appointments of office days,
    everything that a search finds, and exactly these places.
    """

    properties: Sequence[int] = ()
    people: Sequence[int] = ()
    appointments: Sequence[int] = ()
    days: Sequence[date] = ()
    search: str = ""
    places: Sequence[Place] = ()


class TooMany(ValueError):
    """More objects or appointments than one list takes; `count` of them."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


def open_manual_list(source: Source, title: str, by: str, zone: ZoneInfo, now: datetime) -> str:
    """Makes a list and returns its id. What no longer exists is left out. Raises TooMany."""
    with writing() as session:
        found = count_matching(source.search) if source.search else 0
        appointments = _appointments(session, source, zone)
        objects = [*source.properties, *matching_property_ids(source.search, MOST_OBJECTS)]
        count = len(appointments) + len(source.properties) + len(source.people) + found
        if count > MOST_OBJECTS:
            raise TooMany(count)
        people = _of_people(session, source.people)
        places = [*source.places, *_of_appointments(appointments), *people, *_of_objects(objects)]
        row = ManualList(
            id=secrets.token_hex(16),
            title=title[:200],
            audience="customers",
            branch_id=_branch(session, appointments),
            by=by,
            created_at=now,
            closed_how="",
        )
        session.add(row)
        session.flush()
        add_entries(session, row.id, places, 0)
        return row.id


def open_again(source: Source, title: str, by: str, zone: ZoneInfo, now: datetime) -> str:
    """The untouched list that this person opened of the same objects before, else a new one: opening the
    window from the menu leaves no trail of lists.
    """
    query = (
        select(ManualList)
        .where(ManualList.by == by, ManualList.title == title, ManualList.closed_at.is_(None))
        .where(ManualList.audience == "customers")
        .where(ManualList.created_at > now - timedelta(days=1))
        .order_by(ManualList.created_at.desc())
        .limit(1)
    )
    row = db.session.scalars(query).first()
    if row is not None:
        entries = db.session.execute(
            select(ManualEntry.property_id, ManualEntry.person_id, ManualEntry.appointment_id)
            .where(ManualEntry.list_id == row.id, ManualEntry.removed.is_(False))
            .order_by(ManualEntry.position)
        )
        sent = select(ManualSend.id).where(ManualSend.list_id == row.id)
        same = [tuple(entry) for entry in entries] == list(_of_objects(source.properties))
        if same and db.session.scalar(sent.limit(1)) is None:
            return str(row.id)
    return open_manual_list(source, title, by, zone, now)


def add_entries(session: Session, list_id: str, places: Iterable[Place], first: int) -> int:
    """Adds customers to a list from position `first` on, each once; how many."""
    unique = list(dict.fromkeys(places))
    session.add_all(
        ManualEntry(
            list_id=list_id,
            position=first + position,
            audience="customers",
            property_id=property_id,
            person_id=person_id,
            appointment_id=appointment_id,
        )
        for position, (property_id, person_id, appointment_id) in enumerate(unique)
    )
    session.flush()
    return len(unique)


def places_of_objects(ids: Sequence[int]) -> list[Place]:
    """Everybody at these objects; an object without people stands for itself."""
    return list(_of_objects(ids))


def _of_objects(ids: Sequence[int]) -> Iterator[Place]:
    houses = load_houses(ids)
    for property_id in ids:
        house = houses.get(property_id)
        if house is not None:
            yield from ((house.id, person.id, None) for person in house.people)
            if not house.people:
                yield (house.id, None, None)


def _of_people(session: Session, ids: Sequence[int]) -> Iterator[Place]:
    if ids:
        rows = session.execute(select(Person.id, Person.property_id).where(Person.id.in_(ids)))
        houses = {person_id: property_id for person_id, property_id in rows}
        yield from ((houses[person_id], person_id, None) for person_id in ids if person_id in houses)


def _of_appointments(rows: Sequence[Appointment]) -> Iterator[Place]:
    houses = load_houses(row.property_id for row in rows)
    for row in rows:
        house = houses.get(row.property_id or 0)
        if house is None:
            yield (None, None, row.id)
            continue
        meant = house.meant(row.person_id)
        yield from ((house.id, person.id, row.id) for person in meant)
        if not meant or _names_others(row, house):
            yield (house.id, None, row.id)


def _names_others(row: Appointment, house: House) -> bool:
    """Whether the entry itself names a number or address that nobody at the object has."""
    written = {phone["e164"] for phone in row.phones} | {address.lower() for address in row.emails}
    return bool(written - addresses_at(house))


def _appointments(session: Session, source: Source, zone: ZoneInfo) -> list[Appointment]:
    """The appointments asked for, soonest first; cancelled ones only when they were picked."""
    wanted: list[ColumnElement[bool]] = []
    if source.appointments:
        wanted.append(Appointment.id.in_(source.appointments))
    for day in source.days:
        begins, ends = day_span(day, day, zone)
        within = and_(Appointment.start >= begins, Appointment.start < ends)
        wanted.append(and_(within, Appointment.cancelled_at.is_(None), Calendar.active))
    if not wanted:
        return []
    query = select(Appointment).join(Calendar).where(or_(*wanted))
    return list(session.scalars(query.order_by(Appointment.start, Appointment.id)))


def _branch(session: Session, appointments: Sequence[Appointment]) -> int | None:
    """The branch that writes: the appointments' own if they share one, else the only one there is."""
    calendars = {row.calendar_id for row in appointments}
    if calendars:
        query = select(Calendar.branch_id).where(Calendar.id.in_(calendars)).distinct()
        own = list(session.scalars(query))
        return own[0] if len(own) == 1 else None
    branches = list(session.scalars(select(Branch.id).where(Branch.archived_at.is_(None)).limit(2)))
    return branches[0] if len(branches) == 1 else None
