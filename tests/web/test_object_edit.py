"""The address form: what it takes, what it refuses, and that nothing is stored but by OK."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.models import Address, Consent, Person, Property, db
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

FRAGMENT = {"HX-Request": "true"}


class Filled(HTMLParser):
    """What a browser would send of the form with the class `object-form`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._inside = False
        self._open: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collects inputs, the chosen options and the text areas."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "object-form" in values.get("class", "")
        if not self._inside:
            return
        if tag == "input" and (values.get("type") != "checkbox" or "checked" in values):
            self.values[values["name"]] = values.get("value", "")
        elif tag in ("select", "textarea"):
            self._open = values["name"]
            self.values.setdefault(self._open, "")
        elif tag == "option" and "selected" in values and self._open:
            self.values[self._open] = values["value"]

    def handle_data(self, data: str) -> None:
        """The text of a text area."""
        if self._open == "note":
            self.values["note"] += data

    def handle_endtag(self, tag: str) -> None:
        """Ends what collects."""
        if tag in ("select", "textarea"):
            self._open = None
        if tag == "form":
            self._inside = False


@pytest.fixture
def client(app: Flask, at: Clock, sign_in: SignIn) -> FlaskClient:
    builders.company()
    return sign_in("office")


@pytest.fixture
def house(client: FlaskClient) -> Property:
    house = builders.house()
    builders.person(house, "Mustermann", first_name="Karl", phones=["0664 1000001"])
    return house


def seed(**changes: str) -> dict[str, str]:
    return {
        "number": "A110010",
        "role": "owner",
        "salutation": "Herr",
        "title": "Ing.",
        "first_name": "Karl",
        "name": "Mustermann",
        "name2": "",
        "name3": "",
        "street": "Redtenbachergasse 3",
        "place": "A - 4400 Steyr",
        "phone1": "0666 / 15651324",
        "fax": "",
        "email1": "office@winchim.com",
        "email1_purpose": "appointment",
        "email2_purpose": "all",
        "www": "",
        "land": "",
    } | changes


def shown(client: FlaskClient, path: str) -> dict[str, str]:
    values = Filled(check_page(client.get(path))).values
    return {name: value for name, value in values.items() if name != "csrf_token"}


def test_the_form_has_the_fields_of_the_seed_under_its_labels(client: FlaskClient) -> None:  # A04-A11
    html = check_page(client.get("/objekte/neu"))
    labels = (
        *("Nummer", "Anrede", "Titel", "Vorname", "Name", "Name 2", "Name 3", "Straße/Hnr", "PLZ/Ort"),
        *("Tel.Nr.1", "Tel.Nr.2", "Tel.Nr.3", "Fax", "eMail", "eMail für", "Email2", "WWW"),
        *("SMS-Name", "Einheiten", "Land", "Notiz"),
    )
    for label in labels:
        assert f">{label}</label>" in html, label
    for purpose in ("Alles", "Rechnung", "Termin", "Nur HK"):
        assert f">{purpose}</option>" in html
    assert "data-warn-unsaved" in html and ">OK</button>" in html  # A12
    for bank in ("BLZ", "Kto", "IBAN", "Bank"):  # A11
        assert bank not in html


def test_a_new_object_is_stored_and_says_who_has_not_agreed_yet(client: FlaskClient) -> None:  # A12, A13
    answer = client.post("/objekte/neu", data=seed(), follow_redirects=True)
    html = check_page(answer)
    assert "Noch ohne Einwilligung: 0666 / 15651324, office@winchim.com" in html
    assert html.count("Anhaken …") == 2
    values = shown(client, answer.request.path + "/bearbeiten")
    assert {name: values.get(name, "") for name in seed()} == seed()
    assert db.session.query(Consent).count() == 0


def test_opening_the_form_and_leaving_changes_nothing(client: FlaskClient, house: Property) -> None:  # A12
    before = shown(client, f"/objekte/{house.id}/bearbeiten")
    client.get(f"/objekte/{house.id}")
    assert shown(client, f"/objekte/{house.id}/bearbeiten") == before
    saved = client.post(f"/objekte/{house.id}/bearbeiten", data=before, follow_redirects=True)
    assert "Es war nichts zu ändern." in check_page(saved)


def test_a_changed_number_is_unticked_and_the_old_consent_stays(client: FlaskClient, house: Property) -> None:
    # A13
    builders.consent("+436641000001")
    values = shown(client, f"/objekte/{house.id}/bearbeiten")
    answer = client.post(
        f"/objekte/{house.id}/bearbeiten", data=values | {"phone1": "0664/1000002"}, follow_redirects=True
    )
    html = check_page(answer)
    assert "Noch ohne Einwilligung: 0664/1000002" in html and "keine Einwilligung" in html
    assert db.session.scalars(db.select(Consent.address)).all() == ["+436641000001"]


