"""The daily self test goes the way of all messages, once a day and channel (A32)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.feeds.list_calendars import list_calendars
from kehr.actions.plan.forecast import forecast
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.check_health import check_health
from kehr.actions.run.run_round import send_round
from kehr.actions.run.self_test import last_tests, run_self_test
from kehr.actions.run.show_today import show_today
from kehr.actions.setup.export_settings import export_settings
from kehr.actions.setup.list_rules import list_rules
from kehr.actions.visits.list_appointments import list_appointments
from kehr.models import Alarm, Appointment, Company, Message, SelfTest, db
from kehr.rules.plan.self_test import Verdict
from kehr.rules.terms.messages import State
from kehr.rules.terms.office_days import office_day
from tests import builders
from tests.conftest import NOON
from tests.fakes.link_server import TOKEN, LinkServer, link_server
from tests.fakes.mail_server import MailServer, mail_server

OWN = "+436641112223"
MORNING = NOON - timedelta(hours=3, minutes=59)
"""Tuesday, 08:01 in Vienna."""


@pytest.fixture
def mails(app: Flask) -> Iterator[MailServer]:
    with mail_server() as server:
        builders.company(
            network_allow=["127.0.0.1"], self_test_sms=OWN, self_test_email="post@example.at", trial=True
        )
        builders.gateway("Post", kind="smtp", base_url=f"smtp+plain://127.0.0.1:{server.port}")
        yield server


@pytest.fixture
def sms(mails: MailServer) -> Iterator[LinkServer]:
    with link_server() as server:
        account = builders.gateway("LINK", kind="linkmobility", base_url=server.base_url)
        account.secret = TOKEN
        db.session.commit()
        builders.rule("reminder")
        builders.rule("confirmation")
        yield server


def round_at(moment: datetime) -> None:
    send_round(lambda: moment)
    db.session.expire_all()


def mine() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.created_at, Message.channel)))


def open_alarms() -> list[Alarm]:
    return list(db.session.scalars(select(Alarm).where(Alarm.closed_at.is_(None)).order_by(Alarm.id)))


def selftest_level(now: datetime) -> str:
    (found,) = (check for check in check_health(now).checks if check.name == "selftest")
    return found.level


# A32: exactly one SMS and one e-mail a day through planning, claim and gateway, in trial mode too
def test_one_sms_and_one_mail_a_day_reach_the_firm_itself(mails: MailServer, sms: LinkServer) -> None:
    for minutes in (0, 1, 30, 300):
        round_at(MORNING + timedelta(minutes=minutes))
    assert [(m.channel, m.recipient, m.state, m.trial) for m in mine()] == [
        ("email", "post@example.at", "accepted", False),
        ("sms", OWN, "accepted", False),
    ]
    assert [m.recipient_name for m in mine()] == ["Selbsttest", "Selbsttest"]
    assert len(mails.letters) == 1
    assert len(sms.requests) == 1
    assert selftest_level(NOON) == "ok"
    round_at(MORNING + timedelta(days=1))
    assert (len(mails.letters), len(sms.requests)) == (2, 2)


def test_two_jobs_and_a_restart_begin_one_test(
    mails: MailServer, sms: LinkServer, in_thread: Callable[[Callable[[], Any]], Callable[[], Any]]
) -> None:  # A32
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(in_thread(lambda: run_self_test(MORNING))) for _ in range(4)]
        [job.result() for job in jobs]
    db.session.rollback()
    assert len(list(db.session.scalars(select(SelfTest)))) == 2
    assert len(list(db.session.scalars(select(Appointment)))) == 1
    assert len(mine()) == 2
    assert all(test.message_id for test in db.session.scalars(select(SelfTest)))


def test_a_process_that_died_in_between_leaves_the_rest_to_the_next(
    mails: MailServer, sms: LinkServer
) -> None:  # A32
    run_self_test(MORNING)
    for test in db.session.scalars(select(SelfTest)):
        test.message_id = None
    db.session.commit()
    round_at(MORNING)
    assert (len(sms.requests), len(mails.letters)) == (1, 1)
    assert [one.verdict for one in last_tests(NOON)] == [Verdict.PASSED, Verdict.PASSED]


def test_an_address_that_joins_or_changes_today_brings_no_second_test(
    mails: MailServer, sms: LinkServer
) -> None:  # A32
    company = db.session.get_one(Company, 1)
    company.self_test_email = ""
    db.session.commit()
    round_at(MORNING)
    company = db.session.get_one(Company, 1)
    company.self_test_email, company.self_test_sms = "post@example.at", "+436649999999"
    db.session.commit()
    round_at(MORNING + timedelta(minutes=1))
    assert [(m.channel, m.recipient) for m in mine()] == [("sms", OWN), ("email", "post@example.at")]


def test_days_and_hours_without_a_window_have_no_test(mails: MailServer, sms: LinkServer) -> None:
    sunday = NOON + timedelta(days=5)
    for moment in (MORNING - timedelta(minutes=5), sunday, NOON + timedelta(hours=9)):
        round_at(moment)
    assert mine() == []
    round_at(MORNING)
    round_at(sunday)
    assert [one.verdict for one in last_tests(sunday)] == [Verdict.PASSED, Verdict.PASSED]


def test_no_number_no_test_and_nothing_in_the_strip(app: Flask) -> None:
    builders.company()
    run_self_test(NOON)
    assert list(db.session.scalars(select(SelfTest))) == []
    assert "selftest" not in {check.name for check in check_health(NOON).checks}


# A32: what did not arrive by ten is told once, by the other channel where there is one
def test_a_missing_sms_is_told_by_mail_and_settles_the_next_day(mails: MailServer, sms: LinkServer) -> None:
    account = (
        builders.gateway.__globals__["db"]
        .session.scalars(select(builders.Gateway).where(builders.Gateway.name == "LINK"))
        .one()
    )
    account.stopped_code, account.stopped_at = "gateway_credentials", MORNING
    db.session.commit()
    round_at(MORNING)
    assert open_alarms() == []
    for hours in (2, 3, 4):
        round_at(MORNING + timedelta(hours=hours))
    (alarm,) = open_alarms()
    assert (alarm.key, alarm.code, alarm.args) == (
        "self_test:sms",
        "self_test_missing",
        {"channel": "sms"},
    )
    assert selftest_level(NOON) == "bad"
    told = [mail for mail in mails.letters if mail["To"] == "office@example.at"]
    assert len(told) == 1
    account.stopped_code = ""
    db.session.commit()
    round_at(MORNING + timedelta(days=1))
    round_at(MORNING + timedelta(days=1, minutes=1))
    assert open_alarms() == []


def test_a_mail_that_fails_is_told_by_sms(mails: MailServer, sms: LinkServer) -> None:  # A32
    round_at(MORNING)
    letter = next(message for message in mine() if message.channel == "email")
    letter.state = State.UNDELIVERED
    db.session.commit()
    for minutes in (5, 6, 7):
        round_at(MORNING + timedelta(minutes=minutes))
    (alarm,) = open_alarms()
    assert (alarm.key, alarm.code) == ("self_test:email", "self_test_failed")
    assert len(sms.requests) == 2
    assert len(mails.letters) == 1


def test_a_machine_that_slept_all_morning_is_seen(mails: MailServer, sms: LinkServer) -> None:
    round_at(MORNING)
    next_noon = MORNING + timedelta(days=1, hours=2)
    assert selftest_level(next_noon) == "bad"
    assert selftest_level(MORNING + timedelta(days=1)) == "ok"


# A32: it never counts or shows among customers
def test_customers_lists_and_sums_know_nothing_of_it(mails: MailServer, sms: LinkServer) -> None:
    company = db.session.get_one(Company, 1)
    company.release = "always"
    db.session.commit()
    zone = company.zoneinfo
    run_self_test(MORNING)
    assert forecast(MORNING, zone).total.sms == 0
    today = show_today(MORNING, zone)
    assert (today.left_today, today.departures) == (0, ())
    round_at(MORNING)
    assert show_today(MORNING, zone).so_far == ()
    day = office_day(MORNING, zone)
    assert list_appointments(MORNING, zone, day, day).total == 0
    assert list_calendars(MORNING) == []
    assert "Selbsttest" not in repr(list_rules())
    assert "Selbsttest" not in export_settings(with_secrets=False)
    plan_messages(NOON)
    assert {message.state for message in mine()} == {"accepted"}
