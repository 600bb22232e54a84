"""The second channel through planning and sending: an SMS that fails, an e-mail that follows (C20)."""

from __future__ import annotations

import json
from datetime import time
from typing import Any

import pytest
from flask import Flask

from kehr.actions.decide.waiting_work import count_waiting, find_waiting
from kehr.actions.hear.take_hook import HookAccount, take_hook
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import send_due
from kehr.actions.visits.list_untold import list_untold
from kehr.gateways.hook_call import HookCall
from kehr.models import Appointment, Calendar, CalendarLink, Company, Message, MessageRule, db, writing
from tests import builders
from tests.actions.desk import at
from tests.actions.outbox import Outbox, phone
from tests.actions.phone_office import PhoneOffice
from tests.conftest import NOON
from tests.fakes.android_phone import android_phone
from tests.fakes.hook_caller import link_report
from tests.fakes.link_server import LinkServer
from tests.fakes.mail_server import MailServer, mail_server

MAIL = "kunde@example.at"


@pytest.fixture
def mails() -> Any:
    with mail_server() as server:
        yield server


def post(mails: MailServer) -> None:
    """The account of the office's mail server."""
    builders.gateway(
        "Post",
        kind="smtp",
        base_url=f"smtp+plain://127.0.0.1:{mails.port}",
        senders=[{"address": "office@example.at"}],
    )


@pytest.fixture
def outbox(app: Flask, link: LinkServer, mails: MailServer) -> Outbox:
    """An office with LINK and a mail server, whose reminder goes on by e-mail."""
    found = Outbox.opened(link)
    post(mails)
    found.change(MessageRule, 1, second_channel=True)
    return found


def due(outbox: Outbox, **values: Any) -> None:
    defaults = {"name": "Kunde1", "phones": [phone(1)], "emails": [MAIL], "uid": "u1"}
    builders.appointment(outbox.calendar, at("12.03. 09:00"), **defaults | values)
    plan_messages(outbox.now)


def told(outbox: Outbox) -> list[str]:
    return [f"{m.channel} {m.state} {m.reason}" for m in outbox.messages()]


def test_a_refused_sms_goes_on_as_an_e_mail_to_the_same_person_once(  # C20
    outbox: Outbox, link: LinkServer, mails: MailServer
) -> None:
    link.behaviours = ["code:4002"]
    due(outbox)
    assert told(outbox) == ["sms planned planned_lead"]
    assert outbox.send().refused == 1
    assert [w.what for w in find_waiting(NOON)] == ["failed"]
    for _ in range(3):
        plan_messages(outbox.now)
    sms, mail = sorted(outbox.messages(), key=lambda m: m.channel, reverse=True)
    assert (mail.recipient, mail.second_of, mail.about_start) == (MAIL, sms.id, sms.about_start)
    assert find_waiting(NOON) == [] and count_waiting(NOON) == 0
    assert outbox.send().accepted == 1
    (letter,) = mails.letters
    assert letter["To"] == MAIL and "12.03.2026" in str(letter.get_body(("plain",)))
    for _ in range(3):
        plan_messages(outbox.now)
        outbox.send(minutes=1)
    assert len(mails.letters) == 1 and len(link.requests) == 1
    assert list_untold(NOON, 30, "termine", 1).counts["termine"] == 0


@pytest.mark.parametrize(("word", "letters"), [("expired", 1), ("undelivered", 0), ("delivered", 0)])
def test_what_link_reports_as_undelivered_goes_on_at_once(  # C20, A55
    word: str, letters: int, outbox: Outbox, link: LinkServer, mails: MailServer
) -> None:
    due(outbox)
    outbox.send()
    (sms,) = outbox.messages()
    body = json.dumps(link_report(word, transferId=sms.reference)).encode()
    take_hook(HookAccount(1, "linkmobility", {}), HookCall(body, {}), outbox.now)
    assert outbox.send().accepted == letters
    assert len(mails.letters) == letters and len(link.requests) == 1


def test_what_a_phone_reports_as_failed_goes_on_at_once(app: Flask, mails: MailServer) -> None:  # C20, A55
    with android_phone() as handy:
        office = PhoneOffice.opened(handy)
        post(mails)
        builders.appointment(
            db.session.get_one(Calendar, 1), at("12.03. 09:00"), phones=[phone(1)], emails=[MAIL], uid="u1"
        )
        with writing() as session:
            session.get_one(MessageRule, 1).second_channel = True
        office.send()
        handy.move(office.messages()[0].id, "Failed", "RESULT_ERROR_NO_SERVICE")
        assert office.ask(minutes=1).undelivered == 1
        assert send_due(lambda: office.now).accepted == 1
        assert [letter["To"] for letter in mails.letters] == [MAIL]


def test_an_undelivered_sms_of_a_moved_appointment_names_the_old_date_by_e_mail(  # C20
    outbox: Outbox, link: LinkServer, mails: MailServer
) -> None:
    builders.rule("moved", text="Statt #AltesDatum am #Datum", second_channel=True)
    due(outbox)
    outbox.send()
    row = db.session.get_one(Appointment, 1)
    row.start, row.end, row.changed_at = at("13.03. 09:00"), at("13.03. 10:00"), outbox.now
    db.session.commit()
    outbox.now = at("10.03. 12:30")
    plan_messages(outbox.now)
    outbox.send()
    moved = next(m for m in outbox.messages() if m.kind == "moved")
    outbox.change(Message, moved.id, state="undelivered", reason="undelivered")
    plan_messages(outbox.now)
    outbox.send()
    assert "Statt 12.03.2026 am 13.03.2026" in str(mails.letters[-1].get_body(("plain",)))


