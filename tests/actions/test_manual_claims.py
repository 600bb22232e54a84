"""A message by hand is decided again when it leaves: stopped, too late, untrue, forbidden, or as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.manual.change_manual_list import show_employees
from kehr.actions.manual.show_manual_send import show_manual_send
from kehr.actions.manual.stop_manual import resend_rest, stop_manual
from kehr.actions.people.record_consent import grant, revoke
from kehr.actions.setup.change_branch import archive_branch
from kehr.models import Address, Appointment, Calendar, Employee, Gateway, ManualSend, Person, db
from tests import builders
from tests.actions.hand import FREE, Hand, at
from tests.conftest import NOON
from tests.fakes.link_server import TOKEN, LinkServer


@pytest.fixture
def hand(app: Flask, link: LinkServer) -> Hand:
    return Hand.opened(link)


# failures.md 5, 14: what is true one moment before it leaves decides
@pytest.mark.parametrize(
    ("model", "values", "state"),
    [
        (Appointment, {"start": at("19.03. 09:00")}, "withheld manual_moved"),
        (Appointment, {"cancelled_at": NOON + timedelta(minutes=1)}, "withheld manual_cancelled"),
        (Appointment, {"missing_since": NOON + timedelta(minutes=1)}, "withheld manual_gone"),
        (Appointment, {"no_sms": True}, "withheld tag_no_sms"),
        (Appointment, {"all_day": True}, "withheld placeholder_missing"),
        (Address, {"value": "+436641009999"}, "withheld number_not_theirs"),
        (Address, {"purpose": "main"}, "withheld only_main"),
        (Address, {"type": "landline"}, "withheld number_not_theirs"),
        (Person, {"name": "Neu"}, "accepted accepted"),
        (Appointment, {"cancelled_at": NOON - timedelta(minutes=1)}, "accepted accepted"),
    ],
    ids=str,
)
def test_failure_05_what_changed_since_decides_when_it_leaves(
    hand: Hand, model: type, values: dict[str, Any], state: str
) -> None:
    hand.customer(1)
    hand.send(hand.open())
    hand.change(model, 1, **values)
    hand.now += timedelta(minutes=2)
    hand.round()
    assert hand.states() == [state]
    assert len(hand.arrived()) == state.startswith("accepted")


def test_failure_14_an_opt_out_after_sending_off_holds_it_back(hand: Hand) -> None:
    hand.customer(1)
    hand.send(hand.open(), without_consent="Rohrbruch im Haus")
    revoke("+436641000001", "phone", "eva", "rief an", hand.now)
    hand.round()
    assert (hand.states(), hand.arrived()) == (["withheld revoked"], [])
    grant("+436641000001", "phone", "eva", "", hand.now)
    hand.send(hand.open())
    hand.round()
    assert hand.states() == ["accepted accepted"]


def test_what_waited_a_day_no_longer_leaves(hand: Hand) -> None:
    person = hand.customer(1, start="")
    hand.send(hand.open(properties=[person.property_id]), FREE)
    hand.now += timedelta(hours=24)
    hand.round()
    assert (hand.states(), hand.arrived()) == (["missed manual_too_late"], [])


def test_a_changed_text_of_the_person_is_what_leaves(hand: Hand) -> None:  # C18
    hand.customer(1, sms_name="Simic")
    hand.send(hand.open(), "#Name, wir kommen später")
    hand.round()
    assert hand.arrived() == ["Simic, wir kommen später"]


def test_who_was_told_another_start_can_be_told_the_old_one(hand: Hand) -> None:
    hand.customer(1)
    rule = builders.rule("confirmation")
    row = db.session.get_one(Appointment, 1)
    told = {"state": "accepted", "sent_at": NOON, "claimed_at": NOON, "about_start": at("11.03. 08:00")}
    builders.message(row, rule, recipient="+436641000001", **told)
    hand.send(hand.open(), "Nicht am #AltesDatum um #AlteUhrzeit, sondern am #Datum")
    hand.round()
    assert hand.arrived() == ["Nicht am 11.03.2026 um 08:00, sondern am 12.03.2026"]


def test_a_branch_that_is_gone_sends_nothing_more(hand: Hand) -> None:  # B11
    own = builders.gateway("Linz", kind="linkmobility", base_url=hand.link.base_url)
    hand.change(Gateway, own.id, secret=TOKEN, senders=[{"address": "+43732111222", "type": "international"}])
    branch_id = builders.branch("Linz", sms_gateway_id=own.id, sender="+43732111222").id
    person = hand.customer(1, start="")
    hand.send(hand.open(properties=[person.property_id]), FREE, branch_id=branch_id)
    archive_branch(branch_id, hand.now)
    hand.round()
    assert hand.states() == ["accepted accepted"]
    assert [one["senderAddress"] for one in hand.link.accepted] == ["43720111222"]
    assert [message.gateway_name for message in hand.messages()] == ["LINK"]


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "accepted accepted"),
        ({"active": False}, "withheld number_not_theirs"),
        ({"mobile": "+436641009999"}, "withheld number_not_theirs"),
    ],
    ids=str,
)
def test_employees_need_no_tick_but_are_no_longer_told_when_gone(
    hand: Hand, values: dict[str, Any], state: str
) -> None:  # A40
    builders.employee()
    list_id = hand.open(properties=[])
    show_employees(list_id)
    hand.send(list_id, "Bitte im Büro melden. #Firma")
    hand.change(Employee, 1, **values)
    hand.round()
    assert hand.states() == [state]


def test_an_employee_who_opted_out_is_not_written_to(hand: Hand) -> None:
    row = builders.employee()
    builders.consent(row.mobile, granted=False)
    list_id = hand.open(properties=[])
    show_employees(list_id)
    assert hand.offer(list_id, FREE)[1].items == ()


# The number stands only in the entry of a calendar
@pytest.mark.parametrize(
    ("setting", "changes", "state"),
    [
        ("calendar", {}, "accepted accepted"),
        ("calendar", {"phones": []}, "withheld number_not_theirs"),
        ("customer", {}, ""),
    ],
)
def test_what_only_the_entry_names_follows_the_calendars_setting(
    hand: Hand, setting: str, changes: dict[str, Any], state: str
) -> None:
    hand.change(Calendar, 1, consent=setting)
    builders.appointment(db.session.get_one(Calendar, 1), at("12.03. 09:00"))
    hand.send(hand.open())
    if changes:
        hand.change(Appointment, 1, **changes)
    hand.round()
    assert hand.states() == ([state] if state else [])


def test_stopping_withdraws_what_has_not_left_and_the_rest_can_be_sent_again(hand: Hand) -> None:
    hand.change(Gateway, 1, max_per_minute=2)
    for number in range(1, 6):
        hand.customer(number)
    sent = hand.send(hand.open())
    assert hand.round().accepted == 2
    assert stop_manual(sent.send_id, "paul", hand.now) == 3
    assert stop_manual(sent.send_id, "paul", hand.now) == 0
    hand.now += timedelta(minutes=2)
    assert hand.round().accepted == 0
    assert hand.states().count("withdrawn manual_stopped") == 3
    view = show_manual_send(sent.send_id)
    assert (view.total, view.running, view.rest, len(view.not_arrived)) == (5, 0, 3, 3)
    assert view.send.stopped_by == "paul"
    assert resend_rest(sent.send_id, "eva", hand.now) == 3
    hand.round()
    hand.now += timedelta(minutes=2)
    hand.round()
    assert hand.states() == ["accepted accepted"] * 5
    assert len(hand.arrived()) == len(set(hand.arrived())) == 5
    assert show_manual_send(sent.send_id).send.stopped_at is None


def test_a_stopped_send_may_be_sent_again_by_a_new_list(hand: Hand) -> None:
    hand.customer(1)
    sent = hand.send(hand.open())
    stop_manual(sent.send_id, "eva", hand.now)
    again = hand.send(hand.open(by="paul"), by="paul")
    hand.round()
    (row,) = hand.messages()
    assert (row.manual_send_id, row.by, row.state) == (again.send_id, "paul", "accepted")
    assert hand.story(row.id)[:3] == [
        "planned planned_by_hand",
        "withdrawn manual_stopped",
        "planned planned_by_hand",
    ]


def test_a_row_whose_story_ended_is_sent_again_as_a_new_one(hand: Hand) -> None:
    person = hand.customer(1, start="")
    sent = hand.send(hand.open(properties=[person.property_id]), FREE)
    hand.now += timedelta(hours=25)
    hand.round()
    assert resend_rest(sent.send_id, "eva", hand.now) == 1
    hand.round()
    assert sorted(hand.states()) == ["accepted accepted", "missed manual_too_late"]
    assert show_manual_send(sent.send_id).total == 1


def test_the_rest_is_not_sent_to_who_has_the_same_words_by_another_send(hand: Hand) -> None:
    hand.customer(1, start="")
    sent = hand.send(hand.open(properties=[1]), FREE)
    stop_manual(sent.send_id, "eva", hand.now)
    hand.now += timedelta(days=1)
    hand.send(hand.open(properties=[1]), FREE)
    assert resend_rest(sent.send_id, "eva", hand.now) == 0
    hand.round()
    assert len(hand.arrived()) == 1


def test_the_rest_of_what_became_stale_stays(hand: Hand) -> None:
    hand.customer(1)
    sent = hand.send(hand.open())
    stop_manual(sent.send_id, "eva", hand.now)
    hand.now = at("12.03. 09:30")
    assert resend_rest(sent.send_id, "eva", hand.now) == 0


def test_a_send_that_was_stopped_in_the_meantime_withdraws_at_the_claim(hand: Hand) -> None:
    hand.customer(1)
    sent = hand.send(hand.open())
    hand.change(ManualSend, sent.send_id, stopped_at=hand.now, stopped_by="paul")
    hand.round()
    assert hand.states() == ["withdrawn manual_stopped"]
