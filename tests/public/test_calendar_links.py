"""The link of a message opens the appointment as it is now, for as long as anybody needs it."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar as Ics

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.send_due import send_due
from kehr.models import Appointment, CalendarLink, Message, db, writing
from tests import builders
from tests.conftest import NOON, Clock
from tests.public.conftest import URL
from tests.rules.plan_build import at as vienna

GONE = "Diesen Kalendereintrag gibt es nicht oder nicht mehr."


def sent(count: int = 1, company: dict[str, Any] | None = None, **rule: Any) -> list[Message]:
    """Reminders of one appointment that have just left, one to each number."""
    builders.company(**({"public_url": URL} | (company or {})))
    builders.gateway()
    calendar = builders.calendar()
    builders.rule("reminder", at=time(12), **({"ical_link": True} | rule))
    phones = [
        {"e164": f"+43664100000{n}", "type": "mobile", "country": "AT", "typed": ""} for n in range(count)
    ]
    builders.appointment(calendar, vienna("12.03. 09:00"), phones=phones)
    return leave()


def leave() -> list[Message]:
    plan_messages(NOON)
    send_due(lambda: NOON)
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(db.select(Message).order_by(Message.recipient)))


def path_in(message: Message) -> str:
    """The path of the link in a text."""
    (found,) = [word for word in message.text.split() if word.startswith(URL)]
    return found.removeprefix(URL)


def change(**values: Any) -> None:
    with writing() as session:
        row = session.scalars(db.select(Appointment)).one()
        for name, value in values.items():
            setattr(row, name, value)


@pytest.fixture
def office(app: Flask, at: Clock) -> Clock:
    return at


def test_the_link_in_the_sms_opens_the_appointment(office: Clock, stranger: FlaskClient) -> None:  # B33
    (message,) = sent()
    path = path_in(message)
    assert message.text.endswith(" " + URL + path) and len(URL + path) <= 42
    assert len(path.removeprefix("/t/")) >= 10
    answer = stranger.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert 'filename="termin.ics"' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"].startswith("private")
    (event,) = Ics.from_ical(answer.data).walk("VEVENT")
    assert event["summary"] == "Rauchfangkehrer Probe: Rauchfangkehrer"
    assert event["location"] == "Redtenbachergasse 3, 4400 Steyr"
    assert event.decoded("dtstart") == vienna("12.03. 09:00")
    assert "Rauchfangkehrer Probe" in event["contact"]


def test_head_answers_like_get_without_the_body(office: Clock, stranger: FlaskClient) -> None:
    (message,) = sent()
    answer = stranger.head(path_in(message))
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Type"].startswith("text/calendar")


def test_a_moved_appointment_shows_its_new_time_and_counts_as_newer(
    office: Clock, stranger: FlaskClient
) -> None:
    (message,) = sent()
    before = Ics.from_ical(stranger.get(path_in(message)).data).walk("VEVENT")[0]
    change(start=vienna("13.03. 14:00"), end=vienna("13.03. 15:00"))
    after = Ics.from_ical(stranger.get(path_in(message)).data).walk("VEVENT")[0]
    assert after.decoded("dtstart") == vienna("13.03. 14:00")
    assert after["uid"] == before["uid"] and after["sequence"] > before["sequence"]


def test_a_cancelled_appointment_is_taken_out_of_the_calendar(office: Clock, stranger: FlaskClient) -> None:
    (message,) = sent()
    change(cancelled_at=NOON)
    answer = stranger.get(path_in(message))
    assert answer.headers["Content-Type"].endswith("method=CANCEL")
    found = Ics.from_ical(answer.data)
    assert found["method"] == "CANCEL" and found.walk("VEVENT")[0]["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("moved", "moment", "status"),
    [
        (None, "13.03. 09:59", 200),
        (None, "13.03. 10:00", 404),
        ("20.03. 09:00", "21.03. 09:59", 200),
        ("20.03. 09:00", "21.03. 10:00", 404),
        ("11.03. 09:00", "13.03. 09:59", 200),
        ("11.03. 09:00", "13.03. 10:00", 404),
    ],
)
def test_a_link_opens_until_a_day_after_the_end(
    moved: str | None, moment: str, status: int, office: Clock, stranger: FlaskClient
) -> None:
    (message,) = sent()
    if moved:
        change(start=vienna(moved), end=vienna(moved) + timedelta(hours=1))
    office.moment = vienna(moment)
    answer = stranger.get(path_in(message))
    assert answer.status_code == status
    if status == 404:
        assert GONE in answer.get_data(as_text=True)


def test_two_messages_of_one_appointment_have_different_tokens(office: Clock) -> None:
    first, second = sent(2)
    assert path_in(first) != path_in(second)
    assert db.session.query(CalendarLink).count() == 2


def test_a_message_that_is_claimed_again_keeps_its_link(office: Clock) -> None:
    (message,) = sent()
    path = path_in(message)
    with writing() as session:
        again = session.get_one(Message, message.id)
        again.state, again.sent_at = "planned", None
    (message,) = leave()
    assert message.tries == 2 and path_in(message) == path


@pytest.mark.parametrize(
    "path", ["/t/unbekannt", "/t/" + "1" * 16, "/t/a%00b", "/t/%ff%fe", "/t/" + "x" * 400]
)
def test_an_unknown_link_is_404_with_a_sentence(path: str, office: Clock, stranger: FlaskClient) -> None:
    builders.company(public_url=URL)
    answer = stranger.get(path)
    assert answer.status_code == 404 and GONE in answer.get_data(as_text=True)


def test_a_full_stop_behind_the_link_does_no_harm(office: Clock, stranger: FlaskClient) -> None:
    (message,) = sent(text="Termin: #Kalenderlink. #Firma")
    assert ". Rauchfangkehrer" in message.text
    assert stranger.get(path_in(message)).status_code == 200


@pytest.mark.parametrize(
    ("company", "rule", "told"),
    [
        ({}, {"text": "Hier #Kalenderlink #Firma"}, "Hier https://k.example.at/t/"),
        ({}, {"ical_link": False, "text": "#Kalenderlink"}, "https://k.example.at/t/"),
        ({}, {"ical_link": False, "text": "Ohne"}, "Ohne"),
        ({"public_url": ""}, {"text": "Ohne"}, "Ohne"),
        ({"phone": ""}, {"text": "Ohne"}, "Ohne"),
        ({"public_url": "https://" + "k" * 22}, {"text": "Ohne"}, "Ohne"),
    ],
)
def test_the_link_stands_where_the_text_says_or_at_the_end_or_nowhere(
    company: dict[str, Any], rule: dict[str, Any], told: str, office: Clock
) -> None:  # B33
    (message,) = sent(company=company, **rule)
    assert message.text.startswith(told) and message.state == "accepted"
    assert ("/t/" in message.text) == ("/t/" in told) and "...." not in message.text


def test_a_text_that_names_a_link_which_cannot_be_is_withheld(office: Clock) -> None:
    (message,) = sent(company={"public_url": ""}, text="Termin: #Kalenderlink")
    assert (message.state, message.reason_args) == ("withheld", {"placeholders": "#Kalenderlink"})
    assert db.session.query(CalendarLink).count() == 0


def test_an_email_brings_the_file_instead_of_the_link(office: Clock, app: Flask) -> None:
    builders.company(public_url=URL)
    builders.gateway()
    builders.rule("reminder", at=time(12), ical_link=True, channel="email")
    builders.appointment(builders.calendar(), vienna("12.03. 09:00"), phones=[], emails=["eva@example.at"])
    (message,) = leave()
    assert message.channel == "email" and "/t/" not in message.text


def test_customers_who_share_an_address_may_all_open_their_links(
    office: Clock, stranger: FlaskClient
) -> None:
    (message,) = sent()
    assert {stranger.get(path_in(message)).status_code for _ in range(60)} == {200}


def test_too_many_wrong_links_from_one_address_have_to_wait(office: Clock, stranger: FlaskClient) -> None:
    builders.company(public_url=URL)
    answers = [stranger.get("/t/1111111111").status_code for _ in range(31)]
    assert answers == [404] * 30 + [429]
    other = {"X-Forwarded-For": "198.51.100.7"}
    assert stranger.get("/t/1111111111", headers=other).status_code == 404
    office.moment += timedelta(minutes=1)
    assert stranger.get("/t/1111111111").status_code == 404
