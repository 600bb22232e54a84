"""Writes what an import changed of objects, people and addresses, in few statements."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from kehr.actions.facts.chunks import chunks
from kehr.actions.imports.import_houses import HouseState, all_people
from kehr.actions.people.search_lines import refresh_search_lines
from kehr.models import Address, Person, Property


def write_houses(session: Session, houses: Collection[HouseState], now: datetime) -> None:
    """Makes the rows follow these states, in the caller's transaction; what is unchanged is not touched."""
    _write_properties(session, houses, now)
    touched = {house.id for house in houses if house.id is not None and _is_touched(house)}
    _write_people(session, houses, now)
    _write_addresses(session, houses)
    refresh_search_lines(session, touched)


def _is_touched(house: HouseState) -> bool:
    people = house.people.values()
    return house.changed or any(
        person.changed or person.id is None or any(a.changed or a.gone for a in person.addresses.values())
        for person in people
    )


def _write_properties(session: Session, houses: Collection[HouseState], now: datetime) -> None:
    new = [house for house in houses if house.id is None]
    old = [house for house in houses if house.changed and house.id is not None]
    for chunk in chunks(new):
        rows = [
            {**house.values, "number_key": house.key, "created_at": now, "changed_at": now} for house in chunk
        ]
        table = Property.__table__
        returned = session.execute(insert(table).returning(table.c.number_key, table.c.id), rows)
        ids = {key: id_ for key, id_ in returned}
        for house in chunk:
            house.id = ids[house.key]
            house.changed = True
    _update(session, Property, [{"id": house.id, **house.values, "changed_at": now} for house in old])


def _write_people(session: Session, houses: Collection[HouseState], now: datetime) -> None:
    new = [(house, person) for house, person in all_people(houses) if person.id is None]
    old = [person for _, person in all_people(houses) if person.changed and person.id is not None]
    for chunk in chunks(new):
        rows = [
            {
                **person.values,
                "property_id": house.id,
                "unit_key": person.unit_key,
                "created_at": now,
                "changed_at": now,
            }
            for house, person in chunk
        ]
        table = Person.__table__
        returned = session.execute(
            insert(table).returning(table.c.property_id, table.c.unit_key, table.c.id), rows
        )
        ids = {(house_id, key): id_ for house_id, key, id_ in returned}
        for house, person in chunk:
            person.id = ids[house.id, person.unit_key]
    _update(session, Person, [{"id": person.id, **person.values, "changed_at": now} for person in old])


def _write_addresses(session: Session, houses: Collection[HouseState]) -> None:
    new: list[dict[str, Any]] = []
    old: list[dict[str, Any]] = []
    gone: list[int] = []
    for _, person in all_people(houses):
        for (kind, position), address in person.addresses.items():
            if address.gone:
                gone += [address.id] if address.id is not None else []
            elif address.id is None:
                place = {"person_id": person.id, "kind": kind.value, "position": position}
                new.append({**place, **address.values})
            elif address.changed:
                old.append({"id": address.id, **address.values})
    for ids in chunks(gone):
        session.execute(
            delete(Address).where(Address.id.in_(ids)), execution_options={"synchronize_session": False}
        )
    for rows in chunks(new):
        session.execute(insert(Address.__table__), rows)
    _update(session, Address, old)


def _update(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    for chunk in chunks(rows):
        session.execute(update(model), chunk)
