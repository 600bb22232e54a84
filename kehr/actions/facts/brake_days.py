"""Measures how much is about to leave on a day, and holds a day that is not like its weekday (C06)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kehr.actions.facts.raise_alarm import find_open, open_alarm
from kehr.models import Alarm, Message, db
from kehr.rules.plan.brake import FLOOR, TooMuch, measured_days, same_weekdays, too_much
from kehr.rules.plan.plan_values import Office, Reason
from kehr.rules.terms.messages import State
from kehr.rules.terms.office_days import day_span, office_day

VOLUME = "volume_high"
"""The code of the alarm and of the reason."""
KEY = "volume:"
"""Begins the key of a day's alarm; the rest is the day."""


def load_full_days() -> Mapping[date, Reason]:
    """The days on which messages wait because there are far more than usual."""
    found = {}
    for alarm in db.session.scalars(_open()):
        args = {name: alarm.args[name] for name in ("day", "count", "usual")}
        found[_day(alarm)] = Reason(VOLUME, args)
    return found


def brake_days(session: Session, office: Office, now: datetime) -> bool:
    """Holds days with far too much and frees those that are well again; whether planning must look again.

    A day that a person let go is held again only when twice as many would leave.
    """
    open_days = {_day(alarm): alarm for alarm in session.scalars(_open())}
    changed = False
    for day in measured_days(office_day(now, office.zone)):
        if office.release != "never" and day not in open_days:
            changed |= _hold(session, day, office.zone, now)
    for day, alarm in open_days.items():
        changed |= _settle(session, day, alarm, office, now)
    session.flush()
    return changed


def note_release(session: Session, day: date, zone: ZoneInfo, now: datetime) -> None:
    """A person let this day go: what is there now leaves."""
    alarm = find_open(session, f"{KEY}{day.isoformat()}")
    if alarm is not None:
        alarm.args = {**alarm.args, "released": _count(session, day, zone)}
        alarm.closed_at = now


def _open() -> Select[Any]:
    return select(Alarm).where(Alarm.key.startswith(KEY), Alarm.closed_at.is_(None))


def _day(alarm: Alarm) -> date:
    return date.fromisoformat(alarm.key.removeprefix(KEY))


def _hold(session: Session, day: date, zone: ZoneInfo, now: datetime) -> bool:
    found = _measure(session, day, zone)
    if found is not None:
        args = {"day": day.isoformat(), "count": found.count, "usual": found.usual}
        open_alarm(session, f"{KEY}{day.isoformat()}", VOLUME, args, now)
    return found is not None


def _measure(session: Session, day: date, zone: ZoneInfo) -> TooMuch | None:
    """Looks into the weeks before only where a day is large at all."""
    count = _count(session, day, zone)
    if count <= FLOOR:
        return None
    query = select(Alarm).where(Alarm.key == f"{KEY}{day.isoformat()}").order_by(Alarm.id.desc()).limit(1)
    newest = session.scalars(query).first()
    released = int(newest.args.get("released", 0)) if newest is not None else 0
    return too_much(count, _history(session, day, zone), released)


def _settle(session: Session, day: date, alarm: Alarm, office: Office, now: datetime) -> bool:
    """Ends a hold that is over: nothing waits for it any more, or what is left is as usual."""
    usual = _measure(session, day, office.zone) is None
    waits = session.scalar(select(func.count()).where(_within(day, office.zone), _waiting())) or 0
    if waits and not usual and office.release != "never":
        return False
    if not usual:
        alarm.args = {**alarm.args, "released": _count(session, day, office.zone)}
    alarm.closed_at = now
    return bool(waits)


def _count(session: Session, day: date, zone: ZoneInfo) -> int:
    """What rules want to send that day, and what has left already."""
    leaves = or_(Message.sent_at.is_not(None), Message.state == State.PLANNED, _waiting())
    return session.scalar(select(func.count()).where(_within(day, zone), leaves)) or 0


def _history(session: Session, day: date, zone: ZoneInfo) -> list[int]:
    """How much left on the same weekday in the weeks before, in one query."""
    sums: list[Any] = [
        select(func.count()).where(_within(earlier, zone), Message.sent_at.is_not(None)).scalar_subquery()
        for earlier in same_weekdays(day)
    ]
    return [int(count) for count in session.execute(select(*sums)).one()]


def _within(day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    start, end = day_span(day, day, zone)
    return and_(Message.due_at >= start, Message.due_at < end, Message.rule_id.is_not(None))


def _waiting() -> ColumnElement[bool]:
    return and_(Message.state == State.HELD, Message.reason == VOLUME)