def test_a_fourth_number_cannot_be_entered(client: FlaskClient) -> None:  # A07
    assert 'name="phone4"' not in client.get("/objekte/neu").get_data(as_text=True)
    four = {f"phone{n}": f"0664 100000{n}" for n in (1, 2, 3, 4)}
    client.post("/objekte/neu", data=seed(**four))
    assert db.session.query(Address).filter_by(kind="phone").count() == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": ""}, "Die Nummer fehlt"),
        ({"number": "  "}, "Die Nummer fehlt"),
        ({"number": "B 7"}, "B7 gibt es schon"),
        ({"number": "A" * 41}, "Höchstens 40 Zeichen"),
        ({"street": "x" * 201}, "Höchstens 200 Zeichen"),
        ({"place": "Steyr"}, "fehlt die Postleitzahl"),
        ({"place": "44000 Steyr"}, "vier Ziffern"),
        ({"place": "A - 4400"}, "fehlt der Ort"),
        ({"units": "viele"}, "Eine Zahl von 1 bis 2000"),
        ({"land": "Bayern"}, "kein Bundesland"),
        ({"note": "x" * 4001}, "Höchstens 4000 Zeichen"),
        ({"name": ""}, "Der Name fehlt"),
        ({"role": "chef"}, "Diese Rolle gibt es nicht"),
        ({"phone1": "15651324"}, "hat keine Vorwahl"),
        ({"phone1": "0664 12"}, "zu kurz"),
        ({"phone2": "0664 1000001 oder 0676 1000002"}, "mehrere Nummern"),
        ({"phone3": "ruft an"}, "keine Telefonnummer"),
        ({"phone2": "+43666 15651324"}, "steht schon bei Tel.Nr.1"),
        ({"fax": "kein Fax"}, "keine Telefonnummer"),
        ({"email1": "office(at)winchim.com"}, "keine E-Mail-Adresse"),
        ({"email2": "a@b"}, "keine E-Mail-Adresse"),
        ({"email2": "OFFICE@winchim.com"}, "steht schon bei eMail"),
        ({"email1_purpose": "werbung"}, "Zweck gibt es nicht"),
        ({"www": "javascript:alert(1)"}, "keine Webadresse"),
        ({"sms_name": "Šimić\u200b"}, "unsichtbares Zeichen"),
        ({"phone1": "<script>alert(1)</script>"}, "keine Telefonnummer"),
    ],
)
def test_bad_input_stores_nothing_says_why_and_keeps_what_was_typed(
    changes: dict[str, str], words: str, client: FlaskClient
) -> None:
    builders.house("B7")
    data = seed(name2="bleibt stehen") | changes
    html = check_page(client.post("/objekte/neu", data=data), 422)
    assert words in html and "Nichts gespeichert" in html and "aria-invalid" in html
    kept = Filled(html).values
    unknown = {"land", "role", "email1_purpose"} & set(changes)
    for name in set(data) - unknown:
        assert unescape(kept.get(name, "")).strip() == data[name].strip(), name
    assert db.session.scalars(db.select(Property.number)).all() == ["B7"]
    assert db.session.query(Person).count() == db.session.query(Address).count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unit": ""}, "Die Einheit fehlt"),
        ({"unit": "top 3"}, "»Top 3« gibt es hier schon: Šimić"),
        ({"unit": "x" * 61}, "Höchstens 60 Zeichen"),
        ({"name": ""}, "Der Name fehlt"),
        ({"phone1": "0664"}, "zu kurz"),
        ({"email1": "huber"}, "keine E-Mail-Adresse"),
    ],
)
def test_a_bad_party_stores_nothing_and_keeps_what_was_typed(
    changes: dict[str, str], words: str, client: FlaskClient, house: Property
) -> None:
    builders.person(house, "Šimić", unit="Top 3")
    data = {"unit": "Top 4", "role": "party", "name": "Huber", "name2": "bleibt", "phone1": ""} | changes
    html = check_page(client.post(f"/objekte/{house.id}/parteien/neu", data=data), 422)
    assert words in html
    kept = Filled(html).values
    assert {name: kept[name] for name in data} == data
    assert db.session.query(Person).count() == 2


def test_the_number_of_a_party_is_nur_hk_unless_somebody_says_otherwise(
    client: FlaskClient, house: Property
) -> None:  # A16, A17
    path = f"/objekte/{house.id}/parteien/neu"
    values = shown(client, path)
    assert {f"phone{n}_main" for n in (1, 2, 3)} <= set(values)
    data = values | {"unit": "Top 1", "name": "Huber", "phone1": "0664 1000005", "phone2": "0664 1000006"}
    del data["phone2_main"]
    html = check_page(client.post(path, data=data, follow_redirects=True))
    assert html.count("Nur HK") == 1
    rows = db.session.execute(db.select(Address.typed, Address.purpose).order_by(Address.id.desc()).limit(2))
    assert sorted(tuple(row) for row in rows) == [("0664 1000005", "main"), ("0664 1000006", "all")]
    assert "phone1_main" not in shown(client, f"/objekte/{house.id}/bearbeiten")


