"""The month's quota: its borders in the office's zone, its levels, and what still fits (A24)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kehr.rules.plan.quota import COUNTED, Level, fits, level, month_of, month_span
from kehr.rules.terms.messages import State
from tests.rules.plan_build import VIENNA


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(  # A24
    ("moment", "month"),
    [
        ("2026-10-31T22:59:59", "2026-10"),
        ("2026-10-31T23:00:00", "2026-11"),
        ("2026-11-30T22:59:59", "2026-11"),
        ("2026-11-30T23:00:00", "2026-12"),
        ("2026-12-31T22:59:59", "2026-12"),
        ("2026-12-31T23:00:00", "2027-01"),
        ("2026-03-31T21:59:59", "2026-03"),
        ("2026-03-31T22:00:00", "2026-04"),
        ("2028-02-29T22:59:59", "2028-02"),
        ("2028-02-29T23:00:00", "2028-03"),
    ],
)
def test_a_month_begins_at_midnight_of_the_office(moment: str, month: str) -> None:
    assert month_of(utc(moment), VIENNA) == month
    start, end = month_span(month, VIENNA)
    assert start <= utc(moment) < end


@pytest.mark.parametrize(  # A24
    ("month", "start", "end", "hours"),
    [
        ("2026-03", "2026-02-28T23:00", "2026-03-31T22:00", 31 * 24 - 1),
        ("2026-10", "2026-09-30T22:00", "2026-10-31T23:00", 31 * 24 + 1),
        ("2026-11", "2026-10-31T23:00", "2026-11-30T23:00", 30 * 24),
        ("2026-12", "2026-11-30T23:00", "2026-12-31T23:00", 31 * 24),
        ("2027-02", "2027-01-31T23:00", "2027-02-28T23:00", 28 * 24),
    ],
)
def test_the_months_of_the_changing_clock_are_an_hour_shorter_and_longer(
    month: str, start: str, end: str, hours: int
) -> None:
    span = month_span(month, VIENNA)
    assert span == (utc(start), utc(end))
    assert (span[1] - span[0]).total_seconds() == hours * 3600


@pytest.mark.parametrize("word", ["", "2026", "2026-13", "2026-00", "November", "2026-1", "x2026-11"])
def test_what_is_no_month_is_refused(word: str) -> None:
    with pytest.raises(ValueError):
        month_span(word, VIENNA)


@pytest.mark.parametrize(  # A24
    ("limit", "used", "expected"),
    [
        (None, 10_000, Level.FREE),
        (500, 0, Level.FREE),
        (500, 399, Level.FREE),
        (500, 400, Level.WARNING),
        (500, 499, Level.WARNING),
        (500, 500, Level.FULL),
        (500, 501, Level.FULL),
        (7, 5, Level.FREE),
        (7, 6, Level.WARNING),
        (1, 0, Level.FREE),
        (1, 1, Level.FULL),
    ],
)
def test_eighty_in_a_hundred_warn_and_the_whole_is_full(
    limit: int | None, used: int, expected: Level
) -> None:
    assert level(limit, used) == expected


@pytest.mark.parametrize(  # A24
    ("limit", "used", "parts", "expected"),
    [
        (None, 10_000, 9, True),
        (7, 6, 1, True),
        (7, 7, 1, False),
        (7, 6, 2, False),
        (7, 5, 2, True),
        (7, 9, 1, False),
    ],
)
def test_a_quota_is_never_passed(limit: int | None, used: int, parts: int, expected: bool) -> None:
    assert fits(limit, used, parts) is expected


def test_only_what_left_or_may_have_left_counts() -> None:
    assert {State.PLANNED, State.WITHDRAWN, State.REFUSED, State.WITHHELD, State.MISSED} & COUNTED == set()
    assert {State.SENDING, State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.UNCLEAR} == COUNTED
