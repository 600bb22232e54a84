"""Gathers what the consent forms of objects show: one sheet for each person, with the addresses to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kehr.models import Address, Person, Property, db
from kehr.rules.visits.consent_form import WORDING, FormMark, encode_mark

MOST_OBJECTS = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form: everybody signs his own, so that no neighbour reads another's number.

    `person` is None for an object of which nobody is known.
    """

    house: Property
    person: Person | None
    addresses: tuple[Address, ...]
    mark: str


def consent_sheets(property_ids: Sequence[int], person_id: int | None = None) -> list[Sheet]:
    """The sheets of these objects in their order (of at most MOST_OBJECTS), or only one person's."""
    wanted = list(dict.fromkeys(property_ids))[:MOST_OBJECTS]
    rows = db.session.scalars(
        select(Property)
        .where(Property.id.in_(wanted))
        .options(selectinload(Property.people).selectinload(Person.addresses))
    )
    houses = {house.id: house for house in rows}
    return [
        sheet
        for wanted_id in wanted
        if wanted_id in houses
        for sheet in _sheets(houses[wanted_id], person_id)
    ]


def _sheets(house: Property, person_id: int | None) -> list[Sheet]:
    people = [person for person in house.people if person_id in (None, person.id)]
    if not people:
        return [Sheet(house, None, (), encode_mark(FormMark(WORDING, house.number_key)))]
    return [
        Sheet(
            house,
            person,
            tuple(address for address in person.addresses if address.kind != "fax"),
            encode_mark(FormMark(WORDING, house.number_key, person.unit_key)),
        )
        for person in people
    ]
