"""Reads dates, times and durations as RFC 5545 writes them, and as servers write them instead."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_TIME = re.compile(r"[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.IGNORECASE,
)
_LEAP_SECOND = 60


class Unreadable(ValueError):
    """The text is no date, time or duration."""


def read_time(text: str, zone: tzinfo, date_only: bool = False) -> date | datetime:
    """A date, or an aware time: in UTC or its own offset where it says so, else on the clocks of `zone`.

    Raises Unreadable, also for a time that does not exist in UTC (before year 1, after 9999).
    """
    text = text.strip()
    try:
        day_match = _DATE.match(text)
        if not day_match:
            raise Unreadable(text)
        day = date(int(day_match[1]), int(day_match[2]), int(day_match[3]))
        if day_match.end() == len(text) or date_only:
            return day
        clock = _TIME.fullmatch(text, day_match.end())
        if not clock:
            raise Unreadable(text)
        moment = _on_day(day, clock, zone)
        moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(text) from error
    return moment


def _on_day(day: date, clock: re.Match[str], zone: tzinfo) -> datetime:
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if (hour, minute, second) == (24, 0, 0):
        day, hour = day + timedelta(days=1), 0
    second = second - 1 if second == _LEAP_SECOND else second
    return datetime.combine(day, time(hour, minute, second), _offset(clock[4], zone))


def _offset(said: str | None, zone: tzinfo) -> tzinfo:
    if not said:
        return zone
    if said in "Zz":
        return UTC
    parsed = datetime.strptime(said.replace(":", ""), "%z").tzinfo
    return parsed or zone


def read_duration(text: str) -> timedelta:
    """The length that an RFC 5545 DURATION says. Raises Unreadable."""
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()[1:]):
        raise Unreadable(text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    try:
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as error:
        raise Unreadable(text) from error
    return -length if match[1] == "-" else length


def midnight(day: date, zone: tzinfo) -> datetime:
    """The start of a day in `zone`, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_of(moment: date | datetime, office: tzinfo) -> date:
    """The day that a time means in an all-day series: a UTC time is read in the office's zone."""
    if not isinstance(moment, datetime):
        return moment
    return (moment.astimezone(office) if moment.tzinfo is UTC else moment).date()
