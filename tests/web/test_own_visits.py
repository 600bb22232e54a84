"""Testtermin: made on its page, marked as a test wherever it stands (B46)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.actions.run.own_visits import create_visit, list_visits
from kehr.actions.send.send_due import send_due
from kehr.models import Appointment, Gateway, Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

HTMX = {"HX-Request": "true"}
GOOD = {"day": "2026-03-12", "at": "14:00"}
SIGN = 'class="state s-blue test-sign"><i class="bi bi-clipboard-check" aria-hidden="true"></i> Test</span>'
MARCH_12 = NOON + timedelta(days=2, hours=2)


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    """A firm with a number and an address for tests."""
    builders.company(self_test_sms="+436641112223", self_test_email="post@example.at")
    builders.gateway()


@pytest.fixture
def client(office: None, sign_in: SignIn) -> FlaskClient:
    return sign_in("office", "anna")


def visits() -> int:
    return db.session.query(Appointment).count()


# B46
def test_the_page_says_to_whom_and_offers_the_next_moment(client: FlaskClient) -> None:
    html = check_page(client.get("/testtermin"))
    assert "SMS an 0664 1112223" in html and "E-Mail an post@example.at" in html
    assert 'value="2026-03-10"' in html and 'value="13:00"' in html
    assert "Die Nachricht geht gleich hinaus" in html and "Noch keiner." in html


def test_at_night_it_says_when_the_message_leaves(client: FlaskClient, at: Clock) -> None:  # B46, C15
    at.moment = NOON + timedelta(hours=10)
    html = check_page(client.get("/testtermin"))
    assert "Jetzt ist keine Sendezeit: Die Nachricht geht am Mi, 11.03. 08:00 hinaus." in html
    assert 'value="2026-03-11"' in html and 'value="09:00"' in html
    said = client.post("/testtermin", data=GOOD, follow_redirects=True).text
    assert "Die SMS an 0664 1112223 geht am Mi, 11.03. 08:00 hinaus." in said


def test_one_click_makes_it_and_a_second_finds_it(client: FlaskClient, sign_in: SignIn) -> None:  # B46
    said = check_page(client.post("/testtermin", data=GOOD, follow_redirects=True))
    assert "Der Testtermin am Do, 12.03. 14:00 ist angelegt." in said
    assert "Die SMS an 0664 1112223 geht jetzt hinaus, in längstens einer Minute." in said
    assert 'hx-get="/testtermin/verlauf" hx-trigger="every 3s"' in said and SIGN in said
    again = check_page(client.post("/testtermin", data=GOOD, follow_redirects=True))
    assert "Diesen Testtermin haben Sie schon angelegt." in again
    other = check_page(sign_in("office", "berta").post("/testtermin", data=GOOD), 422)
    assert "Zu dieser Zeit gibt es schon einen Testtermin (von anna)" in other
    assert visits() == 1
    assert db.session.query(Message).count() == 2


def test_a_way_that_is_not_set_up_is_said_at_once(client: FlaskClient) -> None:  # B46
    db.session.query(Gateway).one().kind = "smtp"
    db.session.commit()
    said = check_page(client.post("/testtermin", data=GOOD, follow_redirects=True))
    assert "Die SMS an 0664 1112223: Nicht vorgesehen: Für SMS ist kein Gateway eingestellt." in said
    assert 'class="note note-warning"' in said


def test_the_list_follows_until_nothing_is_on_its_way(client: FlaskClient, at: Clock) -> None:  # B46
    create_visit(MARCH_12, "anna", NOON)
    send_due(lambda: NOON)
    db.session.expire_all()
    assert client.get("/testtermin/verlauf").location == "/testtermin"
    part = client.get("/testtermin/verlauf", headers=HTMX).text
    assert "<html" not in part and "angenommen" in part and "every 3s" in part
    at.moment = NOON + timedelta(minutes=11)
    assert "every 3s" not in client.get("/testtermin/verlauf", headers=HTMX).text


# B46: bad input says what is wrong, nothing is made, and what was typed is still there
@pytest.mark.parametrize(
    ("day", "hour", "sentence"),
    [
        ("", "14:00", "Wählen Sie einen Tag aus"),
        ("übermorgen", "14:00", "Wählen Sie einen Tag aus"),
        ("2026-02-30", "14:00", "Wählen Sie einen Tag aus"),
        ("2026-03-12", "", "Schreiben Sie die Uhrzeit als 17:00."),
        ("2026-03-12", "25:00", "Schreiben Sie die Uhrzeit als 17:00."),
        ("2026-03-10", "12:00", "Dieser Zeitpunkt ist schon vorbei."),
        ("2026-03-09", "14:00", "Dieser Zeitpunkt ist schon vorbei."),
        ("2028-03-12", "14:00", "Das ist zu weit voraus"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    client: FlaskClient, day: str, hour: str, sentence: str
) -> None:
    html = check_page(client.post("/testtermin", data={"day": day, "at": hour}), 422)
    assert sentence in html and "Nichts angelegt" in html and 'aria-invalid="true"' in html
    assert f'value="{day}"' in html and f'value="{hour}"' in html, "what was typed stays"
    assert visits() == 0


# B46: without an address there is a sentence, and the way to where it is entered
@pytest.mark.parametrize(("role", "link"), [("admin", True), ("office", False)])
def test_without_an_address_it_says_where_to_enter_one(
    app: Flask, at: Clock, sign_in: SignIn, role: str, link: bool
) -> None:
    builders.company()
    client = sign_in(role)
    html = check_page(client.get("/testtermin"))
    assert "Es ist keine Nummer und keine Adresse für Tests eingetragen." in html
    assert ('href="/firma#selbsttest"' in html) is link
    assert "Testtermin anlegen" not in html.split("<main")[1]
    refused = check_page(client.post("/testtermin", data=GOOD), 422)
    assert "Es ist keine Nummer" in refused and visits() == 0
    if link:
        assert 'id="selbsttest"' in check_page(client.get("/firma"))


def test_before_anything_was_set_up_the_page_stands(app: Flask, at: Clock, sign_in: SignIn) -> None:
    check_page(sign_in("office").get("/testtermin"))


def test_it_is_the_offices_and_not_the_readers(office: None, sign_in: SignIn) -> None:
    reader = sign_in("reader")
    for answer in (
        reader.get("/testtermin"),
        reader.post("/testtermin", data=GOOD),
        reader.get("/testtermin/verlauf"),
    ):
        assert answer.status_code == 403
    assert "/testtermin" not in reader.get("/geplant/liste").text
    assert visits() == 0


@pytest.mark.parametrize("path", ["/geplant/liste", "/geplant/tag", "/geplant/woche", "/system"])
def test_it_is_found_where_the_office_looks(client: FlaskClient, path: str) -> None:  # B46
    assert 'href="/testtermin"' in check_page(client.get(path))


# B46: sign and word wherever messages are listed; customers' messages have neither
@pytest.mark.parametrize(
    "path",
    ["/geplant/liste", "/geplant/woche", "/geplant/tag", "/protokoll", "/testtermin", "message"],
)
def test_it_is_marked_as_a_test_on_the_screen(client: FlaskClient, path: str) -> None:
    builders.message(
        builders.appointment(builders.calendar(), MARCH_12),
        builders.rule("reminder"),
        due_at=NOON,
        state="accepted",
        sent_at=NOON,
    )
    create_visit(MARCH_12, "anna", NOON)
    send_due(lambda: NOON)
    db.session.expire_all()
    test = list_visits()[0].messages[0]
    html = check_page(client.get(f"/nachricht/{test.id}" if path == "message" else path))
    assert html.count(SIGN) == {"message": 1, "/testtermin": 1, "/geplant/woche": 1}.get(path, 2)
    if path.startswith("/geplant"):
        assert "Testtermine" in html, "the calendar stands among the others, to be hidden"


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/geplant/liste/2026-03-10/druck", "<b>Test</b>"),
        ("/geplant/woche/2026-W11/druck", "<b>Test</b>"),
        ("/geplant/tag/2026-03-10/druck", "<b>Test</b>"),
        ("/protokoll/druck", "<b>Test</b>"),
        ("/protokoll.csv", "Test: Bestätigung"),
    ],
)
def test_it_is_marked_as_a_test_on_paper(client: FlaskClient, path: str, word: str) -> None:  # B46
    create_visit(MARCH_12, "anna", NOON)
    send_due(lambda: NOON)
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.get_data(as_text=True).count(word) >= 1
