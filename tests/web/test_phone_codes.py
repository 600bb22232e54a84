"""Telefon-Code: typed into the search on top it opens the appointment; what he wants is written down."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.models import Appointment, Consent, Message, PhoneCode, VisitNote, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page
from tests.web.slip_office import ten_appointments


@pytest.fixture
def client(app: Flask, at: Clock, sign_in: SignIn) -> FlaskClient:
    ten_appointments()
    row = appointment()
    message = db.session.scalars(db.select(Message).where(Message.appointment_id == row.id)).one()
    message.text = "Termin am 16.03.2026. Code K7M."
    db.session.add(PhoneCode(code="K7M", appointment_id=row.id, given_at=NOON, free_at=NOON))
    db.session.commit()
    return sign_in("office")


def appointment() -> Appointment:
    """The first of the ten."""
    db.session.rollback()
    return db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B000")).one()


@pytest.mark.parametrize("typed", ["K7M", "k7m", " k 7 m", "%23K7M", "K-7-M"])
def test_a_code_typed_into_the_search_opens_its_appointment(client: FlaskClient, typed: str) -> None:  # C05
    answer = client.get(f"/suche?q={typed}")
    assert answer.location == "/code/K7M"
    html = check_page(client.get(answer.location))
    for words in ("Eva Huber", "B000", "Stadtplatz 10", "Code K7M.", "zugestellt", "Kehrplan Steyr"):
        assert words in html
    for words in ("Verschieben", "Abgesagt", "Keine SMS mehr an 0664 2000000"):
        assert words in html


def test_while_one_types_the_code_stands_above_the_hits(client: FlaskClient) -> None:  # C05
    fragment = client.get("/suche?q=k7m", headers={"HX-Request": "true"}).text
    assert 'href="/code/K7M"' in fragment and "Nichts gefunden" not in fragment
    assert 'href="/code/' not in client.get("/suche?q=z9z", headers={"HX-Request": "true"}).text


def test_an_object_of_that_number_is_not_hidden_by_a_code(client: FlaskClient) -> None:
    house = builders.house("K7M", street="Weg 1")
    builders.person(house, "Adler")
    html = check_page(client.get("/suche?q=K7M"))
    assert 'href="/code/K7M"' in html and f'href="/objekte/{house.id}"' in html


def test_without_such_a_code_the_search_is_as_it_was(client: FlaskClient) -> None:
    assert client.get("/suche?q=B000").location.startswith("/objekte/")
    assert "Nichts gefunden" in check_page(client.get("/suche?q=Z9Z"))
    assert client.get("/code/Z9Z").status_code == 404
    assert client.get("/code/Huber").status_code == 404
    assert client.get("/code/k7m").status_code == 200


def test_called_off_is_noted_and_leads_to_the_calendar(client: FlaskClient) -> None:  # C05
    html = check_page(client.post("/code/K7M/abgesagt", follow_redirects=True))
    assert "Löschen Sie den Termin nun im Kalender »Kehrplan Steyr«." in html
    assert "Hat am Di, 10.03. 12:00 angerufen, vermerkt von office-user." in html
    assert db.session.scalars(db.select(VisitNote.word)).all() == ["called"]


def test_moving_is_done_in_the_calendar_and_the_call_is_noted_once(client: FlaskClient) -> None:  # C05
    for _again in range(2):
        html = check_page(client.post("/code/K7M/angerufen", follow_redirects=True))
    assert "Verschieben Sie den Termin nun im Kalender »Kehrplan Steyr«." in html
    assert len(db.session.scalars(db.select(VisitNote)).all()) == 1


def test_no_more_sms_records_the_withdrawal(client: FlaskClient) -> None:  # C05
    data = {"nummer": "+436642000000"}
    html = check_page(client.post("/code/K7M/keine-sms", data=data, follow_redirects=True))
    assert "An 0664 2000000 gehen keine Nachrichten mehr." in html
    rows = db.session.scalars(db.select(Consent).where(Consent.address == "+436642000000")).all()
    assert [(row.granted, row.source) for row in rows] == [(True, "phone"), (False, "phone")]
    assert (rows[-1].person_name, rows[-1].property_number) == ("Eva Huber", "B000")


@pytest.mark.parametrize("number", ["", "+436642000001", "x"])
def test_a_number_of_somebody_else_is_left_alone(client: FlaskClient, number: str) -> None:
    before = len(db.session.scalars(db.select(Consent)).all())
    html = check_page(client.post("/code/K7M/keine-sms", data={"nummer": number}, follow_redirects=True))
    assert "Nichts geändert" in html
    assert len(db.session.scalars(db.select(Consent)).all()) == before


@pytest.mark.parametrize("deed", ["angerufen", "abgesagt", "keine-sms"])
def test_only_the_office_writes_and_only_for_codes_that_are(
    client: FlaskClient, sign_in: SignIn, deed: str
) -> None:
    assert client.post(f"/code/Z9Z/{deed}").status_code == 404
    reader = sign_in("reader")
    assert reader.post(f"/code/K7M/{deed}").status_code == 403
    assert "Abgesagt" not in check_page(reader.get("/code/K7M"))
