"""What a person decides: send again, note as sent, let go. It leaves once, and only if it is true."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.decide.decide_message import NotNow, mark_sent, release, send_again
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Company, Message, SharedNumber, db
from tests import builders
from tests.actions.outbox import Outbox, phone
from tests.fakes.link_server import LinkServer
from tests.rules.plan_build import at


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    return Outbox.opened(link)


@pytest.mark.parametrize("behaviour", ["drop_after", "code:4002"])
def test_sent_again_it_leaves_once_more_and_no_more(outbox: Outbox, behaviour: str) -> None:
    outbox.link.behaviours = [behaviour, "ok"]
    message_id = outbox.due()[0].id
    outbox.send()
    send_again(message_id, "anna", outbox.now)
    assert outbox.states() == ["planned planned_again"]
    for _ in range(3):
        outbox.send(minutes=1)
        plan_messages(outbox.now)
    assert len(outbox.link.requests) == 2
    assert outbox.states() == ["accepted accepted"]
    assert outbox.story(message_id)[-3:] == ["planned planned_again", "sending", "accepted accepted"]


def test_sent_again_twice_is_once(outbox: Outbox) -> None:  # failures.md 18
    outbox.link.behaviours = ["code:4002", "ok"]
    message_id = outbox.due()[0].id
    outbox.send()
    send_again(message_id, "anna", outbox.now)
    with pytest.raises(NotNow) as refused:
        send_again(message_id, "bert", outbox.now)
    assert refused.value.state == "planned"
    outbox.send(minutes=1)
    with pytest.raises(NotNow):
        send_again(message_id, "anna", outbox.now)
    assert len(outbox.link.requests) == 2


def test_sent_again_after_the_appointment_moved_it_does_not_leave(outbox: Outbox) -> None:
    outbox.link.behaviours = ["code:4002", "ok"]
    message_id = outbox.due()[0].id
    outbox.send()
    outbox.change(Appointment, 1, start=at("26.03. 09:00"), changed_at=outbox.now)
    send_again(message_id, "anna", outbox.now)
    outbox.send(minutes=1)
    assert outbox.states()[0] == "withdrawn appointment_moved"
    assert len(outbox.link.requests) == 1


def test_sent_again_at_night_it_waits_for_the_window(outbox: Outbox) -> None:
    outbox.link.behaviours = ["code:4002", "ok"]
    message_id = outbox.due()[0].id
    outbox.send()
    outbox.now = at("10.03. 21:30")
    send_again(message_id, "anna", outbox.now)
    assert outbox.send().accepted == 0
    outbox.now = at("11.03. 08:00")
    assert outbox.send().accepted == 1


def test_noted_as_sent_it_counts_as_told(outbox: Outbox) -> None:
    builders.rule("moved")
    outbox.link.behaviours = ["drop_before"]
    message_id = outbox.due()[0].id
    outbox.send()
    mark_sent(message_id, "anna", outbox.now)
    assert outbox.states() == ["accepted marked_sent"]
    outbox.change(Appointment, 1, start=at("26.03. 09:00"), changed_at=outbox.now)
    plan_messages(outbox.now)
    assert "planned planned_moved" in outbox.states()
    with pytest.raises(NotNow):
        mark_sent(message_id, "anna", outbox.now)


@pytest.mark.parametrize("state", ["planned", "withheld", "withdrawn", "accepted", "missed"])
def test_only_what_is_unclear_or_refused_can_be_decided(outbox: Outbox, state: str) -> None:
    message_id = outbox.due()[0].id
    outbox.change(Message, message_id, state=state)
    for decide in (send_again, mark_sent):
        with pytest.raises(NotNow) as refused:
            decide(message_id, "anna", outbox.now)
        assert refused.value.state == state


# C06
def test_what_is_released_leaves_and_is_not_held_again(outbox: Outbox) -> None:
    outbox.change(Company, 1, release="always")
    messages = outbox.due(2)
    assert outbox.send().accepted == 0
    assert release([messages[0].id], "anna", outbox.now) == 1
    assert release([messages[0].id], "anna", outbox.now) == 0
    plan_messages(outbox.now)
    assert outbox.send().accepted == 1
    assert [state.split()[0] for state in outbox.states()] == ["accepted", "held"]


# failures.md 9, C06
def test_a_shared_number_is_held_until_somebody_says_that_it_is_right(outbox: Outbox) -> None:
    for name in ("Eva Huber", "Anna Maier"):
        builders.appointment(outbox.calendar, at("12.03. 09:00"), name=name, phones=[phone(7)], uid=name)
    plan_messages(outbox.now)
    assert outbox.states() == ["held number_shared"] * 2
    assert outbox.send().accepted == 0
    release([outbox.messages()[0].id], "anna", outbox.now)
    assert [row.names for row in db.session.scalars(select(SharedNumber))] == ["Anna Maier, Eva Huber"]
    assert outbox.send().accepted == 2
    builders.appointment(outbox.calendar, at("19.03. 09:00"), name="Eva Huber", phones=[phone(7)], uid="next")
    plan_messages(outbox.now)
    assert outbox.states()[-1] == "planned planned_lead"
