"""Lists objects for the page Objekte: all of them, or what a search finds, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from kehr.actions.facts.office_facts import load_permissions
from kehr.actions.people.search_objects import Hit, find_objects
from kehr.models import Address, Person, db
from kehr.rules.plan.recipients import Permission
from kehr.rules.terms.people import AddressKind, takes_sms
from kehr.rules.terms.search_text import EVERYTHING

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
    """Counts people and addresses of the objects with plain columns: a page may hold hundreds of people."""
    ids = [hit.property_id for hit in hits]
    people = select(Person.property_id, func.count()).where(Person.property_id.in_(ids))
    many = {id_: count for id_, count in db.session.execute(people.group_by(Person.property_id))}
    reach = _reachable(ids)
    told = load_permissions({value for values in reach.values() for value in values})
    return [
        ObjectLine(
            hit=hit,
            others=many.get(hit.property_id, 0) - (hit.person_id is not None),
            reachable=len(reach[hit.property_id]),
            ticked=sum(_is_ticked(told.get(value)) for value in reach[hit.property_id]),
        )
        for hit in hits
    ]


def _reachable(ids: Sequence[int]) -> dict[int, set[str]]:
    """By object its mobile numbers and e-mail addresses."""
    found: dict[int, set[str]] = {property_id: set() for property_id in ids}
    rows = db.session.execute(
        select(Person.property_id, Address.value, Address.kind, Address.type)
        .join(Address, Address.person_id == Person.id)
        .where(Person.property_id.in_(ids), Address.value != "")
    )
    for property_id, value, kind, type_ in rows:
        if kind == AddressKind.EMAIL or (kind == AddressKind.PHONE and takes_sms(type_)):
            found[property_id].add(value)
    return found


def _is_ticked(permission: Permission | None) -> bool:
    return permission is not None and permission.granted and permission.by_person
