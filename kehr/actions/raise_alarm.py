"""Opens and closes troubles: each is shown while it lasts and told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.models import Alarm
from kehr.rules.plan_values import NeedsCall


def open_alarm(session: Session, key: str, code: str, args: Mapping[str, Any], now: datetime) -> Alarm:
    """The open trouble of this key; a new one if there was none. The first reason stays."""
    alarm = _open(session, key)
    if alarm is None:
        alarm = Alarm(key=key, code=code, args=dict(args), opened_at=now)
        session.add(alarm)
        session.flush()
    return alarm


def close_alarm(session: Session, key: str, now: datetime) -> None:
    """Ends the trouble of this key, if there is one."""
    alarm = _open(session, key)
    if alarm is not None:
        alarm.closed_at = now


def _open(session: Session, key: str) -> Alarm | None:
    return session.scalars(select(Alarm).where(Alarm.key == key, Alarm.closed_at.is_(None))).first()


def settle_calls(session: Session, calls: Sequence[NeedsCall], now: datetime) -> None:
    """Keeps one open alarm for each person who must be called, and closes those that are settled."""
    wanted = {f"call:{c.appointment_id}:{c.channel}:{c.recipient}": c for c in calls}
    known = {
        alarm.key: alarm
        for alarm in session.scalars(
            select(Alarm).where(Alarm.key.startswith("call:"), Alarm.closed_at.is_(None))
        )
    }
    for key, call in wanted.items():
        if key not in known:
            args = {
                "appointment_id": call.appointment_id,
                "recipient": call.recipient,
                "told": call.told.isoformat(),
                "truth": call.truth.isoformat(),
            }
            session.add(Alarm(key=key, code="needs_call", args=args, opened_at=now))
    for key, alarm in known.items():
        if key not in wanted:
            alarm.closed_at = now
