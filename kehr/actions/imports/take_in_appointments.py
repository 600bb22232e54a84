"""Takes a list of appointments in, as if its source were a calendar that told only some of its entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from kehr.actions.facts.chunks import chunks
from kehr.actions.facts.raise_alarm import HOLD, open_alarm
from kehr.actions.imports.decide_appointments import AppointmentLine, Deed, plan_list
from kehr.actions.imports.import_results import AT_ONCE, Progress, RowResult, Source, end_run, record_rows
from kehr.models import Appointment, Calendar, db, writing
from kehr.rules.feeds.takeover import Hold

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
            _mark_held(session, plan.holds, now)
    held = {id_ for hold in plan.holds for id_ in hold.ids}
    done = 0
    for chunk in chunks(plan.deeds, AT_ONCE):
        with writing() as session:
            _write(session, source.calendar_id, chunk, plan.baseline, held, now)
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


def _mark_held(session: Session, found: Sequence[Hold], now: datetime) -> None:
    """Marks the whole bundle before the first of it is written: a run that is killed in the middle, and
    the one that completes it, leave every one of them waiting. A key without a code holds nothing yet.
    """
    for hold in found:
        key = f"{hold.count}@{hold.day}|{hold.code}|{now:%Y%m%d%H%M%S}|{min(hold.ids)}"
        for ids in chunks(sorted(hold.ids)):
            session.execute(
                update(Appointment).where(Appointment.id.in_(ids)).values(hold_key=key),
                execution_options={"synchronize_session": False},
            )


def _write(
    session: Session,
    calendar_id: int | None,
    deeds: Sequence[Deed],
    baseline: bool,
    held: set[int],
    now: datetime,
) -> None:
    new = [deed.values for deed in deeds if deed.id is None and deed.values is not None]
    present = _present(session, calendar_id, [values["uid"] for values in new])
    fresh = {"calendar_id": calendar_id, "baseline": baseline, "first_seen_at": now, "changed_at": now}
    rows = [{**_EMPTY, **values, **fresh} for values in new if values["uid"] not in present]
    if rows:
        session.execute(insert(Appointment), rows)
    changed = [deed for deed in deeds if deed.id is not None and deed.values is not None]
    keys = _held_keys(session, [deed.id for deed in changed if deed.id is not None], held)
    for values in _by_columns(_changes(deed, keys, now) for deed in changed):
        session.execute(update(Appointment), values)
    _open_alarms(session, calendar_id, {keys[deed.id] for deed in changed if deed.id in keys}, now)


def _changes(deed: Deed, keys: dict[int, str], now: datetime) -> dict[str, Any]:
    values = {"id": deed.id, **(deed.values or {})}
    if deed.moved:
        values["changed_at"] = now
    if deed.moved or deed.cancels:
        key = keys.get(deed.id or 0, "")
        values |= {"hold_key": key, "hold_code": key.split("|")[1] if key else ""}
    return values


def _held_keys(session: Session, ids: Sequence[int], held: set[int]) -> dict[int, str]:
    """The marks of those of these appointments that are held by this run, or were marked by one that was
    killed before it came to them. An older mark ends with the next change of its appointment.
    """
    query = select(Appointment.id, Appointment.hold_key, Appointment.hold_code)
    found = session.execute(query.where(Appointment.id.in_(ids), Appointment.hold_key != ""))
    return {id_: key for id_, key, code in found if not code or id_ in held}


def _open_alarms(session: Session, calendar_id: int | None, keys: Iterable[str], now: datetime) -> None:
    for key in sorted(keys):
        bundle, code = key.split("|")[:2]
        count, _, day = bundle.partition("@")
        name = session.get_one(Calendar, calendar_id).name
        open_alarm(session, f"{HOLD}{key}", code, {"calendar": name, "count": int(count), "day": day}, now)


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
