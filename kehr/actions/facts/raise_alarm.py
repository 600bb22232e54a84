"""Opens and closes troubles: each is shown while it lasts and told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from kehr.models import Alarm, Appointment, Message
from kehr.rules.plan.plan_values import NeedsCall
from kehr.rules.terms.messages import IN_PERSON, MAYBE_TOLD, Kind, State
from kehr.words import NOTICE_TO

VANISHED = "vanished:"
"""Begins the key of the alarm that many entries of a calendar vanished at once."""
CALL = "call:"
"""Begins the key of the alarm that somebody must be called."""
LONGEST_KEY = 200
HOLD = "hold:"
"""Begins the key of a bundle's alarm; the rest is the appointments' hold_key."""


def open_alarm(session: Session, key: str, code: str, args: Mapping[str, Any], now: datetime) -> Alarm:
    """The open trouble of this key; a new one if there was none. The first reason stays."""
    alarm = find_open(session, key)
    if alarm is None:
        alarm = Alarm(key=key, code=code, args=dict(args), opened_at=now)
        session.add(alarm)
        session.flush()
    return alarm


def close_alarm(session: Session, key: str, now: datetime) -> None:
    """Ends the trouble of this key, if there is one."""
    alarm = find_open(session, key)
    if alarm is not None:
        alarm.closed_at = now


def find_open(session: Session, key: str) -> Alarm | None:
    return session.scalars(select(Alarm).where(Alarm.key == key, Alarm.closed_at.is_(None))).first()


def settle_calls(session: Session, calls: Sequence[NeedsCall], now: datetime) -> None:
    """Keeps one open alarm for each person who must be called, and closes those that are settled: because a
    message says it after all, or because somebody has called, or been at the door.
    """
    wanted = {
        f"{CALL}{c.appointment_id}:{c.channel}:{c.recipient}"[:LONGEST_KEY]: c
        for c in calls
        if not _told_since(session, c)
    }
    known = {
        alarm.key: alarm
        for alarm in session.scalars(
            select(Alarm).where(Alarm.key.startswith(CALL), Alarm.closed_at.is_(None))
        )
    }
    for key, call in wanted.items():
        args = {
            "appointment_id": call.appointment_id,
            "recipient": call.recipient,
            "told": call.told.isoformat(),
            "truth": call.truth.isoformat(),
        }
        code = "needs_call_cancelled" if call.cancelled else "needs_call"
        if key not in known:
            session.add(Alarm(key=key, code=code, args=args, opened_at=now))
        elif (known[key].code, known[key].args) != (code, args):
            known[key].code, known[key].args = code, args
    for key, alarm in known.items():
        if key not in wanted:
            alarm.closed_at = now


def _told_since(session: Session, call: NeedsCall) -> bool:
    """Whether this person was told the truth of now in person, after what a message last said."""
    about = and_(Message.appointment_id == call.appointment_id, Message.recipient == call.recipient)
    last = select(func.max(func.coalesce(Message.sent_at, Message.claimed_at))).where(
        about, Message.state.in_(MAYBE_TOLD)
    )
    people = select(Message.person_id).where(about, Message.person_id.is_not(None))
    truth = (
        Message.kind == Kind.CANCELLED
        if call.cancelled
        else and_(Message.kind != Kind.CANCELLED, Message.about_start == call.truth)
    )
    query = select(Message.id).where(
        Message.appointment_id == call.appointment_id,
        Message.channel.in_(IN_PERSON),
        Message.recipient != NOTICE_TO,
        or_(Message.person_id.is_(None), Message.person_id.in_(people)),
        Message.sent_at >= last.scalar_subquery(),
        truth,
    )
    return session.scalars(query.limit(1)).first() is not None


def settle_holds(session: Session, now: datetime) -> None:
    """Closes the alarms of bundles of which nothing waits any more, or nothing ever did."""
    query = select(Alarm).where(Alarm.key.startswith(HOLD), Alarm.closed_at.is_(None))
    for alarm in session.scalars(query):
        waiting = (
            select(Message.id)
            .join(Appointment, Message.appointment_id == Appointment.id)
            .where(Message.state == State.HELD, Appointment.hold_key == alarm.key.removeprefix(HOLD))
            .limit(1)
        )
        if session.scalars(waiting).first() is None:
            alarm.closed_at = now
