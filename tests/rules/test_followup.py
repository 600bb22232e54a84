"""The follow-up: one, a day after the feedback message, when nothing came back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehr.rules.gateways.can_answer import why_deaf
from kehr.rules.plan.plan_values import Past, PlanAppointment, Reason, Recipient
from kehr.rules.plan.planning import plan
from kehr.rules.terms.messages import Channel, Kind, State
from kehr.rules.terms.timing import is_open
from tests.rules.plan_build import EVERY_KIND, NUMBER, OFFICE, Desk, appointment, at, brief, past, rule

START = at("10.03. 09:00")
"""A Tuesday."""
ASKED = at("11.03. 10:00")
OTHER = "+436641000002"
RULES = (rule("feedback", 1, "10:00"), rule("followup"))
TOLD = past("reminder", START, told=at("08.03. 17:00"))
DUE = "followup planned 12.03. 10:00 planned_followup"


def feedback(state: str = "accepted", told: object = ASKED, **values: object) -> Past:
    return past("feedback", START, state, told, **values)  # type: ignore[arg-type]


def wanted(there: PlanAppointment, *pasts: Past, now: object = ASKED) -> list[str]:
    found, _ = plan(there, RULES, [TOLD, *pasts], now, OFFICE)  # type: ignore[arg-type]
    return [line for line in brief(found) if line.startswith("followup")]


# B40
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param([], [], id="never asked"),
        pytest.param([feedback()], [DUE], id="accepted"),
        pytest.param([feedback("delivered")], [DUE], id="delivered"),
        pytest.param([feedback("planned", None)], [], id="not yet"),
        pytest.param([feedback("sending")], [], id="on its way"),
        pytest.param([feedback("unclear")], [], id="nobody knows whether it left"),
        pytest.param([feedback("refused")], [], id="refused"),
        pytest.param([feedback("undelivered")], [], id="not delivered"),
        pytest.param([feedback("withheld", None)], [], id="withheld"),
        pytest.param([feedback("missed", None)], [], id="missed"),
        pytest.param([feedback(trial=True)], [], id="only recorded in trial mode"),
        pytest.param([past("feedback", at("03.03. 09:00"), told=ASKED)], [], id="about another start"),
        pytest.param([feedback(recipient=OTHER)], [], id="somebody else was asked"),
        pytest.param([feedback(), past("followup", START, told=ASKED)], [], id="followed up"),
        pytest.param([feedback(), past("followup", START, "refused", ASKED)], [], id="follow-up refused"),
        pytest.param(
            [feedback(), past("followup", START, told=ASKED, rule_id=99)], [], id="by an older rule"
        ),
        pytest.param(
            [feedback(), past("followup", START, told=ASKED, rule_id=99, trial=True)], [DUE], id="trial then"
        ),
    ],
)
def test_only_who_was_surely_asked_and_not_followed_up_is(asked: list[Past], expected: list[str]) -> None:
    assert wanted(appointment(START), *asked) == expected


# B40
@pytest.mark.parametrize(
    ("replied", "expected"),
    [
        ({}, [DUE]),
        ({NUMBER: ASKED - timedelta(seconds=1)}, [DUE]),
        ({NUMBER: ASKED}, []),
        ({NUMBER: ASKED + timedelta(hours=23)}, []),
        ({OTHER: ASKED + timedelta(hours=1)}, [DUE]),
    ],
)
def test_whoever_answered_since_is_left_alone(replied: dict[str, object], expected: list[str]) -> None:
    there = replace(appointment(START), replied=replied)  # type: ignore[arg-type]
    assert wanted(there, feedback()) == expected


def test_an_answer_from_another_number_of_the_same_person_counts() -> None:
    both = tuple(Recipient(Channel.SMS, number, person_id=4, agreed=True) for number in (NUMBER, OTHER))
    there = appointment(START, recipients=both, replied={OTHER: ASKED + timedelta(hours=1)})
    assert wanted(there, feedback()) == []


# B40
@pytest.mark.parametrize(
    ("told", "due"),
    [
        (at("11.03. 19:59"), "12.03. 19:59"),
        (at("11.03. 20:00"), "13.03. 08:00"),
        (at("13.03. 12:00"), "14.03. 12:00"),
        (at("14.03. 12:00"), "16.03. 08:00"),
        (at("28.03. 10:00"), "30.03. 08:00"),
        (at("27.03. 10:00"), "28.03. 10:00"),
    ],
)
def test_it_leaves_a_day_later_inside_the_send_window(told: object, due: str) -> None:
    assert wanted(appointment(START), feedback(told=told)) == [f"followup planned {due} planned_followup"]


# B39, B40
@pytest.mark.parametrize(
    ("change", "asked", "expected"),
    [
        pytest.param({}, [feedback()], [DUE], id="it took place"),
        pytest.param(
            {"cancelled_at": ASKED + timedelta(hours=1)}, [feedback()], [], id="cancelled afterwards"
        ),
        pytest.param({"cancelled_at": at("09.03. 12:00")}, [], [], id="cancelled before"),
        pytest.param({"start": at("17.03. 09:00")}, [feedback()], [], id="moved afterwards"),
    ],
)
def test_what_was_cancelled_or_moved_since_is_not_asked_about(
    change: dict[str, object], asked: list[Past], expected: list[str]
) -> None:
    if "start" in change:
        change = {"end": at("17.03. 10:00"), **change}
    there = replace(appointment(START), **change)  # type: ignore[arg-type]
    assert wanted(there, *asked, now=at("11.03. 12:00")) == expected


# B39, B40, C24
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"recipients": (Recipient(Channel.SMS, NUMBER),)}, "no_feedback_consent"),
        ({"recipients": (Recipient(Channel.SMS, NUMBER, Reason("revoked"), agreed=True),)}, "revoked"),
        ({"deaf": Reason("deaf_name", {"sender": "KEHRER"})}, "deaf_name"),
        ({"missing_since": ASKED}, "planned_followup"),
    ],
)
def test_what_stands_against_it_is_said(change: dict[str, object], reason: str) -> None:
    (line,) = wanted(appointment(START, **change), feedback())
    state = "planned" if reason == "planned_followup" else "withheld"
    assert line == f"followup {state} 12.03. 10:00 {reason}"


# B40
def test_a_rule_that_is_switched_on_later_sends_no_backlog() -> None:
    rules = [replace(RULES[1], active_since=at("12.03. 10:01"))]
    now = at("12.03. 11:00")
    found, _ = plan(appointment(START), rules, [TOLD, feedback()], now, OFFICE)
    assert found == []


# B39
def test_feedback_of_a_rule_that_was_replaced_is_not_asked_again() -> None:
    rules = [rule("feedback", 3, "10:00", id=77)]
    found, _ = plan(appointment(START), rules, [TOLD, feedback()], ASKED, OFFICE)
    assert found == []


# B39, C24
def test_without_its_own_consent_nobody_is_asked_and_everything_else_goes_on() -> None:
    there = Desk(
        appointment(at("02.04. 09:00"), at("10.03. 12:00"), recipients=(Recipient(Channel.SMS, NUMBER),)),
        rules=[*EVERY_KIND, rule("followup")],
    )
    left = [line.split()[0] for line in there.run(at("20.04. 12:00"), timedelta(hours=1))]
    assert left == ["confirmation", "announcement", "reminder"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 60)),
        st.tuples(st.sampled_from(["reply", "cancel", "deaf", "hear", "untick", "tick"]), st.just(0)),
        st.tuples(st.sampled_from(["delivered", "undelivered", "refused"]), st.just(0)),
    ),
    max_size=14,
)


# B39, B40
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_never_without_feedback_never_twice_never_after_a_reply(steps: list[tuple[str, int]]) -> None:
    start = at("02.04. 09:00")
    desk = Desk(appointment(start), rules=[*EVERY_KIND, rule("followup")], now=at("30.03. 12:00"))
    desk.settle()
    left: list[tuple[str, object]] = []
    for step, hours in [*steps, ("wait", 400)]:
        if step == "reply":
            desk.appointment = replace(desk.appointment, replied={NUMBER: desk.now})
        elif step == "cancel":
            desk.cancel()
        elif step in ("deaf", "hear"):
            desk.appointment = replace(desk.appointment, deaf=Reason("deaf_name") if step == "deaf" else None)
        elif step in ("tick", "untick"):
            told = Recipient(Channel.SMS, NUMBER, agreed=step == "tick")
            desk.appointment = replace(desk.appointment, recipients=(told,))
        elif step != "wait":
            _word_comes(desk, State(step))
        for _ in range(hours):
            desk.now += timedelta(hours=1)
            desk.settle()
            if is_open(OFFICE.window, desk.now, OFFICE.zone):
                sent = [line.split()[0] for line in desk.send()]
                left += [(kind, desk.now) for kind in sent]
                if "followup" in sent:
                    replied = desk.appointment.replied.get(NUMBER)
                    asked = [when for kind, when in left if kind == "feedback"]
                    assert len(asked) == 1 and desk.now >= asked[0] + timedelta(hours=24)  # type: ignore[operator]
                    assert replied is None or replied < asked[0]  # type: ignore[operator]
                    assert desk.appointment.recipients[0].agreed and desk.appointment.deaf is None
    assert [kind for kind, _ in left].count("followup") <= 1


def _word_comes(desk: Desk, state: State) -> None:
    """The gateway says what became of the feedback message."""
    for identity, one in desk.messages.items():
        if one.kind == Kind.FEEDBACK and one.state == State.ACCEPTED:
            desk.messages[identity] = replace(one, state=state)


# C23
@pytest.mark.parametrize(
    ("sender", "kind", "hears", "why"),
    [
        ("+43720111222", "international", True, ""),
        ("+43720111222", "", True, ""),
        ("0720111222", "national", True, ""),
        ("", "", True, ""),
        ("", "", False, "deaf_gateway"),
        ("+43720111222", "international", False, "deaf_gateway"),
        ("KEHRER", "alphanumeric", True, "deaf_name"),
        ("KEHRER", "", True, "deaf_name"),
        ("KEHRER", "", False, "deaf_name"),
        ("4711", "shortcode", True, ""),
        ("4711", "alphanumeric", True, "deaf_name"),
    ],
)
def test_who_can_be_answered(sender: str, kind: str, hears: bool, why: str) -> None:
    assert why_deaf(sender, kind, hears=hears) == why
