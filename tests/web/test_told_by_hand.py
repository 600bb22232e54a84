"""What was written by hand tells of an appointment only where it says when it is."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.models import Appointment, ManualSend, Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page
from tests.web.slip_office import ten_appointments
from tests.web.test_slips import ROUND, keys


@pytest.fixture
def client(app: Flask, at: Clock, sign_in: SignIn) -> FlaskClient:
    ten_appointments()
    return sign_in("office")


def write(text: str, **values: object) -> None:
    """A text by hand to the party without consent at B008, about the appointment there."""
    row = db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B008")).one()
    send = ManualSend(list_id="1", at=NOON, due_at=NOON, channel="sms", text=text)
    db.session.add(send)
    db.session.flush()
    rule = db.session.scalars(db.select(Message)).first()
    assert rule is not None and rule.rule is not None
    by_hand = {"kind": "manual", "rule_id": None, "manual_send_id": send.id, "sent_at": NOON}
    told = {"recipient": "+436642000008", "state": "delivered", **by_hand, **values}
    builders.message(row, rule.rule, **told)


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Bitte begleichen Sie die offene Rechnung. #Firma", False),
        ("Unsere Telefonnummer hat sich geändert: 07252 12345.", False),
        ("Wir kommen am #Datum.", True),
        ("Wir kommen #tagwort um 9.", True),
        ("Wir kommen erst um #Uhrzeit.", True),
        ("Wir kommen am Montag, 16.03. um 12 Uhr.", True),
    ],
)
def test_a_reminder_to_pay_leaves_the_slip_in_the_round(  # A03, C04
    client: FlaskClient, text: str, tells: bool
) -> None:
    write(text)
    assert (len(keys(client.get(ROUND).text)) == 3) is tells
    untold = check_page(client.get("/termine/nicht-benachrichtigt?tage=30")).count("B008")
    assert (untold == 0) is tells


def test_the_text_that_one_message_got_of_its_own_counts(client: FlaskClient) -> None:
    write("Wir kommen am #Datum.", own_text="Bitte rufen Sie uns an.")
    assert len(keys(client.get(ROUND).text)) == 4


@pytest.mark.parametrize("path", ["/tagesliste", "/zettel", "/termine"])
def test_a_test_appointment_is_not_the_next_day_with_stops(client: FlaskClient, path: str) -> None:
    # C12, B46: the firm's own tests are in no list of customers, so no list opens on their day.
    own = builders.calendar("Testtermine", kind="testvisits")
    builders.appointment(own, NOON.replace(day=12))
    page = check_page(client.get(path, follow_redirects=True))
    assert "2026-03-16" in page and 'value="2026-03-12"' not in page
