"""Whether the daily self test arrived (A32)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kehr.rules.terms.messages import State
from kehr.rules.terms.timing import SendWindow

DUE_BY = time(10)
"""By this time of the office the test of the day has arrived."""
AFTER_OPENING = timedelta(hours=1)
"""Where the send window opens late, or the test began late, it has so long."""
FAILED = frozenset({State.REFUSED, State.UNDELIVERED, State.UNCLEAR, State.MISSED, State.WITHDRAWN})


class Verdict(StrEnum):
    """What became of a test."""

    PASSED = "passed"
    WAITING = "waiting"
    MISSING = "missing"
    FAILED = "failed"


def expected_by(began: datetime, window: SendWindow, zone: ZoneInfo) -> datetime:
    """Until when a test that began (or should have begun) then is merely on its way."""
    day = began.astimezone(zone).date()
    ten = datetime.combine(day, DUE_BY, zone)
    opened = datetime.combine(day, window.opens, zone)
    return max(ten, opened + AFTER_OPENING, began + AFTER_OPENING)


def verdict(state: str | None, expected: datetime, now: datetime) -> Verdict:
    """What a test in this state is now; None is one of which there is no message."""
    if state in (State.ACCEPTED, State.DELIVERED):
        return Verdict.PASSED
    if state is not None and state in FAILED:
        return Verdict.FAILED
    return Verdict.WAITING if now < expected else Verdict.MISSING
