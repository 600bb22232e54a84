"""Lists objects for the page Objekte: all of them, or what a search finds, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kehr.actions.consent_state import consent_states
from kehr.actions.search_objects import Hit, find_objects
from kehr.models import Person, Property, db
from kehr.rules.people import AddressKind, takes_sms
from kehr.rules.search_text import EVERYTHING

PAGE = 50


@dataclass(frozen=True, slots=True)
class ObjectLine:
    """One object of the list. `hit` names the person the search is about; `others` live there too.

    Of `reachable` mobile numbers and e-mail addresses in the house `ticked` may be told.
    """

    hit: Hit
    others: int
    reachable: int
    ticked: int


@dataclass(frozen=True, slots=True)
class ObjectList:
    """One page of objects, and how many there are in all."""

    lines: tuple[ObjectLine, ...]
    total: int
    page: int
    pages: int


def list_objects(search: str, page: int, size: int = PAGE) -> ObjectList:
    """Page `page` (from 1) of what the search finds; an empty search lists every object."""
    text = search.strip() or EVERYTHING
    page = max(page, 1)
    found = find_objects(text, size, (page - 1) * size)
    pages = max(1, -(-found.total // size))
    if page > pages:
        page, found = pages, find_objects(text, size, (pages - 1) * size)
    return ObjectList(tuple(_lines(found.hits)), found.total, page, pages)


def _lines(hits: Sequence[Hit]) -> list[ObjectLine]:
    query = select(Property).options(selectinload(Property.people).selectinload(Person.addresses))
    houses = {
        house.id: house
        for house in db.session.scalars(query.where(Property.id.in_([hit.property_id for hit in hits])))
    }
    reach = {house.id: _reachable(house) for house in houses.values()}
    states = consent_states([value for values in reach.values() for value in values])
    return [
        ObjectLine(
            hit=hit,
            others=len(houses[hit.property_id].people) - (hit.person_id is not None),
            reachable=len(reach[hit.property_id]),
            ticked=sum(states[value].ticked for value in reach[hit.property_id]),
        )
        for hit in hits
        if hit.property_id in houses
    ]


def _reachable(house: Property) -> set[str]:
    return {
        address.value
        for person in house.people
        for address in person.addresses
        if address.value and (address.kind == AddressKind.EMAIL or _mobile(address.kind, address.type))
    }


def _mobile(kind: str, type_: str) -> bool:
    return kind == AddressKind.PHONE and takes_sms(type_)
