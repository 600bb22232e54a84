"""Who cannot be written to again must be called, and who has heard counts as told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kehr.rules.plan.plan_values import NeedsCall, Recipient
from kehr.rules.plan.planning import last_told, plan
from kehr.rules.terms.messages import Channel, Kind
from tests.rules.plan_build import (
    EVERY_KIND,
    NOW,
    NUMBER,
    OFFICE,
    appointment,
    at,
    brief,
    past,
    rule,
)

APRIL = at("02.04. 09:00")
"""A Thursday, three weeks after NOW."""
TOLD = at("03.03. 10:00")


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
