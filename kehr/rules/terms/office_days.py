"""Days as the office counts them: from midnight to midnight in its own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def office_day(moment: datetime, zone: ZoneInfo) -> date:
    """The office's calendar day on which an aware moment falls."""
    return moment.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of an office day, in aware UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_span(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open span [start, end) in aware UTC that covers all days from `first` to `last`."""
    return day_start(first, zone), day_start(last + timedelta(days=1), zone)
