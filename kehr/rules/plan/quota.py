"""How many SMS may leave in a calendar month of the office, and how near that limit is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from kehr.rules.terms.messages import State
from kehr.rules.terms.office_days import day_start, office_day

WARNS_AT = 80
"""From this part of a quota on, in hundredths, the office is warned."""
MOST = 1_000_000
"""The largest quota, and the most SMS that anybody orders at once."""
LOW_BALANCE = 50_000
"""An account with no more than this, in ten-thousandths of a euro, is nearly empty."""
LOW_COUNTER = 100
"""A counter is never called low above this; without any order from a fifth of it on."""
COUNTED = frozenset({State.SENDING, State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.UNCLEAR})
"""What left or may have left counts; what was surely not sent, or refused, does not."""


class Level(StrEnum):
    """How much of a quota is used."""

    FREE = "free"
    WARNING = "warning"
    FULL = "full"


def month_of(moment: datetime, zone: ZoneInfo) -> str:
    """The office's calendar month of a moment: `2026-11`."""
    return f"{office_day(moment, zone):%Y-%m}"


def month_span(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open span of a month such as `2026-11` by the office's clock, in aware UTC.

    Raises ValueError for what is no month.
    """
    first = date.fromisoformat(f"{month}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return day_start(first, zone).astimezone(UTC), day_start(after, zone).astimezone(UTC)


def level(limit: int | None, used: int) -> Level:
    """Where a quota stands; without a limit there is always room."""
    if limit is None:
        return Level.FREE
    if used >= limit:
        return Level.FULL
    return Level.WARNING if used * 100 >= limit * WARNS_AT else Level.FREE


def fits(limit: int | None, used: int, parts: int) -> bool:
    """Whether a message of so many parts may still leave; a quota is never passed, not by one part."""
    return limit is None or used + parts <= limit


def is_low(left: int, last_order: int | None) -> bool:
    """Whether a counter is nearly at its end: a fifth of the last order is left, at most 100 SMS."""
    ordered = LOW_COUNTER if last_order is None else last_order
    return left <= min(LOW_COUNTER, ordered // 5)
