"""Decides what each line of a list of appointments does; reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kehr.actions.facts.chunks import chunks
from kehr.actions.imports.import_results import RowResult
from kehr.models import Appointment, Calendar, Person, Property
from kehr.rules.feeds.takeover import Hold, Known, holds
from kehr.rules.imports.import_appointments import AppointmentRow
from kehr.rules.imports.import_matching import KnownEntry, match_list, new_uid, twins
from kehr.rules.terms.german import clock, full_date
from kehr.rules.terms.office_days import day_start, office_day
from kehr.rules.terms.people import key_of
from kehr.words import sentence


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """A line of the file: what was read, or why it is rejected."""

    line: int
    row: AppointmentRow | None
    rejected: RowResult | None = None


class _Entry(NamedTuple):
    id: int
    uid: str
    start: datetime
    end: datetime
    all_day: bool
    summary: str
    description: str
    location: str
    place: str
    object_number: str
    name: str
    salutation: str
    title: str
    first_name: str
    work_kind: str
    no_sms: bool
    no_email: bool
    cancelled_at: datetime | None
    hold_code: str
    hold_key: str


@dataclass(frozen=True, slots=True)
class _House:
    """What an appointment takes from its object: who stands at its own address."""

    number: str
    full_name: str = ""
    salutation: str = ""
    title: str = ""
    first_name: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What one line does: `values` are written to the entry of this `id`, or into a new one (None)."""

    result: RowResult
    id: int | None = None
    values: Mapping[str, Any] | None = None
    moved: bool = False
    cancels: bool = False


@dataclass(frozen=True, slots=True)
class ListPlan:
    """What a whole list does. With `baseline` (the first list of its source) nothing of it is news."""

    deeds: list[Deed]
    holds: list[Hold]
    baseline: bool


def plan_list(
    session: Session,
    lines: Sequence[AppointmentLine],
    calendar_id: int | None,
    zone: ZoneInfo,
    now: datetime,
) -> ListPlan:
    """Decides every line. `calendar_id` None is a source that does not exist yet."""
    calendar = session.get(Calendar, calendar_id) if calendar_id is not None else None
    baseline = calendar is None or calendar.live_since is None
    lines = _without_twins(lines)
    rows = {n: line.row for n, line in enumerate(lines) if line.row is not None}
    entries = _entries(session, calendar_id, list(rows.values()), zone) if calendar_id is not None else {}
    spoken_of = {key_of(line.rejected.object_number) for line in lines if line.rejected is not None}
    known = [_known(entry, zone) for entry in entries.values()]
    found = match_list(rows, known, spoken_of, now)
    houses = _houses(session, {row.number_key for row in rows.values()})
    taken = {entry.uid for entry in entries.values()}
    deeds = []
    for n, line in enumerate(lines):
        if line.row is None:
            deeds.append(Deed(line.rejected or RowResult(line.line, "rejected")))
            continue
        entry = entries[found[n].id] if n in found else None
        deed = _decide(line.line, line.row, entry, houses.get(line.row.number_key), taken, zone, now)
        taken |= {deed.values["uid"]} if deed.values is not None else set()
        deeds.append(deed)
    found_holds = [] if baseline else _holds(session, calendar_id, deeds, entries, now)
    return ListPlan(_told_held(deeds, found_holds), found_holds, baseline)


def _without_twins(lines: Sequence[AppointmentLine]) -> list[AppointmentLine]:
    earlier = twins([(line.line, line.row) for line in lines if line.row is not None])
    found = []
    for line in lines:
        if line.row is not None and line.line in earlier:
            reason = sentence("appointment_twice", {"line": earlier[line.line]})
            rejected = RowResult(line.line, "rejected", line.row.number, "", reason)
            line = replace(line, row=None, rejected=rejected)
        found.append(line)
    return found


def _entries(
    session: Session, calendar_id: int, rows: Sequence[AppointmentRow], zone: ZoneInfo
) -> dict[int, _Entry]:
    """The entries within the days that the list spans, and those that it names by their number."""
    if not rows:
        return {}
    columns = select(*(getattr(Appointment, name) for name in _Entry._fields))
    of_calendar = columns.where(Appointment.calendar_id == calendar_id)
    first = day_start(min(row.day for row in rows), zone)
    end = day_start(max(row.day for row in rows) + timedelta(days=1), zone)
    found = list(session.execute(of_calendar.where(Appointment.start >= first, Appointment.start < end)))
    for uids in chunks(sorted({row.uid for row in rows if row.uid})):
        outside = or_(Appointment.start < first, Appointment.start >= end)
        found += session.execute(of_calendar.where(Appointment.uid.in_(uids), outside))
    return {row.id: _Entry._make(row) for row in found}


