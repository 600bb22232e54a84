"""Sending from the manual window: once, in the queue, decided again when it leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.manual.manual_closed import ListClosed
from kehr.actions.manual.send_manual import AskAgain, send_manual
from kehr.actions.people.record_consent import revoke
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Company, Gateway, ManualList, ManualSend, Message, db
from kehr.rules.plan.manual_list import Choice, mark_of
from kehr.rules.terms.messages import Channel
from tests import builders
from tests.actions.hand import FREE, TEXT, Hand, at
from tests.conftest import NOON
from tests.fakes.link_server import LinkServer


@pytest.fixture
def hand(app: Flask, link: LinkServer) -> Hand:
    return Hand.opened(link)


def test_alle_reaches_everybody_of_the_list_through_the_ordinary_queue(hand: Hand) -> None:  # A48
    for number in (1, 2, 3):
        hand.customer(number)
    list_id = hand.open()
    _, offer = hand.offer(list_id)
    assert (offer.totals.recipients, offer.totals.parts, offer.totals.cost) == (3, 3, None)
    sent = hand.send(list_id)
    assert hand.states() == ["planned planned_by_hand"] * 3
    assert hand.round().accepted == 3
    assert sorted(hand.arrived()) == [
        f"Frau Kunde{n}, am 12.03.2026 kommen wir wegen Nebels erst gegen 09:00. Rauchfangkehrer Probe"
        for n in (1, 2, 3)
    ]
    row = hand.messages()[0]
    assert (row.kind, row.rule_id, row.manual_send_id, row.by) == ("manual", None, sent.send_id, "eva")
    assert (row.property_number, row.recipient_name, row.appointment_id) == ("B1", "Eva Kunde1", 1)
    assert hand.story(row.id) == ["planned planned_by_hand", "sending", "accepted accepted"]
    assert db.session.get_one(ManualList, list_id).closed_how == "sent"


def test_messages_leave_in_the_order_of_the_list(hand: Hand) -> None:
    for number in range(1, 8):
        hand.customer(number)
    hand.change(Gateway, 1, max_per_minute=3)
    hand.send(hand.open(), "#Name, wir kommen später")
    hand.round()
    assert sorted(hand.arrived()) == [f"Kunde{n}, wir kommen später" for n in (1, 2, 3)]


def test_senden_reaches_only_the_selected_one_and_the_list_stays_open(hand: Hand) -> None:  # A47
    hand.customer(1)
    hand.customer(2)
    list_id = hand.open()
    second = hand.view(list_id).lines[1]
    hand.send(list_id, only=second.id)
    hand.round()
    assert [request["recipientAddressList"] for request in hand.link.accepted] == [["436641000002"]]
    assert db.session.get_one(ManualList, list_id).closed_at is None
    _, offer = hand.offer(list_id)
    assert [item.address for item in offer.items] == ["+436641000001"]
    assert [(told.name, told.by) for told in offer.told] == [("Eva Kunde2", "eva")]


def test_a_free_text_needs_no_appointment_and_is_of_its_own_kind(hand: Hand) -> None:  # A51
    person = hand.customer(1, start="")
    list_id = hand.open(properties=[person.property_id])
    hand.send(list_id, FREE)
    hand.round()
    (row,) = hand.messages()
    assert (row.kind, row.appointment_id, row.about_start, row.calendar_id) == ("free", None, None, None)
    assert hand.arrived() == ["Bitte begleichen Sie die Rechnung. Rauchfangkehrer Probe, +43 7252 12345"]


def test_writing_by_hand_never_suppresses_what_goes_out_by_itself(hand: Hand) -> None:  # A18
    hand.customer(1)
    builders.rule("reminder", days=2)
    plan_messages(hand.now)
    hand.send(hand.open())
    hand.round()
    plan_messages(hand.now)
    hand.now = at("10.03. 17:00")
    hand.round()
    assert len(hand.arrived()) == 2
    kinds = sorted(db.session.scalars(db.select(Message.kind)))
    assert kinds == ["manual", "reminder"]


def test_planning_leaves_messages_by_hand_alone(hand: Hand) -> None:  # A18
    hand.customer(1)
    hand.send(hand.open())
    plan_messages(hand.now)
    assert hand.states() == ["planned planned_by_hand"]


@pytest.mark.parametrize(
    ("now", "leaves"), [("10.03. 21:30", "11.03. 08:00"), ("14.03. 20:00", "16.03. 08:00")]
)
def test_failure_02_outside_the_window_it_leaves_at_the_next_opening(
    hand: Hand, now: str, leaves: str
) -> None:  # C15
    person = hand.customer(1, start="")
    hand.now = at(now)
    list_id = hand.open(properties=[person.property_id])
    _, offer = hand.offer(list_id, FREE)
    assert (offer.is_later, offer.due) == (True, at(leaves))
    hand.send(list_id, FREE)
    assert hand.round().accepted == 0
    hand.now = at(leaves) - timedelta(seconds=1)
    assert hand.round().accepted == 0
    hand.now = at(leaves)
    assert hand.round().accepted == 1


def test_what_begins_before_the_window_opens_is_not_promised(hand: Hand) -> None:
    hand.customer(1, start="12.03. 07:30")
    hand.now = at("11.03. 21:00")
    list_id = hand.open()
    _, offer = hand.offer(list_id)
    assert (len(offer.leaving), offer.held_back[0].reason.code) == (0, "manual_starts_before")
    hand.send(list_id)
    assert hand.states() == ["withheld manual_starts_before"]


def test_a_text_that_cannot_be_filled_for_some_is_not_sent_to_them(hand: Hand) -> None:  # A45
    hand.customer(1)
    hand.customer(2)
    hand.change(Appointment, 2, all_day=True)
    list_id = hand.open()
    hand.send(list_id)
    assert hand.states() == ["planned planned_by_hand", "withheld placeholder_missing"]
    hand.round()
    assert not any("#" in text for text in hand.arrived())


def test_number_choice_all_first_and_singly(hand: Hand) -> None:  # A36 A37 A38
    person = hand.customer(1, phones=["0664 1000001", "07252 53123", "0676 2000001"])
    list_id = hand.open()
    (line,) = hand.view(list_id).lines

    def addresses(**wish: Any) -> list[str]:
        return [item.address for item in hand.offer(list_id, **wish)[1].items]

    assert addresses() == ["+436641000001", "+436762000001"]
    assert addresses(choice=Choice.FIRST) == ["+436641000001"]
    one = frozenset({mark_of(line.id, "+436762000001")})
    assert addresses(choice=Choice.SINGLE, ticks=one) == ["+436762000001"]
    assert addresses(left_out=frozenset({line.id})) == []
    revoke("+436641000001", "phone", "eva", "", hand.now)
    assert addresses(choice=Choice.FIRST) == ["+436762000001"]
    assert person.addresses[1].type == "landline"


def test_without_consent_only_behind_the_switch_and_with_its_reason(hand: Hand) -> None:  # A39
    person = hand.customer(1, phones=["0664 1000001", "0664 1000002", "0664 1000003"], start="")
    builders.person(db.session.get_one(type(person.house), 1), "Huber", unit="Top 1", phones=["0664 1000009"])
    revoke("+436641000002", "phone", "eva", "", hand.now)
    list_id = hand.open(properties=[1])
    assert [item.address for item in hand.offer(list_id, FREE)[1].items] == ["+436641000001", "+436641000003"]
    hand.send(list_id, FREE, without_consent="Rohrbruch im Haus")
    hand.round()
    rows = {m.recipient: m for m in hand.messages()}
    assert sorted(rows) == ["+436641000001", "+436641000003", "+436641000009"]
    assert rows["+436641000009"].without_consent == "Rohrbruch im Haus"
    assert rows["+436641000001"].without_consent == ""
    assert db.session.get_one(ManualSend, rows["+436641000009"].manual_send_id).without_consent
    assert "planned planned_without_consent" in hand.story(rows["+436641000009"].id)
    assert {m.state for m in rows.values()} == {"accepted"}


def test_nur_hk_and_mail_purposes_hold_by_hand_too(hand: Hand) -> None:  # A16 A10
    mails = [("alle@example.at", "all"), ("rechnung@example.at", "invoice")]
    hand.customer(1, phones=[("0664 1000001", "main")], emails=mails)
    builders.gateway("Mail", kind="smtp", base_url="smtp://127.0.0.1:1")
    day, free = hand.open(), hand.open(properties=[1])
    assert hand.offer(day)[1].items == ()
    assert hand.offer(free, FREE)[1].items == ()
    mail = {"channel": Channel.EMAIL, "subject": "Zum Termin"}
    assert [i.address for i in hand.offer(day, **mail)[1].items] == ["alle@example.at"]
    free_mail = [i.address for i in hand.offer(free, FREE, **mail)[1].items]
    assert free_mail == ["alle@example.at", "rechnung@example.at"]
    hand.change(Appointment, 1, work_kind="HK")
    assert [i.address for i in hand.offer(day)[1].items] == ["+436641000001"]


# The same words to one number about different objects
def test_same_words_reach_a_number_once_whatever_they_are_about(hand: Hand) -> None:  # C10
    hand.customer(1, phones=["0664 1000001"])
    hand.customer(2, phones=["0664 1000001"])
    list_id = hand.open()
    assert len(hand.offer(list_id, "Wir kommen später. #Firma")[1].items) == 1
    assert len(hand.offer(list_id, "Wir kommen später zu #Objektnummer")[1].items) == 2
    first = hand.open(properties=[1])
    hand.send(first, FREE)
    second = hand.open(properties=[2])
    offer = hand.offer(second, FREE)[1]
    assert (len(offer.items), len(offer.told)) == (0, 1)
    hand.round()
    offer = hand.offer(second, FREE)[1]
    assert (len(offer.items), len(offer.told)) == (0, 1)


def test_what_changed_since_the_question_is_asked_again(hand: Hand) -> None:
    hand.customer(1)
    hand.customer(2)
    list_id = hand.open()
    wish, offer = hand.offer(list_id)
    revoke("+436641000002", "phone", "eva", "", hand.now)
    with pytest.raises(AskAgain) as again:
        send_manual(list_id, wish, offer.stamp, "eva", hand.now)
    assert again.value.offer.totals.recipients == 1
    assert hand.messages() == []
    assert db.session.get_one(ManualList, list_id).closed_at is None


def test_failure_18_a_second_yes_finds_the_list_closed(hand: Hand) -> None:
    hand.customer(1)
    list_id = hand.open()
    wish, offer = hand.offer(list_id)
    send_manual(list_id, wish, offer.stamp, "eva", hand.now)
    with pytest.raises(ListClosed):
        send_manual(list_id, wish, offer.stamp, "eva", hand.now)
    assert len(hand.messages()) == 1


def test_failure_18_who_opens_the_same_list_again_reaches_only_those_not_yet_told(hand: Hand) -> None:
    hand.customer(1)
    hand.send(hand.open())
    hand.round()
    hand.customer(2)
    sent = hand.send(hand.open(by="paul"), TEXT.upper().replace(" ", "  "), by="paul")
    assert [(told.name, told.by, told.at) for told in sent.offer.told] == [("Eva Kunde1", "eva", NOON)]
    assert [(m.recipient, m.by) for m in hand.messages()] == [
        ("+436641000001", "eva"),
        ("+436641000002", "paul"),
    ]
    again = hand.send(hand.open(by="paul"), by="paul")
    assert (again.send_id, len(again.offer.told)) == (None, 2)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"text": TEXT + " Danke."}, 2),
        ({"text": TEXT.replace(" ", "\n")}, 1),
        ({"text": f"  {TEXT}  "}, 1),
    ],
)
def test_other_words_are_another_message(hand: Hand, changes: dict[str, str], count: int) -> None:
    hand.customer(1)
    hand.send(hand.open())
    hand.send(hand.open(), **changes)
    assert len(hand.messages()) == count


def test_on_another_day_the_same_words_may_be_sent_again(hand: Hand) -> None:
    hand.customer(1, start="")
    for _ in range(2):
        hand.send(hand.open(properties=[1]), FREE)
        hand.round()
        hand.now += timedelta(days=1)
    assert len(hand.arrived()) == 2


def test_an_appointment_that_moved_may_be_written_about_again(hand: Hand) -> None:
    hand.customer(1)
    hand.send(hand.open())
    hand.round()
    hand.change(Appointment, 1, start=at("12.03. 15:00"))
    hand.send(hand.open())
    hand.round()
    assert [text.split("gegen ")[1][:5] for text in hand.arrived()] == ["09:00", "15:00"]


def test_in_trial_mode_it_is_only_recorded_and_may_be_sent_afterwards(hand: Hand) -> None:
    hand.customer(1)
    hand.change(Company, 1, trial=True)
    hand.send(hand.open())
    hand.round()
    assert hand.states() == ["accepted trial"]
    assert hand.send(hand.open()).send_id is None
    hand.change(Company, 1, trial=False)
    hand.send(hand.open())
    hand.round()
    assert len(hand.arrived()) == 1
