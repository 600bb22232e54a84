"""Adds and changes employees: who can be written to from the manual window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from kehr.actions.facts.row_changes import assign
from kehr.models import Employee, db, writing
from kehr.rules.settings.employee_form import check_employee


class EmployeeRefused(ValueError):
    """Input about an employee that is not stored; `faults` holds a German sentence for each field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


class EmployeeGone(LookupError):
    """No such employee."""


def list_employees() -> Sequence[Employee]:
    """All employees, the active ones first, by name."""
    query = select(Employee).order_by(
        Employee.active.desc(), func.lower(Employee.name), func.lower(Employee.first_name), Employee.id
    )
    return db.session.scalars(query).all()


def save_employee(employee_id: int | None, typed: Mapping[str, object], now: datetime) -> int:
    """Stores what a form says (a new row when `employee_id` is None) and answers the row's id.

    `typed` has salutation, first_name, name, mobile, email as texts and active. An empty mobile is
    allowed: such an employee is kept and not offered for SMS. Raises EmployeeRefused or EmployeeGone.
    """
    checked = check_employee(typed)
    if checked.faults:
        raise EmployeeRefused(checked.faults)
    values: dict[str, object] = {**checked.values, "active": bool(typed.get("active"))}
    with writing() as session:
        if employee_id is None:
            row = Employee(created_at=now, **values)
            session.add(row)
        else:
            row = session.get(Employee, employee_id)
            if row is None:
                raise EmployeeGone
            assign(row, values)
        session.flush()
        return int(row.id)
