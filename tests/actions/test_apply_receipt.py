"""What a gateway says of a message moves it, once, and never back."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.decide.decide_message import send_again
from kehr.actions.facts.apply_receipt import apply_receipt
from kehr.actions.send.record_outcome import record_outcome
from kehr.gateways.contract import Accepted, Fate, Receipt
from kehr.models import DeliveryReport, Message, MessageEvent, db, writing
from kehr.words import told
from tests import builders
from tests.conftest import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def message(app: Flask) -> Message:
    builders.company()
    builders.gateway("Handy")
    builders.gateway("Anderes")
    appointment = builders.appointment(builders.calendar(), NOON + 24 * HOUR)
    taken: Message = builders.message(
        appointment,
        builders.rule(),
        state="accepted",
        gateway_id=1,
        reference="r-1",
        claimed_at=NOON - HOUR,
        sent_at=NOON - HOUR,
        next_state_at=NOON,
    )
    return taken


def said(fate: str, **values: Any) -> Receipt:
    defaults: dict[str, Any] = {"event_key": secrets.token_hex(4), "word": fate.title(), "reference": "r-1"}
    return Receipt(Fate(fate), **defaults | values)


def tell(*receipts: Receipt, gateway_id: int = 1, now: datetime = NOON) -> list[bool]:
    with writing() as session:
        return [apply_receipt(session, gateway_id, receipt, now) for receipt in receipts]


def change(message: Message, **values: Any) -> None:
    with writing() as session:
        row = session.get_one(Message, message.id)
        for name, value in values.items():
            setattr(row, name, value)


def story(message: Message) -> list[str]:
    db.session.expire_all()
    query = select(MessageEvent).where(MessageEvent.message_id == message.id).order_by(MessageEvent.id)
    return [f"{event.new_state} {event.reason}" for event in db.session.scalars(query)]


def reports() -> list[DeliveryReport]:
    db.session.expire_all()
    return list(db.session.scalars(select(DeliveryReport).order_by(DeliveryReport.id)))


# C04, C13
def test_an_e_mail_that_came_back_says_so_and_what_to_do(message: Message) -> None:
    change(message, channel="email", recipient="karl@example.at")
    assert tell(said("undelivered", word="550 5.1.1")) == [True]
    assert story(message) == ["undelivered bounced"]
    sentence = told(message.reason, message.reason_args, ZoneInfo("Europe/Vienna"))
    assert sentence.startswith("Die E-Mail kam zurück (550 5.1.1): ") and "richtigen Adresse" in sentence


# A55, C19
@pytest.mark.parametrize("by", [{"reference": "r-1"}, {"reference": "", "message_id": "ours"}])
def test_delivered_is_kept_with_its_time(message: Message, by: dict[str, str]) -> None:
    by = {name: message.id if value == "ours" else value for name, value in by.items()}
    at = NOON - timedelta(minutes=3)
    assert tell(said("delivered", at=at, **by)) == [True]
    assert story(message) == ["delivered delivered"]
    assert (message.state, message.delivered_at, message.delivery_code) == ("delivered", at, "Delivered")
    assert message.next_state_at is None


# failures.md 15, C19: in whatever order they come, a final state never moves back
@pytest.mark.parametrize(
    ("words", "state"),
    [
        (["delivered", "undelivered", "underway"], "delivered"),
        (["undelivered", "delivered", "underway"], "undelivered"),
        (["underway", "delivered", "delivered"], "delivered"),
        (["underway", "underway"], "accepted"),
    ],
)
def test_final_never_moves_back(message: Message, words: list[str], state: str) -> None:
    moved = tell(*(said(word) for word in words))
    db.session.expire_all()
    assert message.state == state
    assert sum(moved) == (state != "accepted")
    assert [report.applied for report in reports()] == moved
    assert len(story(message)) == sum(moved)


def test_the_same_word_twice_is_one(message: Message) -> None:
    one = said("delivered", event_key="e-1")
    assert tell(one, one) == [True, False]
    assert tell(one, now=NOON + HOUR) == [False]
    assert len(reports()) == 1


def test_an_interim_word_is_only_noted(message: Message) -> None:
    assert tell(said("underway", word="Sent")) == [False]
    assert (story(message), message.state, message.delivery_code) == ([], "accepted", "Sent")
    assert message.next_state_at == NOON


@pytest.mark.parametrize(
    ("gateway_id", "by"),
    [(1, {"reference": "r-2"}), (2, {}), (2, {"message_id": "ours"}), (1, {"reference": "x\0" * 300})],
    ids=["unknown reference", "another account's", "another account with our id", "hostile reference"],
)
def test_words_about_no_message_of_ours_are_kept_and_move_nothing(
    message: Message, gateway_id: int, by: dict[str, str]
) -> None:
    by = {name: message.id if value == "ours" else value for name, value in by.items()}
    assert tell(said("delivered", **by), gateway_id=gateway_id) == [False]
    (report,) = reports()
    assert (report.message_id, report.applied) == (None, False)
    assert story(message) == []


@pytest.mark.parametrize("key", ["k" * 500, "a\0b", "\ud800"])
def test_a_key_that_cannot_be_kept_still_drops_repeats(message: Message, key: str) -> None:
    word = said("delivered", event_key=key, word="\0w\ud800" * 50, code="\0" * 99)
    assert tell(word, word) == [True, False]


@pytest.mark.parametrize(
    ("fate", "state", "reason"),
    [
        ("delivered", "delivered", "delivered_after_all"),
        ("undelivered", "undelivered", "undelivered"),
        ("underway", "accepted", "taken_after_all"),
    ],
)
def test_unclear_is_cleared_by_what_the_gateway_says(
    message: Message, fate: str, state: str, reason: str
) -> None:
    change(message, state="unclear")
    assert tell(said(fate)) == [True]
    assert story(message) == [f"{state} {reason}"]


def test_a_word_faster_than_the_answer_to_the_send(message: Message) -> None:
    change(message, state="sending", reference="", sent_at=None)
    assert tell(said("delivered", message_id=message.id, reference="")) == [True]
    with writing() as session:
        record_outcome(session, message.id, 1, Accepted("r-1", 2), NOON)
    assert story(message) == ["accepted accepted", "delivered delivered", "delivered answered_late"]
    assert (message.reference, message.parts, message.sent_at) == ("r-1", 2, NOON - HOUR)


@pytest.mark.parametrize("fate", ["delivered", "undelivered"])
def test_a_word_about_a_reference_that_we_learn_only_later(message: Message, fate: str) -> None:
    change(message, state="sending", reference="", sent_at=None)
    assert tell(said(fate)) == [False]
    with writing() as session:
        record_outcome(session, message.id, 1, Accepted("r-1"), NOON)
    assert story(message)[-1] == f"{fate} {fate}"
    (report,) = reports()
    assert (report.message_id, report.applied) == (message.id, True)


# failures.md 1: nothing leaves twice
def test_delivered_while_it_waits_to_be_sent_again_keeps_it_here(message: Message) -> None:
    change(message, state="unclear", next_state_at=None)
    send_again(message.id, "office", NOON)
    db.session.expire_all()
    assert message.state == "planned"
    assert tell(said("delivered")) == [True]
    assert [line.split()[0] for line in story(message)][-3:] == ["sending", "accepted", "delivered"]


@pytest.mark.parametrize(
    ("fate", "about", "values", "state"),
    [
        ("undelivered", "r-0", {}, "accepted"),
        ("undelivered", "r-1", {}, "undelivered"),
        ("undelivered", "", {}, "undelivered"),
        ("delivered", "r-0", {}, "delivered"),
        ("undelivered", "r-0", {"state": "sending", "reference": ""}, "sending"),
        ("undelivered", "r-0", {"state": "unclear", "reference": ""}, "unclear"),
        ("undelivered", "r-0", {"state": "sending", "reference": "", "tries": 1}, "undelivered"),
        ("undelivered", "r-0", {"state": "unclear", "reference": "", "tries": 1}, "undelivered"),
    ],
)
def test_the_bad_end_of_an_earlier_try_is_not_that_of_the_next(
    message: Message, fate: str, about: str, values: dict[str, Any], state: str
) -> None:  # C19
    change(message, **{"tries": 2} | values)
    tell(said(fate, message_id=message.id, reference=about))
    db.session.expire_all()
    assert message.state == state


@pytest.mark.parametrize(("about", "state"), [("r-1", "accepted"), ("r-2", "undelivered")])
def test_the_answer_to_a_second_try_tells_whose_bad_end_it_was(
    message: Message, about: str, state: str
) -> None:
    change(message, state="sending", reference="", sent_at=None, tries=2)
    tell(said("undelivered", message_id=message.id, reference=about))
    with writing() as session:
        record_outcome(session, message.id, 1, Accepted("r-2"), NOON)
    db.session.expire_all()
    assert (message.state, message.reference) == (state, "r-2")


def test_undelivered_does_not_stop_the_next_try(message: Message) -> None:
    change(message, state="planned")
    assert tell(said("undelivered")) == [False]
    assert message.state == "planned"


# C10
@pytest.mark.parametrize("about", ["carrier", "carried"])
def test_what_a_digest_carried_shares_its_fate(message: Message, about: str) -> None:
    there = builders.appointment(builders.calendar("Zweiter"), NOON + 25 * HOUR)
    values = {"state": "accepted", "gateway_id": 1, "reference": "r-1", "carrier_id": message.id}
    carried = builders.message(there, builders.rule(), claimed_at=NOON - HOUR, **values)
    about_id = {"carrier": message.id, "carried": carried.id}[about]
    assert tell(said("delivered", message_id=about_id)) == [True]
    assert story(message) == story(carried) == ["delivered delivered"]
    assert carried.delivered_at == NOON
    assert len(reports()) == 1


@pytest.mark.parametrize(
    ("at", "delivered_at", "reason"),
    [
        (NOON + 500 * HOUR, NOON, "delivered"),
        (NOON - 500 * HOUR, NOON, "delivered"),
        (NOON - HOUR - timedelta(seconds=9), NOON - HOUR, "reported_late"),
        (None, NOON, "delivered"),
    ],
    ids=["a clock ahead", "a clock far behind", "a clock a little behind", "no clock"],
)
def test_a_wrong_clock_at_the_gateway_gives_no_impossible_time(
    message: Message, at: datetime | None, delivered_at: datetime, reason: str
) -> None:
    tell(said("delivered", at=at))
    assert (story(message), message.delivered_at) == ([f"delivered {reason}"], delivered_at)


def test_a_word_long_after_the_fact_says_when_it_was(message: Message) -> None:
    tell(said("delivered", at=NOON), now=NOON + 2 * HOUR)
    assert (story(message), message.delivered_at) == (["delivered reported_late"], NOON)