def _known(entry: _Entry, zone: ZoneInfo) -> KnownEntry:
    return KnownEntry(
        entry.id,
        entry.uid,
        key_of(entry.object_number),
        entry.work_kind,
        office_day(entry.start, zone),
        entry.start,
        entry.all_day,
        entry.cancelled_at is not None,
    )


def _houses(session: Session, keys: set[str]) -> dict[str, _House]:
    found = {}
    for chunk in chunks(sorted(keys)):
        query = (
            select(
                Property.number_key,
                Property.number,
                Person.first_name,
                Person.name,
                Person.salutation,
                Person.title,
            )
            .outerjoin(Person, (Person.property_id == Property.id) & (Person.unit_key == ""))
            .where(Property.number_key.in_(chunk))
        )
        for key, number, first_name, name, salutation, title in session.execute(query):
            full_name = " ".join(part for part in (first_name, name) if part)
            found[key] = _House(number, full_name, salutation or "", title or "", first_name or "")
    return found


def _decide(
    line: int,
    row: AppointmentRow,
    entry: _Entry | None,
    house: _House | None,
    taken: set[str],
    zone: ZoneInfo,
    now: datetime,
) -> Deed:
    reasons = [] if house is not None else [sentence("object_unknown", {"number": row.number})]
    name = house.full_name if house is not None else ""

    def deed(outcome: str, *codes: str, **more: Any) -> Deed:
        said = [sentence(code, {"old": _moment(entry, zone)}) for code in codes]
        return Deed(RowResult(line, outcome, row.number, name, " ".join(said + reasons)), **more)

    if row.is_past(now):
        return deed("unchanged", "row_past")
    if entry is None:
        if row.cancelled:
            return deed("unchanged", "row_cancelled_unknown")
        values = {**_values(row, house), "uid": new_uid(row, taken), "cancelled_at": None}
        return deed("created", values=values)
    values = {**_values(row, house), "uid": row.uid or entry.uid}
    moved = (entry.start, entry.all_day) != (row.start, row.all_day)
    values = {name_: value for name_, value in values.items() if getattr(entry, name_) != value}
    uid = {"uid": row.uid or entry.uid}
    if row.cancelled:
        if entry.cancelled_at is not None:
            return deed("unchanged", "row_cancelled")
        values = {"cancelled_at": now}
        return deed("changed", "row_cancelled", id=entry.id, values=values | uid, cancels=True)
    if entry.cancelled_at is not None:
        values |= {"cancelled_at": None, **uid}
        return deed("changed", "row_back", id=entry.id, values=values, moved=True)
    if not values:
        return deed("unchanged")
    codes = ("row_moved",) if moved else ()
    return deed("changed", *codes, id=entry.id, values=values | uid, moved=moved)


def _moment(entry: _Entry | None, zone: ZoneInfo) -> str:
    if entry is None:
        return ""
    day = full_date(office_day(entry.start, zone))
    return day if entry.all_day else f"{day} {clock(entry.start, zone)}"


def _values(row: AppointmentRow, house: _House | None) -> dict[str, Any]:
    return {
        "start": row.start,
        "end": row.end,
        "all_day": row.all_day,
        "summary": row.summary,
        "description": row.description,
        "location": row.place,
        "place": row.place,
        "object_number": house.number if house is not None else row.number,
        "name": house.full_name if house is not None else "",
        "salutation": house.salutation if house is not None else "",
        "title": house.title if house is not None else "",
        "first_name": house.first_name if house is not None else "",
        "work_kind": row.kind.value,
        "no_sms": row.no_sms,
        "no_email": row.no_email,
    }


def _holds(
    session: Session,
    calendar_id: int | None,
    deeds: Iterable[Deed],
    entries: Mapping[int, _Entry],
    now: datetime,
) -> list[Hold]:
    """Which of the changes wait for a person: the same measure as for a calendar's (C06, C07)."""
    query = select(func.count()).where(
        Appointment.calendar_id == calendar_id, Appointment.start > now, Appointment.cancelled_at.is_(None)
    )
    there = {deed.id: deed for deed in deeds if deed.id is not None}
    moved = [_of(entries[id_]) for id_, deed in there.items() if deed.moved and not entries[id_].cancelled_at]
    cancelled = [_of(entries[id_]) for id_, deed in there.items() if deed.cancels]
    return holds(moved, cancelled, session.scalar(query) or 0, now)


def _of(entry: _Entry) -> Known:
    return Known(entry.id, entry.uid, "", entry.start, entry.all_day, frozenset())


def _told_held(deeds: list[Deed], found: Sequence[Hold]) -> list[Deed]:
    held = {id_ for hold in found for id_ in hold.ids}
    said = sentence("row_held")
    return [
        replace(deed, result=replace(deed.result, reason=f"{deed.result.reason} {said}".strip()))
        if deed.id in held
        else deed
        for deed in deeds
    ]
