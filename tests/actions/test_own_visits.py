"""A test appointment goes the way of all appointments, to the firm's own number and to nobody else (B46)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.feeds.list_calendars import list_calendars
from kehr.actions.people.match_appointments import match_coming
from kehr.actions.plan.forecast import forecast
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.plan.preview_draft import next_appointments
from kehr.actions.run.own_visits import (
    VisitRefused,
    create_visit,
    list_visits,
    usual_start,
)
from kehr.actions.run.run_round import send_round
from kehr.actions.run.show_today import show_today
from kehr.actions.setup.export_settings import export_settings
from kehr.actions.setup.list_rules import list_rules
from kehr.actions.visits.list_appointments import count_unmatched, list_appointments
from kehr.actions.visits.list_untold import list_untold
from kehr.actions.visits.pressing_deadlines import count_late
from kehr.actions.visits.show_appointment import list_unmatched
from kehr.models import Appointment, Company, Message, db
from kehr.rules.plan.own_visits import MOST_A_DAY
from kehr.rules.terms.office_days import office_day
from tests import builders
from tests.conftest import NOON
from tests.fakes.link_server import TOKEN, LinkServer, link_server
from tests.fakes.mail_server import MailServer, mail_server

Threads = Callable[[Callable[[], Any]], Callable[[], Any]]
OWN = "+436641112223"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHT = NOON + timedelta(hours=10)
"""Tuesday, 22:00 in Vienna."""
VISIT = NOON + 2 * DAY


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
    """An office in trial mode whose customers' messages all want to leave."""
    with link_server() as server:
        account = builders.gateway("LINK", kind="linkmobility", base_url=server.base_url)
        account.secret = TOKEN
        db.session.commit()
        for kind in ("reminder", "confirmation", "announcement", "moved"):
            builders.rule(kind)
        yield server


def mine() -> list[Message]:
    db.session.expire_all()
    calendars = db.select(builders.Calendar.id).where(builders.Calendar.kind == "testvisits")
    query = db.select(Message).where(Message.calendar_id.in_(calendars))
    return list(db.session.scalars(query.order_by(Message.created_at, Message.channel)))


def refused(start: datetime, now: datetime = NOON, by: str = "anna") -> str:
    with pytest.raises(VisitRefused) as error:
        create_visit(start, by, now)
    return error.value.reason.code


# B46: through planning, claim and gateway, in trial mode too, to the firm's own addresses and nobody else
def test_it_goes_the_whole_way_to_the_firm_itself(mails: MailServer, sms: LinkServer) -> None:
    visit = create_visit(VISIT, "anna", NOON)
    assert [(one.channel, one.state, one.due_at) for one in visit.messages] == [
        ("sms", "planned", NOON),
        ("email", "planned", NOON),
    ]
    for minutes in (0, 1, 60, 2 * 24 * 60 + 30):
        send_round(lambda minutes=minutes: NOON + timedelta(minutes=minutes))
    found = [(m.channel, m.recipient, m.state, m.trial, m.recipient_name) for m in mine()]
    assert found == [
        ("email", "post@example.at", "accepted", False, "Testtermin"),
        ("sms", OWN, "accepted", False, "Testtermin"),
    ]
    text = mine()[1].text
    assert text.startswith(
        "Test von Kehrbote: Ihr Termin am Donnerstag, 12.03.2026 um 12:00 ist eingetragen."
    )
    assert "nur ein Test" in text
    to_us = [letter for letter in mails.letters if "Test von Kehrbote" in str(letter["Subject"])]
    assert len(to_us) == 1 and to_us[0]["To"] == "post@example.at"
    (listed,) = list_visits()
    assert (listed.by, listed.appointment.start, len(listed.messages)) == ("anna", VISIT, 2)


def test_outside_the_window_it_waits_for_the_opening(mails: MailServer, sms: LinkServer) -> None:  # B46, C15
    opens = NOON + timedelta(hours=20)
    assert refused(NIGHT + HOUR, NIGHT) == "visit_before_window"
    start = usual_start(NIGHT)
    assert start == opens + HOUR
    visit = create_visit(start, "anna", NIGHT)
    assert [one.due_at for one in visit.messages] == [opens, opens]
    send_round(lambda: NIGHT + timedelta(minutes=5))
    assert {one.state for one in mine()} == {"planned"} and sms.requests == []
    send_round(lambda: opens)
    assert {one.state for one in mine()} == {"accepted"}


# B46: two clicks, a double submit, two people at once: one appointment, one message a way
def test_many_clicks_for_one_moment_are_one(mails: MailServer, sms: LinkServer, in_thread: Threads) -> None:
    def click(who: str) -> str:
        try:
            create_visit(VISIT, who, NOON)
        except VisitRefused as error:
            return error.reason.code
        return "made"

    with ThreadPoolExecutor(4) as pool:
        clicks = [pool.submit(in_thread(lambda who=who: click(who))) for who in ("anna", "berta") * 3]
        found = sorted(one.result() for one in clicks)
    assert found == ["made"] + ["visit_there"] * 5
    db.session.rollback()
    assert len(mine()) == 2 and len(list_visits()) == 1
    send_round(lambda: NOON)
    assert len(sms.requests) == 2, "the self test of the day, and this one"


