"""Keeps what the search looks through: one line a person, one for an object without people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kehr.models import Address, Person, Property, SearchLine
from kehr.rules.terms.people import AddressKind
from kehr.rules.terms.search_text import line_of, numbers_line

_CHUNK = 500
_PERSON = (
    Person.id,
    Person.property_id,
    Person.unit,
    Person.title,
    Person.first_name,
    Person.name,
    Person.name2,
    Person.name3,
    Person.sms_name,
)


def refresh_search_lines(session: Session, property_ids: Collection[int]) -> None:
    """Writes the search lines of these objects anew, in the caller's transaction.

    Five statements for each 500 objects. Objects that are gone lose their lines.
    """
    session.flush()
    wanted = sorted(set(property_ids))
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        session.execute(
            delete(SearchLine).where(SearchLine.property_id.in_(chunk)),
            execution_options={"synchronize_session": False},
        )
        rows = list(_lines(session, chunk))
        if rows:
            session.execute(insert(SearchLine), rows)


def _lines(session: Session, ids: list[int]) -> Iterator[dict[str, Any]]:
    numbers = _numbers(session, ids)
    people: defaultdict[int, list[Any]] = defaultdict(list)
    for person in session.execute(
        select(*_PERSON).where(Person.property_id.in_(ids)).order_by(Person.position, Person.id)
    ):
        people[person.property_id].append(person)
    houses = session.execute(
        select(Property.id, Property.number, Property.street, Property.postcode, Property.town).where(
            Property.id.in_(ids)
        )
    )
    for house in houses:
        where = (house.street, house.postcode, house.town)
        if not people[house.id]:
            yield _row(house.id, None, line_of(house.number, where), "")
        for person in people[house.id]:
            text = line_of(house.number, (*person[2:], *where))
            yield _row(house.id, person.id, text, numbers_line(numbers[person.id]))


def _numbers(session: Session, ids: list[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(Address.person_id, Address.value, Address.typed)
        .join(Person, Person.id == Address.person_id)
        .where(Person.property_id.in_(ids), Address.kind != AddressKind.EMAIL)
        .order_by(Address.kind.desc(), Address.position)
    )
    for person_id, value, typed in rows:
        found[person_id].append(value or typed)
    return found


def _row(property_id: int, person_id: int | None, text: str, digits: str) -> dict[str, Any]:
    return {"property_id": property_id, "person_id": person_id, "text": text, "digits": digits}
