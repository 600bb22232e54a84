"""An Android phone in the LAN: what it tells of messages and replies, and what an outage leaves."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from kehr.gateways.android_lists import incoming_reply, receipts_of
from kehr.gateways.contract import Accepted, Fate, Misconfigured, NotTaken, Unclear
from tests.fakes.android_phone import AndroidPhone
from tests.gateways.android_account import HOUR, NOW, NUMBER, build, failure, sent, sms


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        ("Pending", Fate.UNDERWAY),
        ("Cancelling", Fate.UNDERWAY),
        ("Processed", Fate.UNDERWAY),
        ("Sent", Fate.UNDERWAY),
        ("Something new", Fate.UNDERWAY),
        ("Delivered", Fate.DELIVERED),
        ("Failed", Fate.UNDELIVERED),
        ("Cancelled", Fate.UNDELIVERED),
    ],
)
def test_every_state_has_its_fate(phone: AndroidPhone, state: str, fate: Fate) -> None:  # A55
    gateway = build(phone.base_url)
    gateway.send(sms())
    phone.move("m-1", state, at=NOW + HOUR)
    (receipt,) = gateway.read_states([sent()])
    assert (receipt.fate, receipt.word, receipt.message_id) == (fate, state, "m-1")
    assert receipt.at == (NOW + HOUR if state != "Pending" else NOW)


def test_a_delivered_message_that_later_fails_tells_both_words_in_their_order(phone: AndroidPhone) -> None:
    gateway = build(phone.base_url)
    gateway.send(sms())
    phone.move("m-1", "Delivered", at=NOW + HOUR)
    phone.move("m-1", "Failed", "RESULT_ERROR_NO_SERVICE", at=NOW + 2 * HOUR)
    told = [(one.word, one.at, one.code) for one in gateway.read_states([sent()])]
    assert told == [("Delivered", NOW + HOUR, ""), ("Failed", NOW + 2 * HOUR, "RESULT_ERROR_NO_SERVICE")]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("RESULT_ERROR_LIMIT_EXCEEDED", "RESULT_ERROR_LIMIT_EXCEEDED"),
        ("Sending: RESULT_RIL_SIM_ABSENT (5)", "RESULT_RIL_SIM_ABSENT"),
        ("SIM 2 not found", "SIM 2 not found"),
        ("x" * 100, "x" * 60),
        ("", ""),
    ],
)
def test_why_a_message_failed_is_androids_own_word(phone: AndroidPhone, error: str, code: str) -> None:
    gateway = build(phone.base_url)
    gateway.send(sms())
    phone.move("m-1", "Failed", error)
    assert [one.code for one in gateway.read_states([sent()])] == [code]


def test_one_message_is_asked_for_by_its_id(phone: AndroidPhone) -> None:
    gateway = build(phone.base_url)
    gateway.send(sms())
    phone.calls.clear()
    gateway.read_states([sent()])
    assert [call.path for call in phone.calls] == ["/messages/m-1"]


def test_many_messages_are_asked_for_by_pages(phone: AndroidPhone) -> None:
    gateway = build(phone.base_url)
    many = [sent(f"m-{number}") for number in range(12)]
    for one in many:
        gateway.send(sms(one.message_id))
    phone.largest = 5
    phone.calls.clear()
    assert len(gateway.read_states(many)) == 12
    assert [call.query["offset"] for call in phone.asked("/messages")] == ["0", "5", "10"]
    assert len(phone.calls) == 3


def test_a_version_that_refuses_big_pages_is_asked_for_small_ones(phone: AndroidPhone) -> None:
    gateway = build(phone.base_url)
    many = [sent(f"m-{number}") for number in range(60)]
    for one in many:
        gateway.send(sms(one.message_id))
    phone.strict, phone.largest = True, 100
    phone.calls.clear()
    assert len(gateway.read_states(many)) == 60
    assert [call.query["limit"] for call in phone.calls] == ["500", "50", "50"]


def test_a_few_among_many_others_are_asked_for_one_by_one(phone: AndroidPhone) -> None:
    gateway = build(phone.base_url)
    for number in range(40):
        gateway.send(sms(f"m-{number}"))
    phone.largest = 5
    phone.calls.clear()
    assert len(gateway.read_states([sent("m-0"), sent("m-1")])) == 2
    assert [call.path for call in phone.calls] == ["/messages", "/messages/m-0", "/messages/m-1"]


@pytest.mark.parametrize(
    ("behind", "requests"), [(timedelta(), 1), (timedelta(seconds=4), 1), (timedelta(minutes=10), 2)]
)
def test_a_clock_that_differs_costs_one_page_more(
    phone: AndroidPhone, behind: timedelta, requests: int
) -> None:
    phone.now = NOW - behind
    gateway = build(phone.base_url)
    many = [sent(f"m-{number}") for number in range(20)]
    for one in many:
        gateway.send(sms(one.message_id))
    phone.calls.clear()
    assert len(gateway.read_states(many)) == 20
    assert len(phone.calls) == requests


def test_states_by_the_thousand_take_the_fewest_pages(phone: AndroidPhone) -> None:
    gateway = build(phone.base_url)
    many = []
    for number in range(1500):
        phone.now = NOW + timedelta(seconds=number)
        phone.take(f"m-{number}", [NUMBER])
        many.append(sent(f"m-{number}", phone.now))
    for first in range(0, 1500, 500):
        assert len(gateway.read_states(many[first : first + 500])) == 500
    assert len(phone.calls) == 3
    assert len(gateway.read_states(many)) == 1500
    assert len(phone.calls) == 6


def test_a_phone_with_a_wrong_clock_is_asked_by_the_id(phone: AndroidPhone) -> None:
    phone.now = NOW - timedelta(days=3)
    gateway = build(phone.base_url)
    for number in range(2):
        gateway.send(sms(f"m-{number}"))
    assert len(gateway.read_states([sent("m-0"), sent("m-1")])) == 2


def test_failure_01_looking_up_says_it_is_there_or_never_was(phone: AndroidPhone) -> None:  # C19
    phone.behaviours = ["drop_after", "ok"]
    gateway = build(phone.base_url)
    assert failure(gateway) == (Unclear, "connection_lost")
    assert gateway.look_up([sent("m-1"), sent("m-2")]) == {"m-1": Accepted("m-1"), "m-2": None}


def test_failure_01_a_404_of_some_other_machine_is_no_proof(phone: AndroidPhone) -> None:
    phone.behaviours = ["http:404"]
    with pytest.raises(Misconfigured) as caught:
        build(phone.base_url).look_up([sent("m-1")])
    assert caught.value.code == "gateway_wrong_address"


def test_replies_of_one_content_are_told_apart_by_their_moment(phone: AndroidPhone) -> None:  # C25
    first = phone.receive(NUMBER, "ja")
    assert phone.receive(NUMBER, "ja", NOW + timedelta(seconds=5)) == first
    phone.inbox.append(phone.inbox[0])
    replies = build(phone.base_url).read_replies(NOW - HOUR, NOW + HOUR, after_outage=False)
    assert [(one.sender, one.text, one.at) for one in replies] == [
        (NUMBER, "ja", NOW),
        (NUMBER, "ja", NOW + timedelta(seconds=5)),
    ]
    assert len({one.event_key for one in replies}) == 2
    assert phone.asked("/inbox")[0].query == {
        "type": "SMS",
        "from": "2026-03-02T08:00:00.000Z",
        "to": "2026-03-02T10:00:00.000Z",
        "limit": "500",
        "offset": "0",
    }


def test_the_key_of_a_reply_outlives_a_change_of_the_phones_zone(phone: AndroidPhone) -> None:
    phone.receive(NUMBER, "ja")
    gateway = build(phone.base_url)
    (before,) = gateway.read_replies(NOW - HOUR, NOW + HOUR, after_outage=False)
    phone.inbox[0]["createdAt"] = "2026-03-02T11:00:00.000+02:00"
    (after,) = gateway.read_replies(NOW - HOUR, NOW + HOUR, after_outage=False)
    assert before == after


def test_a_long_inbox_is_read_to_its_end(phone: AndroidPhone) -> None:
    for number in range(1203):
        phone.receive(NUMBER, f"Antwort {number}")
    replies = build(phone.base_url).read_replies(NOW - HOUR, NOW + HOUR, after_outage=False)
    assert len(replies) == 1203
    assert [call.query["offset"] for call in phone.asked("/inbox")] == ["0", "500", "1000"]


def test_failure_11_a_phone_that_was_off_for_an_hour_loses_nothing_and_doubles_nothing(
    phone: AndroidPhone,
) -> None:  # C29
    gateway = build(phone.base_url)
    gateway.send(sms("m-1"))
    phone.off()
    assert failure(gateway, sms("m-2")) == (NotTaken, "connect_refused")
    for ask in (
        lambda: gateway.read_states([sent("m-1")]),
        lambda: gateway.read_replies(NOW - HOUR, NOW, after_outage=False),
    ):
        with pytest.raises(NotTaken):
            ask()
    phone.receive(NUMBER, "STOP", NOW + HOUR / 2, dead=True)
    phone.now += HOUR
    phone.on()
    assert gateway.send(sms("m-1")) == Accepted("m-1")
    assert gateway.send(sms("m-2")) == Accepted("m-2")
    assert phone.arrived() == ["m-1", "m-2"]
    assert gateway.read_replies(NOW - HOUR, phone.now, after_outage=False) == []
    (reply,) = gateway.read_replies(NOW - HOUR, phone.now, after_outage=True)
    assert (reply.text, reply.at) == ("STOP", NOW + HOUR / 2)
    (call,) = phone.asked("/inbox/refresh")
    assert json.loads(call.body) == {"since": "2026-03-02T08:00:00.000Z", "until": "2026-03-02T10:00:00.000Z"}


def test_a_store_that_may_not_be_read_is_told(phone: AndroidPhone) -> None:
    phone.readable = False
    with pytest.raises(NotTaken) as caught:
        build(phone.base_url).read_replies(NOW - HOUR, NOW, after_outage=True)
    assert caught.value.code == "android_no_refresh"
    assert "Permission" in caught.value.detail


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"id": "1"},
        {"id": "1", "createdAt": "gestern", "sender": NUMBER},
        {"id": "1", "createdAt": "2026-03-02T09:00:00", "sender": NUMBER},
        {"id": 7, "createdAt": "2026-03-02T09:00:00Z", "sender": NUMBER},
        {"id": "1", "createdAt": "2026-03-02T09:00:00.000Z", "type": "MMS_DOWNLOADED"},
    ],
)
def test_an_entry_that_is_no_sms_is_left_out(phone: AndroidPhone, entry: dict[str, Any]) -> None:
    phone.listed = [entry]
    gateway = build(phone.base_url)
    assert gateway.read_replies(NOW - HOUR, NOW + HOUR, after_outage=False) == []


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00.000+01:00", "9999-12-31T23:59:59-01:00", "bald", None])
def test_a_time_that_is_none_spoils_no_list(told: object) -> None:
    entry = {"id": "m-1", "state": "Delivered", "states": {"Delivered": told}}
    assert [(one.fate, one.at) for one in receipts_of(entry)] == [(Fate.DELIVERED, None)]
    assert incoming_reply({"id": "r-1", "type": "SMS", "createdAt": told}) is None


def test_a_list_that_does_not_say_how_long_it_is_is_read_to_its_end(phone: AndroidPhone) -> None:
    for number in range(501):
        phone.receive(NUMBER, f"Antwort {number}")
    phone.counted = False
    replies = build(phone.base_url).read_replies(NOW - HOUR, NOW + HOUR, after_outage=False)
    assert len(replies) == 501
