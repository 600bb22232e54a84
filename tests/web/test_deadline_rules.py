"""The table of the Länder: shown with where it is from, changed by admins, put back to its default."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kehr.actions.visits.deadline_rules import changed_rules, load_rules
from kehr.models import DeadlineRule, db
from kehr.rules.law.start_deadlines import START_DEADLINES
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

NOE = "/fristen/N%C3%96"
TYPED = {
    "amount": "3",
    "unit": "week",
    "warn_days": "5",
    "posted_over": "",
    "posted_amount": "",
    "posted_unit": "day",
    "form": "",
    "source": "NÖ FG 2015 § 18",
    "checked_on": "01.03.2026",
    "sureness": "high",
    "note": "",
}


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company(land="NÖ")


def test_every_land_says_its_term_its_source_and_how_sure_that_is(office: None, sign_in: SignIn) -> None:
    html = check_page(sign_in("reader").get("/fristen"))  # C03
    assert "keine Rechtsauskunft" in html and "nicht am geltenden (konsolidierten) Gesetzestext" in html
    for words in (
        "Spätestens 2 Wochen vorher",
        "Spätestens 1 Monat vorher",
        "Empfehlung: spätestens 7 Tage vorher",
        "ab 3 Wohnungen Aushang der Hauptkehrung spätestens 1 Woche vorher",
        "WKehrV 2016 § 17",
        "Sicherheit: hoch",
        "Sicherheit: mittel",
        "Sicherheit: unbekannt",
        "am geltenden Text noch nicht nachgesehen",
        "Für Ihre Firma gilt Niederösterreich.",
    ):
        assert words in html, words
    assert html.count("Die Ampel ist grau.") == 4
    assert "Bearbeiten" not in html


def test_a_rule_is_changed_and_put_back(office: None, sign_in: SignIn) -> None:
    client = sign_in("admin")
    html = check_page(client.get(NOE))
    assert 'value="2"' in html and "data-warn-unsaved" in html and "Vorgabe wiederherstellen" not in html
    assert client.post(NOE, data=TYPED).status_code == 302
    html = check_page(client.get("/fristen"))
    assert "Gespeichert." in html and "Spätestens 3 Wochen vorher" in html and "von Ihnen geändert" in html
    assert "nachgesehen am 01.03.2026" in html and "geändert am Di, 10.03.2026 von admin-user" in html
    client.post(NOE, data=TYPED)
    assert "Es war nichts zu ändern." in client.get("/fristen").text
    assert "Vorgabe wiederherstellen" in check_page(client.get(NOE))
    assert client.post(f"{NOE}/vorgabe").status_code == 302
    assert "Die Vorgabe für Niederösterreich gilt wieder." in client.get("/fristen").text
    assert load_rules() == START_DEADLINES and changed_rules() == {}


def test_saving_the_default_is_no_change(office: None, sign_in: SignIn) -> None:
    client = sign_in("admin")
    client.post(NOE, data=TYPED)
    own = START_DEADLINES["NÖ"]
    client.post(NOE, data=TYPED | {"amount": "2", "warn_days": "", "checked_on": "", "source": own.source})
    assert load_rules()["NÖ"].form == ""
    client.post(
        NOE,
        data=TYPED
        | {"amount": "2", "warn_days": "3", "checked_on": "", "source": own.source, "form": own.form},
    )
    assert changed_rules() == {}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount": "bald"}, "Hier muss eine ganze Zahl stehen."),
        ({"amount": "-1"}, "zwischen 0 und 52"),
        ({"amount": "53"}, "zwischen 0 und 52"),
        ({"amount": "13", "unit": "month"}, "zwischen 0 und 12"),
        ({"unit": "Jahr"}, "gibt es hier nicht"),
        ({"warn_days": "31"}, "zwischen 0 und 30"),
        ({"source": ""}, "Woher kommt diese Frist?"),
        ({"source": "x" * 301}, "Höchstens 300 Zeichen"),
        ({"checked_on": "31.02.2026"}, "ist kein Tag"),
        ({"checked_on": "gestern"}, "ist kein Tag"),
        ({"sureness": "sehr"}, "gibt es hier nicht"),
        ({"posted_over": "2"}, "Zum Aushang gehört beides"),
        ({"posted_amount": "2"}, "Zum Aushang gehört beides"),
        ({"amount": "", "advice": "y"}, "Zu einer Empfehlung gehört"),
        ({"amount": "", "posted_over": "2", "posted_amount": "1"}, "Wo ein Aushang nötig ist"),
        ({"note": "x" * 2001}, "Höchstens 2000 Zeichen"),
    ],
)
def test_what_makes_no_rule_is_refused_at_its_field(
    typed: dict[str, Any], words: str, office: None, sign_in: SignIn
) -> None:
    html = check_page(sign_in("admin").post(NOE, data=TYPED | typed), 422)
    assert words in html and "Nichts gespeichert" in html
    assert 'value="NÖ FG 2015 § 18"' in html or "source" in typed
    assert db.session.scalars(db.select(DeadlineRule)).all() == []


def test_a_land_that_there_is_not(office: None, sign_in: SignIn) -> None:
    client = sign_in("admin")
    assert client.get("/fristen/Bayern").status_code == 404
    assert client.post("/fristen/Bayern", data=TYPED).status_code == 404
    assert client.post("/fristen/Bayern/vorgabe").status_code == 404


@pytest.mark.parametrize("role", ["reader", "office"])
def test_only_admins_change_rules(role: str, office: None, sign_in: SignIn) -> None:
    client = sign_in(role)
    assert client.get("/fristen").status_code == 200
    assert client.get(NOE).status_code == 403
    assert client.post(NOE, data=TYPED).status_code == 403
    assert client.post(f"{NOE}/vorgabe").status_code == 403