def test_beside_each_number_stand_its_type_and_its_consent(client: FlaskClient, house: Property) -> None:
    # A13, A36
    builders.consent("+436641000001")
    builders.person(
        house,
        "Šimić",
        unit="Top 3",
        phones=["07252 72345", "0720 123456", "+49 171 1234567"],
        emails=["a@b.at"],
    )
    html = check_page(client.get(f"/objekte/{house.id}/bearbeiten"))
    assert "Mobil" in html and "zugestimmt" in html
    html = check_page(client.get(f"/objekte/{house.id}/parteien/{house.people[-1].id}"))
    for words in ("Festnetz", "VoIP", "Mobil, Ausland (DE)", "keine Einwilligung", "keine SMS möglich"):
        assert words in html


def test_a_number_says_what_it_is_while_the_form_is_open(client: FlaskClient, house: Property) -> None:
    builders.consent("+436641000001")

    def said(**typed: Any) -> str:
        return client.get("/objekte/nummer", query_string=typed, headers=FRAGMENT).get_data(as_text=True)

    html = said(phone2="+43 664 1000001")
    assert "Mobil" in html and "zugestimmt" in html and "steht auch bei A110010, Karl Mustermann" in html
    assert "steht auch" not in said(phone2="+43 664 1000001", objekt=house.id)
    assert "keine Einwilligung" in said(email1="neu@example.at")
    assert "keine Telefonnummer" in said(phone1="x")
    assert said(phone1="").strip() == said().strip() == ""
    assert client.get("/objekte/nummer").status_code == 302


def test_a_second_save_shows_what_somebody_else_changed(client: FlaskClient, house: Property) -> None:
    path = f"/objekte/{house.id}/bearbeiten"
    mine, theirs = shown(client, path), shown(client, path)
    client.post(path, data=theirs | {"street": "Weg 7", "phone1": "0664 1000009", "phone1_main": "y"})
    html = check_page(client.post(path, data=mine | {"title": "Dr.", "phone1": "0664 1000005"}), 422)
    for words in (
        "Straße/Hnr: jetzt »Weg 7«",
        "Tel.Nr.1: jetzt »0664 1000009«",
        "angehakt",
        "Inzwischen steht hier",
    ):
        assert words in html
    merged = Filled(html).values
    assert (merged["street"], merged["title"], merged["phone1"]) == ("Weg 7", "Dr.", "0664 1000005")
    assert db.session.get_one(Property, house.id, populate_existing=True).street == "Weg 7"
    client.post(path, data=merged)
    stored = shown(client, path)
    assert (stored["street"], stored["title"], stored["phone1"]) == ("Weg 7", "Dr.", "0664 1000005")


def test_deleting_asks_first_and_says_what_stays(client: FlaskClient, house: Property) -> None:
    party = builders.person(house, "Šimić", unit="Top 3", phones=["0664 1000003"])
    builders.consent("+436641000003")
    path = f"/objekte/{house.id}/parteien/{party.id}/loeschen"
    html = check_page(client.get(path))
    assert "Top 3 löschen" in html and "1 Eintrag im Verlauf der Einwilligungen" in html
    assert db.session.query(Person).count() == 2
    assert "Šimić ist gelöscht" in check_page(client.post(path, follow_redirects=True))
    html = check_page(client.get(f"/objekte/{house.id}/loeschen"))
    assert "mit ihm 1 Person" in html
    html = check_page(client.post(f"/objekte/{house.id}/loeschen", follow_redirects=True))
    assert "Objekt A110010 ist gelöscht" in html and "Noch kein Objekt" in html
    assert client.post(f"/objekte/{house.id}/loeschen").status_code == 404
    assert db.session.query(Consent).count() == 1


def test_an_object_with_appointments_ahead_is_not_deleted(
    client: FlaskClient, house: Property, at: Clock
) -> None:
    builders.appointment(builders.calendar(), at() + timedelta(days=3), property_id=house.id)
    html = check_page(client.post(f"/objekte/{house.id}/loeschen"), 422)
    assert "1 Termin steht noch an, und zwar am Fr, 13.03.2026" in html
    assert "lässt sich jetzt nicht löschen" in html and "Objekt löschen</button>" not in html
    assert db.session.query(Property).count() == 1


def test_readers_see_and_change_nothing(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company()
    house = builders.house()
    reader = sign_in("reader")
    for path in (
        "neu",
        f"{house.id}/bearbeiten",
        f"{house.id}/parteien/neu",
        f"{house.id}/loeschen",
        "nummer",
    ):
        assert reader.get(f"/objekte/{path}").status_code == 403, path
    assert reader.post(f"/objekte/{house.id}/loeschen").status_code == 403


def test_another_page_may_fill_in_what_it_knows(client: FlaskClient) -> None:
    values = shown(client, "/objekte/neu?number=B7&name=Huber&phone1=0664+1000005&land=Wien&note=x")
    assert (values["number"], values["name"], values["phone1"]) == ("B7", "Huber", "0664 1000005")
    assert (values.get("land", ""), values["note"].strip()) == ("", "")
    assert db.session.query(Property).count() == 0
