"""Mitarbeiter: name, mobile, e-mail; those without mobile are kept and marked (A41)."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.models import Employee, db
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company()


def typed(**changes: str) -> dict[str, str]:
    data = {"salutation": "Herr", "first_name": "Franz", "name": "Maier", "active": "y"}
    return data | {"mobile": "0664 / 10 00 123", "email": "F.Maier@Example.at"} | changes


def test_an_employee_is_kept_with_the_number_as_typed_and_as_dialled(office: None, sign_in: SignIn) -> None:
    # A41
    client = sign_in("office")
    assert "Noch kein Mitarbeiter" in check_page(client.get("/mitarbeiter"))
    assert client.post("/mitarbeiter/neu", data=typed()).status_code == 302
    row = db.session.scalars(db.select(Employee)).one()
    assert (row.mobile_typed, row.mobile, row.email) == (
        "0664 / 10 00 123",
        "+436641000123",
        "f.maier@example.at",
    )
    html = check_page(client.get("/mitarbeiter"))
    assert "Franz Maier" in html and "0664 1000123" in html and "ohne Handynummer" not in html


def test_an_employee_without_mobile_is_kept_and_marked_as_not_offered(office: None, sign_in: SignIn) -> None:
    # A41
    client = sign_in("office")
    client.post("/mitarbeiter/neu", data=typed(mobile="", email=""))
    html = check_page(client.get("/mitarbeiter"))
    assert "ohne Handynummer: wird beim SMS-Versand nicht angeboten" in html
    row = db.session.scalars(db.select(Employee)).one()
    assert row.mobile == "" and row.active


def test_somebody_who_left_stays_in_the_list_as_gone(office: None, sign_in: SignIn) -> None:
    row = builders.employee()
    client = sign_in("office")
    data = typed()
    del data["active"]
    client.post(f"/mitarbeiter/{row.id}", data=data)
    db.session.refresh(row)
    assert not row.active
    assert "nicht mehr hier" in check_page(client.get("/mitarbeiter"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Der Name fehlt"),
        ({"name": "   "}, "Der Name fehlt"),
        ({"name": "x" * 201}, "Höchstens 200 Zeichen, hier sind es 201."),
        ({"name": "Mai\u200ber\x07"}, "nicht gedruckt werden"),
        ({"first_name": "x" * 121}, "Höchstens 120 Zeichen"),
        ({"salutation": "x" * 41}, "Höchstens 40 Zeichen"),
        ({"mobile": "07252 81234"}, "eine Festnetznummer, dorthin geht keine SMS"),
        ({"mobile": "0720 111222"}, "eine Internet-Telefonnummer"),
        ({"mobile": "0800 201020"}, "keine Handynummer"),
        ({"mobile": "664 1000123"}, "keine Vorwahl"),
        ({"mobile": "0664 12"}, "ist zu kurz"),
        ({"mobile": "0664 1000123 oder 0664 1000124"}, "mehrere Nummern"),
        ({"mobile": "beim Chef"}, "ist keine Telefonnummer"),
        ({"mobile": "0" * 61}, "Höchstens 60 Zeichen"),
        ({"email": "franz@"}, "keine E-Mail-Adresse"),
        ({"email": "a@example.at, b@example.at"}, "keine E-Mail-Adresse"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_stays_in_the_form(
    changes: dict[str, str], words: str, office: None, sign_in: SignIn
) -> None:
    data = typed(**changes)
    html = check_page(sign_in("office").post("/mitarbeiter/neu", data=data), 422)
    assert words in html and "Nichts gespeichert" in html
    kept = next(iter(changes.values())).strip() or data["mobile"]
    assert kept.replace("\x07", "")[:40] in html.replace("\x07", "")
    assert db.session.scalars(db.select(Employee)).all() == []


def test_readers_see_employees_and_change_none(office: None, sign_in: SignIn) -> None:
    row = builders.employee()
    reader = sign_in("reader")
    html = check_page(reader.get("/mitarbeiter"))
    assert "Franz Maier" in html and "Bearbeiten" not in html
    assert reader.get(f"/mitarbeiter/{row.id}").status_code == 403
    assert reader.post("/mitarbeiter/neu", data=typed()).status_code == 403
    client = sign_in("office")
    assert client.get("/mitarbeiter/99").status_code == 404
    assert "data-warn-unsaved" in check_page(client.get(f"/mitarbeiter/{row.id}"))
