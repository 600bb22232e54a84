"""Makes an RRULE safe and exact before a library expands it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from kehr.rules.feeds.feed_times import Unreadable, day_of, read_time

_FREQUENCIES = frozenset({"HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_TOO_FREQUENT = frozenset({"SECONDLY", "MINUTELY"})
_NUMBERS = re.compile(r"[+-]?\d{1,4}(?:,[+-]?\d{1,4})*")
_DAYS = re.compile(r"[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU)(?:,[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU))*")
_BY_NUMBER = {
    "BYSECOND": range(60),
    "BYMINUTE": range(60),
    "BYHOUR": range(24),
    "BYMONTHDAY": range(1, 32),
    "BYYEARDAY": range(1, 367),
    "BYWEEKNO": range(1, 54),
    "BYMONTH": range(1, 13),
    "BYSETPOS": range(1, 367),
}
_WITHOUT_EFFECT = frozenset({"RSCALE", "SKIP"})
_MOST_PER_DAY = 48


class RuleRefused(ValueError):
    """The rule would repeat far more often than any appointment does."""


class CleanRule(NamedTuple):
    """A rule that dateutil reads as meant; `stop` is an UNTIL that stands beside a COUNT, in UTC."""

    text: str
    stop: datetime | None = None


def clean_rule(text: str, start: date | datetime, office: tzinfo) -> CleanRule:
    """The rule with its UNTIL as dateutil needs it: UTC for a series with times, a day for one without.

    An UNTIL without time includes its whole day in the zone of the series. Raises RuleRefused or Unreadable.
    """
    parts = _parts(text)
    _check_frequency(parts)
    _check_lists(parts, text)
    until = parts.pop("UNTIL", "")
    stop = _until(until, start, office) if until else None
    if stop is not None and "COUNT" not in parts:
        parts["UNTIL"] = f"{stop:%Y%m%dT%H%M%SZ}" if isinstance(stop, datetime) else f"{stop:%Y%m%d}"
        stop = None
    if stop is not None and not isinstance(stop, datetime):
        stop = datetime.combine(stop, time.max, office).astimezone(UTC)
    return CleanRule(";".join(f"{name}={value}" for name, value in parts.items()), stop)


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in re.sub(r"\s+", "", text).upper().strip(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or name in parts:
            raise Unreadable(text)
        if value and not name.startswith("X-"):
            parts[name] = value
    if parts.get("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise Unreadable(text)
    return {name: value for name, value in parts.items() if name not in _WITHOUT_EFFECT}


def _check_frequency(parts: dict[str, str]) -> None:
    frequency = parts.get("FREQ", "")
    if frequency in _TOO_FREQUENT:
        raise RuleRefused(frequency)
    if frequency not in _FREQUENCIES:
        raise Unreadable(frequency)
    interval = parts.get("INTERVAL", "1")
    if not re.fullmatch(r"[+-]?\d{1,9}", interval):
        raise Unreadable(interval)
    if int(interval) < 1:
        raise RuleRefused(f"INTERVAL={interval}")
    hours = 24 if frequency == "HOURLY" and "BYHOUR" not in parts else 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        hours *= parts[name].count(",") + 1 if name in parts else 1
    if hours > _MOST_PER_DAY:
        raise RuleRefused(f"{hours} a day")


def _check_lists(parts: dict[str, str], text: str) -> None:
    readable: object
    for name, value in parts.items():
        if name in _BY_NUMBER:
            readable = _NUMBERS.fullmatch(value) and all(
                abs(int(number)) in _BY_NUMBER[name] for number in value.split(",")
            )
        elif name == "BYDAY":
            readable = _DAYS.fullmatch(value)
        elif name == "COUNT":
            readable = re.fullmatch(r"0*[1-9]\d{0,17}", value)
        elif name == "WKST":
            readable = re.fullmatch("MO|TU|WE|TH|FR|SA|SU", value)
        else:
            readable = name in ("FREQ", "INTERVAL", "UNTIL")
        if not readable:
            raise Unreadable(text)


def _until(text: str, start: date | datetime, office: tzinfo) -> date | datetime:
    if not isinstance(start, datetime):
        return day_of(read_time(text, office), office)
    zone = start.tzinfo or office
    until = read_time(text, zone)
    if isinstance(until, datetime):
        return until.astimezone(UTC)
    last_second = datetime.combine(until, time(23, 59, 59), zone)
    try:
        return last_second.astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC, microsecond=0) - timedelta(days=1)
