"""Send window, due moments across both changes of the clock, and next tries."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kehr.rules.terms.timing import (
    ImpossibleWindow,
    SendWindow,
    days_after,
    days_before,
    is_holiday,
    is_open,
    last_open,
    next_open,
    next_try,
    plan_due,
)

VIENNA = ZoneInfo("Europe/Vienna")
USUAL = SendWindow()
HOLIDAYS_2026 = {
    date(2026, month, day)
    for day, month in [
        (1, 1), (6, 1), (6, 4), (1, 5), (14, 5), (25, 5), (4, 6),
        (15, 8), (26, 10), (1, 11), (8, 12), (25, 12), (26, 12),
    ]
}  # fmt: skip


def _local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIENNA, fold=fold).astimezone(UTC)


def _wall(moment: datetime) -> str:
    return moment.astimezone(VIENNA).strftime("%a %d.%m. %H:%M")


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-03-12T07:59:59", False),
        ("2026-03-12T08:00:00", True),
        ("2026-03-12T19:59:59", True),
        ("2026-03-12T20:00:00", False),
        ("2026-03-14T10:00:00", True),  # Saturday
        ("2026-03-15T10:00:00", False),  # Sunday
        ("2026-10-26T10:00:00", False),  # national holiday, a Monday
        ("2026-04-06T10:00:00", False),  # Easter Monday
        ("2026-04-03T10:00:00", True),  # Good Friday is no public holiday
        ("2026-12-24T10:00:00", True),
    ],
)
def test_window_is_half_open_on_allowed_days(moment: str, open_: bool) -> None:  # C15
    assert is_open(USUAL, _local(moment), VIENNA) is open_


def test_holidays_are_open_where_the_office_says_so() -> None:  # C15
    window = SendWindow(holidays=True)
    assert is_open(window, _local("2026-10-26T10:00"), VIENNA)


def test_austrian_public_holidays_of_2026_are_known() -> None:
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert {day for day in year if is_holiday(day)} == HOLIDAYS_2026


@pytest.mark.parametrize(
    ("moment", "next_", "last"),
    [
        ("2026-03-12T10:00", "Thu 12.03. 10:00", "Thu 12.03. 10:00"),
        ("2026-03-12T19:59", "Thu 12.03. 19:59", "Thu 12.03. 19:59"),
        ("2026-03-12T20:00", "Fri 13.03. 08:00", "Thu 12.03. 19:45"),
        ("2026-03-12T22:40", "Fri 13.03. 08:00", "Thu 12.03. 19:45"),
        ("2026-03-12T03:00", "Thu 12.03. 08:00", "Wed 11.03. 19:45"),
        ("2026-03-14T21:30", "Mon 16.03. 08:00", "Sat 14.03. 19:45"),
        ("2026-03-15T12:00", "Mon 16.03. 08:00", "Sat 14.03. 19:45"),
        ("2026-10-26T12:00", "Tue 27.10. 08:00", "Sat 24.10. 19:45"),
        ("2026-12-25T12:00", "Mon 28.12. 08:00", "Thu 24.12. 19:45"),
        ("2027-01-01T12:00", "Sat 02.01. 08:00", "Thu 31.12. 19:45"),
    ],
)
def test_failure_02_outside_the_window_forward_is_the_opening_and_back_is_a_quarter_before_closing(
    moment: str, next_: str, last: str
) -> None:  # C15
    assert _wall(next_open(USUAL, _local(moment), VIENNA)) == next_
    assert _wall(last_open(USUAL, _local(moment), VIENNA)) == last
    assert _wall(plan_due(_local(moment), USUAL, VIENNA)) == last


def test_window_shorter_than_a_quarter_of_an_hour_rolls_back_to_its_opening() -> None:
    window = SendWindow(opens=time(8), closes=time(8, 10))
    assert _wall(last_open(window, _local("2026-03-12T12:00"), VIENNA)) == "Thu 12.03. 08:00"


def test_window_on_one_day_a_week_finds_it_past_a_holiday() -> None:
    window = SendWindow(days=frozenset({0}))
    assert _wall(next_open(window, _local("2026-10-20T12:00"), VIENNA)) == "Mon 02.11. 08:00"
    assert _wall(last_open(window, _local("2026-10-30T12:00"), VIENNA)) == "Mon 19.10. 19:45"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"days": frozenset()}, "window_without_days"),
        ({"days": frozenset({7})}, "window_without_days"),
        ({"opens": time(20), "closes": time(8)}, "window_without_hours"),
        ({"opens": time(8), "closes": time(8)}, "window_without_hours"),
    ],
)
def test_window_that_allows_nothing_is_refused(fields: dict[str, object], code: str) -> None:
    with pytest.raises(ImpossibleWindow) as caught:
        SendWindow(**fields)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("start", "days", "at", "due"),
    [
        ("2026-03-30T10:00", 2, "08:00", "Sat 28.03. 08:00"),
        ("2026-10-26T10:00", 2, "08:00", "Sat 24.10. 08:00"),
        ("2026-03-30T00:30", 1, "08:00", "Sun 29.03. 08:00"),
        ("2026-03-30T10:00", 0, "07:00", "Mon 30.03. 07:00"),
        ("2026-03-30T10:00", 60, "17:01", "Thu 29.01. 17:01"),
        ("2026-03-30T10:00", 1, "02:30", "Sun 29.03. 03:30"),  # skipped by the clock
        ("2026-10-26T10:00", 1, "02:30", "Sun 25.10. 02:30"),
        ("2026-03-30T23:59", 7, "23:59", "Mon 23.03. 23:59"),
    ],
)
def test_failure_08_days_before_keep_the_wall_clock_across_both_changes(
    start: str, days: int, at: str, due: str
) -> None:  # B35
    assert _wall(days_before(_local(start), days, time.fromisoformat(at), VIENNA)) == due


def test_time_that_comes_twice_is_the_first() -> None:
    twice = days_before(_local("2026-10-26T10:00"), 1, time(2, 30), VIENNA)
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_evening_start_in_utc_counts_from_the_office_day() -> None:
    just_after_midnight_in_vienna = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert _wall(days_before(just_after_midnight_in_vienna, 1, time(8), VIENNA)) == "Wed 01.07. 08:00"


@pytest.mark.parametrize(
    ("end", "days", "due"),
    [
        ("2026-03-27T11:00", 2, "Sun 29.03. 10:00"),
        ("2026-10-24T11:00", 7, "Sat 31.10. 10:00"),
        ("2026-10-24T23:59", 1, "Sun 25.10. 10:00"),
    ],
)
def test_days_after_keep_the_wall_clock_too(end: str, days: int, due: str) -> None:  # B39
    assert _wall(days_after(_local(end), days, time(10), VIENNA)) == due


def test_failure_08_zone_of_the_machine_changes_nothing() -> None:
    code = (
        "from datetime import *; from zoneinfo import ZoneInfo; from kehr.rules.terms.timing import *;"
        "z = ZoneInfo('Europe/Vienna'); start = datetime(2026, 3, 30, 8, tzinfo=UTC);"
        "due = days_before(start, 2, time(8), z);"
        "print(due.isoformat(), last_open(SendWindow(), start - timedelta(hours=9), z).isoformat())"
    )
    for zone in ("UTC", "America/New_York"):
        ran = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.split() == ["2026-03-28T07:00:00+00:00", "2026-03-28T18:45:00+00:00"]


def _allowed_by_the_wall_clock(window: SendWindow, moment: datetime) -> bool:
    local = moment.astimezone(VIENNA)
    if local.weekday() not in window.days or (local.date() in HOLIDAYS_2026 and not window.holidays):
        return False
    return window.opens <= local.time() < window.closes


def _minutes(begin: str, end: str) -> list[datetime]:
    first, last = _local(begin), _local(end)
    return [first + timedelta(minutes=n) for n in range(int((last - first).total_seconds() // 60))]


def _assert_nothing_leaves_outside(window: SendWindow, moments: list[datetime]) -> set[datetime]:
    """Asks for every moment and returns where the closed ones were moved to."""
    placed = set()
    for moment in moments:
        if is_open(window, moment, VIENNA):
            assert _allowed_by_the_wall_clock(window, moment)
        else:
            placed.add(next_open(window, moment, VIENNA))
            placed.add(plan_due(moment, window, VIENNA))
    assert all(_allowed_by_the_wall_clock(window, moment) for moment in placed)
    return placed


def test_failure_02_nothing_is_placed_outside_the_window_in_any_minute_of_a_year() -> None:  # C15
    placed = _assert_nothing_leaves_outside(USUAL, _minutes("2026-01-07T00:00", "2026-12-28T00:00"))
    assert len(placed) > 580  # an opening and a closing for each of about 294 open days


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
@pytest.mark.parametrize(
    "window",
    [
        SendWindow(time(2, 15), time(2, 45), frozenset({5, 6}), holidays=True),
        SendWindow(time(2, 30), time(4), frozenset({6})),
        SendWindow(time(1), time(2, 30), frozenset({6})),
        SendWindow(time(0), time(23, 59), frozenset(range(7))),
    ],
)
def test_failure_02_windows_over_a_change_of_the_clock_are_kept_too(night: str, window: SendWindow) -> None:
    day = datetime.fromisoformat(night)
    around = _minutes((day - timedelta(days=2)).isoformat(), (day + timedelta(days=2)).isoformat())
    assert _assert_nothing_leaves_outside(window, around)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [("2026-06-10T08:00", True), ("2026-06-10T07:59", False), ("2026-06-10T20:00", False)],
)
def test_open_moment_is_left_where_it_is(moment: str, allowed: bool) -> None:
    nominal = _local(moment)
    assert (plan_due(nominal, USUAL, VIENNA) == nominal) is allowed
    assert (next_open(USUAL, nominal, VIENNA) == nominal) is allowed


@pytest.mark.parametrize(
    ("tries", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (50, 60)],
)
def test_next_try_waits_longer_each_time(tries: int, minutes: int) -> None:
    now = datetime(2026, 3, 12, 9, tzinfo=UTC)
    assert next_try(tries, now, now + timedelta(days=1)) == now + timedelta(minutes=minutes)


def test_there_is_no_next_try_once_it_would_be_too_late() -> None:
    now = datetime(2026, 3, 12, 9, tzinfo=UTC)
    assert next_try(3, now, now + timedelta(minutes=15, seconds=1)) == now + timedelta(minutes=15)
    assert next_try(3, now, now + timedelta(minutes=15)) is None
    assert next_try(1, now, now - timedelta(minutes=1)) is None


def test_next_try_follows_a_first_one() -> None:
    now = datetime(2026, 3, 12, 9, tzinfo=UTC)
    with pytest.raises(ValueError, match="at least one"):
        next_try(0, now, now + timedelta(days=1))
