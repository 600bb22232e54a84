"""At the moment of sending everything is decided again: what leaves is true now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kehr.actions.people.record_consent import revoke
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Calendar, Company, MessageRule, db
from tests import builders
from tests.actions.outbox import SENDER, Outbox
from tests.conftest import NOON
from tests.fakes.link_server import LinkServer
from tests.rules.plan_build import at


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    return Outbox.opened(link)


def test_what_is_due_leaves_and_is_frozen_as_it_left(outbox: Outbox) -> None:
    (message,) = outbox.due()
    assert outbox.send().accepted == 1
    (request,) = outbox.link.accepted
    assert request["messageContent"].startswith("Donnerstag, 12.03.2026 um 09:00: Redtenbachergasse 3")
    assert request["recipientAddressList"] == ["436640000001"]
    assert request["senderAddress"] == SENDER.removeprefix("+")
    (message,) = outbox.messages()
    assert request["clientMessageId"] == message.id
    assert (message.text, message.sender, message.gateway_name, message.parts) == (
        request["messageContent"],
        SENDER,
        "LINK",
        1,
    )
    assert (message.claimed_at, message.sent_at, message.tries) == (NOON, NOON, 1)
    assert message.reference
    assert outbox.story(message.id) == ["planned planned_lead", "sending", "accepted accepted"]
    assert outbox.send(minutes=1).as_dict() == dict.fromkeys(outbox.send().as_dict(), 0)


def test_nothing_leaves_before_it_is_due(outbox: Outbox) -> None:
    outbox.now -= timedelta(seconds=1)
    outbox.due()
    assert outbox.send().accepted == 0
    assert outbox.send(seconds=1).accepted == 1


# failures.md 5: all of these one moment before sending, without any planning in between
@pytest.mark.parametrize(
    ("model", "values", "state"),
    [
        (Appointment, {"start": at("19.03. 09:00"), "changed_at": NOON}, "withdrawn appointment_moved"),
        (Appointment, {"cancelled_at": NOON}, "withdrawn appointment_cancelled"),
        (Appointment, {"missing_since": NOON}, "withheld entry_missing"),
        (Appointment, {"phones": []}, "withdrawn recipient_gone"),
        (Appointment, {"no_sms": True}, "withheld tag_no_sms"),
        (Appointment, {"place": ""}, "withheld placeholder_missing"),
        (MessageRule, {"active": False}, "withdrawn rule_off"),
        (MessageRule, {"days": 1}, "planned planned_lead"),
        (MessageRule, {"text": "#Objektnummer"}, "withheld placeholder_missing"),
        (MessageRule, {"text": "#Quatsch"}, "withheld placeholder_missing"),
        (MessageRule, {"text": ""}, "withheld placeholder_missing"),
        (Calendar, {"active": False}, "withdrawn calendar_off"),
        (Calendar, {"consent": "customer"}, "withheld no_consent"),
        (Company, {"release": "always"}, "held release_always"),
        (Company, {"window_from": at("10.03. 13:00").time(), "window_days": ["mon"]}, "planned planned_lead"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_failure_05_what_changed_one_moment_before_decides(
    outbox: Outbox, model: type, values: dict, state: str
) -> None:
    outbox.due()
    outbox.change(model, 1, **values)
    result = outbox.send()
    assert (result.accepted, outbox.link.requests) == (0, [])
    assert state in outbox.states()
    before = outbox.states()
    plan_messages(outbox.now)
    outbox.send()
    assert outbox.states() == before
    assert all(len(outbox.story(m.id)) <= 2 for m in outbox.messages())


def test_failure_05_an_edited_text_is_the_one_that_leaves(outbox: Outbox) -> None:
    outbox.due()
    outbox.change(MessageRule, 1, text="Wir kommen #Tagwort, #Telefon")
    outbox.send()
    assert outbox.arrived() == ["Wir kommen übermorgen, +43 7252 12345"]


# C11
def test_failure_05_a_day_word_is_that_of_the_day_it_leaves(outbox: Outbox) -> None:
    outbox.change(MessageRule, 1, text="Wir kommen #Tagwort")
    outbox.due()
    outbox.now = at("11.03. 08:00")
    outbox.send()
    assert outbox.arrived() == ["Wir kommen morgen"]


# failures.md 14
def test_consent_withdrawn_before_sending_holds_everything_back(outbox: Outbox) -> None:
    outbox.due(3)
    for number in (1, 2, 3):
        revoke(f"+43664000000{number}", "phone", "office", "rief an", outbox.now)
    assert outbox.send().accepted == 0
    assert outbox.states() == ["withheld revoked"] * 3


# C15, failures.md 2
@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("10.03. 19:59", 1),
        ("10.03. 20:00", 0),
        ("10.03. 23:30", 0),
        ("11.03. 03:00", 0),
        ("11.03. 07:59", 0),
        ("11.03. 08:00", 1),
        ("12.03. 08:59", 1),
        ("12.03. 09:00", 0),
    ],
)
def test_failure_02_a_late_box_sends_inside_the_window_and_only_while_it_is_true(
    outbox: Outbox, now: str, leaves: int
) -> None:
    outbox.due()
    outbox.now = at(now)
    outbox.send()
    assert len(outbox.link.accepted) == leaves
    if now == "12.03. 09:00":
        assert outbox.states() == ["missed too_late"]


# failures.md 2
@pytest.mark.parametrize(
    ("now", "open_"), [("26.10. 12:00", False), ("25.10. 12:00", False), ("27.10. 12:00", True)]
)
def test_failure_02_holidays_and_sundays_are_closed(outbox: Outbox, now: str, open_: bool) -> None:
    outbox.now = at("24.10. 12:00")
    outbox.due(start="28.10. 16:00")
    outbox.change(MessageRule, 1, days=4)
    outbox.now = at(now)
    outbox.send()
    assert len(outbox.link.accepted) == open_


def test_a_gateway_that_is_gone_withholds(outbox: Outbox) -> None:
    outbox.due()
    db.session.delete(outbox.gateway)
    db.session.commit()
    assert outbox.send().accepted == 0
    assert outbox.states() == ["withheld no_gateway"]


# B10
def test_the_branch_s_sender_is_exactly_the_one_that_leaves(outbox: Outbox) -> None:
    outbox.change(type(outbox.gateway), 1, senders=[{"address": SENDER}, {"address": "Kehrer"}])
    branch = builders.branch(sender="Kehrer")
    outbox.change(Calendar, 1, branch_id=branch.id)
    outbox.due()
    outbox.send()
    (request,) = outbox.link.accepted
    assert (request["senderAddress"], request["senderAddressType"]) == ("Kehrer", "alphanumeric")


# C26
def test_in_trial_mode_only_own_numbers_are_reached(outbox: Outbox) -> None:
    outbox.change(Company, 1, trial=True, own_numbers=["+436640000002"])
    outbox.due(3)
    result = outbox.send()
    assert result.accepted == 3
    assert [request["recipientAddressList"] for request in outbox.link.accepted] == [["436640000002"]]
    rows = outbox.messages()
    assert [row.trial for row in rows] == [True, False, True]
    assert [row.reason for row in rows] == ["trial", "accepted", "trial"]
    assert [row.gateway_id for row in rows] == [None, 1, None]
    assert all(row.text and row.sent_at for row in rows)


# C26, C02: what was only recorded told nobody
def test_after_trial_nobody_is_told_of_a_change_he_never_heard_the_like_of(outbox: Outbox) -> None:
    builders.rule("moved")
    builders.rule("cancelled")
    outbox.change(Company, 1, trial=True)
    outbox.due(2)
    outbox.send()
    outbox.change(Company, 1, trial=False)
    outbox.change(Appointment, 1, cancelled_at=outbox.now)
    outbox.change(Appointment, 2, start=at("26.03. 09:00"), changed_at=outbox.now)
    plan_messages(outbox.now)
    assert not {m.kind for m in outbox.messages()} & {"moved", "cancelled"}


# C26
def test_trial_mode_needs_no_gateway_that_works(outbox: Outbox) -> None:
    outbox.change(Company, 1, trial=True)
    outbox.change(type(outbox.gateway), 1, stopped_code="link_4001", stopped_at=NOON)
    outbox.due()
    assert outbox.send().accepted == 1
    assert outbox.link.requests == []
