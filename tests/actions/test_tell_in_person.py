"""What was told on paper or by telephone is written down once, with name and time, and nobody sends it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from kehr.actions.facts.log_filter import LogFilter
from kehr.actions.facts.office_facts import load_office
from kehr.actions.log.list_log import list_log
from kehr.actions.money.list_costs import list_costs
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.tell_in_person import Telling, tell
from kehr.actions.visits.told_parties import untold_condition
from kehr.models import Appointment, Message, MessageEvent, db
from kehr.rules.terms.messages import Channel
from tests import builders
from tests.conftest import NOON

START = NOON + timedelta(days=6)


def _office() -> tuple[Appointment, int]:
    builders.company()
    builders.gateway()
    house = builders.house(street="Haratzmüllerstraße 7/3")
    anna = builders.person(house, "Steiner", first_name="Anna", phones=["07252 53123"])
    row = builders.appointment(builders.calendar(), START, property_id=house.id, phones=[], work_kind="HK")
    return row, anna.id


def test_a_slip_is_a_delivered_message_with_wording_name_and_time(app: Flask) -> None:  # C04
    row, anna = _office()
    told = tell([Telling(row.id, anna)], Channel.PAPER, "office", NOON)
    message = db.session.get_one(Message, told.written[0])
    assert (message.channel, message.state, message.kind) == ("paper", "delivered", "announcement")
    assert message.by == "office" and message.sent_at == message.delivered_at == NOON
    assert (message.recipient, message.person_id) == ("Anna Steiner", anna)
    assert message.about_start == START and message.rule_id is None
    assert "Hauptkehrung am Montag, 16.03.2026, 12:00-13:00 Uhr" in message.text
    assert "Haratzmüllerstraße 7/3" in message.text and "+43 7252 12345" in message.text
    said = db.session.scalars(db.select(MessageEvent)).one()
    assert (said.old_state, said.new_state, said.reason, said.by) == (
        "",
        "delivered",
        "paper_dropped",
        "office",
    )


def test_the_same_telling_again_changes_nothing_and_another_way_or_start_is_new(app: Flask) -> None:
    row, anna = _office()
    one = Telling(row.id, anna)
    assert len(tell([one, one], Channel.PAPER, "office", NOON).written) == 1
    again = tell([one], Channel.PAPER, "eva", NOON + timedelta(minutes=1))
    assert (again.written, again.known) == ((), 1)
    assert len(tell([one], Channel.PHONE, "office", NOON).written) == 1
    assert len(tell([Telling(row.id, notice=True)], Channel.PAPER, "office", NOON).written) == 1
    row.start += timedelta(days=1)
    db.session.commit()
    assert len(tell([one], Channel.PAPER, "office", NOON).written) == 1
    assert db.session.scalar(db.select(db.func.count()).select_from(Message)) == 4


def test_who_was_told_in_person_is_told(app: Flask) -> None:
    row, anna = _office()
    nobody = db.select(Appointment.id).where(untold_condition())
    assert db.session.scalars(nobody).all() == [row.id]
    tell([Telling(row.id, anna)], Channel.PHONE, "office", NOON)
    assert db.session.scalars(nobody).all() == []


def test_planning_neither_wants_nor_withdraws_what_was_told_in_person(app: Flask) -> None:
    row, anna = _office()
    builders.rule("announcement")
    tell([Telling(row.id, anna)], Channel.PAPER, "office", NOON)
    plan_messages(NOON)
    plan_messages(NOON + timedelta(days=5))
    paper = db.session.scalars(db.select(Message).where(Message.channel == "paper")).one()
    assert paper.state == "delivered"


def test_cancelled_or_vanished_appointments_are_not_announced(app: Flask) -> None:
    row, anna = _office()
    row.cancelled_at = NOON
    db.session.commit()
    told = tell([Telling(row.id, anna), Telling(4711)], Channel.PAPER, "office", NOON)
    assert (told.written, told.gone) == ((), 2)


def test_what_gateways_send_is_never_told_in_person(app: Flask) -> None:
    with pytest.raises(ValueError, match="sms"):
        tell([], Channel.SMS, "office", NOON)


def test_no_branch_sends_through_paper_or_telephone(app: Flask) -> None:
    builders.company()
    builders.branch(email_gateway_id=builders.gateway().id)
    for branch in load_office().branches.values():
        assert not {Channel.PAPER, Channel.PHONE} & branch.gateways.keys()


def test_the_log_lists_slips_and_its_costs_do_not(app: Flask) -> None:
    row, anna = _office()
    tell([Telling(row.id, anna)], Channel.PAPER, "office", NOON)
    log = list_log(LogFilter(NOON.date(), NOON.date()), NOON, ZoneInfo("Europe/Vienna"))
    assert [message.channel for message in log.messages] == ["paper"]
    assert log.by_branch == ()
    assert list_costs("2026-03", ZoneInfo("Europe/Vienna")).lines == ()
