"""When something may leave, and when it is due: wall clock of the office in, aware UTC out.

In the two nights a year when the clock changes, a border of the send window that does not exist or
exists twice is read so that the window is the narrower one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import holidays

ROLLED_BACK_BEFORE_CLOSING = timedelta(minutes=15)
"""What rolls back to an earlier closing leaves this much before it: a queue of some hundred messages and
the retries after 1 and 5 minutes still fit."""

RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""How long to wait after the first, second … try; the last of these from then on."""

_ONE_DAY = timedelta(days=1)
_SEARCHED_DAYS = 400


class ImpossibleWindow(ValueError):
    """A send window that allows nothing. `code` is `window_without_days` or `window_without_hours`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SendWindow:
    """When messages may leave: from `opens` until before `closes` by the office's clock, on `days`.

    Monday is 0. On Austrian public holidays only when `holidays`. Raises ImpossibleWindow.
    """

    opens: time = time(8)
    closes: time = time(20)
    days: frozenset[int] = frozenset(range(6))
    holidays: bool = False

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise ImpossibleWindow("window_without_days")
        if self.opens >= self.closes:
            raise ImpossibleWindow("window_without_hours")


def is_holiday(day: date) -> bool:
    """Whether the whole of Austria rests on this day by law."""
    return day in _holidays(day.year)


def is_open(window: SendWindow, moment: datetime, zone: tzinfo) -> bool:
    """Whether something may leave at this moment."""
    hours = _hours(window, moment.astimezone(zone).date(), zone)
    return hours is not None and hours[0] <= moment < hours[1]


def next_open(window: SendWindow, moment: datetime, zone: tzinfo) -> datetime:
    """The first allowed moment that is not before `moment`."""
    for opens, closes in _all_hours(window, moment, zone, _ONE_DAY):
        if moment < closes:
            return max(moment, opens).astimezone(UTC)
    raise ImpossibleWindow("window_without_hours")


def last_open(window: SendWindow, moment: datetime, zone: tzinfo) -> datetime:
    """The last allowed moment that is not after `moment`.

    Outside the window that is a quarter of an hour before the closing that came last
    (`ROLLED_BACK_BEFORE_CLOSING`), or that day's opening in a shorter window.
    """
    for opens, closes in _all_hours(window, moment, zone, -_ONE_DAY):
        if opens <= moment:
            latest = moment if moment < closes else max(opens, closes - ROLLED_BACK_BEFORE_CLOSING)
            return latest.astimezone(UTC)
    raise ImpossibleWindow("window_without_hours")


def plan_due(nominal: datetime, window: SendWindow, zone: tzinfo) -> datetime:
    """When a message is due whose rule names the moment `nominal`: then, or rolled back into the window."""
    return last_open(window, nominal, zone)


def days_before(start: datetime, days: int, at: time, zone: tzinfo) -> datetime:
    """`at` o'clock, `days` calendar days before the day of `start`, all by the wall clock in `zone`.

    A time that the clock skips is read an hour later, one that comes twice is the first.
    """
    return days_before_day(start.astimezone(zone).date(), days, at, zone)


def days_before_day(day: date, days: int, at: time, zone: tzinfo) -> datetime:
    """`days_before` for an appointment on `day` in `zone`."""
    return _wall(day - timedelta(days=days), at, zone)


def days_after(end: datetime, days: int, at: time, zone: tzinfo) -> datetime:
    """Like `days_before`, counted forward from the day of `end`."""
    return _wall(end.astimezone(zone).date() + timedelta(days=days), at, zone)


def next_try(tries: int, now: datetime, too_late: datetime) -> datetime | None:
    """When to try again after `tries` tries that surely sent nothing; None when that would be too late.

    Raises ValueError when nothing has been tried.
    """
    if tries < 1:
        raise ValueError(f"A next try follows at least one, not {tries}.")
    moment = now + RETRIES[min(tries, len(RETRIES)) - 1]
    return moment if moment < too_late else None


def _all_hours(
    window: SendWindow, moment: datetime, zone: tzinfo, step: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    day = moment.astimezone(zone).date()
    for _ in range(_SEARCHED_DAYS):
        hours = _hours(window, day, zone)
        if hours is not None:
            yield hours
        day += step


@lru_cache(maxsize=4096)
def _hours(window: SendWindow, day: date, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """Opening and closing of one day in UTC, None when it stays closed."""
    if day.weekday() not in window.days or (not window.holidays and is_holiday(day)):
        return None
    opens = max(_wall(day, window.opens, zone, fold) for fold in (0, 1))
    closes = min(_wall(day, window.closes, zone, fold) for fold in (0, 1))
    return (opens, closes) if opens < closes else None


def _wall(day: date, at: time, zone: tzinfo, fold: int = 0) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).replace(fold=fold).astimezone(UTC)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("AT", years=year))