def test_without_a_consented_e_mail_the_line_of_those_not_reached_stays(  # C20
    outbox: Outbox, link: LinkServer, mails: MailServer
) -> None:
    link.behaviours = ["code:4002"]
    due(outbox, emails=[])
    outbox.send()
    plan_messages(outbox.now)
    assert told(outbox) == ["sms refused link_4002"]
    (line,) = find_waiting(NOON)
    assert (line.what, line.message.rule.second_channel if line.message else None) == ("failed", True)
    assert line.second == "none"
    assert list_untold(NOON, 30, "termine", 1).counts["termine"] == 1


def test_an_e_mail_that_fails_as_well_is_on_the_list(  # C20
    outbox: Outbox, link: LinkServer, mails: MailServer
) -> None:
    link.behaviours = ["code:4002"]
    due(outbox)
    outbox.send()
    plan_messages(outbox.now)
    mail = next(m for m in outbox.messages() if m.channel == "email")
    outbox.change(Message, mail.id, state="refused", reason="smtp_refused")
    assert sorted(w.message.channel for w in find_waiting(NOON) if w.message) == ["email", "sms"]
    assert count_waiting(NOON) == 2


def test_a_person_of_the_object_is_written_to_at_the_ticked_address(  # C20, A10, A13
    outbox: Outbox, link: LinkServer, mails: MailServer
) -> None:
    house = builders.house()
    builders.person(house, phones=["0664 1000001"], emails=[MAIL, "rechnung@example.at"])
    builders.person(house, "Nachbar", unit="2", emails=["nachbar@example.at"])
    for address in ("+436641000001", MAIL, "nachbar@example.at"):
        builders.consent(address)
    link.behaviours = ["code:4002"]
    due(outbox, phones=[], emails=[], property_id=house.id)
    outbox.send()
    plan_messages(outbox.now)
    outbox.send()
    assert [letter["To"] for letter in mails.letters] == [MAIL]


def test_an_e_mail_no_longer_needed_is_withdrawn(outbox: Outbox, link: LinkServer) -> None:  # C20
    link.behaviours = ["code:4002"]
    due(outbox)
    outbox.send()
    plan_messages(outbox.now)
    sms = next(m for m in outbox.messages() if m.channel == "sms")
    outbox.change(Message, sms.id, state="planned", reason="planned_again")
    plan_messages(outbox.now)
    assert [m.state for m in outbox.messages() if m.channel == "email"] == ["withdrawn"]


def test_what_is_undelivered_after_the_appointment_makes_no_row(  # C20
    outbox: Outbox, link: LinkServer
) -> None:
    due(outbox)
    outbox.send()
    outbox.change(Message, outbox.messages()[0].id, state="undelivered", reason="undelivered")
    outbox.now = at("12.03. 09:00")
    plan_messages(outbox.now)
    assert [m.channel for m in outbox.messages()] == ["sms"]


def test_an_e_mail_whose_appointment_began_before_it_left_is_missed(  # C20
    outbox: Outbox, link: LinkServer
) -> None:
    link.behaviours = ["code:4002"]
    due(outbox)
    outbox.send()
    plan_messages(outbox.now)
    outbox.now = at("12.03. 09:00")
    plan_messages(outbox.now)
    assert [m.state for m in outbox.messages() if m.channel == "email"] == ["missed"]


def test_off_by_default(app: Flask, link: LinkServer, mails: MailServer) -> None:  # C20
    office = Outbox.opened(link)
    assert db.session.get_one(MessageRule, 1).second_channel is False
    assert builders.rule("moved", at=time(12)).second_channel is False
    link.behaviours = ["code:4002"]
    due(office)
    office.send()
    plan_messages(office.now)
    assert [m.channel for m in office.messages()] == ["sms"]
    assert send_due(lambda: office.now).accepted == 0


@pytest.mark.parametrize(
    ("text", "link_in_mail"),
    [("Am #Datum: #Kalenderlink", True), ("Am #Datum kommen wir", False)],
    ids=["the text names the link", "the link is only put at the end of an SMS"],
)
def test_the_e_mail_in_an_sms_s_place_brings_the_appointment_too(  # C20, B33
    text: str, link_in_mail: bool, outbox: Outbox, link: LinkServer, mails: MailServer
) -> None:
    outbox.change(Company, 1, public_url="https://k.example.at")
    outbox.change(MessageRule, 1, text=text, ical_link=True)
    link.behaviours = ["code:4002"]
    due(outbox)
    outbox.send()
    plan_messages(outbox.now)
    outbox.send()
    sms, mail = sorted(outbox.messages(), key=lambda m: m.channel, reverse=True)
    tokens = {row.message_id: row.token for row in db.session.scalars(db.select(CalendarLink))}
    assert tokens[sms.id] in sms.text
    (letter,) = mails.letters
    body = str(letter.get_body(("plain",)))
    assert "...." not in body and ("https://k.example.at/t/" in body) is link_in_mail
    assert (mail.id in tokens) is link_in_mail
    assert [part.get_content_type() for part in letter.iter_attachments()] == ["text/calendar"]
