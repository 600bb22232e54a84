"""Replies are read every three minutes, back over a day, through outages; a STOP stops at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.hear.read_replies import read_replies
from kehr.gateways.android import Android
from kehr.models import Gateway, Reply, db
from tests.actions.phone_office import PhoneOffice
from tests.conftest import NOON
from tests.fakes.android_phone import AndroidPhone, android_phone
from tests.rules.plan_build import at

KARL = "+436640000001"


@pytest.fixture
def handy() -> Iterator[AndroidPhone]:
    with android_phone() as phone:
        yield phone


@pytest.fixture
def office(app: Flask, handy: AndroidPhone) -> PhoneOffice:
    return PhoneOffice.opened(handy)


def replies() -> list[Reply]:
    db.session.rollback()
    return list(db.session.scalars(select(Reply).order_by(Reply.said_at)))


def asked(office: PhoneOffice) -> list[dict[str, str]]:
    return [dict(call.query) for call in office.handy.asked("/inbox")]


# C25
def test_replies_are_asked_for_every_three_minutes_and_kept_once(office: PhoneOffice) -> None:
    (message,) = office.sent()
    office.handy.receive(KARL, "Bin leider nicht da", NOON + timedelta(seconds=30))
    kept = [office.ask(seconds=30).replies for _ in range(40)]
    assert sum(kept) == 1
    assert len(asked(office)) == 7
    (reply,) = replies()
    assert (reply.message_id, reply.text, reply.address) == (message, "Bin leider nicht da", KARL)


def test_every_question_reaches_a_day_behind_the_last_reading(office: PhoneOffice) -> None:
    office.ask()
    office.ask(minutes=3)
    first, second = (datetime.fromisoformat(query["from"]) for query in asked(office))
    assert (first, second) == (NOON - timedelta(hours=24), NOON - timedelta(hours=24))
    assert office.gateway.replies_until == NOON + timedelta(minutes=3)


def test_one_that_the_gateway_tells_late_is_not_lost(office: PhoneOffice) -> None:
    office.ask()
    office.later(hours=6)
    office.handy.receive(KARL, "von gestern", NOON - timedelta(hours=2))
    assert office.ask().replies == 1


# C25, failures.md 14
def test_stop_withholds_what_is_planned_before_anything_else_leaves(office: PhoneOffice) -> None:
    office.sent()
    office.due(start="13.03. 09:00")
    calendar = db.session.get_one(Gateway, 1)
    assert calendar is not None
    office.handy.receive("+436640000002", "STOPP bitte!", office.now)
    assert office.ask(minutes=1).replies == 1
    assert office.states() == ["accepted accepted", "withheld revoked"]
    office.now = at("11.03. 12:00")
    assert office.send().accepted == 0


# C25: after an outage the phone reads its own store again
def test_after_an_outage_the_phone_reads_its_store_again(office: PhoneOffice) -> None:
    office.ask()
    assert len(office.handy.asked("/inbox/refresh")) == 0
    office.handy.off()
    for _ in range(60):
        office.ask(minutes=1)
    assert office.alarms() == ["gateway_unreachable"]
    office.handy.receive(KARL, "inzwischen", office.now - timedelta(minutes=20), dead=True)
    office.handy.on()
    kept = [office.ask(minutes=1).replies for _ in range(10)]
    assert sum(kept) == 1
    assert office.alarms() == []
    assert len(office.handy.asked("/inbox/refresh")) == 1


def test_after_the_box_was_off_too(office: PhoneOffice) -> None:
    office.ask()
    office.handy.receive(KARL, "in der Nacht", NOON + timedelta(hours=9), dead=True)
    office.ask(hours=40)
    assert len(office.handy.asked("/inbox/refresh")) == 1
    assert len(replies()) == 1


def test_an_office_may_ask_at_once(office: PhoneOffice) -> None:
    office.ask()
    office.handy.receive(KARL, "Danke", office.now)
    assert read_replies(lambda: office.now) == 0
    assert read_replies(lambda: office.now, at_once=True) == 1
    assert read_replies(lambda: office.now, at_once=True) == 0


def test_a_mark_set_by_a_clock_that_was_ahead_keeps_no_reply_away(office: PhoneOffice) -> None:
    ahead = NOON + timedelta(days=365)
    office.change(Gateway, 1, replies_asked_at=ahead, replies_until=ahead)
    office.handy.receive(KARL, "Hallo", NOON)
    assert office.ask().replies == 1
    assert office.gateway.replies_until == NOON


# one part of a gateway may work alone
def test_states_that_answer_do_not_hide_replies_that_do_not(
    office: PhoneOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Android, *_: object, **__: object) -> None:
        raise KeyError("inbox")

    monkeypatch.setattr(Android, "read_replies", broken)
    office.sent()
    for _ in range(40):
        office.ask(seconds=30)
    assert office.alarms() == ["gateway_unreachable"]


def test_replies_that_answer_do_not_hide_states_that_do_not(
    office: PhoneOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Android, *_: object) -> None:
        raise KeyError("state")

    monkeypatch.setattr(Android, "read_states", broken)
    office.sent()
    for _ in range(40):
        office.ask(seconds=30)
    assert office.alarms() == ["gateway_unreachable"]
