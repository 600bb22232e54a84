"""What is unclear is asked for where that is possible, sent again only when it surely never left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from flask import Flask

from kehr.actions.decide.decide_message import mark_sent, send_again
from kehr.actions.hear.resolve_unclear import FIRST_AFTER, resolve_unclear
from kehr.actions.people.record_consent import revoke
from kehr.actions.setup.change_gateway import save_gateway
from kehr.gateways.android import Android
from kehr.gateways.contract import Accepted
from kehr.models import Message
from kehr.rules.forms.settings_values import GatewaySettings
from tests import builders
from tests.actions.outbox import Outbox
from tests.actions.phone_office import PhoneOffice
from tests.conftest import NOON
from tests.fakes.android_phone import AndroidPhone, android_phone
from tests.fakes.link_server import LinkServer

WAIT = FIRST_AFTER.total_seconds()


@pytest.fixture
def handy() -> Iterator[AndroidPhone]:
    with android_phone() as phone:
        yield phone


@pytest.fixture
def office(app: Flask, handy: AndroidPhone) -> PhoneOffice:
    return PhoneOffice.opened(handy)


def unclear(office: PhoneOffice, behaviour: str) -> str:
    """A reminder whose sending ended so; its id."""
    office.handy.behaviours = [behaviour, "ok"]
    office.due()
    assert office.send().unclear == 1
    return str(office.messages()[0].id)


# C19: looked up, never sent blindly
def test_what_the_gateway_took_is_accepted_and_then_delivered(office: PhoneOffice) -> None:
    message = unclear(office, "drop_after")
    assert office.ask(seconds=WAIT - 1).looked_up == 0
    assert office.ask(seconds=1).looked_up == 1
    assert office.states() == ["accepted looked_up"]
    office.handy.move(message, "Delivered")
    assert office.ask(minutes=2).delivered == 1
    assert office.story(message)[-3:] == [
        "unclear connection_lost",
        "accepted looked_up",
        "delivered delivered",
    ]
    office.send(hours=1)
    assert office.handy.arrived() == [message]
    assert len(office.handy.asked("/messages")) == 1


def test_what_it_surely_never_had_leaves_once_under_the_same_id(office: PhoneOffice) -> None:
    message = unclear(office, "drop_before")
    assert office.ask(seconds=WAIT).planned_again == 1
    assert office.states() == ["planned planned_retry"]
    assert office.messages()[0].reason_args["code"] == "not_there"
    assert office.send().accepted == 0
    assert office.send(minutes=1).accepted == 1
    assert office.handy.arrived() == [message]
    assert office.messages()[0].tries == 2


def test_an_id_that_was_there_after_all_is_no_second_sms(office: PhoneOffice) -> None:
    """The request came late to the phone, after it had said that it had none: 409."""
    message = unclear(office, "drop_before")
    office.ask(seconds=WAIT)
    office.handy.messages[message] = {
        "id": message,
        "state": "Sent",
        "states": {},
        "recipients": [{}],
        "createdAt": "2026-03-10T12:03:00.000+01:00",
    }
    assert office.send(minutes=1).accepted == 1
    assert office.handy.arrived() == [message]


# failures.md 2, 5, 14: the claim decides again
def test_what_it_never_had_stays_when_consent_is_gone(office: PhoneOffice) -> None:
    unclear(office, "drop_before")
    revoke("+436640000001", "phone", "office", "", office.now)
    office.ask(seconds=WAIT)
    office.send(minutes=10)
    assert office.states() == ["withheld revoked"]
    assert office.handy.arrived() == []


def test_what_it_never_had_expires_when_the_appointment_is_over(office: PhoneOffice) -> None:
    unclear(office, "drop_before")
    office.handy.off()
    office.later(days=2, hours=12)
    office.handy.on()
    office.ask(minutes=10)
    office.ask(minutes=10)
    assert office.states()[0].startswith("missed")
    office.send(minutes=10)
    assert office.handy.arrived() == []


def test_after_72_hours_it_stays_for_a_person(office: PhoneOffice) -> None:
    unclear(office, "drop_before")
    office.later(hours=73)
    calls = len(office.handy.calls)
    resolve_unclear(lambda: office.now)
    assert len(office.handy.calls) == calls
    assert office.states() == ["unclear connection_lost"]


def test_what_the_gateway_cannot_tell_stays_for_a_person(
    office: PhoneOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def cannot_tell(_self: Android, _sent: object) -> Mapping[str, Accepted | None]:
        asked.append((office.now - NOON) / timedelta(minutes=1))
        return {}

    monkeypatch.setattr(Android, "look_up", cannot_tell)
    message = unclear(office, "drop_before")
    for _ in range(200):
        office.ask(minutes=1)
    assert asked == [2, 4, 5, 15, 60, 120, 180]
    assert office.states() == ["unclear connection_lost"]
    send_again(message, "office", office.now)
    assert office.send().accepted == 1


@pytest.mark.parametrize("decision", [mark_sent, send_again])
def test_what_a_person_decided_meanwhile_stands(
    office: PhoneOffice, monkeypatch: pytest.MonkeyPatch, decision: type[mark_sent]
) -> None:
    message = unclear(office, "drop_before")

    def meanwhile(_self: Android, _sent: object) -> Mapping[str, Accepted | None]:
        decision(message, "office", office.now)
        return {message: None}

    monkeypatch.setattr(Android, "look_up", meanwhile)
    assert office.ask(seconds=WAIT).planned_again == 0
    state = office.states()[0]
    assert state in ("accepted marked_sent", "planned planned_again")


def test_a_stale_answer_about_an_earlier_try_changes_nothing(
    office: PhoneOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = unclear(office, "drop_before")

    def meanwhile(_self: Android, _sent: object) -> Mapping[str, Accepted | None]:
        later = office.now + timedelta(seconds=5)
        office.change(Message, message, claimed_at=later, reference="second try")
        return {message: None}

    monkeypatch.setattr(Android, "look_up", meanwhile)
    assert office.ask(seconds=WAIT).planned_again == 0
    assert office.states() == ["unclear connection_lost"]


def test_a_gateway_that_is_off_is_asked_again(office: PhoneOffice) -> None:
    message = unclear(office, "drop_after")
    office.handy.off()
    for _ in range(10):
        assert office.ask(minutes=1).looked_up == 0
    office.handy.on()
    assert sum(office.ask(minutes=1).looked_up for _ in range(6)) == 1
    assert office.handy.arrived() == [message]


# C10
def test_failure_01_another_phone_that_does_not_have_it_is_no_proof(office: PhoneOffice) -> None:
    """A new phone, or the app installed anew, knows nothing of what left before: no second SMS for that."""
    unclear(office, "drop_after")
    with android_phone() as new:
        save_gateway(1, GatewaySettings("Handy", base_url=new.base_url), office.now)
        for _ in range(5):
            office.ask(minutes=20)
            office.send()
        assert office.states() == ["unclear connection_lost"]
        assert new.arrived() == []


def test_what_changes_no_account_goes_on_asking(office: PhoneOffice) -> None:
    unclear(office, "drop_after")
    save_gateway(1, GatewaySettings("Handy", max_per_minute=5, options={"ttl": "900"}), office.now)
    assert office.ask(seconds=WAIT).looked_up == 1


def test_another_kind_is_not_asked_for_what_the_old_one_took(office: PhoneOffice) -> None:
    office.sent()
    save_gateway(1, GatewaySettings("Handy", kind="seven", secret="x"), office.now)
    assert office.ask(minutes=20).asked == 0
    assert office.states() == ["accepted accepted"]


def test_a_digest_is_cleared_together(office: PhoneOffice) -> None:
    carrier = unclear(office, "drop_after")
    there = builders.appointment(builders.db.session.get_one(builders.Calendar, 1), NOON + timedelta(days=3))
    rule = builders.db.session.get_one(builders.MessageRule, 1)
    builders.message(there, rule, state="unclear", carrier_id=carrier, gateway_id=1, claimed_at=NOON)
    office.ask(seconds=WAIT)
    assert set(office.states()) == {"accepted looked_up"}


# failures.md 1
def test_failure_01_a_gateway_that_cannot_look_up_is_never_asked(app: Flask, link: LinkServer) -> None:
    outbox = Outbox.opened(link)
    link.behaviours = ["drop_after", "ok"]
    outbox.due()
    outbox.send()
    for hours in range(80):
        resolve_unclear(lambda hours=hours: outbox.now + timedelta(hours=hours))
    assert outbox.states()[0].startswith("unclear")
    assert len(link.requests) == 1
