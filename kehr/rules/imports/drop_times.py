"""When the watched folder is looked into, and when a file in it is complete."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from kehr.rules.terms.timing import days_before_day

STEADY_FOR = timedelta(seconds=10)
"""A file whose size and time of change stay the same for so long is complete."""


def look_due(now: datetime, last: datetime | None, at: time, minutes: int, zone: tzinfo) -> bool:
    """Whether it is time to look: every `minutes`, or once a day at the wall time `at` when that is 0.

    `last` is when the last look began; without one it is time at once. A day on which the machine was
    off at that time is made up for as soon as it runs.
    """
    if last is None or last > now + timedelta(minutes=5):
        return True
    if minutes:
        return now >= last + timedelta(minutes=minutes)
    return last < last_look_time(now, at, zone)


def last_look_time(now: datetime, at: time, zone: tzinfo) -> datetime:
    """The last daily moment that is not after now."""
    today = now.astimezone(zone).date()
    moment = days_before_day(today, 0, at, zone)
    return moment if moment <= now else days_before_day(today, 1, at, zone)


def next_look_time(now: datetime, last: datetime | None, at: time, minutes: int, zone: tzinfo) -> datetime:
    """When it will be time to look, in aware UTC; now when it is already."""
    if look_due(now, last, at, minutes, zone) or last is None:
        return now
    if minutes:
        return (last + timedelta(minutes=minutes)).astimezone(UTC)
    today = now.astimezone(zone).date()
    moment = days_before_day(today, 0, at, zone)
    return moment if moment > now else days_before_day(today, -1, at, zone)


def is_steady(
    before: tuple[int, int] | None, seen: datetime | None, found: tuple[int, int], now: datetime
) -> bool:
    """Whether a file (size in bytes, time of change in ns) is complete: as it was at least 10 s ago.

    `seen` is when it was first seen so.
    """
    return before == found and seen is not None and now - seen >= STEADY_FOR
