"""Which days' logs are due, at the borders."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from kehr.rules.log.evening import MOST_DAYS, due_days, newest_due

VIENNA = ZoneInfo("Europe/Vienna")
AT = time(20, 30)


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        (datetime(2026, 3, 10, 19, 29, 59, tzinfo=UTC), march(9), []),
        (datetime(2026, 3, 10, 19, 30, tzinfo=UTC), march(9), [march(10)]),
        (datetime(2026, 3, 10, 19, 30, tzinfo=UTC), march(10), []),
        (datetime(2026, 3, 10, 22, 59, tzinfo=UTC), march(9), [march(10)]),
        # Midnight in Vienna is 23:00 UTC; the evening before stays due until it is done.
        (datetime(2026, 3, 10, 23, 0, tzinfo=UTC), march(9), [march(10)]),
        (datetime(2026, 3, 9, 6, 30, tzinfo=UTC), march(5), [march(6), march(7), march(8)]),
        (datetime(2026, 3, 9, 6, 30, tzinfo=UTC), march(8), []),
        (datetime(2026, 3, 10, 19, 29, tzinfo=UTC), None, []),
        (datetime(2026, 3, 10, 19, 30, tzinfo=UTC), None, [march(10)]),
        # A clock that was put back: what is done stays done.
        (datetime(2026, 3, 8, 19, 30, tzinfo=UTC), march(10), []),
    ],
)
def test_a_days_log_is_due_from_its_evening_until_it_is_done(
    now: datetime, last: date | None, due: list[date]
) -> None:
    assert due_days(now, AT, VIENNA, last) == due


def test_a_machine_that_was_off_for_months_brings_its_newest_month() -> None:
    days = due_days(datetime(2026, 3, 10, 7, 0, tzinfo=UTC), AT, VIENNA, date(2025, 1, 1))
    assert len(days) == MOST_DAYS and days[-1] == march(9)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 29, 18, 29, tzinfo=UTC), march(28)),
        (datetime(2026, 3, 29, 18, 30, tzinfo=UTC), march(29)),
        (datetime(2026, 10, 25, 19, 29, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 25, 19, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_the_evening_is_the_offices_wall_time_on_both_dst_days(now: datetime, day: date) -> None:
    assert newest_due(now, AT, VIENNA) == day
