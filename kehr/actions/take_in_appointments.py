"""Takes a list of appointments in, as if its source were a calendar that told only some of its entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from kehr.actions.decide_appointments import AppointmentLine, Deed, plan_list
from kehr.actions.import_houses import chunks
from kehr.actions.import_results import AT_ONCE, Progress, RowResult, Source, end_run, record_rows
from kehr.actions.raise_alarm import HOLD, find_open, open_alarm
from kehr.models import Appointment, Calendar, db, writing
from kehr.rules.takeover import Hold

_EMPTY: dict[str, Any] = {"recurrence_id": "", "contact": "", "categories": [], "phones": [], "emails": []}


def check_appointments(
    lines: Sequence[AppointmentLine], calendar_id: int | None, zone: ZoneInfo, now: datetime
) -> list[RowResult]:
    """What each line would do; nothing is written."""
    return [deed.result for deed in plan_list(db.session(), lines, calendar_id, zone, now).deeds]


def apply_appointments(
    lines: Sequence[AppointmentLine],
    source: Source,
    zone: ZoneInfo,
    run_id: int,
    now: datetime,
    progress: Progress | None,
) -> list[RowResult]:
    """Does it.

    1. Reads and decides, with nothing locked. 2. One transaction marks what a person must look at before
    anybody hears of it. 3. Some hundred lines a transaction are written, each with what became of them.
    4. The last one makes the source live: what comes later is new, what came with its first list is not.
    """
    plan = plan_list(db.session(), lines, source.calendar_id, zone, now)
    if plan.holds:
        with writing() as session:
            calendar = session.get_one(Calendar, source.calendar_id)
            _mark_held(session, calendar, plan.holds, now)
    done = 0
    for chunk in chunks(plan.deeds, AT_ONCE):
        with writing() as session:
            _write(session, source.calendar_id, chunk, plan.baseline, now)
            record_rows(session, run_id, [deed.result for deed in chunk])
        done += len(chunk)
        if progress is not None:
            progress(done, len(lines))
    with writing() as session:
        calendar = session.get_one(Calendar, source.calendar_id)
        calendar.last_good_at = now
        if calendar.active and calendar.live_since is None:
            calendar.live_since = now
        end_run(session, run_id, source.calendar_id, now)
    return [deed.result for deed in plan.deeds]


def _mark_held(session: Session, calendar: Calendar, found: Sequence[Hold], now: datetime) -> None:
    """Marks the whole bundle before the first of it is written: a run that is killed in the middle, and
    the one that completes it, leave every one of them waiting.
    """
    for hold in found:
        key = f"{hold.count}@{hold.day}|{hold.code}|{now:%Y%m%d%H%M%S}|{min(hold.ids)}"
        for ids in chunks(sorted(hold.ids)):
            session.execute(
                update(Appointment).where(Appointment.id.in_(ids)).values(hold_code=hold.code, hold_key=key),
                execution_options={"synchronize_session": False},
            )
        args = {"calendar": calendar.name, "count": hold.count, "day": hold.day}
        open_alarm(session, f"{HOLD}{key}", hold.code, args, now)


def _write(
    session: Session, calendar_id: int | None, deeds: Sequence[Deed], baseline: bool, now: datetime
) -> None:
    new = [deed.values for deed in deeds if deed.id is None and deed.values is not None]
    present = _present(session, calendar_id, [values["uid"] for values in new])
    fresh = {"calendar_id": calendar_id, "baseline": baseline, "first_seen_at": now, "changed_at": now}
    rows = [{**_EMPTY, **values, **fresh} for values in new if values["uid"] not in present]
    if rows:
        session.execute(insert(Appointment), rows)
    changed = [deed for deed in deeds if deed.id is not None and deed.values is not None]
    waiting = _waiting(session, [deed.id for deed in changed if deed.id is not None])
    for values in _by_columns(_changes(deed, waiting, now) for deed in changed):
        session.execute(update(Appointment), values)


def _changes(deed: Deed, waiting: set[int], now: datetime) -> dict[str, Any]:
    values = {"id": deed.id, **(deed.values or {})}
    if deed.moved:
        values["changed_at"] = now
    if (deed.moved or deed.cancels) and deed.id not in waiting:
        values |= {"hold_code": "", "hold_key": ""}
    return values


def _by_columns(changes: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Changes of the same columns together, so that each group is one statement."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for values in changes:
        groups.setdefault(frozenset(values), []).append(values)
    return groups.values()


def _present(session: Session, calendar_id: int | None, uids: Sequence[str]) -> set[str]:
    """Keys that another run has written meanwhile."""
    found: set[str] = set()
    for chunk in chunks(uids):
        query = select(Appointment.uid).where(
            Appointment.calendar_id == calendar_id, Appointment.uid.in_(chunk)
        )
        found |= set(session.scalars(query))
    return found


def _waiting(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of these appointments whose bundle is still before a person."""
    query = select(Appointment.id, Appointment.hold_key).where(
        Appointment.id.in_(ids), Appointment.hold_key != ""
    )
    keys: dict[str, bool] = {}
    found = set()
    for id_, key in session.execute(query):
        if key not in keys:
            keys[key] = find_open(session, f"{HOLD}{key}") is not None
        if keys[key]:
            found.add(id_)
    return found
