"""Keeps what one poll changed in bulk for a person to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kehr.actions.facts.raise_alarm import HOLD, VANISHED, find_open, open_alarm
from kehr.models import Appointment, Calendar
from kehr.rules.feeds.takeover import Known, holds


def hold_bundles(
    session: Session,
    calendar: Calendar,
    rows: dict[int, Appointment],
    moved: Sequence[Known],
    cancelled: Sequence[Known],
    ahead: int,
    now: datetime,
) -> None:
    """Marks the appointments whose messages wait for a person, one key and one alarm a bundle.

    Where the office has been told that these entries vanished, it is not told again.
    """
    for hold in holds(moved, cancelled, ahead, now):
        key = f"{hold.count}@{hold.day}|{hold.code}|{now:%Y%m%d%H%M%S}|{min(hold.ids)}"
        for row_id in hold.ids:
            rows[row_id].hold_code = hold.code
            rows[row_id].hold_key = key
        args = {"calendar": calendar.name, "count": hold.count, "day": hold.day}
        alarm = open_alarm(session, f"{HOLD}{key}", hold.code, args, now)
        vanished = find_open(session, f"{VANISHED}{calendar.id}")
        if vanished is not None and any(rows[row_id].missing_since for row_id in hold.ids):
            alarm.told_at = vanished.told_at


def unhold(row: Appointment) -> None:
    """Lets an appointment's messages go: what it waited for is no longer what is true."""
    row.hold_code = row.hold_key = ""
