"""Slips that were printed before their appointment moved: what is on paper is not what would be written."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.models import Appointment, Company, db
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page
from tests.web.slip_office import ten_appointments
from tests.web.test_slips import ROUND, SPAN, keys, papers


@pytest.fixture
def client(app: Flask, at: Clock, sign_in: SignIn) -> FlaskClient:
    ten_appointments()
    return sign_in("office")


def test_a_slip_with_an_old_start_on_it_tells_nobody_of_the_new_one(client: FlaskClient) -> None:  # C04, C08
    html = client.get(ROUND).text
    row = db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B009")).one()
    row.start += timedelta(days=1)
    db.session.commit()
    moved = row.id
    form = {"gezeigt": keys(html), "beginn": re.findall(r'name="beginn" value="(\d+@\d+)"', html)}
    everything = {**form, "welche": "alle", **SPAN}
    answer = client.post("/zettel/eingeworfen", data=everything, follow_redirects=True)
    assert "3 Zettel sind als eingeworfen vermerkt." in check_page(answer)
    assert "1 Termin wurde inzwischen verschoben." in answer.text and "Drucken Sie ihn neu." in answer.text
    assert moved not in {paper.appointment_id for paper in papers()} and len(papers()) == 3


@pytest.mark.parametrize(
    ("later", "all_day", "said"),
    [
        (timedelta(hours=2), False, "am Montag, 16.03.2026 um 12:30 Uhr."),
        (timedelta(days=1), False, "am Montag, 16.03.2026."),
        (timedelta(hours=2), True, "am Montag, 16.03.2026."),
    ],
)
def test_a_slip_says_the_old_time_where_the_day_stays_the_same(  # C04
    client: FlaskClient, later: timedelta, all_day: bool, said: str
) -> None:
    row = db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B009")).one()
    key = next(one for one in keys(client.get(ROUND).text) if one.startswith(f"{row.id}-"))
    client.post("/zettel/eingeworfen", data={"zettel": [key], **SPAN})
    row = db.session.get_one(Appointment, row.id)
    row.start, row.end, row.all_day = row.start + later, row.end + later, all_day
    db.session.commit()
    assert f"Das ersetzt den Termin {said}" in client.get("/zettel/druck?von=2026-03-16&bis=2026-03-17").text


def test_the_round_warns_of_slips_that_were_printed_before_a_move(client: FlaskClient) -> None:  # C04
    row = db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B009")).one()
    warning = "verschoben am Mo, 09.03. 12:00: Ein Zettel von vorher gilt nicht mehr."
    assert "Ein Zettel von vorher" not in client.get(ROUND).text
    row.start, row.changed_at = row.start + timedelta(hours=2), NOON - timedelta(days=1)
    db.session.commit()
    assert check_page(client.get(ROUND)).count(warning) == 1
    row = db.session.get_one(Appointment, row.id)
    row.changed_at = NOON - timedelta(days=20)
    db.session.commit()
    assert "Ein Zettel von vorher" not in client.get(ROUND).text


@pytest.mark.parametrize("phone", ["", "   ", "siehe Tafel", "07252 12345 od 0664 1234567", "12", "133"])
def test_slips_print_without_a_code_where_the_firm_has_no_one_number(client: FlaskClient, phone: str) -> None:
    db.session.get_one(Company, 1).phone = phone
    db.session.commit()
    html = check_page(client.get("/zettel/druck?von=2026-03-16&bis=2026-03-16"))
    assert html.count('<article class="slip">') == 4 and "<svg" not in html
    assert "Kamera" not in html
