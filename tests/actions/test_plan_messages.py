"""Rows follow the plan: created, changed, withdrawn, each change with its event, and twice is once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kehr.actions.facts.appointment_facts import load_appointments
from kehr.actions.plan.plan_messages import PlanResult, plan_messages
from kehr.models import Alarm, Appointment, Calendar, Message, MessageRule, db
from kehr.rules.terms.messages import MOVES, State
from tests import builders
from tests.actions.outbox import Outbox
from tests.fakes.link_server import LinkServer
from tests.rules.plan_build import at


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    return Outbox.opened(link)


def test_planning_creates_changes_and_withdraws_the_difference(outbox: Outbox) -> None:
    outbox.due(2, start="20.03. 09:00")
    assert plan_messages(outbox.now) == PlanResult(0, 0, 0)
    outbox.change(MessageRule, 1, days=3)
    assert plan_messages(outbox.now) == PlanResult(0, 2, 0)
    assert {m.due_at for m in outbox.messages()} == {at("17.03. 12:00")}
    outbox.change(Appointment, 1, no_sms=True)
    assert plan_messages(outbox.now) == PlanResult(0, 1, 0)
    outbox.change(MessageRule, 1, active=False)
    assert plan_messages(outbox.now) == PlanResult(0, 0, 2)
    outbox.change(MessageRule, 1, active=True)
    assert plan_messages(outbox.now) == PlanResult(0, 2, 0)
    assert outbox.states() == ["withheld tag_no_sms", "planned planned_lead"]


# invariant 5: every state follows from the events
def test_every_change_of_state_has_its_event(outbox: Outbox) -> None:
    first = outbox.due(1, start="20.03. 09:00")[0].id
    outbox.change(Appointment, 1, start=at("21.03. 09:00"), changed_at=outbox.now)
    plan_messages(outbox.now)
    outbox.change(Appointment, 1, start=at("20.03. 09:00"), changed_at=outbox.now)
    plan_messages(outbox.now)
    assert outbox.story(first) == [
        "planned planned_lead",
        "withdrawn appointment_moved",
        "planned planned_lead",
    ]
    rows = db.session.execute(
        sa.text("SELECT message_id, old_state, new_state FROM message_events ORDER BY id")
    )
    last: dict[str, str] = {}
    for message_id, old, new in rows:
        assert last.get(message_id, "") == old
        assert not old or old == new or State(new) in MOVES[State(old)]
        last[message_id] = new
    assert last == {m.id: m.state for m in outbox.messages()}


# invariant 1
def test_the_database_itself_refuses_a_second_row_of_one_identity(outbox: Outbox) -> None:
    (message,) = outbox.due()
    columns = {column.name: getattr(message, column.name) for column in Message.__table__.columns}
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.insert(Message).values(**columns | {"id": "another"}))
    db.session.rollback()


def test_naive_times_are_refused(outbox: Outbox) -> None:
    outbox.due()
    with pytest.raises(sa.exc.StatementError, match="naive"):
        db.session.execute(sa.update(Appointment).values(start=at("10.03. 12:00").replace(tzinfo=None)))
    db.session.rollback()


# B11: calendar before branch before firm
def test_the_nearest_rule_plans(outbox: Outbox) -> None:
    branch = builders.branch().id
    outbox.due(1, start="20.03. 09:00")
    builders.rule("reminder", branch_id=branch, days=4)
    outbox.change(Calendar, 1, branch_id=branch)
    plan_messages(outbox.now)
    assert outbox.states() == ["planned planned_lead", "withdrawn rule_off"]
    builders.rule("reminder", calendar_id=1, active=False)
    plan_messages(outbox.now)
    assert outbox.states() == ["withdrawn rule_off", "withdrawn rule_off"]


def test_what_stayed_withheld_keeps_its_reason_and_is_not_looked_at_for_ever(outbox: Outbox) -> None:
    outbox.due(1, start="20.03. 09:00")
    outbox.change(Appointment, 1, no_sms=True)
    for days in (0, 11, 60):
        plan_messages(outbox.now + timedelta(days=days))
        assert outbox.states() == ["withheld tag_no_sms"]
    assert list(load_appointments(outbox.now + timedelta(days=60))) == []


def test_what_waited_while_the_box_was_off_for_weeks_is_missed(outbox: Outbox) -> None:
    outbox.due(1, start="20.03. 09:00")
    plan_messages(outbox.now + timedelta(days=40))
    assert outbox.states() == ["missed too_late"]


# failures.md 19: who cannot be written to again is called, until he knows
def test_a_call_is_asked_for_once_and_settled_by_the_truth(outbox: Outbox) -> None:
    builders.rule("moved")
    outbox.due(1, start="20.03. 09:00")
    rules = {rule.kind: rule for rule in db.session.scalars(sa.select(MessageRule))}
    row = db.session.get_one(Appointment, 1)
    number = row.phones[0]["e164"]
    for minutes, start in ((50, "24.03. 09:00"), (40, "20.03. 09:00")):
        moment = outbox.now - timedelta(minutes=minutes)
        builders.message(
            row,
            rules["moved"],
            recipient=number,
            about_start=at(start),
            state="accepted",
            claimed_at=moment,
            sent_at=moment,
            due_at=moment,
        )
    outbox.change(Appointment, 1, start=at("24.03. 09:00"), changed_at=outbox.now)
    for _ in range(3):
        plan_messages(outbox.now)
    alarms = list(db.session.scalars(sa.select(Alarm)))
    assert [(a.code, a.closed_at) for a in alarms] == [("needs_call", None)]
    assert alarms[0].args["told"] == at("20.03. 09:00").isoformat()
    outbox.change(Appointment, 1, start=at("20.03. 09:00"), changed_at=outbox.now)
    plan_messages(outbox.now)
    assert [a.closed_at for a in db.session.scalars(sa.select(Alarm))] == [outbox.now]
