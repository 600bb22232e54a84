"""What a gateway answers becomes a state, a next try, or a stopped queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.facts.gateway_queue import let_run
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Alarm, Gateway, db
from tests.actions.outbox import Outbox
from tests.conftest import NOON
from tests.fakes.link_server import LinkServer

ONE = 1


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    return Outbox.opened(link)


def gateway() -> Gateway:
    db.session.expire_all()
    return db.session.get_one(Gateway, 1)


# C19
@pytest.mark.parametrize(
    ("behaviour", "state", "counted"),
    [
        ("ok", "accepted accepted", "accepted"),
        ("code:2001", "accepted accepted", "accepted"),
        ("code:4002", "refused link_4002", "refused"),
        ("code:4012", "planned planned_retry", "not_taken"),
        ("http:503", "planned planned_retry", "not_taken"),
        ("http:429", "planned planned_retry", "not_taken"),
        ("code:4001", "planned planned_retry", "not_taken"),
        ("drop_before", "unclear connection_lost", "unclear"),
        ("drop_after", "unclear connection_lost", "unclear"),
        ("cut", "unclear", "unclear"),
        ("html", "unclear answer_not_understood", "unclear"),
        ("http:500", "unclear gateway_http_error", "unclear"),
        ("other_id", "unclear answer_of_another", "unclear"),
    ],
)
def test_each_answer_leads_to_its_state(outbox: Outbox, behaviour: str, state: str, counted: str) -> None:
    outbox.link.behaviours = [behaviour]
    outbox.due()
    assert getattr(outbox.send(), counted) == 1
    (found,) = outbox.states()
    assert found.startswith(state)


@pytest.mark.parametrize("behaviour", ["drop_after", "html", "http:500"])
def test_unclear_is_never_tried_again_by_itself(outbox: Outbox, behaviour: str) -> None:
    outbox.link.behaviours = [behaviour, "ok"]
    outbox.due()
    outbox.send()
    for _ in range(10):
        plan_messages(outbox.now)
        outbox.send(minutes=10)
    assert len(outbox.link.requests) == 1
    assert outbox.states()[0].startswith("unclear")


def test_what_was_surely_not_sent_is_tried_after_1_5_15_and_60_minutes(outbox: Outbox) -> None:
    outbox.link.behaviours = ["http:503"]
    outbox.due()
    outbox.send()
    waits = []
    for _ in range(5):
        (message,) = outbox.messages()
        assert message.next_try_at is not None
        waits.append((message.next_try_at - outbox.now) // timedelta(minutes=1))
        tried = len(outbox.link.requests)
        outbox.now = message.next_try_at - timedelta(seconds=1)
        outbox.send()
        assert len(outbox.link.requests) == tried
        plan_messages(outbox.now)
        outbox.send(seconds=1)
        assert len(outbox.link.requests) == tried + 1
    assert waits == [1, 5, 15, 60, 60]
    outbox.link.behaviours = ["ok"]
    assert outbox.send(hours=1).accepted == 1
    assert outbox.messages()[0].tries == 7


def test_no_try_is_planned_past_the_appointment(outbox: Outbox) -> None:
    outbox.link.behaviours = ["http:503"]
    outbox.due(start="12.03. 12:05")
    outbox.now = outbox.messages()[0].too_late_at - timedelta(seconds=90)
    outbox.send()
    assert outbox.states() == ["planned planned_retry"]
    outbox.send(seconds=60)
    assert outbox.states() == ["missed too_late"]
    outbox.link.behaviours = ["ok"]
    outbox.send(minutes=5)
    assert outbox.link.accepted == []


# failures.md 15, A54
@pytest.mark.parametrize(
    ("behaviour", "code"), [("code:4001", "link_4001"), ("http:404", "gateway_wrong_address")]
)
def test_a_wrong_account_stops_the_queue_until_somebody_lets_it_run(
    outbox: Outbox, behaviour: str, code: str
) -> None:
    outbox.link.behaviours = [behaviour]
    outbox.due(20)
    outbox.send()
    assert gateway().stopped_code == code
    assert len(outbox.link.requests) <= 4
    assert {state.split()[0] for state in outbox.states()} == {"planned"}
    asked = len(outbox.link.requests)
    outbox.send(minutes=10)
    assert len(outbox.link.requests) == asked
    (alarm,) = db.session.scalars(select(Alarm).where(Alarm.closed_at.is_(None)))
    assert (alarm.key, alarm.code, alarm.args["code"]) == ("gateway:1", "gateway_stopped", code)
    outbox.link.behaviours = ["ok"]
    let_run(1, "office", outbox.now)
    assert outbox.send(minutes=1).accepted == 20
    assert (gateway().stopped_code, gateway().stopped_at) == ("", None)
    assert list(db.session.scalars(select(Alarm).where(Alarm.closed_at.is_(None)))) == []


def test_five_refusals_in_a_row_stop_the_queue(outbox: Outbox) -> None:
    outbox.link.behaviours = ["code:4002"]
    outbox.due(30)
    refused = outbox.send().refused
    assert 5 <= refused <= 8
    assert gateway().stopped_code == "refused_in_row"
    outbox.link.behaviours = ["ok"]
    let_run(1, "office", outbox.now)
    assert outbox.send(minutes=1).accepted == 30 - refused
    assert gateway().refused_in_row == 0


def test_a_refusal_now_and_then_stops_nothing(outbox: Outbox) -> None:
    outbox.link.behaviours = ["code:4002", "ok"] * 10 + ["ok"]
    outbox.due(20)
    result = outbox.send()
    assert (result.refused, result.accepted) == (10, 10)
    assert gateway().stopped_code == ""


def test_a_secret_that_the_box_s_key_does_not_open_stops_the_queue(outbox: Outbox) -> None:
    outbox.change(Gateway, ONE, secret_box="not ours")
    outbox.due(2)
    assert outbox.send().accepted == 0
    assert gateway().stopped_code == "secret_unreadable"
    assert outbox.link.requests == []


def test_whatever_a_gateway_throws_is_unclear(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from kehr.gateways.linkmobility import LinkMobility

    def broken(_self: LinkMobility, _message: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(LinkMobility, "send", broken)
    outbox.due()
    assert outbox.send().unclear == 1
    assert outbox.states() == ["unclear gateway_broke"]


def test_an_outcome_that_comes_after_the_sweep_changes_nothing(outbox: Outbox) -> None:
    from kehr.actions.send.record_outcome import record_outcome
    from kehr.gateways.contract import Accepted
    from kehr.models import Message, writing

    (message,) = outbox.due()
    outbox.change(Message, message.id, state="unclear", claimed_at=NOON)
    with writing() as session:
        assert record_outcome(session, message.id, 1, Accepted("late"), NOON) is None
    assert outbox.states()[0].startswith("unclear")


def test_a_counter_follows_an_answer_that_was_slower_than_the_report(outbox: Outbox) -> None:  # A52
    """LINK calls us while its own answer, with its count of parts, is still on the way."""
    from kehr.actions.send.record_outcome import record_outcome
    from kehr.gateways.contract import Accepted
    from kehr.models import Message, writing

    (message,) = outbox.due()
    outbox.change(Gateway, 1, counter=99)
    outbox.change(Message, message.id, state="delivered", claimed_at=NOON, gateway_id=1, parts=1)
    with writing() as session:
        assert record_outcome(session, message.id, 1, Accepted("late", parts=3), NOON) is None
    assert (outbox.messages()[0].parts, gateway().counter) == (3, 97)
