"""Telefon-Codes are given once, only when a text says them, and rest before they are given again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.texts import phone_codes
from kehr.actions.texts.phone_codes import code_for, find_code
from kehr.actions.visits.answer_call import no_more_sms, note_cancelled, show_call
from kehr.models import (
    Appointment,
    Consent,
    Message,
    MessageRule,
    PhoneCode,
    Property,
    VisitNote,
    db,
    writing,
)
from kehr.rules.visits.phone_codes import LONG, is_fit
from tests import builders
from tests.actions.outbox import Outbox
from tests.conftest import NOON
from tests.fakes.link_server import LinkServer

InThread = Callable[[Callable[[], Any]], Callable[[], Any]]


@pytest.fixture
def outbox(app: Flask, link: LinkServer) -> Outbox:
    opened = Outbox.opened(link)
    opened.change(MessageRule, 1, text="Termin #Datum. Code #Code, #Telefon")
    return opened


def given() -> dict[int, str]:
    """The code of each appointment that has one."""
    db.session.rollback()
    return {row.appointment_id: row.code for row in db.session.scalars(db.select(PhoneCode))}


def give(appointment_id: int, now: Any = NOON) -> str:
    with writing() as session:
        return code_for(session, appointment_id, now)


def test_a_text_with_code_leaves_with_the_code_of_its_appointment(outbox: Outbox) -> None:  # C05
    outbox.due(3)
    outbox.send()
    codes = given()
    assert len(set(codes.values())) == 3 and all(is_fit(code) for code in codes.values())
    for message in outbox.messages():
        code = codes[message.appointment_id or 0]
        assert message.text == f"Termin 12.03.2026. Code {code}, +43 7252 12345" and message.parts == 1
    assert sorted(outbox.arrived()) == sorted(message.text for message in outbox.messages())


def test_without_code_in_the_text_none_is_given(outbox: Outbox) -> None:  # C05
    outbox.change(MessageRule, 1, text="Termin #Datum. #Telefon")
    outbox.due()
    outbox.send()
    assert outbox.arrived() and given() == {}


def test_every_message_about_an_appointment_says_the_same_code(outbox: Outbox) -> None:
    builders.rule("announcement", days=1, text="Code #Code")
    outbox.due()
    outbox.send()
    outbox.send(hours=29)
    (code,) = given().values()
    texts = outbox.arrived()
    assert len(texts) == 2 and all(code in text for text in texts)


def test_a_code_is_not_given_again_for_ninety_days_after_the_appointment(  # C05
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.due(3)
    first, second, third = sorted(db.session.scalars(db.select(Appointment.id)))
    end = db.session.get_one(Appointment, first).end
    letters = iter("K7M" * 500)
    monkeypatch.setattr(phone_codes.secrets, "choice", lambda _signs: next(letters))
    assert give(first) == "K7M"
    assert give(second, end + timedelta(days=90) - timedelta(seconds=1)) != "K7M"
    letters = iter("K7M" * 500)
    assert give(third, end + timedelta(days=90)) == "K7M"
    assert given()[third] == "K7M" and first not in given()


def test_the_code_of_a_moved_appointment_rests_on_from_its_new_end(outbox: Outbox) -> None:
    outbox.due(2)
    first, second = (row.id for row in db.session.scalars(db.select(Appointment).order_by(Appointment.id)))
    code = give(first)
    old_end = db.session.get_one(Appointment, first).end
    moved = db.session.get_one(Appointment, first)
    outbox.change(
        Appointment, first, start=moved.start + timedelta(days=60), end=old_end + timedelta(days=60)
    )
    give(second, old_end + timedelta(days=91))
    assert given()[first] == code
    assert find_code(code) == first


def test_no_code_is_the_number_of_an_object(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox.due()
    builders.house("k 7m")
    letters = iter("K7M" * 99 + "B2C" * 200)
    monkeypatch.setattr(phone_codes.secrets, "choice", lambda _signs: next(letters))
    assert give(1) == "B2C"
    assert db.session.scalars(db.select(Property.number)).one() == "k 7m"


def test_codes_grow_to_four_characters_when_many_are_taken(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.due()
    monkeypatch.setattr(phone_codes, "length_for", lambda _taken: LONG)
    assert len(give(1)) == 4


def test_two_that_give_codes_at_once_give_different_ones(  # C05
    outbox: Outbox, in_thread: InThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [message.appointment_id for message in outbox.due(12)]
    db.session.rollback()
    # Few signs: without the lock many would meet.
    monkeypatch.setattr(phone_codes, "ALPHABET", "B2")
    gate = threading.Barrier(4)

    def all_of_them() -> list[str]:
        gate.wait()
        return [give(row) for row in rows[:4] if row is not None]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda deed: deed(), [in_thread(all_of_them)] * 4))
    assert all(codes == found[0] for codes in found)
    assert len(set(found[0])) == 4 == len(given())


def test_a_call_finds_the_appointment_with_what_was_sent(outbox: Outbox) -> None:  # C05
    outbox.due()
    outbox.send()
    ((appointment_id, code),) = given().items()
    call = show_call(f" {code.lower()[:1]} {code.lower()[1:]} ")
    assert call is not None and call.stop.appointment.id == appointment_id and call.code == code
    assert [message.text for message in call.messages] == outbox.arrived()
    assert call.numbers == (("+436640000001", "Kunde1"),)
    assert show_call("Z9Z" if code != "Z9Z" else "Z8Z") is None


def test_a_landline_is_not_offered_to_be_spared_of_sms(outbox: Outbox) -> None:  # C05
    outbox.due()
    outbox.send()
    (code,) = given().values()
    row, rule = (db.session.get_one(model, 1) for model in (Appointment, MessageRule))
    withheld = {"state": "withheld", "reason": "landline", "kind": "announcement"}
    builders.message(row, rule, recipient="+43725253123", **withheld)
    call = show_call(code)
    assert call is not None and [number for number, _name in call.numbers] == ["+436640000001"]


def test_called_off_by_telephone_holds_back_what_is_planned(outbox: Outbox) -> None:  # C05
    builders.rule("announcement", days=1, text="Morgen. #Code")
    outbox.due()
    outbox.send()
    (code,) = given().values()
    assert note_cancelled(code, "anna", outbox.now) == 1
    assert "withheld withheld_by_hand" in outbox.states()
    note = db.session.scalars(db.select(VisitNote)).one()
    assert (note.word, note.by) == ("called", "anna")
    outbox.send(days=1)
    assert len(outbox.arrived()) == 1
    assert note_cancelled(code, "anna", outbox.now) == 0
    assert note_cancelled("Z9Z9", "anna", outbox.now) is None


def test_no_more_sms_takes_back_the_consent_of_that_number_alone(outbox: Outbox) -> None:  # C05
    builders.rule("announcement", days=1, text="Morgen. #Code")
    outbox.due(2)
    outbox.send()
    codes = given()
    code = codes[1]
    assert not no_more_sms(code, "+436640000002", "anna", outbox.now)
    assert no_more_sms(code, "+436640000001", "anna", outbox.now)
    row = db.session.scalars(db.select(Consent).where(Consent.address == "+436640000001")).all()[-1]
    assert (row.granted, row.source, row.by) == (False, "phone", "anna")
    assert row.evidence == f"Telefon-Code {code}"
    plan_messages(outbox.now)
    open_ones = db.select(Message.recipient).where(Message.state == "planned")
    assert set(db.session.scalars(open_ones)) == {"+436640000002"}
