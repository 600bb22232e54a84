"""Finds objects by number, name, street, town or telephone number in any spelling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, or_, select

from kehr.models import Address, Person, Property, SearchLine, db
from kehr.rules.terms.people import AddressKind, key_of
from kehr.rules.terms.search_text import Query, Term, digits_of, read_query


@dataclass(frozen=True, slots=True)
class Hit:
    """One object that was found, with the person of it whom the search is about, if any.

    `phone` is the number that fits as it was typed, else that person's first one.
    """

    property_id: int
    number: str
    street: str
    postcode: str
    town: str
    person_id: int | None = None
    name: str = ""
    unit: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """Some of what a search finds, in its order, and how many objects it finds in all."""

    hits: tuple[Hit, ...] = ()
    total: int = 0


def search_objects(text: str, limit: int = 10, offset: int = 0) -> list[Hit]:
    """The best hits: the object of that number first, then numbers that begin so, then by number."""
    return list(find_objects(text, limit, offset).hits)


def find_objects(text: str, limit: int = 10, offset: int = 0) -> Hits:
    """`search_objects` and `count_matching` at the price of one: the lines are gone through once."""
    query = read_query(text)
    if not query:
        return Hits()
    houses = select(Property.id, Property.number, Property.street, Property.postcode, Property.town)
    found: type[Property] | CTE = Property
    if not query.everything:
        # Asked for twice below, a CTE is worked out once by SQLite and PostgreSQL alike.
        found = select(SearchLine.property_id).where(_fits(query)).distinct().cte("found")
        houses = houses.where(Property.id.in_(select(found.c.property_id)))
    total = select(func.count()).select_from(found).scalar_subquery()
    rows = db.session.execute(
        houses.add_columns(total).order_by(*_order(query)).limit(limit).offset(offset)
    ).all()
    if not rows:
        return Hits((), count_matching(text) if offset else 0)
    people = _people(query, [row.id for row in rows])
    return Hits(tuple(Hit(*row[:-1], *people.get(row.id, ())) for row in rows), rows[0][-1])


def matching_property_ids(text: str, limit: int, offset: int = 0) -> list[int]:
    """The objects a search finds, in the order of `search_objects`. `*` finds all, an empty text none."""
    query = read_query(text)
    if not query:
        return []
    ids = select(Property.id).where(*_found(query)).order_by(*_order(query))
    return list(db.session.scalars(ids.limit(limit).offset(offset)))


def count_matching(text: str) -> int:
    """How many objects a search finds."""
    query = read_query(text)
    if not query:
        return 0
    if query.everything:
        return db.session.scalar(select(func.count()).select_from(Property)) or 0
    return db.session.scalar(select(func.count(SearchLine.property_id.distinct())).where(_fits(query))) or 0


def _found(query: Query) -> list[ColumnElement[bool]]:
    if query.everything:
        return []
    return [Property.id.in_(select(SearchLine.property_id).where(_fits(query)))]


def _order(query: Query) -> list[ColumnElement[Any]]:
    by_number: list[ColumnElement[Any]] = [Property.number_key.asc()]
    key = key_of(query.number)
    if not key:
        return by_number
    begins = Property.number_key.startswith(key, autoescape=True)
    return [case((Property.number_key == key, 0), (begins, 1), else_=2), *by_number]


def _fits(query: Query) -> ColumnElement[bool]:
    """Whether a search line holds everything that is asked for."""
    parts = [_holds(term) for term in query.terms]
    if query.email:
        parts.append(
            SearchLine.person_id.in_(
                select(Address.person_id).where(
                    Address.kind == AddressKind.EMAIL, Address.value.contains(query.email, autoescape=True)
                )
            )
        )
    return and_(*parts)


def _holds(term: Term) -> ColumnElement[bool]:
    words = and_(*(SearchLine.text.contains(word, autoescape=True) for word in term.words))
    if not term.digits:
        return words
    wanted = f" {term.digits}" if term.from_start else term.digits
    return or_(words, SearchLine.digits.contains(wanted))


def _people(query: Query, ids: Sequence[int]) -> dict[int, tuple[int, str, str, str]]:
    """By object the first of its people who fits: id, name, flat and number."""
    if not ids:
        return {}
    rows = select(Person.id, Person.property_id, Person.first_name, Person.name, Person.unit).where(
        Person.property_id.in_(ids)
    )
    if not query.everything:
        lines = select(SearchLine.person_id).where(SearchLine.property_id.in_(ids), _fits(query))
        rows = rows.where(Person.id.in_(lines))
    chosen = {}
    for row in db.session.execute(rows.order_by(Person.position.desc(), Person.id.desc())):
        chosen[row.property_id] = row
    phones = _phones(query, [row.id for row in chosen.values()])
    return {
        house: (row.id, f"{row.first_name} {row.name}".strip(), row.unit, phones.get(row.id, ""))
        for house, row in chosen.items()
    }


def _phones(query: Query, people: Sequence[int]) -> dict[int, str]:
    asked = [term.digits for term in query.terms if term.digits]
    numbers: dict[int, list[str]] = {}
    for person_id, typed in db.session.execute(
        select(Address.person_id, Address.typed)
        .where(Address.person_id.in_(people), Address.kind == AddressKind.PHONE)
        .order_by(Address.position)
    ):
        numbers.setdefault(person_id, []).append(typed)
    return {person: _fitting(typed, asked) for person, typed in numbers.items()}


def _fitting(numbers: Sequence[str], asked: Iterable[str]) -> str:
    for digits in asked:
        for typed in numbers:
            if digits in digits_of(typed):
                return typed
    return numbers[0]
