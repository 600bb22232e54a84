"""SMS senden: opens from anywhere, shows its six areas, and changes the list."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from kehr.models import Appointment, Calendar, Company, ManualList, Person, Property, db
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.manual_window import HX, TEXT, customer, from_menu, messages, opened, typed, yes_of
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> Calendar:
    builders.company()
    builders.gateway()
    return builders.calendar(consent="customer")


def test_page_needs_sign_in_and_readers_do_not_see_it(office: Calendar, sign_in: SignIn, app: Flask) -> None:
    assert app.test_client().get("/sms").status_code == 302
    reader = sign_in("reader")
    assert reader.get("/sms").status_code == 403
    assert "/sms" not in re.findall(r'<a href="([^"]+)"', check_page(reader.get("/heute")))
    assert "/sms" in re.findall(r'<a href="([^"]+)"', check_page(sign_in("office").get("/heute")))


def test_day_list_shows_the_six_areas(office: Calendar, sign_in: SignIn) -> None:  # A33 A43 A44 A46
    customer(1)
    customer(2, phones=["0664 1000002", "07252 53123"])
    customer(3, phones=["07252 53124"])
    customer(4, ticked=False)
    client = sign_in("office")
    html = check_page(client.get(f"/sms/{opened(client)}"))
    assert "Tagesliste Donnerstag, 12.03.2026" in html
    assert html.index("Eva Kunde1") < html.index("Eva Kunde2")
    assert "1 ohne Handynummer" in html  # A35
    assert "Festnetz" in html  # A36
    assert "keine Einwilligung" in html  # A38
    assert ">2</span> von 3 Empfängern" in html
    for block in ("#Anrede", "#Datum", "#AltesDatum"):
        assert f'data-block="{block}"' in html
    assert "Tag des Termins" in html
    assert re.search(r'data-block="#AltesDatum"[^>]*class="none" disabled', html)  # A45
    assert "Diese Liste hat keinen verschobenen Termin." in html
    assert "So liest es Eva Kunde1" in html
    for words in ("Alle", "Nur", "Abbruch"):
        assert words in html


def test_from_object_and_menu_only_the_current_object_is_loaded(
    office: Calendar, sign_in: SignIn
) -> None:  # A34
    customer(1, start="")
    customer(2, start="")
    client = sign_in("office")
    empty = check_page(client.get("/sms"))
    assert "Die Liste ist leer" in empty and "Tagesliste öffnen" in empty
    client.get("/objekte/2")
    first = from_menu(client)
    html = check_page(client.get("/sms"))
    assert "Objekt B2" in html and "Eva Kunde2" in html and "Eva Kunde1" not in html
    assert from_menu(client) == first
    assert db.session.query(ManualList).count() == 2
    html = check_page(client.get(f"/sms/{opened(client, objekt='1', titel='Objekt B1')}"))
    assert "Eva Kunde1" in html and "Diese Liste hat keinen Termin." in html


def test_selection_search_and_appointments_open_it_too(office: Calendar, sign_in: SignIn) -> None:  # A33
    for number in (1, 2, 3):
        customer(number)
    client = sign_in("office")
    assert "Eva Kunde2" not in check_page(client.get(f"/sms/{opened(client, objekt=['1', '3'])}"))
    assert "Suche »weg«" in check_page(client.get(f"/sms/{opened(client, suche='weg')}"))
    html = check_page(client.get(f"/sms/{opened(client, termin=['2'], titel='Meine')}"))
    assert "Meine" in html and "Eva Kunde2" in html and "Eva Kunde1" not in html


def test_preview_follows_the_selection_and_the_typing(office: Calendar, sign_in: SignIn) -> None:  # A46
    customer(1)
    customer(2)
    db.session.get_one(Person, 2).name = "Šimić"
    db.session.commit()
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    second = re.findall(r'name="wen" id="wen-(\d+)"', page)[1]
    html = client.post(f"/sms/{list_id}/vorschau", data=typed(page, wen=second), headers=HX).get_data(
        as_text=True
    )
    assert "Frau <mark>Š</mark>imi<mark>ć</mark>, am 12.03.2026 kommen wir erst gegen 09:00." in html
    assert "»Š« »ć« in #Name: Damit sind es 2 SMS statt 1." in html
    assert "SMS-Name »Simic« eintragen" in html
    assert "So liest es Eva Šimić" in html
    client.post(f"/sms/{list_id}", data=typed(page, wen=second, tun="sms-name:2-Simic"), headers=HX)
    assert db.session.get_one(Person, 2).sms_name == "Simic"
    html = client.post(f"/sms/{list_id}/vorschau", data=typed(page, wen=second), headers=HX).get_data(
        as_text=True
    )
    assert "Frau Simic" in html and "1 SMS" in html


def test_numbers_can_be_chosen_singly(office: Calendar, sign_in: SignIn) -> None:  # A37
    customer(1, phones=["0664 1000001", "0664 1000002"])
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    html = check_page(client.post(f"/sms/{list_id}", data=typed(page, nummern="single", tun="anzeigen")))
    marks = re.findall(r'name="nummer" value="([^"]+)"[^>]* checked', html)
    assert len(marks) == 2
    single = {"nummern": "single", "einzeln_gezeigt": "1", "nummer": marks[1:], "an": [], "zeile": []}
    html = check_page(client.post(f"/sms/{list_id}", data=typed(page, **single, tun="anzeigen")))
    assert len(re.findall(r'name="nummer" value="[^"]+"[^>]* checked', html)) == 1
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, **single, was="alle")))
    assert "1 Empfänger" in asked
    first = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, nummern="first", was="alle")))
    assert "1 Empfänger" in first


def test_employees_replace_the_list_and_back_restores_it(office: Calendar, sign_in: SignIn) -> None:  # A40
    customer(1)
    customer(2)
    builders.employee()
    builders.employee("Ohne", mobile="", mobile_typed="")
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    first = re.findall(r'name="wen" id="wen-(\d+)"', page)[0]
    client.post(f"/sms/{list_id}", data=typed(page, tun=f"entfernen:{first}"))
    html = check_page(client.post(f"/sms/{list_id}", data=typed(page, tun="mitarbeiter")))
    assert "Franz Maier" in html and "Eva Kunde2" not in html
    assert "1 ohne Handynummer" in html and "auch ohne Einwilligung" not in html
    html = check_page(client.post(f"/sms/{list_id}", data=typed(page, tun="kunden")))
    assert "Eva Kunde2" in html and "Eva Kunde1" not in html
    assert TEXT in html


def test_remove_one_clear_and_bring_back(office: Calendar, sign_in: SignIn) -> None:  # A42
    customer(1)
    customer(2)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    html = check_page(client.post(f"/sms/{list_id}", data=typed(page, tun="leeren")))
    assert "Die Liste ist leer" in html and "2 zurückholen" in html and TEXT in html
    fragment = client.post(f"/sms/{list_id}", data=typed(page, tun="zurueckholen"), headers=HX)
    html = fragment.get_data(as_text=True)
    assert "Eva Kunde1" in html and "<textarea" not in html and 'id="fuss" hx-swap-oob' in html
    assert db.session.query(Property).count() == db.session.query(Appointment).count() == 2


def test_objects_are_found_and_added(office: Calendar, sign_in: SignIn) -> None:
    customer(1, start="")
    client = sign_in("office")
    list_id = from_menu(client)
    hits = client.get(f"/sms/{list_id}/suche?dazu=kunde1", headers=HX).get_data(as_text=True)
    assert "objekt:1" in hits
    assert "Dazu gibt es kein Objekt" in client.get(f"/sms/{list_id}/suche?dazu=xyz", headers=HX).get_data(
        as_text=True
    )
    html = check_page(client.post(f"/sms/{list_id}", data={"text": "Hallo", "tun": "objekt:1"}))
    assert "Eva Kunde1" in html and "1 Eintrag kam dazu." in html and "Hallo</textarea>" in html


def test_several_branches_can_be_chosen_to_write(office: Calendar, sign_in: SignIn) -> None:  # B10
    builders.branch("Steyr")
    builders.branch("Linz")
    customer(1, start="")
    client = sign_in("office")
    list_id = opened(client, objekt="1")
    page = check_page(client.get(f"/sms/{list_id}"))
    assert "Steyr" in page and "Linz" in page
    data = {"text": "Gruß aus #Filiale", "filiale": "2"}
    html = client.post(f"/sms/{list_id}/vorschau", data=typed(page, **data), headers=HX).get_data(
        as_text=True
    )
    assert "Gruß aus Linz" in html


def test_the_firm_can_be_chosen_where_the_list_has_a_branch_of_its_own(
    office: Calendar, sign_in: SignIn
) -> None:  # B10
    office.branch_id = builders.branch("Steyr").id
    builders.branch("Linz")
    customer(1)
    client = sign_in("office")
    list_id = opened(client)
    client.post(f"/sms/{list_id}", data={"tun": "mitarbeiter"})
    builders.employee()
    html = check_page(client.post(f"/sms/{list_id}", data={"tun": "mitarbeiter", "filiale": "1"}))
    assert '<option value="1" selected>Steyr' in html
    html = check_page(client.post(f"/sms/{list_id}", data={"text": "Gruß aus #Filiale", "filiale": ""}))
    assert '<option value="1" selected>' not in html and "Gruß aus Rauchfangkehrer Probe" in html


@pytest.mark.parametrize("made_up", ["999", "9" * 30, "-1", "eins"])
def test_a_branch_that_does_not_exist_is_none(made_up: str, office: Calendar, sign_in: SignIn) -> None:
    customer(1)
    client = sign_in("office")
    list_id = opened(client)
    data = typed(check_page(client.get(f"/sms/{list_id}")), filiale=made_up)
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=data | {"was": "alle"}))
    answer = client.post(f"/sms/{list_id}/senden", data=data | {"ja": yes_of(asked)})
    assert answer.location == "/sms/sendung/1" and messages() == ["Eva Kunde1 planned"]


def test_trial_mode_says_so_beside_the_window(office: Calendar, sign_in: SignIn) -> None:
    db.session.get_one(Company, 1).trial = True
    db.session.commit()
    client = sign_in("office")
    assert "Probebetrieb" in check_page(client.get(f"/sms/{opened(client)}"))
