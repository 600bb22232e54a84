"""Who knew something untrue and was called knows the truth, and nobody is asked to call him again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.actions.decide.change_message import tell_by_phone
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.note_call import note_call
from kehr.actions.send.tell_in_person import Telling, tell
from kehr.models import Alarm, Appointment, Message, MessageRule, db, writing
from kehr.rules.terms.messages import Channel
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.page_checks import check_page

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST, SECOND, THIRD = NOON + 10 * DAY, NOON + 14 * DAY, NOON + 15 * DAY
NUMBER = "+436641000001"


@pytest.fixture
def row(app: Flask, at: Clock) -> Appointment:
    """Karl was told the 20th, the 25th, the 24th, and the 20th again; now it is the 24th."""
    builders.company(land="")
    builders.gateway()
    row = builders.appointment(builders.calendar(), FIRST)
    rules = {kind: builders.rule(kind) for kind in ("reminder", "moved")}
    told = (("reminder", FIRST), ("moved", THIRD), ("moved", SECOND), ("moved", FIRST))
    for ago, (kind, start) in zip((5, 4, 3, 2), told, strict=True):
        _left(row, rules[kind], start, ago)
    _move(row.id, SECOND)
    return row


def _left(row: Appointment, rule: MessageRule, start: object, hours: int) -> None:
    moment = NOON - hours * HOUR
    when = {"claimed_at": moment, "sent_at": moment, "due_at": moment}
    builders.message(row, rule, recipient=NUMBER, about_start=start, state="accepted", **when)


def _move(row_id: int, start: object, **values: object) -> None:
    with writing() as session:
        row = session.get_one(Appointment, row_id)
        for name, value in {"start": start, "changed_at": NOON - HOUR, **values}.items():
            setattr(row, name, value)
    plan_messages(NOON)


def calls() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Alarm.key).where(Alarm.closed_at.is_(None))))


def phoned() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Message).where(Message.channel == "phone")))


def test_a_call_is_written_down_once_and_settles_the_alarm(row: Appointment) -> None:  # C08
    (key,) = calls()
    assert note_call(key, "anna", NOON) and calls() == []
    (message,) = phoned()
    assert (message.kind, message.about_start, message.by) == ("moved", SECOND, "anna")
    assert message.recipient_name.startswith("Karl Mustermann")
    assert not note_call(key, "eva", NOON) and len(phoned()) == 1
    plan_messages(NOON + HOUR)
    assert calls() == []


def test_after_another_move_the_old_call_does_not_count(row: Appointment) -> None:
    (key,) = calls()
    with writing() as session:
        session.get_one(Appointment, row.id).start = THIRD
    assert not note_call(key, "anna", NOON) and phoned() == []
    (alarm,) = db.session.scalars(db.select(Alarm).where(Alarm.closed_at.is_(None)))
    assert alarm.args["truth"] == THIRD.isoformat(), "who calls must say what holds now"
    assert note_call(key, "anna", NOON) and calls() == []
    assert [message.about_start for message in phoned()] == [THIRD]


def test_a_cancellation_that_was_missed_is_told_by_phone_and_recorded(row: Appointment) -> None:  # C02, C08
    builders.rule("cancelled")
    _move(row.id, FIRST, cancelled_at=NOON - HOUR)
    with writing() as session:
        missed = session.scalars(db.select(Message).where(Message.kind == "cancelled")).one()
        missed.state = "missed"
        wanted = missed.id
    plan_messages(NOON)
    assert len(calls()) == 1
    tell_by_phone(wanted, "anna", NOON)
    (message,) = phoned()
    assert message.kind == "cancelled" and "entfällt" in message.text and calls() == []


def test_the_start_page_settles_a_call_with_one_click(row: Appointment, office: FlaskClient) -> None:
    (key,) = calls()
    html = check_page(office.get("/heute"))
    assert f'value="told|call|{key}"' in html and "Am Telefon gesagt" in html
    answer = office.post("/wartet", data={"eins": f"told|call|{key}"}, follow_redirects=True)
    assert "1 Person ist am Telefon verständigt." in check_page(answer)
    assert "Bitte anrufen" not in answer.text and len(phoned()) == 1


@pytest.mark.parametrize("key", ["call:", "call:1:sms:x", "call:999:sms:+43664", "was_off"])
def test_a_call_that_nobody_asked_for_is_not_written_down(row: Appointment, key: str) -> None:
    assert not note_call(key, "anna", NOON) and phoned() == [] and len(calls()) == 1


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    """Anna at her desk."""
    user = builders.user("anna", "office")
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": user.get_id(), "_fresh": True})
    return client


@pytest.fixture
def slip(app: Flask, at: Clock) -> Appointment:
    """Anna, who has no mobile, knows of her appointment by a slip; then it is called off."""
    builders.company(land="")
    builders.gateway()
    builders.rule("cancelled")
    house = builders.house()
    anna = builders.person(house, "Steiner", first_name="Anna", phones=["07252 53123"])
    row = builders.appointment(
        builders.calendar(), FIRST, property_id=house.id, phones=[], name="Anna Steiner"
    )
    tell([Telling(row.id, anna.id), Telling(row.id, notice=True)], Channel.PAPER, "anna", NOON - DAY)
    return row


def test_who_knows_by_a_slip_alone_is_called_when_it_is_called_off(slip: Appointment) -> None:  # C02, C04
    plan_messages(NOON)
    assert calls() == []
    _move(slip.id, FIRST, cancelled_at=NOON - HOUR)
    (key,) = calls()
    (alarm,) = db.session.scalars(db.select(Alarm).where(Alarm.closed_at.is_(None)))
    assert (alarm.code, alarm.args["recipient"]) == ("needs_call_cancelled", "Anna Steiner")
    assert note_call(key, "anna", NOON) and calls() == []
    (message,) = phoned()
    assert "entfällt" in message.text and message.person_id is not None
    plan_messages(NOON + HOUR)
    assert calls() == []


def test_of_what_is_over_or_on_again_nobody_is_called(slip: Appointment) -> None:
    _move(slip.id, FIRST, cancelled_at=NOON - HOUR)
    assert len(calls()) == 1
    _move(slip.id, FIRST, cancelled_at=None)
    assert calls() == []
    _move(slip.id, FIRST, cancelled_at=NOON - HOUR)
    plan_messages(FIRST + HOUR)
    assert calls() == []


def test_who_was_written_to_as_well_is_not_called_for_the_slip(slip: Appointment) -> None:
    rule = db.session.scalars(db.select(MessageRule)).one()
    paper = db.session.scalars(db.select(Message).where(Message.person_id.is_not(None))).one()
    told = {"kind": "reminder", "person_id": paper.person_id, "recipient": NUMBER, "state": "delivered"}
    builders.message(slip, rule, sent_at=NOON - DAY, due_at=NOON - DAY, **told)
    _move(slip.id, FIRST, cancelled_at=NOON - HOUR)
    assert [key for key in calls() if "Anna" in key] == []
