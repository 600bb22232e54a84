"""What a person decided about one message holds through every planning, and ends with its start."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kehr.rules.plan.plan_values import Own, Past
from kehr.rules.plan.planning import plan
from tests.rules.plan_build import NOW, OFFICE, appointment, at, brief, past, rule

START = at("20.03. 10:00")
REMINDER = rule("reminder", 2)


def open_one(own: Own, kind: str = "reminder", state: str = "planned") -> Past:
    return past(kind, START, state, own=own)


def wanted(own: Own, now=NOW, rules=(REMINDER,), there=None, **values) -> list[str]:
    there = there or appointment(START, **values)
    return brief(plan(there, rules, [open_one(own)], now, OFFICE)[0])


# B45
def test_its_own_time_and_reason_hold() -> None:
    assert wanted(Own()) == ["reminder planned 18.03. 17:00 planned_lead"]
    own = Own(at("19.03. 09:30"), by="anna")
    assert wanted(own) == ["reminder planned 19.03. 09:30 due_changed"]
    assert wanted(own, now=at("19.03. 09:29")) == ["reminder planned 19.03. 09:30 due_changed"]
    assert wanted(replace(own, asked=frozenset({"Datum"}))) == [
        "reminder planned 19.03. 09:30 text_due_changed"
    ]
    assert wanted(Own(asked=frozenset(), by="anna")) == ["reminder planned 18.03. 17:00 text_changed"]


@pytest.mark.parametrize(
    ("own", "due"),
    [
        ("19.03. 19:59", "19.03. 19:59"),
        ("19.03. 20:00", "19.03. 19:45"),
        ("19.03. 07:59", "18.03. 19:45"),
        ("15.03. 12:00", "14.03. 19:45"),
    ],
)
def test_a_time_outside_the_window_rolls_back_into_it(own: str, due: str) -> None:  # C15
    assert wanted(Own(at(own), by="anna")) == [f"reminder planned {due} due_changed"]


def test_another_start_knows_nothing_of_it() -> None:
    moved = replace(appointment(START), start=at("21.03. 10:00"), end=at("21.03. 11:00"))
    own = Own(at("19.03. 09:30"), frozenset({"Quatsch"}), "anna", "anna")
    assert wanted(own, there=moved) == ["reminder planned 19.03. 17:00 planned_lead"]


def test_too_late_is_too_late_also_by_hand() -> None:
    own = Own(at("20.03. 09:59"), by="anna")
    assert wanted(own, now=at("20.03. 09:58")) == ["reminder planned 20.03. 09:59 due_changed"]
    assert wanted(own, now=START) == ["reminder missed 20.03. 09:59 too_late"]
    assert wanted(Own(START, by="anna")) == ["reminder missed 20.03. 10:00 too_late"]


def test_its_own_text_is_what_must_be_filled() -> None:
    lacking = frozenset({"Objektnummer"})
    asking = replace(REMINDER, placeholders=frozenset({"Objektnummer"}))
    withheld = ["reminder withheld 18.03. 17:00 placeholder_missing"]
    assert wanted(Own(), rules=[asking], lacking=lacking) == withheld
    assert wanted(Own(asked=frozenset({"Datum"}), by="anna"), rules=[asking], lacking=lacking) == [
        "reminder planned 18.03. 17:00 text_changed"
    ]
    assert wanted(Own(asked=frozenset({"Objektnummer"})), lacking=lacking) == withheld
    assert wanted(Own(asked=frozenset({"Quatsch"}))) == withheld


def test_consent_and_tags_still_decide() -> None:
    from kehr.rules.plan.plan_values import Reason, Recipient

    blocked = Recipient("sms", "+436641000001", blocked=Reason("revoked"))  # type: ignore[arg-type]
    own = Own(at("19.03. 09:30"), frozenset(), "anna")
    assert wanted(own, recipients=(blocked,)) == ["reminder withheld 19.03. 09:30 revoked"]


def test_what_a_person_keeps_back_stays_back() -> None:
    own = Own(withheld_by="anna")
    for now in (NOW, at("18.03. 17:00"), at("25.03. 09:00")):
        assert wanted(own, now=now) == ["reminder withheld 18.03. 17:00 withheld_by_hand"]


def test_nobody_is_asked_about_a_visit_before_it_is_over() -> None:
    told = past("announcement", START, "delivered", told=at("06.03. 09:00"))
    asking = rule("feedback", 1, "10:00")
    for own, due in (("20.03. 10:30", "21.03. 10:00"), ("20.03. 11:00", "20.03. 11:00")):
        mine = open_one(Own(at(own), by="anna"), "feedback")
        found, _ = plan(appointment(START), [asking], [told, mine], NOW, OFFICE)
        assert brief(found)[0].startswith(f"feedback planned {due}")


def test_of_two_only_the_later_leaves_wherever_a_person_put_it() -> None:  # C16
    announcement = rule("announcement", 5, "09:00")
    mine = open_one(Own(at("19.03. 09:30"), by="anna"), "announcement")
    now = at("19.03. 12:00")
    found, _ = plan(appointment(START), [announcement, REMINDER], [mine], now, OFFICE)
    assert brief(found) == [
        "announcement planned 19.03. 09:30 due_changed",
        "reminder withheld 18.03. 17:00 covered",
    ]
    assert timedelta(0) < START - now
