"""Vorschau: what leaves in the next 30 days and what it costs, on the page, on paper and as a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.models import db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    builders.company()
    account = builders.gateway("LINK", kind="sandbox", price=745)
    branch = builders.branch("Steyr", sms_gateway_id=account.id)
    calendar = builders.calendar(branch_id=branch.id)
    rule = builders.rule()
    for days in range(3, 7):
        row = builders.appointment(calendar, NOON + timedelta(days=days))
        builders.message(row, rule)
    builders.message(row, rule, recipient="+436641000009", state="held", reason="release_always")
    return {"account": account}


def test_the_page_names_days_branches_and_cost(office: dict[str, Any], sign_in: SignIn) -> None:  # C13
    html = check_page(sign_in("reader").get("/vorschau"))
    assert "0,30\xa0€" in html
    assert "Mittwoch, 11.03.2026" in html
    assert "Wartet auf Freigabe" in html
    assert "Geschätzt" in html
    assert 'href="/vorschau/druck"' in html


def test_paper_and_file_say_the_same(office: dict[str, Any], sign_in: SignIn) -> None:  # C13
    client = sign_in("reader")
    paper = check_page(client.get("/vorschau/druck"))
    assert "0,30\xa0€" in paper
    assert "Gedruckt am" in paper
    text = client.get("/vorschau.csv").get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 6
    assert rows[1] == ["11.03.2026", "Steyr", "geplant", "1", "1", "0", "0,0745", "0"]
    assert rows[5][1:4] == ["Steyr", "wartet auf Freigabe", "1"]


def test_planned_and_costs_lead_there(office: dict[str, Any], sign_in: SignIn) -> None:
    client = sign_in("reader")
    for path in ("/geplant/woche", "/kosten"):
        assert 'href="/vorschau"' in check_page(client.get(path))


def test_the_start_page_fetches_the_sum_in_one_line(office: dict[str, Any], sign_in: SignIn) -> None:  # C13
    client = sign_in("reader")
    assert 'hx-get="/vorschau/kurz"' in check_page(client.get("/heute"))
    short = client.get("/vorschau/kurz", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "nächste 30 Tage: 4 SMS, etwa 0,30\xa0€" in short
    assert client.get("/vorschau/kurz").location == "/vorschau"


@pytest.mark.parametrize(
    ("price", "told"),
    [
        (745, "4 SMS, etwa 0,30\xa0€"),
        (250_000, "4 SMS, etwa 100\xa0€"),
        (25_130, "etwa 10\xa0€"),
        (None, "4 SMS<"),
    ],
)
def test_the_sum_is_said_as_one_says_it(
    office: dict[str, Any], sign_in: SignIn, price: int | None, told: str
) -> None:
    office["account"].price = price
    db.session.commit()
    assert told in sign_in("reader").get("/vorschau/kurz", headers={"HX-Request": "true"}).get_data(
        as_text=True
    )


def test_nothing_planned_is_said_and_strangers_stay_out(app: Flask, at: Clock, sign_in: SignIn) -> None:
    assert "In den nächsten 30 Tagen ist nichts geplant." in check_page(sign_in("reader").get("/vorschau"))
    assert app.test_client().get("/vorschau").status_code == 302


def test_a_missing_price_is_said_not_guessed(office: dict[str, Any], sign_in: SignIn) -> None:
    from kehr.models import db

    office["account"].price = None
    db.session.commit()
    assert "Der Preis von 4 SMS ist nicht bekannt." in check_page(sign_in("reader").get("/vorschau"))


def test_lists_say_why_a_message_does_not_leave(office: dict[str, Any], sign_in: SignIn) -> None:  # C13
    html = check_page(sign_in("reader").get("/geplant/liste"))
    assert "Jede Nachricht braucht hier einen Klick" in html
