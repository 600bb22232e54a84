"""Loads a list of the manual window: its lines, their numbers, and which of them may be written to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from kehr.actions.facts.house_facts import load_houses
from kehr.actions.facts.office_facts import BranchFacts, OfficeFacts, load_office, load_permissions
from kehr.actions.texts.manual_text import Subject, manual_facts, told_starts
from kehr.models import Appointment, Employee, ManualEntry, ManualList, db
from kehr.rules.entries.residents import House
from kehr.rules.plan.manual_list import Line, Number, Reach, is_reachable, judge
from kehr.rules.plan.manual_send import about_appointment, about_employee, about_object
from kehr.rules.terms.appointments import NumberType, WorkKind
from kehr.rules.terms.messages import Channel
from kehr.rules.terms.people import AddressKind


@dataclass(frozen=True, slots=True)
class ListView:
    """A list on one channel: `lines` can be reached there, `without` cannot. `numbers` are by line."""

    row: ManualList
    lines: tuple[Line, ...]
    without: tuple[Line, ...]
    numbers: Mapping[int, tuple[Number, ...]]
    subjects: Mapping[int, Subject]
    removed: int
    facts: OfficeFacts

    def line(self, line_id: int | None) -> Line | None:
        """One of its lines."""
        return next((line for line in self.lines if line.id == line_id), None)


def show_manual_list(
    list_id: str,
    channel: Channel,
    *,
    unticked: bool = False,
    branch_id: int | None = None,
    only: Collection[int] | None = None,
) -> ListView | None:
    """The list as it is now, or only the lines asked for; None when there is none of that id.

    `unticked` also lets numbers without tick be chosen; `branch_id` is the branch that writes.
    """
    row = db.session.get(ManualList, list_id)
    if row is None:
        return None
    facts = load_office(addresses=())
    query = (
        select(ManualEntry)
        .where(ManualEntry.list_id == list_id, ManualEntry.audience == row.audience)
        .where(ManualEntry.removed.is_(False))
        .order_by(ManualEntry.position, ManualEntry.id)
    )
    if only is not None:
        query = query.where(ManualEntry.id.in_(only))
    entries = list(db.session.scalars(query))
    subjects = _subjects(entries)
    branch = facts.branches.get(branch_id, facts.branches[None])
    lines = _lines(entries, subjects, channel, branch, facts)
    permissions = load_permissions({reach.value for line in lines for reach in line.reaches if reach.value})
    numbers = {line.id: judge(line, channel, permissions, unticked=unticked) for line in lines}
    return ListView(
        row=row,
        lines=tuple(line for line in lines if is_reachable(line, channel)),
        without=tuple(
            line for line in lines if not is_reachable(line, channel) and _stands_alone(subjects[line.id])
        ),
        numbers=numbers,
        subjects=subjects,
        removed=_removed(row),
        facts=facts,
    )


def _stands_alone(about: Subject) -> bool:
    """Whether a line is somebody; what only an entry names beside the people of its object is not."""
    return about.person is not None or about.house is None or not about.house.people


def _removed(row: ManualList) -> int:
    query = select(func.count()).where(
        ManualEntry.list_id == row.id, ManualEntry.audience == row.audience, ManualEntry.removed
    )
    return db.session.scalar(query) or 0


def _subjects(entries: Sequence[ManualEntry]) -> dict[int, Subject]:
    """What each entry is about, by its id."""
    houses = load_houses(entry.property_id for entry in entries)
    appointments = _by_id(Appointment, {entry.appointment_id for entry in entries})
    employees = _by_id(Employee, {entry.employee_id for entry in entries})
    found = {}
    for entry in entries:
        house = houses.get(entry.property_id or 0)
        found[entry.id] = Subject(
            person=house.person(entry.person_id) if house is not None else None,
            house=house,
            appointment=appointments.get(entry.appointment_id or 0),
            employee=employees.get(entry.employee_id or 0),
        )
    return found


def _by_id(model: Any, ids: Collection[int | None]) -> dict[int, Any]:
    wanted = sorted(id_ for id_ in ids if id_ is not None)
    found: dict[int, Any] = {}
    for start in range(0, len(wanted), 500):
        rows = db.session.scalars(select(model).where(model.id.in_(wanted[start : start + 500])))
        found |= {row.id: row for row in rows}
    return found


def _lines(
    entries: Sequence[ManualEntry],
    subjects: Mapping[int, Subject],
    channel: Channel,
    branch: BranchFacts,
    facts: OfficeFacts,
) -> list[Line]:
    told = told_starts({one.appointment.id for one in subjects.values() if one.appointment is not None})
    heard: dict[int, dict[str, datetime]] = {}
    for (appointment_id, way, address), start in told.items():
        if way == channel:
            heard.setdefault(appointment_id, {})[address] = start
    return [_line(entry.id, subjects[entry.id], channel, branch, facts, heard) for entry in entries]


def _line(
    line_id: int,
    about: Subject,
    channel: Channel,
    branch: BranchFacts,
    facts: OfficeFacts,
    heard: Mapping[int, Mapping[str, datetime]],
) -> Line:
    row = about.appointment
    if row is not None:
        branch = facts.calendars[row.calendar_id].branch
    line = Line(
        id=line_id,
        name=name_of(about),
        detail=_detail(about),
        about=_about(line_id, about),
        facts=manual_facts(about, channel, branch, facts),
        reaches=_reaches(about, facts),
    )
    if row is None:
        return line
    told = {address: start for address, start in heard.get(row.id, {}).items() if start != row.start}
    return replace(line, work=WorkKind(row.work_kind), no_sms=row.no_sms, no_email=row.no_email, told=told)


def name_of(about: Subject) -> str:
    """Whom a line shows; empty when nobody is named."""
    if about.employee is not None:
        return about.employee.full_name
    if about.person is not None and about.person.full_name:
        return about.person.full_name
    return about.appointment.name if about.appointment is not None else ""


def _detail(about: Subject) -> str:
    """Object and flat, or street; for what is only in a calendar, what stands there."""
    house = about.house
    if house is None:
        return about.appointment.place if about.appointment is not None else ""
    unit = about.person.unit if about.person is not None else ""
    return ", ".join(part for part in (house.number, unit or house.street) if part)


def _about(line_id: int, about: Subject) -> str:
    if about.appointment is not None:
        return about_appointment(about.appointment.id, about.appointment.start)
    if about.employee is not None:
        return about_employee(about.employee.id)
    return about_object(about.house.id) if about.house is not None else f"entry {line_id}"


def _reaches(about: Subject, facts: OfficeFacts) -> tuple[Reach, ...]:
    """Every number and address of a line, in the order of the master data, else of the entry."""
    if about.employee is not None:
        one = about.employee
        mobile = Reach(AddressKind.PHONE, one.mobile, NumberType.MOBILE, consent="calendar")
        mail = Reach(AddressKind.EMAIL, one.email.lower(), consent="calendar")
        return tuple(reach for reach in (mobile, mail) if reach.value)
    row = about.appointment
    entry = _in_entry(row) if row is not None else ()
    setting = facts.calendars[row.calendar_id].consent if row is not None else "customer"
    if about.person is not None:
        in_entry = {reach.value for reach in entry}
        return tuple(
            Reach(a.kind, a.value, a.type, a.purpose, setting if a.value in in_entry else "customer")
            for a in about.person.addresses
            if a.kind != AddressKind.FAX
        )
    known = addresses_at(about.house)
    return tuple(replace(reach, consent=setting) for reach in entry if reach.value not in known)


def _in_entry(row: Appointment) -> tuple[Reach, ...]:
    phones = (Reach(AddressKind.PHONE, phone["e164"], phone["type"]) for phone in row.phones)
    return (*phones, *(Reach(AddressKind.EMAIL, address.lower()) for address in row.emails))


def addresses_at(house: House | None) -> set[str]:
    """Every number and address that people of an object have."""
    people = house.people if house is not None else ()
    return {address.value for person in people for address in person.addresses if address.value}
