"""States are asked for in their rhythm, through outages, by any number of processes, and lose nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.hear import read_states as read_states_module
from kehr.actions.hear.ask_gateway import HELD_FOR, claim_questions
from kehr.actions.hear.read_states import read_states
from kehr.gateways.android import Android
from kehr.models import Gateway, Message, db
from tests import builders
from tests.actions.outbox import Outbox
from tests.actions.phone_office import PhoneOffice, account
from tests.conftest import NOON
from tests.fakes.android_phone import AndroidPhone, android_phone
from tests.fakes.link_server import LinkServer

MINUTE = timedelta(minutes=1)


@pytest.fixture
def handy() -> Iterator[AndroidPhone]:
    with android_phone() as phone:
        yield phone


@pytest.fixture
def office(app: Flask, handy: AndroidPhone) -> PhoneOffice:
    return PhoneOffice.opened(handy)


# A55
def test_a_message_is_asked_for_after_1_2_5_15_60_minutes_then_hourly_for_72_hours(
    office: PhoneOffice,
) -> None:
    office.sent()
    asked = []
    while due := office.messages()[0].next_state_at:
        office.later(seconds=(due - office.now).total_seconds() - 1)
        assert office.ask().asked == 0
        assert office.ask(seconds=1).asked == 1
        asked.append((office.now - NOON) / MINUTE)
    assert asked == [1, 2, 5, 15, 60, *range(120, 72 * 60 + 1, 60)]
    assert office.states() == ["accepted no_word"]
    assert office.ask(hours=1).asked == 0


# A55, C19
def test_delivered_comes_with_its_time_and_is_never_asked_for_again(office: PhoneOffice) -> None:
    (message,) = office.sent()
    office.ask(minutes=1)
    office.handy.move(message, "Sent", at=office.now)
    result = office.ask(minutes=1)
    assert (result.asked, result.delivered) == (1, 0)
    assert office.messages()[0].delivery_code == "Sent"
    office.handy.move(message, "Delivered", at=NOON + 4 * MINUTE)
    result = office.ask(minutes=3)
    assert (result.asked, result.delivered) == (1, 1)
    assert office.states() == ["delivered delivered"]
    assert office.messages()[0].delivered_at == NOON + 4 * MINUTE
    asked = office.asked()
    for _ in range(24):
        assert office.ask(hours=1).asked == 0
    assert office.asked() == asked


def test_a_state_that_flips_after_the_final_one_changes_nothing(office: PhoneOffice) -> None:
    first, second = office.sent(2)
    office.handy.move(first, "Delivered")
    office.handy.move(second, "Failed", "RESULT_ERROR_NO_SERVICE")
    result = office.ask(minutes=1)
    assert (result.delivered, result.undelivered) == (1, 1)
    office.handy.move(first, "Failed", "RESULT_ERROR_GENERIC_FAILURE")
    office.handy.move(second, "Delivered")
    for message in (first, second):
        office.change(Message, message, next_state_at=office.now)
    office.ask(minutes=1)
    assert [state.split()[0] for state in office.states()] == ["delivered", "undelivered"]
    assert "RESULT_ERROR_NO_SERVICE" in office.messages()[1].reason_args["detail"]


# failures.md 15: accepted is never shown as delivered by a gateway that reports nothing
def test_failure_15_a_gateway_without_states_is_never_asked_and_ends_at_accepted(
    app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link)
    outbox.due(3)
    outbox.send()
    for hours in range(80):
        assert read_states(lambda hours=hours: outbox.now + timedelta(hours=hours)).asked == 0
    assert set(outbox.states()) == {"accepted accepted"}
    assert {message.next_state_at for message in outbox.messages()} == {None}
    assert len(link.requests) == 3


# C19, failures.md 15: a phone that is off for an hour
def test_a_phone_off_for_an_hour_loses_nothing_and_doubles_nothing(office: PhoneOffice) -> None:
    messages = office.sent(3)
    office.handy.off()
    alarms = []
    for _ in range(120):
        office.ask(seconds=30)
        alarms.append(office.alarms())
    assert alarms[28] == [] and alarms[31] == ["gateway_unreachable"] == alarms[-1]
    assert office.gateway.unreachable_code == "connect_refused"
    assert {message.state_asks for message in office.messages()} == {0}
    for message in messages:
        office.handy.move(message, "Delivered", at=NOON + 2 * MINUTE)
    office.handy.on()
    result = [office.ask(seconds=30) for _ in range(12)]
    assert sum(one.delivered for one in result) == 3
    assert office.alarms() == []
    assert (office.gateway.unreachable_since, office.gateway.unreachable_code) == (None, "")
    assert set(office.states()) == {"delivered reported_late"}
    assert len(office.handy.arrived()) == 3
    for message in messages:
        assert office.story(message).count("delivered reported_late") == 1


def test_a_silent_gateway_is_asked_less_and_less_often_but_every_five_minutes(office: PhoneOffice) -> None:
    office.sent()
    office.change(Gateway, 1, replies_asked_at=NOON)
    office.handy.behaviours = ["http:500"]
    asked: list[int] = []
    for second in range(0, 3600, 10):
        before = office.asked()
        read_states(lambda: office.now)
        if office.asked() > before:
            asked.append(second)
        office.later(seconds=10)
    pauses = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert pauses[0] == 30
    assert max(pauses) == 300
    assert asked[0] + 900 in asked, "after a quarter of an hour it is asked, so that it can be told"
    assert len(asked) < 20


def test_another_gateway_is_asked_while_one_is_silent(office: PhoneOffice) -> None:
    (message,) = office.sent()
    with android_phone() as second:
        account(second, "Zweites")
        second.messages["x"] = dict(office.handy.messages[message], id="x")
        office.handy.off()
        appointment = builders.appointment(db.session.get_one(builders.Calendar, 1), NOON + 60 * MINUTE)
        values: dict[str, Any] = {"gateway_id": 2, "next_state_at": NOON, "sent_at": NOON, "claimed_at": NOON}
        rule = db.session.get_one(builders.MessageRule, 1)
        builders.message(appointment, rule, id="x", state="accepted", **values)
        second.move("x", "Delivered", at=NOON)
        result = office.ask(minutes=1)
    assert (result.unreachable, result.delivered) == (1, 1)


def test_a_gateway_that_breaks_its_contract_is_a_silent_one(
    office: PhoneOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sent()

    def broken(_self: Android, _sent: object) -> None:
        raise KeyError("state")

    monkeypatch.setattr(Android, "read_states", broken)
    assert office.ask(minutes=1).unreachable == 1
    assert office.gateway.unreachable_code == "asking_broke"
    assert office.states() == ["accepted accepted"]


def test_wrong_credentials_are_told_and_nothing_is_lost(office: PhoneOffice) -> None:
    office.sent()
    office.change(Gateway, 1, secret_box="not ours")
    for _ in range(20):
        office.ask(minutes=1)
    assert office.alarms() == ["gateway_unreachable"]
    assert office.gateway.unreachable_code == "secret_unreadable"


# failures.md 1
def test_two_processes_at_once_ask_once_and_apply_once(
    office: PhoneOffice, in_thread: Callable[[Callable[[], Any]], Callable[[], Any]]
) -> None:
    messages = office.sent(4)
    for message in messages:
        office.handy.move(message, "Delivered")
    office.later(minutes=1)
    before, moment = office.asked(), office.now
    db.session.rollback()
    office.handy.behaviours = ["slow:0.2"]
    asking = in_thread(lambda: read_states(lambda: moment))
    with ThreadPoolExecutor(3) as pool:
        results = [future.result() for future in [pool.submit(asking) for _ in range(3)]]
    assert sorted(result.delivered for result in results) == [0, 0, 4]
    assert office.asked() - before == 1
    assert set(office.states()) == {"delivered delivered"}


def test_whoever_dies_between_asking_and_applying_keeps_nobody_away_for_long(office: PhoneOffice) -> None:
    (message,) = office.sent()
    office.handy.move(message, "Delivered")
    office.later(minutes=1)
    assert claim_questions(1, office.now)
    assert office.ask().asked == 0
    assert office.ask(seconds=HELD_FOR.total_seconds() - 1).asked == 0
    assert office.ask(seconds=1).delivered == 1


def test_a_mark_set_by_a_clock_that_was_ahead_keeps_nobody_away(office: PhoneOffice) -> None:
    office.sent()
    office.change(Gateway, 1, states_asked_at=NOON + timedelta(days=365))
    assert office.ask(minutes=1).asked == 1


def test_what_was_asked_for_twice_moves_on_once(office: PhoneOffice) -> None:
    (message,) = office.sent()
    office.later(minutes=1)
    questions = read_states_module._due(1, office.now, 10)
    office.ask()
    office.change(Message, message, delivery_code="")
    with builders.db.session.no_autoflush, read_states_module.writing() as session:
        read_states_module._ask_again_later(session, questions, office.now)
    assert office.messages()[0].state_asks == 1


# C10
def test_a_digest_is_asked_for_once_and_all_in_it_share_the_answer(office: PhoneOffice) -> None:
    carrier, first, second = office.sent(3)
    for carried in (first, second):
        office.change(Message, carried, carrier_id=carrier, next_state_at=None)
    office.handy.move(carrier, "Delivered")
    result = office.ask(minutes=1)
    assert (result.asked, result.delivered) == (1, 1)
    assert set(office.states()) == {"delivered delivered"}


def test_an_account_that_is_not_asked_any_more_is_not_silent(office: PhoneOffice) -> None:
    office.sent()
    office.handy.off()
    for _ in range(20):
        office.ask(minutes=1)
    assert office.alarms() == ["gateway_unreachable"]
    office.change(Gateway, 1, kind="sandbox")
    office.ask(minutes=1)
    assert (office.alarms(), office.gateway.unreachable_since) == ([], None)
