"""Who will not be told, and why: four groups as pages and files (A03)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.actions.people.match_appointments import match_coming
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.visits import list_untold
from kehr.models import Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

SOON = NOON + timedelta(days=5)
PATH = "/termine/nicht-benachrichtigt"


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    """Four objects: all well; nobody agreed; no number at all; without appointment (and all well)."""
    builders.company()
    builders.gateway()
    builders.rule()
    calendar = builders.calendar(consent="customer")
    for number, name, phones in (
        ("A1", "Gut", ["0664 1000001"]),
        ("A2", "Ohnehaken", ["0664 1000002"]),
        ("A3", "Festnetz", ["07252 81234"]),
        ("A4", "Später", ["0664 1000004"]),
    ):
        builders.person(builders.house(number, street=f"Weg {number[1]}"), name, phones=phones)
    builders.consent("+436641000001")
    builders.consent("+436641000004")
    for number in ("A1", "A2", "A3"):
        builders.appointment(
            calendar, SOON, summary=f"Objekt {number}", object_number=number, name="", phones=[]
        )
    match_coming(NOON)
    plan_messages(NOON)


@pytest.fixture
def client(office: None, sign_in: SignIn) -> FlaskClient:
    return sign_in("reader")


def table(client: FlaskClient, group: str) -> list[list[str]]:
    answer = client.get(f"{PATH}.csv?gruppe={group}")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert f'filename="{group}-20260310.csv"' in answer.headers["Content-Disposition"]
    text = answer.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


def test_appointments_of_which_nobody_hears_stand_with_their_reason(client: FlaskClient) -> None:  # A03
    html = check_page(client.get(PATH))
    assert "A2" in html and "Für 0664 1000002 liegt keine Einwilligung vor." in html
    assert "A3" in html and "07252 81234 ist eine Festnetznummer" in html
    assert "A1 ·" not in html
    rows = table(client, "termine")
    assert rows[0] == ["Termin", "Objekt", "Adresse", "Name", "Art", "Grund"]
    assert [row[1] for row in rows[1:]] == ["A2", "A3"]
    assert rows[1][0] == "15.03.2026 12:00" and "keine Einwilligung" in rows[1][5]


@pytest.mark.parametrize(
    ("group", "numbers", "sentence"),
    [
        ("ohne-termin", ["A4"], "Kein kommender Termin ist diesem Objekt zugeordnet."),
        ("ohne-nummer", ["A3"], "Niemand hier hat eine Handynummer oder E-Mail."),
        ("ohne-einwilligung", ["A2"], "Niemand hier hat zugestimmt."),
    ],
)
def test_objects_that_lack_something_stand_with_their_reason(
    group: str, numbers: list[str], sentence: str, client: FlaskClient
) -> None:  # A03
    html = check_page(client.get(f"{PATH}?gruppe={group}"))
    assert sentence in html
    for number in ("A1", "A2", "A3", "A4"):
        assert (f">{number}</a>" in html) == (number in numbers)
    rows = table(client, group)
    assert [row[0] for row in rows[1:]] == numbers and sentence in rows[1][3]


def test_consent_that_was_taken_back_or_came_from_a_calendar_is_none(client: FlaskClient) -> None:
    builders.consent("+436641000001", granted=False)
    builders.consent("+436641000002", source="calendar")
    numbers = [row[0] for row in table(client, "ohne-einwilligung")[1:]]
    assert numbers == ["A1", "A2"]


def test_days_ahead_bound_the_appointments_and_trial_tells_nobody(client: FlaskClient) -> None:
    assert "Von jedem Termin der nächsten 3 Tage" in check_page(client.get(f"{PATH}?tage=3"))
    for days in ("x", "99999999", "30", ""):
        assert "A2" in check_page(client.get(f"{PATH}?tage={days}"))
    for days in ("0", "-5"):
        assert "Von jedem Termin der nächsten 24 Stunden" in check_page(client.get(f"{PATH}?tage={days}"))
    message = db.session.scalars(db.select(Message).where(Message.state == "planned")).one()
    message.state, message.trial = "accepted", True
    db.session.commit()
    assert "Probebetrieb: Die Nachricht wurde nur aufgezeichnet" in client.get(PATH).text


@pytest.mark.parametrize("state", ["undelivered", "refused", "missed", "withdrawn"])
def test_whoever_was_not_reached_is_not_told(state: str, client: FlaskClient) -> None:  # A03
    message = db.session.scalars(db.select(Message).where(Message.state == "planned")).one()
    message.state = state
    db.session.commit()
    assert "A1" in [row[1] for row in table(client, "termine")]


@pytest.mark.parametrize("state", ["planned", "held", "sending", "accepted", "delivered", "unclear"])
def test_whoever_may_have_heard_is_told(state: str, client: FlaskClient) -> None:  # A03
    message = db.session.scalars(db.select(Message).where(Message.state == "planned")).one()
    message.state = state
    db.session.commit()
    assert "A1" not in [row[1] for row in table(client, "termine")]


def test_long_groups_are_paged(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_untold, "PAGE", 1)
    monkeypatch.setattr("kehr.web.untold_views.PAGE", 1)
    first, second = client.get(PATH).text, client.get(f"{PATH}?seite=2").text
    assert "gruppe=termine" in first and ">2</a>" in first
    assert "Weg 2" in first and "Weg 2" not in second and "Weg 3" in second


def test_what_a_table_program_would_run_is_told_as_text(client: FlaskClient) -> None:
    house = builders.house("A9", street="=HYPERLINK(1)")
    builders.person(house, "@SUM(A1)", phones=[])
    row = table(client, "ohne-nummer")[-1]
    assert row[1].startswith("'=HYPERLINK") and row[2].startswith("'@SUM")


def test_strangers_are_sent_to_the_login(office: None, app: Flask) -> None:
    for path in (PATH, f"{PATH}.csv"):
        assert "/anmelden" in app.test_client().get(path).headers["Location"]
