"""Finds the object that each appointment belongs to, and remembers what people say about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from kehr.actions.facts.chunks import chunks
from kehr.actions.facts.customers_only import of_customers
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Address, Appointment, MatchCorrection, Person, Property, db, writing
from kehr.rules.entries.matching import (
    HAND,
    SURE,
    EntryText,
    Known,
    Match,
    Resident,
    candidates,
    find_object,
    mark_of,
    number_keys,
    street_key,
    street_keys,
)
from kehr.rules.terms.people import key_of

AT_ONCE = 500
STILL = timedelta(days=1)
"""An appointment of yesterday may still get its feedback; older ones keep what they have."""


class NotThere(LookupError):
    """The appointment, object or party does not exist (any more), or they do not belong together."""


class _Row(NamedTuple):
    id: int
    calendar_id: int
    summary: str
    description: str
    location: str
    name: str
    place: str
    object_number: str
    phones: list[dict[str, str]]
    property_id: int | None
    person_id: int | None
    match_by: str
    match_confidence: int

    @property
    def numbers(self) -> list[str]:
        return [phone["e164"] for phone in self.phones]


def match_coming(now: datetime) -> int:
    """Looks for the objects of all coming appointments, in a transaction of its own; how many changed.

    It does not plan.
    """
    with writing() as session:
        return match_rows(session, _columns().where(Appointment.start > now - STILL))


def match_ids(session: Session, ids: Collection[int]) -> int:
    """Looks for the objects of these appointments inside the caller's transaction; how many changed."""
    wanted = sorted(ids)
    changed = 0
    for start in range(0, len(wanted), AT_ONCE):
        changed += match_rows(session, _columns().where(Appointment.id.in_(wanted[start : start + AT_ONCE])))
    return changed


def correct_match(
    appointment_id: int, property_id: int | None, person_id: int | None, by: str, now: datetime
) -> int:
    """A person's word: this entry, and all like it in its calendar, belong to that object (None: to none).

    Remembered for entries to come; plans anew. How many appointments it changed. Raises NotThere.
    """
    with writing() as session:
        appointment = session.get(Appointment, appointment_id)
        if appointment is None or not _belong_together(session, property_id, person_id):
            raise NotThere
        numbers = [phone["e164"] for phone in appointment.phones]
        mark = mark_of(appointment.summary, appointment.place, appointment.object_number, numbers)
        known = session.scalars(
            select(MatchCorrection).where(
                MatchCorrection.calendar_id == appointment.calendar_id, MatchCorrection.mark == mark
            )
        ).first()
        if known is None:
            known = MatchCorrection(calendar_id=appointment.calendar_id, mark=mark)
            session.add(known)
        known.property_id, known.person_id, known.at, known.by = property_id, person_id, now, by
        session.flush()
        same_calendar = _columns().where(
            Appointment.calendar_id == appointment.calendar_id,
            (Appointment.start > now - STILL) | (Appointment.id == appointment_id),
        )
        changed = match_rows(session, same_calendar)
    plan_messages(now)
    return changed


def _belong_together(session: Session, property_id: int | None, person_id: int | None) -> bool:
    if property_id is None:
        return person_id is None
    if session.get(Property, property_id) is None:
        return False
    person = session.get(Person, person_id) if person_id is not None else None
    return person_id is None or (person is not None and person.property_id == property_id)


def _columns() -> Select[Any]:
    query = select(*(getattr(Appointment, name) for name in _Row._fields))
    return query.where(of_customers(Appointment.calendar_id)).order_by(Appointment.id)


def match_rows(session: Session, query: Select[Any]) -> int:
    """Matches the appointments that a query of `_columns` selects; how many changed."""
    rows = [_Row._make(row) for row in session.execute(query)]
    if not rows:
        return 0
    corrections = _corrections(session, {row.calendar_id for row in rows})
    known = _known(session, rows)
    changes = []
    for row in rows:
        match = _match(row, corrections, known)
        new = (match.property_id, match.person_id, match.by, match.confidence)
        if new != (row.property_id, row.person_id, row.match_by, row.match_confidence):
            changes.append(
                {
                    "id": row.id,
                    "property_id": match.property_id,
                    "person_id": match.person_id,
                    "match_by": match.by,
                    "match_confidence": match.confidence,
                }
            )
    if changes:
        session.execute(update(Appointment), changes)
    return len(changes)


def find_candidates(appointment_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """By appointment the ids of the objects it could mean, the likeliest first; at most some hundreds."""
    query = _columns().where(Appointment.id.in_(sorted(appointment_ids)))
    rows = [_Row._make(row) for row in db.session.execute(query)]
    known = _known(db.session(), rows)
    return {row.id: candidates(_text(row), known) for row in rows}


def _match(row: _Row, corrections: dict[tuple[int, str], MatchCorrection], known: Known) -> Match:
    if corrections:
        mark = mark_of(row.summary, row.place, row.object_number, row.numbers)
        said = corrections.get((row.calendar_id, mark))
        if said is not None:
            return Match(said.property_id, said.person_id, HAND, SURE)
    return find_object(_text(row), known)


def _text(row: _Row) -> EntryText:
    texts = (row.summary, row.location, row.description)
    return EntryText(row.object_number, tuple(row.numbers), row.name, row.place, texts)


def _corrections(session: Session, calendars: set[int]) -> dict[tuple[int, str], MatchCorrection]:
    query = select(MatchCorrection).where(MatchCorrection.calendar_id.in_(calendars))
    return {(row.calendar_id, row.mark): row for row in session.scalars(query)}


def _known(session: Session, rows: Sequence[_Row]) -> Known:
    """What the master data hold of the numbers, phones and streets that these entries name."""
    numbers = _numbers(session, {key_of(row.object_number) for row in rows if row.object_number})
    rest = [row for row in rows if key_of(row.object_number) not in numbers]
    numbers |= _numbers(session, {key for row in rest for key in number_keys(_text(row))})
    phones = _phones(session, {number for row in rest for number in row.numbers})
    keys = {key for row in rest for key in street_keys(_text(row))}
    return Known(numbers, phones, _streets(session, keys) if keys else {})


def _numbers(session: Session, keys: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in chunks(sorted(keys)):
        query = select(Property.number_key, Property.id).where(Property.number_key.in_(chunk))
        found |= {key: property_id for key, property_id in session.execute(query)}
    return found


def _phones(session: Session, numbers: set[str]) -> dict[str, list[Resident]]:
    found: dict[str, list[Resident]] = defaultdict(list)
    for chunk in chunks(sorted(numbers)):
        query = _residents(Address.value).join(Address, Address.person_id == Person.id)
        for value, *rest in session.execute(query.where(Address.kind == "phone", Address.value.in_(chunk))):
            found[value].append(Resident(*rest))
    return found


def _streets(session: Session, keys: set[str]) -> dict[str, list[Resident]]:
    houses = {
        property_id: key
        for property_id, street in session.execute(select(Property.id, Property.street))
        if (key := street_key(street)) in keys
    }
    found: dict[str, list[Resident]] = defaultdict(list)
    for chunk in chunks(sorted(houses)):
        for property_id, *rest in session.execute(
            _residents(Property.id).where(Person.property_id.in_(chunk))
        ):
            found[houses[property_id]].append(Resident(*rest))
    return found


def _residents(first: Any) -> Select[Any]:
    return select(
        first,
        Person.property_id,
        Person.id,
        Person.role,
        Person.name,
        Property.street,
        Property.postcode,
    ).join(Property, Property.id == Person.property_id)
