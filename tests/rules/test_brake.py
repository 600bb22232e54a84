"""The anomaly brake: what is not like other days waits for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kehr.rules.plan.brake import measured_days, same_weekdays, too_much
from kehr.rules.plan.plan_values import Reason
from tests.rules.plan_build import NOW, OFFICE, Desk, appointment, at, brief, past, rule

START = at("12.03. 12:00")
TEXT_NEW = rule("reminder", text_new_since=NOW)
FULL = replace(OFFICE, full_days={date(2026, 3, 10): Reason("volume_high")})


@pytest.mark.parametrize(
    ("count", "history", "released", "held"),
    [
        (120, [40] * 8, 0, False),
        (121, [40] * 8, 0, True),
        (20, [1] * 8, 0, False),
        (21, [1] * 8, 0, True),
        (500, [40, 40, 40, 0, 0, 0, 0, 0], 0, False),
        (500, [40, 40, 40, 40, 0, 0, 0, 0], 0, True),
        (500, [], 0, False),
        (121, [0, 0, 40, 0, 40, 0, 40, 40], 0, True),
        (121, [1000, 40, 40, 40, 40, 40, 40, 40], 0, True),
        (260, [40] * 8, 130, False),
        (261, [40] * 8, 130, True),
    ],
)
def test_a_day_is_held_only_above_three_times_its_usual(  # C06
    count: int, history: list[int], released: int, held: bool
) -> None:
    assert (too_much(count, history, released) is not None) is held


def test_only_the_same_weekdays_of_eight_weeks_are_compared() -> None:  # C06
    days = same_weekdays(date(2026, 3, 10))
    assert len(days) == 8 and {day.weekday() for day in days} == {1}
    assert days[-1] == date(2026, 1, 13)
    assert measured_days(date(2026, 3, 10))[0] == date(2026, 3, 10)


def wanted(desk: Desk) -> list[str]:
    desk.settle()
    return brief(desk.wanted)


def test_the_first_send_of_a_new_text_waits() -> None:  # C06
    assert wanted(Desk(appointment(START), [TEXT_NEW])) == ["reminder held 10.03. 17:00 text_new"]


@pytest.mark.parametrize(
    ("release", "state"), [("anomalies", "held"), ("always", "held"), ("never", "planned")]
)
def test_only_an_office_that_wants_it_is_asked(release: str, state: str) -> None:  # C06
    for desk in (
        Desk(appointment(START), [TEXT_NEW], replace(OFFICE, release=release)),
        Desk(appointment(START), [rule("reminder")], replace(FULL, release=release)),
        Desk(
            appointment(START, first=Reason("calendar_new")),
            [rule("reminder")],
            replace(OFFICE, release=release),
        ),
    ):
        assert wanted(desk)[0].split()[1] == state


def test_what_was_released_before_the_text_changed_waits_again() -> None:  # C06
    def after(released: timedelta) -> list[str]:
        desk = Desk(appointment(START), [TEXT_NEW])
        known = past("reminder", START, "planned", released=True, released_at=NOW + released)
        desk.messages[7, known.kind, known.rule_id, known.channel, known.recipient, START] = known
        return wanted(desk)

    assert after(-timedelta(hours=1)) == ["reminder held 10.03. 17:00 text_new"]
    assert after(timedelta(0))[0].startswith("reminder planned")


def test_a_new_calendar_and_a_full_day_wait_until_they_are_released() -> None:  # C06
    new = Desk(appointment(START, first=Reason("calendar_new")), [rule("reminder")])
    full = Desk(appointment(START), [rule("reminder")], FULL)
    assert wanted(new) == ["reminder held 10.03. 17:00 calendar_new"]
    assert wanted(full) == ["reminder held 10.03. 17:00 volume_high"]
    for desk in (new, full):
        known = past("reminder", START, "planned", released=True, released_at=NOW)
        desk.messages = {(7, known.kind, known.rule_id, known.channel, known.recipient, START): known}
        assert wanted(desk)[0].startswith("reminder planned")


def test_other_days_than_the_full_one_leave_by_themselves() -> None:  # C06
    desk = Desk(appointment(at("13.03. 12:00")), [rule("reminder")], FULL)
    assert wanted(desk)[0].startswith("reminder planned 11.03.")
