"""Appointments that are made, moved, cancelled and sent about: each person hears the last truth once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehr.rules.plan.plan_values import Reason, Recipient
from kehr.rules.plan.planning import last_told
from kehr.rules.plan.wishes import FORGOTTEN_AFTER
from kehr.rules.terms.messages import OPEN, Channel, Kind, State
from kehr.rules.terms.timing import is_open
from tests.rules.plan_build import EVERY_KIND, NOW, NUMBER, Desk, appointment, at, rule

APRIL = at("02.04. 09:00")


def desk(**values: object) -> Desk:
    return Desk(appointment(APRIL, NOW), **values)


# C01, B31, B36, B39
def test_an_undisturbed_appointment_is_told_once_of_each_kind() -> None:
    there = desk(rules=[*EVERY_KIND, rule("reminder", 1, id=20)])
    assert there.run(at("20.04. 12:00"), timedelta(hours=1)) == [
        "confirmation 02.04. 09:00",
        "announcement 02.04. 09:00",
        "reminder 02.04. 09:00",
        "reminder 02.04. 09:00",
        "feedback 02.04. 09:00",
    ]


# C07, failures.md 19
def test_failure_19_moved_and_moved_back_while_it_rests_is_nothing() -> None:
    there = desk()
    there.run(at("10.03. 13:00"))
    there.move(at("03.04. 09:00"))
    there.settle()
    assert [p.kind for p in there.messages.values() if p.state == State.PLANNED].count(Kind.MOVED) == 1
    there.now += timedelta(minutes=10)
    there.move(APRIL)
    assert "moved" not in " ".join(there.run(at("11.03. 12:00")))
    assert {p.state for p in there.messages.values() if p.kind == Kind.MOVED} == {State.WITHDRAWN}


# C07, failures.md 19
def test_failure_19_moved_twice_is_one_message_with_the_last_date() -> None:
    there = desk()
    there.run(at("10.03. 13:00"))
    there.move(at("03.04. 09:00"))
    there.now += timedelta(minutes=10)
    there.settle()
    there.move(at("08.04. 10:00"))
    assert there.run(at("11.03. 12:00")) == ["moved 08.04. 10:00"]


def test_moved_back_after_the_message_left_is_told_again() -> None:
    there = desk()
    there.run(at("10.03. 13:00"))
    there.move(at("03.04. 09:00"))
    there.run(at("10.03. 14:00"))
    there.move(APRIL)
    assert there.run(at("10.03. 15:00")) == ["moved 02.04. 09:00"]


def test_the_reminder_of_the_old_start_never_leaves_after_a_move() -> None:  # failures.md 5
    there = Desk(appointment(at("12.03. 09:00")), rules=[rule("reminder", 2), rule("moved")])
    there.now = at("10.03. 16:59")
    there.settle()
    there.move(at("20.03. 09:00"))
    assert there.run(at("21.03. 12:00")) == ["reminder 20.03. 09:00"]


# C02
def test_cancelled_before_anybody_was_told_is_silence() -> None:
    there = desk()
    there.settle()
    there.cancel()
    assert there.run(at("12.03. 12:00")) == []
    assert {p.state for p in there.messages.values()} == {State.WITHDRAWN}


def test_cancelled_is_told_once_to_whom_it_was_announced() -> None:
    there = desk()
    there.run(at("10.03. 13:00"))
    there.cancel()
    assert there.run(at("12.04. 12:00"), timedelta(hours=1)) == ["cancelled 02.04. 09:00"]


def test_cancelled_by_mistake_and_taken_back_while_it_rests_is_nothing() -> None:
    there = desk(rules=[rule("confirmation"), rule("cancelled")])
    there.run(at("10.03. 13:00"))
    there.cancel()
    there.settle()
    there.now += timedelta(minutes=10)
    there.uncancel()
    assert there.run(at("12.03. 12:00")) == []
    assert there.calls == []


# C16
@pytest.mark.parametrize(
    "rules",
    [
        [rule("confirmation"), rule("reminder", 2)],
        [rule("reminder", 2)],
        [rule("reminder", 7, id=7), rule("reminder", 5, id=5), rule("reminder", 2, id=2)],
        [
            rule("announcement", 14),
            rule("confirmation"),
            rule("reminder", 7, id=7),
            rule("reminder", 2, id=2),
        ],
        [rule("announcement", 2), rule("reminder", 2)],
    ],
)
def test_an_appointment_entered_inside_the_lead_gets_one_message(rules: list) -> None:
    there = Desk(appointment(at("11.03. 15:00"), NOW), rules=rules)
    assert len(there.run(at("12.03. 12:00"))) == 1


def test_a_late_reminder_that_was_told_is_not_repeated_after_its_hour() -> None:
    there = Desk(appointment(at("11.03. 15:00"), NOW), rules=[rule("reminder", 7, id=7), rule("reminder", 2)])
    there.run(at("13.03. 12:00"))
    assert sorted(p.state for p in there.messages.values()) == [State.ACCEPTED, State.WITHHELD]


def test_a_message_sent_again_by_hand_is_not_doubled() -> None:
    there = desk(rules=[rule("confirmation")])
    there.run(at("10.03. 13:00"))
    (identity,) = there.messages
    there.messages[identity] = replace(there.messages[identity], state=State.PLANNED, told_at=None)
    assert there.run(at("10.03. 14:00")) == ["confirmation 02.04. 09:00"]
    assert there.run(at("11.03. 14:00")) == []


def test_consent_that_comes_later_lets_the_message_leave_once() -> None:
    there = desk(rules=[rule("confirmation")])
    barred = Recipient(Channel.SMS, NUMBER, Reason("no_consent", {"address": NUMBER}))
    there.appointment = replace(there.appointment, recipients=(barred,))
    assert there.run(at("11.03. 12:00")) == []
    there.appointment = replace(there.appointment, recipients=(Recipient(Channel.SMS, NUMBER),))
    assert there.run(at("12.03. 12:00")) == ["confirmation 02.04. 09:00"]


DEEDS = st.one_of(
    st.tuples(st.just("move"), st.integers(-1, 40), st.integers(6, 20)),
    st.tuples(st.just("back")),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("uncancel")),
    st.tuples(st.just("tick"), st.sampled_from([5, 30, 300, 1440, 5000])),
    st.tuples(st.just("send"), st.sampled_from(["accepted", "accepted", "delivered", "unclear"])),
    st.tuples(st.just("send"), st.sampled_from(["refused", "undelivered"])),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 30), st.booleans(), st.lists(DEEDS, max_size=14))
def test_whatever_happens_everybody_hears_the_truth_or_stands_in_a_list(
    days: int, baseline: bool, deeds: list[tuple]
) -> None:
    start = NOW + timedelta(days=days, hours=3)
    there = Desk(replace(appointment(start, NOW), baseline=baseline))
    starts = [start]
    for deed in deeds:
        _do(there, deed, starts)
        there.settle()
        _check(there)


def _do(there: Desk, deed: tuple, starts: list) -> None:
    there.now += timedelta(seconds=1)
    if deed[0] == "move":
        there.move((there.now + timedelta(days=deed[1])).replace(hour=deed[2], minute=0, second=0))
        starts.append(there.appointment.start)
    elif deed[0] == "back":
        there.move(starts[-2] if len(starts) > 1 else starts[0])
    elif deed[0] == "cancel" and there.appointment.cancelled_at is None:
        there.cancel()
    elif deed[0] == "uncancel" and there.appointment.cancelled_at is not None:
        there.uncancel()
    elif deed[0] == "tick":
        there.now += timedelta(minutes=deed[1])
    elif deed[0] == "send" and is_open(there.office.window, there.now, there.office.zone):
        there.send(State(deed[1]))


def _check(there: Desk) -> None:
    identities = [w.identity for w in there.wanted]
    assert len(identities) == len(set(identities))
    for p in there.messages.values():
        if p.state == State.PLANNED:
            assert is_open(there.office.window, p.due_at, there.office.zone)
    assert not there.settle(), "planning twice changes nothing"
    appointment = there.appointment
    told = last_told(there.messages.values())
    if told is None:
        return
    open_kinds = {p.kind for p in there.messages.values() if p.state in OPEN}
    soon = {p.kind for p in there.messages.values() if p.state == State.PLANNED and p.kind != Kind.FEEDBACK}
    if appointment.cancelled_at is not None:
        over = told.kind == Kind.CANCELLED or told.about_start <= max(there.now, appointment.cancelled_at)
        assert over or Kind.CANCELLED in open_kinds or there.calls
    elif appointment.start > there.now and appointment.start > appointment.known_since:
        knows = told.kind != Kind.CANCELLED and told.about_start == appointment.start
        forgotten = told.about_start < appointment.known_since - FORGOTTEN_AFTER
        assert knows or forgotten or Kind.MOVED in open_kinds or soon or there.calls
