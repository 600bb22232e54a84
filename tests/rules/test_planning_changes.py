"""What moved, took place, was held or lacks something: told once, kept back with its reason, or called."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kehr.rules.plan.plan_values import PlanRule, Reason, Recipient
from kehr.rules.plan.planning import plan
from kehr.rules.terms.messages import Channel, Kind, State
from tests.rules.plan_build import (
    EVERY_KIND,
    NOW,
    NUMBER,
    OFFICE,
    appointment,
    at,
    past,
    rule,
)

APRIL = at("02.04. 09:00")
"""A Thursday, three weeks after NOW."""
TOLD = at("03.03. 10:00")
KNOWN_TODAY = {"known_since": NOW}


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
