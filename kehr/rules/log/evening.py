"""When a day's log is due: every evening once, and the days on which the machine was off by then."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kehr.rules.terms.office_days import office_day

MOST_DAYS = 31
"""A machine that was off for longer brings the newest of its days."""


def newest_due(now: datetime, at: time, zone: ZoneInfo) -> date:
    """The newest day whose evening has come: today from `at` on, yesterday before."""
    today = office_day(now, zone)
    return today if now >= datetime.combine(today, at, zone) else today - timedelta(days=1)


def due_days(now: datetime, at: time, zone: ZoneInfo, last: date | None) -> list[date]:
    """The days whose log is due after `last`, the newest one there is; oldest first.

    Without `last` nothing is known of evenings before: only today's is due, once its time has come.
    """
    newest = newest_due(now, at, zone)
    if last is None:
        return [newest] if newest == office_day(now, zone) else []
    first = max(last + timedelta(days=1), newest - timedelta(days=MOST_DAYS - 1))
    return [first + timedelta(days=n) for n in range((newest - first).days + 1)]
