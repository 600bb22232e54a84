"""What is wanted follows from what somebody was told and from the truth of now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from kehr.rules.plan.plan_values import PlanAppointment, PlanRule, Reason, Recipient
from kehr.rules.plan.planning import plan
from kehr.rules.terms.messages import Channel, State
from kehr.rules.terms.timing import SendWindow
from tests.rules.plan_build import (
    EVERY_KIND,
    LIVE,
    NOW,
    NUMBER,
    OFFICE,
    VIENNA,
    appointment,
    at,
    brief,
    past,
    rule,
)

APRIL = at("02.04. 09:00")
"""A Thursday, three weeks after NOW."""
TOLD = at("03.03. 10:00")
CONFIRMED = past("confirmation", APRIL, told=TOLD)
PLANNED_AHEAD = [
    "announcement planned 19.03. 09:00 planned_lead",
    "reminder planned 31.03. 17:00 planned_lead",
]
"""What is ahead of APRIL; the feedback follows once somebody was told."""
FEEDBACK = "feedback planned 03.04. 10:00 planned_feedback"
KNOWN_TODAY = {"known_since": NOW}


@pytest.mark.parametrize(
    ("told", "truth", "wanted"),
    [
        pytest.param([], appointment(APRIL), PLANNED_AHEAD, id="nothing, an old one"),
        pytest.param(
            [],
            appointment(APRIL, NOW),
            [
                "announcement planned 19.03. 09:00 planned_lead",
                "confirmation planned 10.03. 12:20 planned_new",
                *PLANNED_AHEAD[1:],
            ],
            id="nothing, a new one",
        ),
        pytest.param(
            [CONFIRMED], appointment(APRIL), [*PLANNED_AHEAD[:1], FEEDBACK, *PLANNED_AHEAD[1:]], id="it"
        ),
        pytest.param(
            [past("confirmation", at("01.04. 09:00"), told=TOLD)],
            appointment(APRIL, **KNOWN_TODAY),
            [PLANNED_AHEAD[0], "moved planned 10.03. 12:20 planned_moved", PLANNED_AHEAD[1]],
            id="another start",
        ),
        pytest.param(
            [CONFIRMED],
            appointment(APRIL, cancelled_at=NOW),
            ["cancelled planned 10.03. 12:20 planned_cancelled"],
            id="a start, cancelled",
        ),
        pytest.param([], appointment(APRIL, cancelled_at=NOW), [], id="nothing, cancelled"),  # C02
        pytest.param(
            [CONFIRMED, past("cancelled", APRIL, told=at("04.03. 10:00"))],
            appointment(APRIL, cancelled_at=at("04.03. 09:00")),
            [],
            id="cancelled, cancelled",
        ),
        pytest.param(
            [past("reminder", at("09.03. 09:00"), told=at("07.03. 17:00"))],
            appointment(at("09.03. 09:00")),
            [
                "announcement withheld 23.02. 09:00 covered",
                "feedback planned 10.03. 10:00 planned_feedback",
            ],
            id="a start, it took place",
        ),
        pytest.param(
            [],
            appointment(at("09.03. 09:00"), live_since=NOW),
            [],
            id="nothing, it took place before the calendar was live",
        ),
    ],
)
def test_wanted_follows_from_told_and_truth(told: list, truth: PlanAppointment, wanted: list[str]) -> None:
    found, calls = plan(truth, EVERY_KIND, told, NOW, OFFICE)
    assert brief(found) == wanted
    assert calls == []


# C01
def test_announcement_and_reminder_are_both_planned_and_each_is_spent_once() -> None:
    told = [past("announcement", APRIL, told=at("19.03. 09:00"))]
    now = at("20.03. 12:00")
    found, _ = plan(appointment(APRIL), EVERY_KIND[:3], told, now, OFFICE)
    assert brief(found) == [PLANNED_AHEAD[1]]
    told.append(past("reminder", APRIL, told=at("31.03. 17:00")))
    assert plan(appointment(APRIL), EVERY_KIND[:3], told, at("01.04. 09:00"), OFFICE) == ([], [])


# failures.md 3: customers imported long after their appointments are not flooded
@pytest.mark.parametrize(("ago", "wanted"), [(timedelta(days=7), 1), (timedelta(days=7, minutes=1), 0)])
def test_failure_03_an_entry_that_is_a_week_old_is_no_longer_confirmed(ago: timedelta, wanted: int) -> None:
    there = appointment(APRIL, NOW - ago - OFFICE.settle)
    assert len(plan(there, [rule("confirmation")], [], NOW, OFFICE)[0]) == wanted


# B31
@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        (appointment(APRIL, NOW), 1),
        (appointment(APRIL, NOW, baseline=True), 0),
        (appointment(NOW - timedelta(minutes=1), NOW), 0),
        (appointment(APRIL, NOW - timedelta(days=3)), 0),
    ],
    ids=["new", "there at the take-over", "already past", "seen before the rule was switched on"],
)
def test_only_what_appears_after_going_live_is_confirmed(there: PlanAppointment, wanted: int) -> None:
    confirmation = rule("confirmation", active_since=NOW - timedelta(days=1))
    assert len(plan(there, [confirmation], [], NOW, OFFICE)[0]) == wanted


# B35
@pytest.mark.parametrize("days", [0, 1, 2, 7, 20, 59, 60])
def test_a_reminder_leaves_at_its_wall_clock_minute(days: int) -> None:
    start = datetime(2026, 5, 7, 19, 59, tzinfo=VIENNA).astimezone(UTC)
    window = SendWindow(time(0), time(23, 59, 59), frozenset(range(7)), holidays=True)
    office = replace(OFFICE, window=window)
    there = appointment(start)
    for minute in range(0, 24 * 60, 1 if days == 2 else 97):
        clock = time(*divmod(minute, 60))
        (found,), _ = plan(there, [rule("reminder", days, f"{clock:%H:%M}")], [], LIVE, office)
        local = found.due_at.astimezone(VIENNA)
        assert (local.date(), local.time()) == (start.astimezone(VIENNA).date() - timedelta(days=days), clock)


# failures.md 8
@pytest.mark.parametrize(
    ("start", "due"),
    [
        (datetime(2026, 3, 30, 8, tzinfo=VIENNA), datetime(2026, 3, 28, 8, tzinfo=VIENNA)),
        (datetime(2026, 10, 26, 8, tzinfo=VIENNA), datetime(2026, 10, 24, 8, tzinfo=VIENNA)),
    ],
)
def test_failure_08_two_days_before_keeps_the_wall_clock_over_a_clock_change(
    start: datetime, due: datetime
) -> None:
    (found,), _ = plan(appointment(start.astimezone(UTC)), [rule("reminder", 2, "08:00")], [], NOW, OFFICE)
    assert found.due_at == due


# B36
def test_each_of_several_reminders_has_its_own_moment() -> None:
    rules = [rule("reminder", days, id=days) for days in (7, 2, 1)]
    told = [past("reminder", APRIL, told=at("26.03. 17:00"), rule_id=7)]
    found, _ = plan(appointment(APRIL), rules, told, at("27.03. 12:00"), OFFICE)
    assert [(w.rule_id, w.state) for w in found] == [(2, State.PLANNED), (1, State.PLANNED)]


# C16
@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        (
            [rule("confirmation"), rule("reminder", 2)],
            ["confirmation planned 10.03. 12:20 planned_new", "reminder withheld 09.03. 17:00 covered"],
        ),
        ([rule("reminder", 2)], ["reminder planned 10.03. 12:20 planned_late"]),
        (
            [rule("reminder", 7, id=7), rule("reminder", 2, id=2), rule("reminder", 1, id=1)],
            [
                "reminder planned 10.03. 12:20 planned_late",
                "reminder planned 10.03. 17:00 planned_lead",
                "reminder withheld 04.03. 17:00 covered",
            ],
        ),
        (
            [rule("confirmation"), rule("reminder", 7, id=7), rule("reminder", 2, id=2)],
            [
                "confirmation planned 10.03. 12:20 planned_new",
                "reminder withheld 04.03. 17:00 covered",
                "reminder withheld 09.03. 17:00 covered",
            ],
        ),
    ],
    ids=["with confirmation", "without", "several reminders", "both"],
)
def test_a_late_booking_gets_one_message_for_all_that_is_overdue(
    rules: list[PlanRule], wanted: list[str]
) -> None:
    found, _ = plan(appointment(at("11.03. 09:00"), NOW), rules, [], NOW, OFFICE)
    assert brief(found) == wanted


# C16
def test_a_message_that_cannot_leave_covers_no_other() -> None:
    rules = [rule("confirmation", placeholders=frozenset({"Uhrzeit"})), rule("reminder", 2)]
    there = appointment(at("11.03. 09:00"), NOW, lacking=frozenset({"Uhrzeit"}))
    assert brief(plan(there, rules, [], NOW, OFFICE)[0]) == [
        "confirmation withheld 10.03. 12:20 placeholder_missing",
        "reminder planned 10.03. 12:20 planned_late",
    ]


def test_a_refused_confirmation_does_not_cover_the_reminder() -> None:
    told = [past("confirmation", at("11.03. 09:00"), "refused", told=None)]
    found, _ = plan(appointment(at("11.03. 09:00"), NOW), EVERY_KIND[1:3], told, NOW, OFFICE)
    assert brief(found) == ["reminder planned 10.03. 12:20 planned_late"]


def test_the_nearest_late_reminder_that_can_leave_is_the_one_that_does() -> None:
    rules = [rule("reminder", 7, id=7), rule("reminder", 2, id=2, placeholders=frozenset({"Uhrzeit"}))]
    there = appointment(at("11.03. 09:00"), NOW, lacking=frozenset({"Uhrzeit"}))
    found, _ = plan(there, rules, [], NOW, OFFICE)
    assert {w.rule_id: w.state for w in found} == {7: State.PLANNED, 2: State.WITHHELD}


# C11: after downtime one message a person, not all that were overdue
def test_of_several_overdue_reminders_only_the_last_leaves() -> None:
    rules = [rule("reminder", days, id=days) for days in (7, 5, 2)]
    found, _ = plan(appointment(APRIL), rules, [], at("31.03. 18:00"), OFFICE)
    assert {w.rule_id: w.state for w in found} == {7: State.WITHHELD, 5: State.WITHHELD, 2: State.PLANNED}


# C15
@pytest.mark.parametrize(
    ("start", "days", "clock", "due"),
    [
        ("16.03. 09:00", 1, "17:00", "14.03. 19:45"),
        ("11.03. 09:00", 1, "21:30", "10.03. 19:45"),
        ("11.03. 09:00", 1, "06:00", "09.03. 19:45"),
        ("07.04. 09:00", 1, "10:00", "04.04. 19:45"),
    ],
    ids=["Sunday", "night", "early", "Easter Monday"],
)
def test_what_falls_outside_the_window_rolls_back_to_the_last_allowed_moment(
    start: str, days: int, clock: str, due: str
) -> None:
    (found,), _ = plan(appointment(at(start)), [rule("reminder", days, clock)], [], LIVE, OFFICE)
    assert brief([found]) == [f"reminder planned {due} planned_lead"]


# C15
@pytest.mark.parametrize(
    ("now", "start", "wanted"),
    [
        ("10.03. 21:00", "11.03. 09:00", "planned 11.03. 08:00 planned_new"),
        ("10.03. 21:00", "11.03. 07:30", "missed 11.03. 08:00 too_late"),
        ("10.03. 21:00", "11.03. 08:00", "missed 11.03. 08:00 too_late"),
        ("14.03. 19:50", "16.03. 07:00", "missed 16.03. 08:00 too_late"),
    ],
)
def test_what_is_late_goes_forward_only_while_the_appointment_is_still_ahead(
    now: str, start: str, wanted: str
) -> None:
    found, _ = plan(appointment(at(start), at(now)), [rule("confirmation")], [], at(now), OFFICE)
    assert brief(found) == [f"confirmation {wanted}"]


def test_what_was_due_while_the_box_was_off_is_missed_once_the_appointment_has_begun() -> None:
    found, _ = plan(appointment(APRIL), [rule("reminder")], [], APRIL, OFFICE)
    assert brief(found) == ["reminder missed 31.03. 17:00 too_late"]
    assert found[0].reason.args == {"due": "2026-03-31T15:00:00+00:00"}


def test_what_was_held_back_keeps_its_reason_when_the_appointment_has_begun() -> None:
    barred = Recipient(Channel.SMS, NUMBER, Reason("no_consent", {"address": NUMBER}))
    found, _ = plan(appointment(APRIL, recipients=(barred,)), [rule("reminder")], [], APRIL, OFFICE)
    assert brief(found) == ["reminder withheld 31.03. 17:00 no_consent"]
