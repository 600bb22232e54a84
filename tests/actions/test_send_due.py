"""Rounds of sending: how many, how fast, by how many at once, and what a dead process leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar as Ics

from kehr.actions.facts.claims import is_dead, this_process
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import send_due
from kehr.models import Appointment, Message, db
from tests import builders
from tests.actions.outbox import Outbox
from tests.conftest import NOON
from tests.fakes.link_server import LinkServer
from tests.fakes.mail_server import MailServer, mail_server
from tests.rules.plan_build import at

Threads = Callable[[Callable[[], Any]], Callable[[], Any]]


def at_once(deed: Callable[[], Any], times: int) -> list[Any]:
    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(deed) for _ in range(times)]]


# failures.md 1: the unique constraint and the claim hold for any number of dispatchers
def test_three_dispatchers_at_once_send_each_message_once(
    app: Flask, link: LinkServer, in_thread: Threads
) -> None:
    outbox = Outbox.opened(link)
    link.behaviours = ["delay:0.02"]
    outbox.due(24)
    db.session.rollback()
    results = at_once(in_thread(lambda: send_due(lambda: NOON)), 3)
    assert sum(result.accepted for result in results) == 24
    assert set(link.arrivals().values()) == {1}
    assert len(link.accepted) == 24
    assert set(outbox.states()) == {"accepted accepted"}


def test_planning_at_once_creates_each_message_once(app: Flask, link: LinkServer, in_thread: Threads) -> None:
    outbox = Outbox.opened(link)
    for number in range(10):
        builders.appointment(outbox.calendar, at("12.03. 09:00"), uid=f"x{number}")
    db.session.rollback()
    results = at_once(in_thread(lambda: plan_messages(NOON)), 3)
    assert sorted(result.created for result in results) == [0, 0, 10]
    assert len(outbox.messages()) == 10


# failures.md 11
def test_a_limit_per_minute_holds_for_all_dispatchers_together(
    app: Flask, link: LinkServer, in_thread: Threads
) -> None:
    outbox = Outbox.opened(link, max_per_minute=5)
    outbox.due(12)
    db.session.rollback()
    for minute, total in enumerate((5, 10, 12)):
        moment = NOON + timedelta(minutes=minute, seconds=1)
        at_once(in_thread(lambda moment=moment: send_due(lambda: moment)), 2)
        assert len(link.accepted) == total
    assert set(link.arrivals().values()) == {1}


def test_a_full_minute_leaves_the_rest_planned(app: Flask, link: LinkServer) -> None:
    outbox = Outbox.opened(link, max_per_minute=3)
    outbox.due(5)
    assert outbox.send().accepted == 3
    assert outbox.send(seconds=59).accepted == 0
    assert outbox.send(seconds=2).accepted == 2


def test_a_hundred_rounds_send_nothing_twice(app: Flask, link: LinkServer) -> None:
    outbox = Outbox.opened(link)
    outbox.due(3)
    for _ in range(100):
        outbox.send(seconds=20)
    assert sorted(link.arrivals().values()) == [1, 1, 1]


# failures.md 1
def test_a_message_of_a_dead_process_becomes_unclear_at_once(app: Flask, link: LinkServer) -> None:
    outbox = Outbox.opened(link)
    (message,) = outbox.due()
    child = subprocess.run(
        [sys.executable, "-c", "from kehr.actions.facts.claims import this_process; print(this_process())"],
        capture_output=True,
        text=True,
        check=True,
        cwd=os.getcwd(),
    )
    claimant = child.stdout.strip()
    assert is_dead(claimant)
    outbox.change(Message, message.id, state="sending", claimed_at=NOON, claimed_by=claimant)
    assert outbox.send(seconds=1).unclear == 1
    assert outbox.states() == ["unclear stuck_sending"]
    assert outbox.messages()[0].sent_at == NOON


@pytest.mark.parametrize(
    ("claimed_by", "minutes", "state"),
    [
        (this_process(), 4, "sending"),
        (this_process(), 6, "unclear"),
        ("elsewhere|12|34", 4, "sending"),
        ("elsewhere|12|34", 6, "unclear"),
    ],
    ids=["ours", "ours, long ago", "another host's", "another host's, long ago"],
)
def test_a_claim_of_the_living_is_left_alone_for_five_minutes(
    app: Flask, link: LinkServer, claimed_by: str, minutes: int, state: str
) -> None:
    outbox = Outbox.opened(link)
    (message,) = outbox.due()
    outbox.change(Message, message.id, state="sending", claimed_at=NOON, claimed_by=claimed_by)
    outbox.send(minutes=minutes)
    assert outbox.messages()[0].state == state
    assert link.requests == []


def test_a_process_id_taken_over_by_another_process_is_dead() -> None:
    host, pid, started = this_process().split("|")
    assert not is_dead(f"{host}|{pid}|{started}")
    assert is_dead(f"{host}|{pid}|{int(started) + 1}")
    assert is_dead(f"{host}|4194305|1")
    assert not is_dead(f"elsewhere|{pid}|1")
    assert not is_dead("")


# failures.md 11: off over the weekend, 40 due
def test_after_a_weekend_off_everything_leaves_in_its_window_and_what_expired_is_listed(
    app: Flask, link: LinkServer
) -> None:
    outbox = Outbox.opened(link, max_per_minute=10)
    outbox.now = at("13.03. 15:00")
    outbox.due(30, start="17.03. 15:00")
    outbox.due(10, start="16.03. 07:00")
    builders.rule("reminder", days=1, at=at("13.03. 11:00").time())
    plan_messages(outbox.now)
    outbox.now = at("16.03. 07:30")
    plan_messages(outbox.now)
    assert outbox.send().accepted == 0
    for _ in range(29):
        plan_messages(outbox.now)
        assert outbox.send(minutes=1).accepted == 0
    leaving = [outbox.send(minutes=1).accepted for _ in range(5)]
    assert leaving == [10, 10, 10, 0, 0]
    assert len(link.accepted) == 30
    assert len({tuple(request["recipientAddressList"]) for request in link.accepted}) == 30
    missed = [m for m in outbox.messages() if m.state == "missed"]
    assert len({m.recipient for m in missed}) == 10


def test_nothing_due_or_no_office_is_no_trouble(app: Flask, link: LinkServer) -> None:
    assert set(send_due(lambda: NOON).as_dict().values()) == {0}
    assert plan_messages(NOON).created == 0


@pytest.fixture
def mails(app: Flask) -> Any:
    with mail_server() as server:
        builders.company(network_allow=["127.0.0.1"])
        builders.gateway(
            "Post",
            kind="smtp",
            base_url=f"smtp+plain://127.0.0.1:{server.port}",
            senders=[{"address": "office@example.at"}],
        )
        yield server


def _mailed(mails: MailServer, kind: str, **values: Any) -> tuple[EmailMessage, Any]:
    builders.rule(kind, channel="email", text="Guten Tag #Name, #Datum", subject="Termin #Datum")
    defaults = {"emails": ["karl@example.at"], "phones": []}
    builders.appointment(builders.calendar(), at("12.03. 16:00"), **defaults | values)
    plan_messages(NOON)
    moment = at("10.03. 17:00")
    assert send_due(lambda: moment).accepted == 1
    (letter,) = mails.letters[-1:]
    (part,) = letter.iter_attachments()
    (event,) = Ics.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    assert part.get_filename() == "termin.ics"
    assert event["UID"] == "kehrbote-1-1@kehrbote"
    return letter, event


# B33, A02
def test_an_e_mail_brings_the_appointment_as_a_calendar_entry(mails: MailServer) -> None:
    letter, event = _mailed(mails, "reminder")
    assert letter["Subject"] == "Termin 12.03.2026"
    assert letter["Reply-To"] == "office@example.at"
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "Guten Tag Karl Mustermann, 12.03.2026"
    assert (event.start, event.end) == (at("12.03. 16:00"), at("12.03. 17:00"))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)
    assert event["LOCATION"] == "Redtenbachergasse 3, 4400 Steyr"


def test_a_cancellation_takes_the_entry_out_of_the_calendar_again(mails: MailServer) -> None:
    _mailed(mails, "reminder")
    builders.rule("cancelled", channel="email", text="Der Termin entfällt.")
    row = db.session.get_one(Appointment, 1)
    row.cancelled_at = at("11.03. 09:00")
    row.start, row.end = at("13.03. 10:00"), at("13.03. 12:00")
    db.session.commit()
    moment = at("11.03. 10:00")
    plan_messages(moment)
    assert send_due(lambda: moment).accepted == 1
    (part,) = mails.letters[-1].iter_attachments()
    calendar = Ics.from_ical(part.get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert event["UID"] == "kehrbote-1-1@kehrbote"
    assert (event.start, event.end) == (at("12.03. 16:00"), at("12.03. 18:00"))


def test_feedback_brings_no_calendar_entry(mails: MailServer) -> None:
    rule = builders.rule("feedback", channel="email", days=1, text="Wie war es?", subject="Danke")
    there = builders.appointment(
        builders.calendar(), at("09.03. 09:00"), emails=["karl@example.at"], phones=[]
    )
    builders.message(
        there,
        builders.rule("reminder", channel="email"),
        channel="email",
        recipient="karl@example.at",
        state="accepted",
        sent_at=at("07.03. 17:00"),
        due_at=at("07.03. 17:00"),
    )
    builders.consent("karl@example.at", purpose="feedback")
    assert rule.days == 1
    moment = at("10.03. 18:00")
    plan_messages(moment)
    assert send_due(lambda: moment).accepted == 1
    assert list(mails.letters[-1].iter_attachments()) == []


def test_an_sms_rule_on_a_firm_with_mail_only_is_withheld(mails: MailServer) -> None:
    builders.rule("reminder")
    builders.appointment(builders.calendar(), at("12.03. 16:00"))
    plan_messages(NOON)
    (message,) = db.session.query(Message).all()
    assert (message.state, message.reason) == ("withheld", "no_gateway")