def test_each_day_has_a_few_and_another_moment_is_another_test(mails: MailServer, sms: LinkServer) -> None:
    for number in range(MOST_A_DAY):
        create_visit(VISIT + timedelta(minutes=number), "anna", NOON)
    assert refused(VISIT + HOUR) == "visit_enough"
    create_visit(VISIT + HOUR, "anna", NOON + DAY)
    assert len(mine()) == 2 * (MOST_A_DAY + 1)


@pytest.mark.parametrize(
    ("start", "code"),
    [(NOON, "visit_over"), (NOON - DAY, "visit_over"), (NOON + timedelta(days=366), "visit_far")],
)
def test_a_moment_at_which_there_can_be_none_is_refused(
    mails: MailServer, start: datetime, code: str
) -> None:  # B46
    assert refused(start) == code
    assert mine() == [] and list_visits() == []


def test_without_an_address_there_is_none(app: Flask) -> None:  # B46
    assert refused(VISIT) == "visit_without_address"
    builders.company()
    assert refused(VISIT) == "visit_without_address"
    assert list_visits() == []


# B46: never to anybody but the firm's number
def test_a_house_with_the_firms_number_is_not_told(mails: MailServer, sms: LinkServer) -> None:
    house = builders.house()
    builders.person(house, "Chef", phones=["0664 1112223"])
    builders.person(house, "Mieterin", unit="Top 1", phones=["0664 1000007"], emails=["mieterin@example.at"])
    for address in (OWN, "+436641000007", "mieterin@example.at"):
        builders.consent(address)
    create_visit(VISIT, "anna", NOON)
    match_coming(NOON)
    plan_messages(NOON)
    assert {one.recipient for one in mine()} == {OWN, "post@example.at"}
    row = db.session.scalars(db.select(Appointment)).one()
    assert row.property_id is None
    row.property_id = house.id
    db.session.commit()
    plan_messages(NOON)
    assert {one.recipient for one in mine()} == {OWN, "post@example.at"}, "not even when somebody says so"


def test_a_number_that_is_no_longer_the_firms_gets_nothing(mails: MailServer, sms: LinkServer) -> None:  # B46
    create_visit(NIGHT + DAY, "anna", NIGHT)
    company = db.session.get_one(Company, 1)
    company.self_test_sms = "+436649999999"
    db.session.commit()
    plan_messages(NIGHT)
    assert [(one.channel, one.state, one.reason) for one in mine()] == [
        ("email", "planned", "planned_new"),
        ("sms", "withdrawn", "recipient_gone"),
    ]


# B46: it counts and shows nowhere among customers
def test_customers_lists_and_sums_know_nothing_of_it(mails: MailServer, sms: LinkServer) -> None:
    company = db.session.get_one(Company, 1)
    company.release = "always"
    db.session.commit()
    zone = company.zoneinfo
    late = count_late(NOON, zone)
    create_visit(VISIT, "anna", NOON)
    assert {one.state for one in mine()} == {"planned"}, "nobody need release it"
    assert forecast(NOON, zone).total.sms == 0
    today = show_today(NOON, zone)
    assert (today.left_today, today.departures) == (0, ())
    send_round(lambda: NOON)
    assert show_today(NOON, zone).so_far == ()
    day = office_day(VISIT, zone)
    assert list_appointments(NOON, zone, day, day).total == 0
    assert next_appointments(NOON, None, None) == []
    assert list_calendars(NOON) == [] and count_late(NOON, zone) == late
    builders.house()
    assert count_unmatched(NOON, 30) == 0 and list_unmatched(NOON, 30, 1, 10) == ([], 0)
    for message in mine():
        message.state = "undelivered"
    db.session.commit()
    assert list_untold(NOON, 30, "termine", 1).counts["termine"] == 0
    assert "Testtermin" not in repr(list_rules())
    assert "Testtermin" not in export_settings(with_secrets=False)


def test_the_self_test_of_the_day_goes_on_beside_it(mails: MailServer, sms: LinkServer) -> None:  # A32, B46
    create_visit(VISIT, "anna", NOON)
    send_round(lambda: NOON)
    send_round(lambda: NOON + HOUR)
    rows = list(db.session.scalars(db.select(Message)))
    assert sorted((one.calendar_name, one.kind, one.channel) for one in rows) == [
        ("Selbsttest", "announcement", "email"),
        ("Selbsttest", "announcement", "sms"),
        ("Testtermine", "confirmation", "email"),
        ("Testtermine", "confirmation", "sms"),
    ]
