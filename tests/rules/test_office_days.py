"""Office days on ordinary days and on both nights of the clock change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kehr.rules.terms.office_days import day_span, office_day

VIENNA = ZoneInfo("Europe/Vienna")


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 10), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
)
def test_a_day_lasts_from_midnight_to_midnight_across_clock_changes(day: date, hours: int) -> None:
    start, end = day_span(day, day, VIENNA)
    assert end - start == timedelta(hours=hours)
    assert office_day(start, VIENNA) == day
    assert office_day(end - timedelta(seconds=1), VIENNA) == day
    assert office_day(end, VIENNA) == day + timedelta(days=1)


def test_late_evening_in_utc_is_the_next_day_in_vienna() -> None:
    assert office_day(datetime(2026, 3, 10, 23, 0, tzinfo=UTC), VIENNA) == date(2026, 3, 11)
    assert office_day(datetime(2026, 3, 10, 22, 59, tzinfo=UTC), VIENNA) == date(2026, 3, 10)
