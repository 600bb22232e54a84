"""What is wanted follows from what somebody was told and from the truth of now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from kehr.rules.messages import Channel, Kind, State
from kehr.rules.plan_values import NeedsCall, PlanAppointment, PlanRule, Reason, Recipient
from kehr.rules.planning import last_told, plan
from kehr.rules.timing import SendWindow
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


# B38
@pytest.mark.parametrize(
    ("values", "rules", "moved"),
    [
        ({"known_since": NOW}, EVERY_KIND, 1),
        ({"known_since": NOW - timedelta(2)}, [rule("moved", active_since=NOW - timedelta(1))], 0),
        ({"known_since": NOW, "live_since": NOW}, EVERY_KIND, 0),
        ({"known_since": APRIL}, EVERY_KIND, 0),
        ({"known_since": NOW, "start": at("01.04. 09:00")}, EVERY_KIND, 0),
    ],
    ids=[
        "moved",
        "rule came later",
        "moved while the calendar was off",
        "moved into the past",
        "only its text",
    ],
)
def test_moved_is_told_only_for_another_start(values: dict, rules: list[PlanRule], moved: int) -> None:
    told = [past("confirmation", at("01.04. 09:00"), told=TOLD)]
    there = replace(appointment(APRIL), **values)
    found, _ = plan(there, rules, told, NOW, OFFICE)
    assert sum(w.kind == Kind.MOVED for w in found) == moved


def test_a_start_told_weeks_before_the_move_is_no_longer_waited_for() -> None:
    told = [past("reminder", at("20.02. 09:00"), told=at("18.02. 17:00"))]
    found, _ = plan(appointment(APRIL, **KNOWN_TODAY), [rule("moved")], told, NOW, OFFICE)
    assert found == []


# B39
@pytest.mark.parametrize(
    ("told", "values", "wanted"),
    [
        ([past("reminder", APRIL, told=TOLD)], {}, 1),
        ([], {}, 0),
        ([past("reminder", APRIL, "undelivered", told=TOLD)], {}, 0),
        ([past("reminder", APRIL, told=TOLD, trial=True)], {}, 0),
        ([past("reminder", APRIL, told=TOLD)], {"cancelled_at": NOW}, 0),
        ([past("reminder", APRIL, told=TOLD), past("feedback", APRIL, told=at("03.04. 10:00"))], {}, 0),
    ],
    ids=["told", "never told", "not delivered", "only in trial", "cancelled", "already asked"],
)
def test_feedback_goes_once_and_only_to_those_told_of_what_took_place(
    told: list, values: dict, wanted: int
) -> None:
    there = replace(appointment(APRIL), **values)
    assert len(plan(there, [rule("feedback", 1)], told, at("03.04. 11:00"), OFFICE)[0]) == wanted


# B30
def test_a_deactivated_rule_wants_nothing() -> None:
    assert plan(appointment(APRIL), [], [], NOW, OFFICE) == ([], [])


def test_a_rule_switched_on_late_does_not_make_up_for_what_fell_due_before() -> None:
    reminder = rule("reminder", 7, active_since=at("27.03. 12:00"))
    assert plan(appointment(APRIL), [reminder], [], at("27.03. 12:00"), OFFICE) == ([], [])


# failures.md 3
def test_failure_03_a_calendar_switched_on_again_has_no_backlog() -> None:
    there = appointment(APRIL, live_since=at("01.04. 12:00"))
    assert plan(there, EVERY_KIND[:3], [], at("01.04. 12:00"), OFFICE) == ([], [])


@pytest.mark.parametrize(
    ("release", "values", "state", "reason"),
    [
        ("anomalies", {}, State.PLANNED, "planned_lead"),
        ("always", {}, State.HELD, "release_always"),
        ("never", {}, State.PLANNED, "planned_lead"),
        ("anomalies", {"held": Reason("number_shared")}, State.HELD, "number_shared"),
        ("always", {"held": Reason("number_shared")}, State.HELD, "number_shared"),
        ("never", {"held": Reason("number_shared")}, State.PLANNED, "planned_lead"),
        ("always", {"blocked": Reason("no_consent")}, State.WITHHELD, "no_consent"),
        ("anomalies", {"blocked": Reason("revoked"), "held": Reason("x")}, State.WITHHELD, "revoked"),
    ],
)
def test_release_says_what_waits_for_a_click(
    release: str, values: dict, state: State, reason: str
) -> None:  # C06
    there = appointment(APRIL, recipients=(Recipient(Channel.SMS, NUMBER, **values),))
    (found,), _ = plan(there, [rule("reminder")], [], NOW, replace(OFFICE, release=release))
    assert (found.state, found.reason.code) == (state, reason)


def test_a_released_message_is_not_held_again() -> None:
    held = past("reminder", APRIL, "planned", released=True)
    (found,), _ = plan(appointment(APRIL), [rule("reminder")], [held], NOW, replace(OFFICE, release="always"))
    assert found.state == State.PLANNED


# C06, C07
def test_a_bundle_holds_moved_and_cancelled_and_nothing_else() -> None:
    told = [past("confirmation", at("01.04. 09:00"), told=TOLD)]
    there = appointment(APRIL, known_since=NOW, hold=Reason("mass_moved", {"count": 12, "day": ""}))
    states = {w.kind: w.state for w in plan(there, EVERY_KIND, told, NOW, OFFICE)[0]}
    assert states[Kind.MOVED] == State.HELD
    assert states[Kind.REMINDER] == State.PLANNED


@pytest.mark.parametrize(
    ("values", "placeholders", "reason"),
    [
        ({"missing_since": NOW}, {}, "entry_missing"),
        ({"lacking": frozenset({"Uhrzeit", "Ort"})}, {"Ort", "Uhrzeit", "Datum"}, "placeholder_missing"),
    ],
)
def test_withheld_says_what_is_missing(values: dict, placeholders: set[str], reason: str) -> None:
    there = replace(appointment(APRIL), **values)
    (found,), _ = plan(there, [rule("reminder", placeholders=frozenset(placeholders))], [], NOW, OFFICE)
    assert (found.state, found.reason.code) == (State.WITHHELD, reason)
    if placeholders:
        assert found.reason.args == {"placeholders": "#Ort, #Uhrzeit"}


def test_only_a_moved_message_knows_the_old_start() -> None:
    old = frozenset({"AltesDatum", "AlteUhrzeit"})
    told = [past("confirmation", at("01.04. 09:00"), told=TOLD)]
    there = appointment(APRIL, known_since=NOW, lacking=old)
    rules = [rule("moved", placeholders=old), rule("reminder", placeholders=old)]
    states = {w.kind: w.state for w in plan(there, rules, told, NOW, OFFICE)[0]}
    assert states == {Kind.MOVED: State.PLANNED, Kind.REMINDER: State.WITHHELD}


# failures.md 16
@pytest.mark.parametrize(
    ("asked", "lacking", "missing"),
    [
        ({"Quatsch"}, set(), "#Quatsch"),
        ({"Text"}, set(), "#Text"),
        ({"AlteUhrzeit"}, {"AlteUhrzeit", "AltesDatum", "Uhrzeit"}, "#AlteUhrzeit"),
        ({"AltesDatum"}, {"AlteUhrzeit", "AltesDatum", "Uhrzeit"}, ""),
    ],
)
def test_failure_16_what_nobody_can_fill_in_is_withheld_when_planned(
    asked: set[str], lacking: set[str], missing: str
) -> None:
    told = [past("confirmation", at("01.04. 09:00"), told=TOLD)]
    there = appointment(APRIL, known_since=NOW, lacking=frozenset(lacking))
    (found,), _ = plan(there, [rule("moved", placeholders=frozenset(asked))], told, NOW, OFFICE)
    assert found.reason.args.get("placeholders", "") == missing
    assert found.state == (State.WITHHELD if missing else State.PLANNED)


# failures.md 19: told 1.4., then 2.4., and now it is the 1.4. again and once more the 2.4.
def test_failure_19_who_cannot_be_written_to_again_must_be_called() -> None:
    first = at("01.04. 09:00")
    told = [
        past("confirmation", first, told=at("03.03. 10:00")),
        past("moved", APRIL, told=at("04.03. 10:00")),
        past("moved", first, told=at("05.03. 10:00")),
    ]
    found, calls = plan(appointment(APRIL, known_since=NOW), [rule("moved")], told, NOW, OFFICE)
    assert found == []
    assert calls == [NeedsCall(7, Channel.SMS, NUMBER, first, APRIL)]


@pytest.mark.parametrize("state", ["refused", "undelivered", "missed"])
def test_who_was_not_reached_about_the_move_must_be_called(state: str) -> None:
    told = [
        past("confirmation", at("01.04. 09:00"), told=TOLD),
        past("moved", APRIL, state, told=NOW if state == "undelivered" else None),
    ]
    _, calls = plan(appointment(APRIL, known_since=NOW), [rule("moved")], told, NOW, OFFICE)
    assert [(c.told, c.truth, c.cancelled) for c in calls] == [(at("01.04. 09:00"), APRIL, False)]


def test_a_cancellation_that_can_no_longer_be_written_needs_a_call() -> None:
    soon = at("10.03. 12:10")
    told = [past("reminder", soon, told=at("08.03. 17:00"))]
    found, calls = plan(appointment(soon, cancelled_at=NOW), [rule("cancelled")], told, NOW, OFFICE)
    assert brief(found) == ["cancelled missed 10.03. 12:20 too_late"]
    assert [(c.told, c.cancelled) for c in calls] == [(soon, True)]


def test_cancelled_announced_anew_and_cancelled_again_needs_a_call() -> None:
    told = [
        past("confirmation", APRIL, told=at("03.03. 10:00")),
        past("cancelled", APRIL, told=at("04.03. 10:00")),
        past("announcement", APRIL, told=at("05.03. 10:00")),
    ]
    found, calls = plan(appointment(APRIL, cancelled_at=NOW), EVERY_KIND, told, NOW, OFFICE)
    assert found == []
    assert [(c.told, c.cancelled) for c in calls] == [(APRIL, True)]


def test_nobody_is_called_about_what_is_over() -> None:
    told = [
        past("confirmation", APRIL, told=TOLD),
        past("cancelled", APRIL, "refused"),
    ]
    there = appointment(APRIL, cancelled_at=NOW)
    assert plan(there, EVERY_KIND, told, APRIL + timedelta(minutes=1), OFFICE) == ([], [])


def test_uncancelled_calls_only_if_nothing_more_will_say_so() -> None:
    told = [past("confirmation", APRIL, told=TOLD), past("cancelled", APRIL, told=at("04.03. 10:00"))]
    there = appointment(APRIL, known_since=NOW)
    assert plan(there, [rule("reminder")], told, NOW, OFFICE)[1] == []
    assert [c.truth for c in plan(there, [rule("moved")], told, NOW, OFFICE)[1]] == [APRIL]


@pytest.mark.parametrize("state", ["sending", "accepted", "delivered", "unclear"])
def test_who_may_have_heard_counts_as_told(state: str) -> None:
    heard = past("reminder", APRIL, state, told=TOLD)
    assert last_told([heard]) == heard


@pytest.mark.parametrize(
    "state", ["planned", "held", "withheld", "withdrawn", "missed", "refused", "undelivered"]
)
def test_what_did_not_arrive_told_nobody(state: str) -> None:
    assert last_told([past("reminder", APRIL, state, told=TOLD)]) is None


def test_feedback_tells_no_start() -> None:
    assert last_told([past("feedback", APRIL, told=TOLD)]) is None


# A15, A37: each recipient has a story of its own
def test_each_recipient_is_planned_alone() -> None:
    other = "+436641000002"
    there = appointment(
        APRIL,
        known_since=NOW,
        recipients=(Recipient(Channel.SMS, NUMBER), Recipient(Channel.SMS, other)),
    )
    told = [past("confirmation", at("01.04. 09:00"), told=TOLD)]
    found, _ = plan(there, [rule("moved"), rule("reminder")], told, NOW, OFFICE)
    assert sorted((w.recipient, w.kind) for w in found) == [
        (NUMBER, Kind.MOVED),
        (NUMBER, Kind.REMINDER),
        (other, Kind.REMINDER),
    ]


# A26
def test_a_rule_speaks_only_on_its_channels() -> None:
    there = appointment(
        APRIL, recipients=(Recipient(Channel.SMS, NUMBER), Recipient(Channel.EMAIL, "k@example.at"))
    )
    mail = rule("announcement", channels=frozenset({Channel.EMAIL}))
    both = rule("reminder", channels=frozenset(Channel))
    found, _ = plan(there, [mail, both], [], NOW, OFFICE)
    assert sorted((w.kind, w.channel) for w in found) == [
        (Kind.ANNOUNCEMENT, Channel.EMAIL),
        (Kind.REMINDER, Channel.EMAIL),
        (Kind.REMINDER, Channel.SMS),
    ]
