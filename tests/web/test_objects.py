"""Objekte: the list, the search on top of every page, and the page of one object."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.models import Property
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    builders.company()
    house = builders.house(units=12, land="NÖ", note="Schlüssel beim Nachbarn")
    builders.person(
        house,
        "Mustermann",
        salutation="Herr",
        title="Ing.",
        first_name="Karl",
        phones=["0664 1000001", "07252 72345", ("+49 171 1234567", "main")],
        emails=[("office@winchim.com", "invoice")],
        fax="07252 72346",
        www="www.winchim.com",
    )
    builders.person(house, "Šimić", unit="Top 3", sms_name="Simic", phones=["0664 1000003"])
    return house


def test_the_list_shows_number_name_address_and_who_agreed(house: Property, sign_in: SignIn) -> None:  # A04
    builders.consent("+436641000001")
    builders.house("B7", street="Weg 1")
    html = check_page(sign_in("reader").get("/objekte"))
    for words in (
        "A110010",
        "Karl Mustermann",
        "Redtenbachergasse 3",
        "0664 1000001",
        "1 von 4 angehakt",
        "+ 1 weitere",
    ):
        assert words in html
    assert "kein Handy, keine E-Mail" in html and "2 Objekte" in html
    assert html.index("A110010") < html.index("B7")


def test_an_empty_list_says_what_to_do(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company()
    client = sign_in("office")
    assert "Lesen Sie die Kundenliste aus WinChim ein" in check_page(client.get("/objekte"))
    assert "Kein Objekt passt zu »nix«" in check_page(client.get("/objekte?suche=nix"))


@pytest.mark.parametrize(
    "typed", ["A1100", "muster", "redtenbacher", "0664 1000001", "+43 664 1000001", "664/100 00 01"]
)
def test_searching_as_one_types_swaps_the_list_alone(typed: str, house: Property, sign_in: SignIn) -> None:
    builders.house("B7", street="Weg 1", town="Dietach")
    client = sign_in("reader")
    part = client.get("/objekte", query_string={"suche": typed}, headers=FRAGMENT)
    assert part.headers["Vary"].count("HX-Request") == 1
    html = part.get_data(as_text=True)
    assert html.lstrip().startswith('<div id="objekte">')
    assert "A110010" in html and "B7" not in html
    assert html.strip() in check_page(client.get("/objekte", query_string={"suche": typed}))


def test_the_list_has_pages_that_keep_the_search(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company()
    for n in range(103):
        builders.person(builders.house(f"A{n:03}"), "Huber" if n % 2 else "Maier")
    client = sign_in("reader")
    html = check_page(client.get("/objekte?seite=3"))
    assert "Seite 3 von 3" in html and "A102" in html and "A050" not in html
    html = check_page(client.get("/objekte?seite=99&suche=maier"))
    assert "52 Objekte gefunden" in html and "Seite 2 von 2" in html
    assert "suche=maier" in html
    assert "Seite 1" in check_page(client.get("/objekte?seite=0"))
    assert "Seite 1" in check_page(client.get("/objekte?seite=x"))


def test_every_page_has_the_search_on_top(house: Property, sign_in: SignIn) -> None:
    html = check_page(sign_in("reader").get("/heute"))
    assert 'id="finden-text"' in html and 'action="/suche"' in html and "search.js" in html


def test_the_box_shows_hits_with_the_number_that_fits(house: Property, sign_in: SignIn) -> None:
    client = sign_in("reader")
    html = client.get("/suche?q=0172%20123", headers=FRAGMENT).get_data(as_text=True)
    assert "Nichts gefunden" in html
    html = client.get("/suche?q=%2B49171", headers=FRAGMENT).get_data(as_text=True)
    assert "+49 171 1234567" in html and "Karl Mustermann" in html and "<html" not in html
    html = client.get("/suche?q=simic", headers=FRAGMENT).get_data(as_text=True)
    assert "Šimić, Top 3" in html
    assert client.get("/suche?q=%20", headers=FRAGMENT).get_data(as_text=True).strip() == ""


def test_without_scripts_the_search_has_a_page_and_opens_the_one_that_is_meant(
    house: Property, sign_in: SignIn
) -> None:
    builders.person(builders.house("A1100"), "Huber")
    client = sign_in("reader")
    html = check_page(client.get("/suche?q=redtenbacher"))
    assert "2 Treffer für »redtenbacher«" in html and "A1100" in html
    for typed in ("a1100", "A 1100", "huber"):
        assert client.get("/suche", query_string={"q": typed}).headers["Location"] != f"/objekte/{house.id}"
    for typed in ("A110010", "mustermann", "0664 1000003"):
        assert client.get("/suche", query_string={"q": typed}).headers["Location"] == f"/objekte/{house.id}"
    assert "Tippen Sie oben" in check_page(client.get("/suche"))
    assert "Nichts gefunden" in check_page(client.get("/suche?q=%25"))


def test_many_hits_lead_to_the_list(app: Flask, at: Clock, sign_in: SignIn) -> None:
    builders.company()
    for n in range(12):
        builders.person(builders.house(f"A{n:03}"), "Huber")
    html = sign_in("reader").get("/suche?q=huber", headers=FRAGMENT).get_data(as_text=True)
    assert html.count('class="hit"') == 8
    assert "Alle 12 Treffer zeigen" in html and "/objekte?suche=huber" in html


def test_the_page_of_an_object_shows_everything_about_it(house: Property, sign_in: SignIn) -> None:
    # A05, A06, A07, A08, A09, A17, A36
    builders.consent("+436641000001")
    builders.consent("office@winchim.com", granted=False)
    html = check_page(sign_in("office").get(f"/objekte/{house.id}"))
    for words in (
        "Objekt A110010",
        "Redtenbachergasse 3, A - 4400 Steyr",
        "Herr Ing. Karl Mustermann",
        "0664 1000001",
        "Mobil, Ausland (DE)",
        "Fax, Festnetz",
        "E-Mail, für Rechnung",
        "zugestimmt",
        "widerrufen",
        "keine Einwilligung",
        "keine SMS möglich",
        "Nur HK",
        "Top 3",
        "Šimić",
        'href="https://www.winchim.com"',
        "Schlüssel beim Nachbarn",
        "Niederösterreich",
        "Kein Termin geplant.",
        "keine Nachricht geplant",
        "Partei hinzufügen",
    ):
        assert words in html, words
    assert html.count("keine SMS möglich") == 1


def test_a_web_address_that_is_none_is_not_a_link(house: Property, sign_in: SignIn) -> None:
    other = builders.house("B7")
    builders.person(other, "Huber", www="javascript:alert(1)")
    html = check_page(sign_in("reader").get(f"/objekte/{other.id}"))
    assert "javascript:alert(1)" in html and 'href="javascript' not in html


def test_each_number_that_can_be_told_has_one_click_to_tick_it(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office")
    html = check_page(client.get(f"/objekte/{house.id}"))
    assert html.count("Anhaken …") == 4
    assert html.count(f"zurueck=/objekte/{house.id}") == 8
    reader = check_page(sign_in("reader").get(f"/objekte/{house.id}"))
    assert "Anhaken …" not in reader and "Bearbeiten" not in reader and "Partei hinzufügen" not in reader


def test_the_page_of_an_object_shows_its_appointments_and_messages(house: Property, sign_in: SignIn) -> None:
    calendar, rule = builders.calendar(), builders.rule()
    for day in (-30, -1, 2):
        row = builders.appointment(calendar, NOON + timedelta(days=day), property_id=house.id, work_kind="HK")
        builders.message(row, rule, property_id=house.id, state="delivered")
    builders.appointment(calendar, NOON + timedelta(days=4), property_id=house.id, cancelled_at=NOON)
    client = sign_in("reader")
    html = check_page(client.get(f"/objekte/{house.id}"))
    assert "Do, 12.03.2026" in html and "Mo, 09.03.2026" in html and "So, 08.02.2026" in html
    assert "Hauptkehrung" in html and "abgesagt" in html and "zugestellt" in html
    assert "Nachrichten (3)" in html
    part = client.get(f"/objekte/{house.id}/nachrichten?seite=1", headers=FRAGMENT).get_data(as_text=True)
    assert part.lstrip().startswith('<div id="nachrichten">') and part.strip() in html
    assert client.get(f"/objekte/{house.id}/nachrichten?seite=2").headers["Location"].endswith("?seite=2")


def test_the_object_that_was_opened_last_is_the_current_one(house: Property, sign_in: SignIn) -> None:  # A34
    client = sign_in("reader")
    client.get(f"/objekte/{house.id}")
    with client.session_transaction() as session:
        assert session["current_object"] == house.id


def test_a_missing_object_is_said_to_be_missing(house: Property, sign_in: SignIn) -> None:
    client: FlaskClient = sign_in("office")
    for path in ("/objekte/99", "/objekte/99/bearbeiten", "/objekte/99/parteien/neu", "/objekte/99/loeschen"):
        assert client.get(path).status_code == 404, path
    own = house.people[0]
    for path in (f"/objekte/{house.id}/parteien/{own.id}", f"/objekte/{house.id}/parteien/99/loeschen"):
        assert client.get(path).status_code == 404, path


def test_objects_go_to_the_manual_window_from_the_page_the_ticks_and_the_search(
    house: Property, sign_in: SignIn
) -> None:  # A33, A34
    other = builders.house("B7")
    builders.person(other, "Zangerl", phones=["0664 1000008"])
    client = sign_in("office")
    html = check_page(client.get("/objekte?suche=steyr"))
    assert html.count('name="objekt"') == 2 and "SMS an alle 2 Treffer" in html
    sends = (
        (check_page(client.get(f"/objekte/{house.id}")), {"objekt": house.id}),
        (html, {"objekt": [house.id, other.id]}),
        (html, {"suche": "steyr"}),
        (check_page(client.get("/objekte")), {"suche": "*"}),
    )
    for page, form in sends:
        assert 'action="/sms/oeffnen"' in page
        for name, value in form.items():
            assert f'name="{name}"' in page and f'value="{value if name == "suche" else house.id}"' in page
        opened = check_page(client.post("/sms/oeffnen", data=form, follow_redirects=True))
        assert "Karl Mustermann" in opened
        assert ("Zangerl" in opened) == (form != {"objekt": house.id})
    reader = check_page(sign_in("reader").get("/objekte"))
    assert "/sms/oeffnen" not in reader.partition("<main")[2] or 'name="objekt"' not in reader
