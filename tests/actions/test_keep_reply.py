"""An SMS that comes in is kept once, belongs to somebody, and a STOP stops."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.hear.keep_reply import keep_reply
from kehr.actions.plan.plan_messages import plan_messages
from kehr.gateways.contract import IncomingReply
from kehr.models import Consent, Message, Reply, db, writing
from tests import builders
from tests.conftest import NOON

HOUR = timedelta(hours=1)
KARL = "+436641000001"


@pytest.fixture
def told(app: Flask) -> Message:
    """Karl was told of his appointment an hour ago, and of another a day ago."""
    builders.company()
    builders.gateway("Handy")
    calendar, rule = builders.calendar(), builders.rule()
    for hours in (24, 1):
        appointment = builders.appointment(calendar, NOON + 48 * HOUR)
        moment = NOON - hours * HOUR
        row = builders.message(
            appointment, rule, state="accepted", gateway_id=1, claimed_at=moment, sent_at=moment
        )
    found: Message = row
    return found


def incoming(text: str = "Bitte rufen Sie an", **values: Any) -> IncomingReply:
    defaults: dict[str, Any] = {
        "event_key": secrets.token_hex(4),
        "sender": KARL,
        "recipient": "+43720111222",
        "at": NOON,
    }
    return IncomingReply(text=text, **defaults | values)


def keep(*replies: IncomingReply) -> list[Reply | None]:
    with writing() as session:
        return [keep_reply(session, 1, reply, NOON) for reply in replies]


# C25
def test_a_reply_belongs_to_the_last_message_that_went_there(told: Message) -> None:
    (reply,) = keep(incoming())
    assert reply is not None
    assert (reply.message_id, reply.appointment_id) == (told.id, told.appointment_id)
    assert (reply.name, reply.kind, reply.state) == ("Karl Mustermann", "open", "open")


def test_a_reply_from_before_belongs_to_the_message_before(told: Message) -> None:
    (reply,) = keep(incoming(at=NOON - 2 * HOUR))
    assert reply is not None and reply.message_id not in (None, told.id)


def test_the_same_reply_twice_is_one(told: Message) -> None:
    one = incoming(event_key="m-1")
    first, second = keep(one, one)
    assert first is not None and second is None
    assert keep(one) == [None]


def test_a_reply_that_two_accounts_of_one_phone_hear_is_one(told: Message) -> None:
    """A phone with two SIM cards is two accounts, and has one inbox."""
    here = {"kind": "android", "base_url": "http://192.168.1.30:8080"}
    first, second = (builders.gateway(f"SIM {sim}", options={"sim": sim}, **here).id for sim in "12")
    other = builders.gateway("anderes", kind="android", base_url="http://192.168.1.31:8080").id
    reply = incoming(event_key="1f2e:1773140403000")
    with writing() as session:
        kept = [keep_reply(session, gateway_id, reply, NOON) for gateway_id in (first, second, other)]
    assert [row is not None for row in kept] == [True, False, True]


@pytest.mark.parametrize("text", ["ja", "ok, danke!"])
def test_thanks_leave_no_work(told: Message, text: str) -> None:
    (reply,) = keep(incoming(text))
    assert reply is not None and (reply.kind, reply.state) == ("thanks", "done")
    assert db.session.query(Consent).count() == 0


# C25, failures.md 14
@pytest.mark.parametrize("ticked", [True, False])
def test_stop_takes_consent_back_and_withdraws_what_is_planned(told: Message, ticked: bool) -> None:
    if ticked:
        builders.consent(KARL)
    ahead = builders.appointment(builders.calendar("Zweiter"), NOON + 72 * HOUR)
    plan_messages(NOON)
    planned = select(Message).where(Message.appointment_id == ahead.id)
    assert db.session.scalars(planned).one().state == "planned"
    (reply,) = keep(incoming("Bitte STOP!"))
    plan_messages(NOON)
    assert reply is not None and (reply.kind, reply.state) == ("stop", "done")
    newest = db.session.scalars(select(Consent).order_by(Consent.id.desc())).first()
    assert newest is not None
    assert (newest.address, newest.granted, newest.source) == (KARL, False, "reply")
    assert (newest.evidence, newest.person_name) == ("Bitte STOP!", "Karl Mustermann")
    db.session.expire_all()
    left = db.session.scalars(planned).one()
    assert left.state in ("withheld", "withdrawn") and left.state != "planned"
    assert left.reason == "revoked"


def test_an_unknown_number_may_write_and_stop(told: Message) -> None:
    stop, other = keep(
        incoming("STOP", sender="436641999999"), incoming(sender="Anna\0 ", text="Hallo\0\ud800")
    )
    assert stop is not None and other is not None
    assert (stop.address, stop.message_id, stop.name) == ("+436641999999", None, "")
    assert (stop.kind, stop.state, stop.done_at) == ("stop", "open", None), (
        "whom it means, a person finds out"
    )
    assert (other.address, other.text) == ("Anna", "Hallo?")
    assert db.session.scalars(select(Consent.address)).all() == ["+436641999999"]


def test_a_stop_of_a_number_at_an_object_leaves_no_work_though_nothing_went_there(told: Message) -> None:
    builders.person(builders.house(), "Huber", phones=["0664 1000777"])
    (reply,) = keep(incoming("STOP", sender="+436641000777"))
    assert reply is not None and (reply.kind, reply.state) == ("stop", "done")


def test_a_number_of_one_person_says_who_it_is_without_a_message(told: Message) -> None:
    eva = builders.person(builders.house(), "Huber", first_name="Eva", phones=["0664 1000777"])
    (reply,) = keep(incoming(sender="+436641000777"))
    assert reply is not None
    assert (reply.person_id, reply.property_id, reply.name) == (eva.id, eva.property_id, "Eva Huber")


def test_what_trial_only_recorded_was_never_received(told: Message) -> None:
    with writing() as session:
        session.get_one(Message, told.id).trial = True
    (reply,) = keep(incoming())
    assert reply is not None and reply.message_id not in (None, told.id)


def test_a_clock_ahead_gives_no_time_to_come(told: Message) -> None:
    (reply,) = keep(incoming(at=NOON + 500 * HOUR))
    assert reply is not None and (reply.said_at, reply.message_id) == (NOON, told.id)
