"""One message gets its own time or text, or stays here: that holds until its start changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from datetime import time as clock
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.decide.change_message import (
    NotThen,
    TextRefused,
    move_message,
    send_now,
    take_back,
    tell_by_phone,
    try_text,
    withhold,
    write_own_text,
)
from kehr.actions.decide.decide_message import NotNow, send_again
from kehr.actions.people.record_consent import revoke
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send import send_due as sending
from kehr.actions.send.send_due import send_due
from kehr.models import Appointment, Company, Message, MessageEvent, MessageRule, db, writing
from tests import builders
from tests.actions.outbox import Outbox
from tests.conftest import NOON
from tests.fakes.link_server import LinkServer
from tests.rules.plan_build import at

Threads = Callable[[Callable[[], Any]], Callable[[], Any]]
OWN = "Wir kommen #Tagwort doch erst um 14:00. #Telefon"


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    """An office in which one reminder is due at noon."""
    outbox = Outbox.opened(link)
    outbox.due()
    return outbox


@pytest.fixture
def message_id(outbox: Outbox) -> str:
    return outbox.messages()[0].id


def told(message_id: str) -> list[str]:
    """The changes that a person made, by the story."""
    query = select(MessageEvent).where(MessageEvent.message_id == message_id, MessageEvent.by != "")
    return [f"{row.reason} {row.by}" for row in db.session.scalars(query.order_by(MessageEvent.id))]


# B45: move
def test_a_moved_message_leaves_then_and_not_before(outbox: Outbox, message_id: str) -> None:
    move_message(message_id, at("11.03. 09:30"), "anna", outbox.now)
    assert outbox.states() == ["planned due_changed"]
    outbox.send()
    outbox.send(hours=2)
    assert outbox.link.requests == []
    outbox.now = at("11.03. 09:30")
    outbox.send()
    assert len(outbox.link.requests) == 1
    assert told(message_id) == ["due_changed anna"]


def test_the_own_time_outlives_planning_and_a_change_of_the_rule(outbox: Outbox, message_id: str) -> None:
    move_message(message_id, at("11.03. 09:30"), "anna", outbox.now)
    outbox.change(MessageRule, 1, days=1)
    for hours in (0, 1, 20):
        plan_messages(outbox.now + timedelta(hours=hours))
    assert outbox.messages()[0].due_at == at("11.03. 09:30")
    assert outbox.story(message_id) == ["planned planned_lead", "planned due_changed"]


def test_the_own_time_and_text_end_with_the_start_and_do_not_come_back(
    outbox: Outbox, message_id: str
) -> None:
    outbox.now -= timedelta(hours=1)
    move_message(message_id, at("11.03. 09:30"), "anna", outbox.now)
    write_own_text(message_id, OWN, "", "anna", outbox.now)
    assert outbox.states() == ["planned text_due_changed"]
    start = outbox.messages()[0].about_start
    outbox.change(Appointment, 1, start=at("13.03. 09:00"), changed_at=outbox.now)
    plan_messages(outbox.now)
    assert outbox.states() == ["withdrawn appointment_moved", "planned planned_lead"]
    assert not any(row.own_text or row.own_due_at for row in outbox.messages())
    outbox.change(Appointment, 1, start=start, changed_at=outbox.now)
    plan_messages(outbox.now)
    again = next(row for row in outbox.messages() if row.id == message_id)
    assert (again.state, again.reason, again.due_at) == ("planned", "planned_lead", NOON)


@pytest.mark.parametrize(
    ("due", "code", "offered"),
    [
        ("10.03. 11:59", "moved_to_past", "10.03. 12:00"),
        ("10.03. 20:00", "moved_outside_window", "11.03. 08:00"),
        ("11.03. 07:59", "moved_outside_window", "11.03. 08:00"),
        ("12.03. 09:00", "moved_too_late", "10.03. 12:00"),
        ("15.03. 12:00", "moved_too_late", "10.03. 12:00"),
    ],
)
def test_a_time_at_which_it_must_not_leave_is_refused_with_one_at_which_it_may(
    outbox: Outbox, message_id: str, due: str, code: str, offered: str
) -> None:  # C15
    with pytest.raises(NotThen) as refused:
        move_message(message_id, at(due), "anna", outbox.now)
    assert refused.value.refusal.code == code
    assert refused.value.refusal.offered == at(offered)
    assert (outbox.messages()[0].due_at, told(message_id)) == (NOON, [])


def test_sent_now_it_leaves_with_the_next_round(outbox: Outbox) -> None:
    later = outbox.due(1, "20.03. 09:00")[1].id
    assert send_now(later, "anna", outbox.now) == outbox.now
    outbox.send()
    assert len(outbox.link.requests) == 2
    assert outbox.story(later)[1:3] == ["planned due_changed", "sending"]


def test_sent_now_at_night_it_leaves_when_the_window_opens(outbox: Outbox) -> None:  # C15
    later = outbox.due(1, "20.03. 09:00")[1].id
    outbox.now = at("10.03. 21:00")
    assert send_now(later, "anna", outbox.now) == at("11.03. 08:00")
    outbox.send()
    assert outbox.link.requests == []
    outbox.now = at("11.03. 08:00")
    outbox.send()
    assert len(outbox.link.requests) == 2


def test_sent_now_at_night_before_an_early_appointment_is_refused(outbox: Outbox, message_id: str) -> None:
    outbox.change(Appointment, 1, start=at("11.03. 07:30"), changed_at=outbox.now - timedelta(days=3))
    plan_messages(outbox.now)
    early = next(row for row in outbox.messages() if row.state == "planned")
    with pytest.raises(NotThen) as refused:
        send_now(early.id, "anna", at("10.03. 21:00"))
    assert (refused.value.refusal.code, refused.value.refusal.offered) == ("moved_too_late", None)


def test_a_closed_window_stops_also_what_a_person_moved(outbox: Outbox, message_id: str) -> None:  # C15
    move_message(message_id, at("11.03. 18:30"), "anna", outbox.now)
    outbox.change(Company, 1, window_to=clock(18))
    plan_messages(outbox.now)
    assert outbox.messages()[0].due_at == at("11.03. 17:45"), "the window that holds now has the last word"
    outbox.now = at("11.03. 19:00")
    outbox.send()
    assert outbox.link.requests == []


def test_consent_that_is_gone_stops_also_what_a_person_moved(outbox: Outbox, message_id: str) -> None:
    move_message(message_id, at("10.03. 13:00"), "anna", outbox.now)
    write_own_text(message_id, OWN, "", "anna", outbox.now)
    revoke("+436640000001", "phone", "anna", "", outbox.now)
    outbox.send(hours=1)
    assert outbox.link.requests == [] and outbox.states() == ["withheld revoked"]


# B45: this one text
def test_its_own_text_leaves_filled_and_frozen(outbox: Outbox, message_id: str) -> None:
    write_own_text(message_id, f" {OWN} ", "", "anna", outbox.now)
    assert outbox.states() == ["planned text_changed"]
    outbox.change(MessageRule, 1, text="Neuer Text der Einstellung, #Telefon")
    plan_messages(outbox.now)
    outbox.send()
    assert outbox.arrived() == ["Wir kommen übermorgen doch erst um 14:00. +43 7252 12345"]
    left = outbox.messages()[0]
    assert (left.text, left.parts) == (outbox.arrived()[0], 1)
    assert told(message_id) == ["text_changed anna"]


@pytest.mark.parametrize(
    ("text", "missing", "complaint"),
    [
        ("", ("Text",), ""),
        ("  \n", ("Text",), ""),
        ("Objekt #Objektnummer", ("Objektnummer",), ""),
        ("Hallo #Quatsch", ("Quatsch",), "#Quatsch"),
        ("Statt #AltesDatum", ("AltesDatum",), ""),
    ],
)
def test_a_text_that_cannot_be_filled_is_refused(
    outbox: Outbox, message_id: str, text: str, missing: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(TextRefused) as refused:
        write_own_text(message_id, text, "", "anna", outbox.now)
    tried = refused.value.tried
    assert tried.composed.missing == missing
    assert [one.placeholder for one in tried.complaints] == ([complaint] if complaint else [])
    assert outbox.messages()[0].own_text == ""


def test_a_text_is_counted_and_a_typed_day_word_is_only_a_warning(outbox: Outbox, message_id: str) -> None:
    message = outbox.messages()[0]
    tried = try_text(message, "Wir kommen morgen. " + "x" * 150, "", outbox.now)
    assert tried.counted is not None and tried.counted.parts == 2
    assert tried.sound and [one.is_warning for one in tried.complaints] == [True]


def test_the_rules_own_words_take_the_own_text_away(outbox: Outbox, message_id: str) -> None:
    write_own_text(message_id, OWN, "", "anna", outbox.now)
    write_own_text(message_id, db.session.get_one(MessageRule, 1).text, "", "bert", outbox.now)
    assert outbox.states() == ["planned planned_lead"]
    assert outbox.messages()[0].own_text == ""
    assert told(message_id) == ["text_changed anna", "text_restored bert"]


def test_a_gap_is_mended_by_its_own_text(outbox: Outbox, message_id: str) -> None:
    outbox.change(MessageRule, 1, text="Objekt #Objektnummer")
    plan_messages(outbox.now)
    assert outbox.states() == ["withheld placeholder_missing"]
    write_own_text(message_id, OWN, "", "anna", outbox.now)
    assert outbox.states() == ["planned text_changed"]


def test_a_held_message_with_its_own_text_stays_held(outbox: Outbox, message_id: str) -> None:
    outbox.change(Company, 1, release="always")
    plan_messages(outbox.now)
    write_own_text(message_id, OWN, "", "anna", outbox.now)
    move_message(message_id, at("11.03. 09:30"), "anna", outbox.now)
    assert outbox.states() == ["held release_always"]
    assert outbox.messages()[0].due_at == at("11.03. 09:30")


# B45: withhold
def test_what_is_kept_back_stays_until_it_is_let_go(outbox: Outbox, message_id: str) -> None:
    assert withhold([message_id], "anna", outbox.now) == 1
    assert withhold([message_id], "bert", outbox.now) == 0
    for _ in range(3):
        plan_messages(outbox.now)
        outbox.send(hours=1)
    assert outbox.link.requests == [] and outbox.states() == ["withheld withheld_by_hand"]
    take_back(message_id, "bert", outbox.now)
    with pytest.raises(NotNow):
        take_back(message_id, "bert", outbox.now)
    outbox.send()
    assert len(outbox.link.requests) == 1
    assert told(message_id) == ["withheld_by_hand anna", "released bert"]


def test_kept_back_it_stays_back_when_the_appointment_moves_there_and_back(
    outbox: Outbox, message_id: str
) -> None:
    start = outbox.messages()[0].about_start
    withhold([message_id], "anna", outbox.now)
    for moment in (at("19.03. 09:00"), start):
        outbox.change(Appointment, 1, start=moment, changed_at=outbox.now - timedelta(hours=1))
        plan_messages(outbox.now)
    assert next(row for row in outbox.messages() if row.id == message_id).state == "withheld"


def test_sent_again_a_settled_failure_is_settled_no_more(outbox: Outbox, message_id: str) -> None:
    outbox.change(Message, message_id, state="refused", dealt_at=NOON, dealt_by="anna", tries=1)
    send_again(message_id, "bert", outbox.now)
    assert outbox.states() == ["planned planned_again"]


# B45: told by phone
def test_told_by_phone_it_is_settled_and_stands_in_the_story(outbox: Outbox, message_id: str) -> None:
    outbox.change(Message, message_id, state="undelivered")
    tell_by_phone(message_id, "anna", outbox.now)
    rows = {row.channel: row for row in outbox.messages()}
    assert (rows["sms"].dealt_by, rows["sms"].state) == ("anna", "undelivered")
    assert (rows["phone"].state, rows["phone"].by, rows["phone"].kind) == ("delivered", "anna", "reminder")
    tell_by_phone(message_id, "bert", outbox.now)
    assert len(outbox.messages()) == 2


@pytest.mark.parametrize("state", ["sending", "accepted", "delivered", "unclear", "missed"])
def test_only_what_has_not_left_can_be_changed(outbox: Outbox, message_id: str, state: str) -> None:
    outbox.change(Message, message_id, state=state)
    deeds: list[Callable[[], object]] = [
        lambda: move_message(message_id, at("11.03. 09:30"), "anna", outbox.now),
        lambda: send_now(message_id, "anna", outbox.now),
        lambda: write_own_text(message_id, OWN, "", "anna", outbox.now),
        lambda: take_back(message_id, "anna", outbox.now),
    ]
    for deed in deeds:
        with pytest.raises(NotNow):
            deed()
    assert withhold([message_id], "anna", outbox.now) == 0
    assert outbox.states()[0].startswith(state)


# failures.md 1, 5: a person and a sender at the same moment
def test_a_change_that_comes_after_the_claim_finds_that_it_is_too_late(
    outbox: Outbox, message_id: str, link: LinkServer, in_thread: Threads
) -> None:
    link.behaviours = ["delay:0.7"]
    with ThreadPoolExecutor(1) as pool:
        sender = pool.submit(in_thread(lambda: send_due(lambda: NOON)))
        ends = time.monotonic() + 20
        while not link.requests:
            assert time.monotonic() < ends
            time.sleep(0.01)
        with pytest.raises(NotNow) as refused:
            move_message(message_id, at("11.03. 09:30"), "anna", NOON)
        assert refused.value.state == "sending"
        assert withhold([message_id], "anna", NOON) == 0
        assert sender.result().accepted == 1
    assert len(link.requests) == 1


def test_a_sender_that_waits_for_the_change_claims_nothing_of_the_old(
    outbox: Outbox, message_id: str, link: LinkServer, in_thread: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender has read that the message is due; before it claims, somebody moves it."""
    read, moved = threading.Event(), threading.Event()
    due = sending.due_messages

    def slowly(session: Any, now: datetime) -> list[str]:
        found = due(session, now)
        read.set()
        assert moved.wait(20)
        return found

    monkeypatch.setattr(sending, "due_messages", slowly)
    with ThreadPoolExecutor(1) as pool:
        sender = pool.submit(in_thread(lambda: send_due(lambda: NOON)))
        assert read.wait(20)
        try:
            with writing() as session:
                message = session.get(Message, message_id)
                message.own_due_at = message.due_at = at("11.03. 09:30")
        finally:
            moved.set()
        assert sender.result().accepted == 0
    assert link.requests == []


def test_a_message_by_hand_can_be_moved_and_reworded_too(outbox: Outbox) -> None:
    row = db.session.get_one(Appointment, 1)
    send = builders_send()
    message = builders.message(
        row,
        db.session.get_one(MessageRule, 1),
        kind="manual",
        rule_id=None,
        manual_send_id=send,
        recipient="+436640000001",
        due_at=NOON,
        too_late_at=NOON + timedelta(days=2),
    )
    mine = message.id
    move_message(mine, at("11.03. 09:30"), "anna", outbox.now)
    write_own_text(mine, "Bitte um 14:00 öffnen. #Firma", "", "anna", outbox.now)
    outbox.send()
    assert not any("öffnen" in text for text in outbox.arrived())
    outbox.now = at("11.03. 09:30")
    outbox.send()
    assert outbox.arrived()[-1] == "Bitte um 14:00 öffnen. Rauchfangkehrer Probe"


def builders_send() -> int:
    """A manual send of one text."""
    from kehr.models import ManualSend

    send = ManualSend(list_id="l", at=NOON, due_at=NOON, channel="sms", text="Bitte öffnen. #Firma")
    db.session.add(send)
    db.session.commit()
    send_id: int = send.id
    return send_id
