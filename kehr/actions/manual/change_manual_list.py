"""Changes what is in a list of the manual window; master data never change by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kehr.actions.manual.manual_closed import open_list
from kehr.actions.manual.open_manual_list import TooMany, add_entries, places_of_objects
from kehr.models import Employee, ManualEntry, ManualList, writing
from kehr.rules.plan.manual_list import MOST_OBJECTS


def remove_entry(list_id: str, entry_id: int) -> bool:
    """Takes one line out; False when it was out already. Raises NoList, ListClosed."""
    with writing() as session:
        row = open_list(session, list_id)
        entry = session.get(ManualEntry, entry_id)
        if entry is None or entry.list_id != row.id or entry.removed:
            return False
        entry.removed = True
        return True


def clear_list(list_id: str) -> None:
    """Takes every line of the shown audience out. Raises NoList, ListClosed."""
    _set_removed(list_id, removed=True)


def bring_back(list_id: str) -> None:
    """Puts every line of the shown audience that was taken out back in. Raises NoList, ListClosed."""
    _set_removed(list_id, removed=False)


def _set_removed(list_id: str, *, removed: bool) -> None:
    with writing() as session:
        row = open_list(session, list_id)
        session.execute(
            update(ManualEntry)
            .where(ManualEntry.list_id == row.id, ManualEntry.audience == row.audience)
            .values(removed=removed),
            execution_options={"synchronize_session": False},
        )


def show_employees(list_id: str) -> None:
    """Replaces the customers by all employees; the customers wait as they are. Raises NoList, ListClosed."""
    with writing() as session:
        row = open_list(session, list_id)
        session.execute(
            update(ManualEntry)
            .where(ManualEntry.list_id == row.id, ManualEntry.audience == "employees")
            .values(removed=False),
            execution_options={"synchronize_session": False},
        )
        known = select(ManualEntry.employee_id).where(
            ManualEntry.list_id == row.id, ManualEntry.employee_id.is_not(None)
        )
        query = select(Employee.id).where(Employee.active, Employee.id.not_in(known))
        session.add_all(
            ManualEntry(list_id=row.id, position=position, audience="employees", employee_id=employee_id)
            for position, employee_id in enumerate(
                session.scalars(query.order_by(Employee.name, Employee.id))
            )
        )
        row.audience = "employees"


def show_customers(list_id: str) -> None:
    """Goes back to the customers, as they were left. Raises NoList, ListClosed."""
    with writing() as session:
        open_list(session, list_id).audience = "customers"


def add_objects(list_id: str, property_ids: Sequence[int]) -> int:
    """Adds everybody at these objects to the customers; how many lines came in.

    Raises NoList, ListClosed, TooMany.
    """
    with writing() as session:
        row = open_list(session, list_id)
        row.audience = "customers"
        places = places_of_objects(property_ids)
        entries = list(
            session.scalars(
                select(ManualEntry).where(
                    ManualEntry.list_id == row.id, ManualEntry.property_id.in_(property_ids)
                )
            )
        )
        back = [e for e in entries if e.removed]
        for entry in back:
            entry.removed = False
        there = {(e.property_id, e.person_id) for e in entries}
        new = [place for place in places if place[:2] not in there]
        first, count = _end(session, row)
        if count + len(new) > MOST_OBJECTS:
            raise TooMany(count + len(new))
        return len(back) + add_entries(session, row.id, new, first)


def _end(session: Session, row: ManualList) -> tuple[int, int]:
    """The next free position, and how many customers there are."""
    query = select(func.max(ManualEntry.position), func.count()).where(
        ManualEntry.list_id == row.id, ManualEntry.audience == "customers"
    )
    last, count = session.execute(query).one()
    return (last + 1 if last is not None else 0), count


def cancel_list(list_id: str, now: datetime) -> None:
    """Closes a list without sending (A49). Raises NoList, ListClosed."""
    with writing() as session:
        row = open_list(session, list_id)
        row.closed_at, row.closed_how = now, "cancelled"
