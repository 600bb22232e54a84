"""SMS senden: opens from anywhere, shows its six areas, changes the list, and sends after a question."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.models import Appointment, Calendar, Company, ManualList, ManualSend, Message, Person, Property, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.rules.plan_build import at as moment
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

TEXT = "#Anrede #Name, am #Datum kommen wir erst gegen #Uhrzeit. #Firma"
HX = {"HX-Request": "true"}


@pytest.fixture
def office(app: Flask, at: Clock) -> Calendar:
    builders.company()
    builders.gateway()
    return builders.calendar(consent="customer")


def customer(number: int, start: str = "12.03. 09:00", ticked: bool = True, **person: object) -> Person:
    house = builders.house(f"B{number}", street=f"Weg {number}")
    defaults = {"salutation": "Frau", "first_name": "Eva", "phones": [f"0664 100{number:04d}"]}
    row = builders.person(house, f"Kunde{number}", **defaults | person)
    for address in row.addresses if ticked else ():
        builders.consent(address.value)
    if start:
        builders.appointment(
            db.session.get_one(Calendar, 1), moment(start), phones=[], name="", property_id=house.id, place=""
        )
    return row


def opened(client: FlaskClient, **data: object) -> str:
    """Opens the window; the id of its list."""
    answer = client.post("/sms/oeffnen", data=data or {"tag": "2026-03-12"})
    assert answer.status_code == 302
    return str(answer.location).removeprefix("/sms/")


def typed(html: str, **changes: object) -> dict[str, object]:
    """The form of the page as a browser would send it, with these changes."""
    found: dict[str, object] = {
        "zeile": re.findall(r'name="zeile" value="([^"]*)"', html),
        "an": re.findall(r'name="an" value="(\d+)"[^>]* checked', html),
        "wen": re.findall(r'name="wen" id="wen-\d+" value="(\d+)" checked', html),
        "weg": "sms",
        "nummern": "all",
        "text": TEXT,
        "subject": "",
    }
    return found | changes


def yes_of(html: str) -> str:
    found = re.search(r'name="ja" value="([^"]+)"', html)
    assert found, html
    return found[1]


def messages() -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(db.select(Message).order_by(Message.recipient))
    return [f"{m.recipient_name} {m.state}" for m in rows if m.manual_send_id]


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
    empty = check_page(client.get(client.get("/sms").location))
    assert "Die Liste ist leer" in empty and "Tagesliste öffnen" in empty
    client.get("/objekte/2")
    first = client.get("/sms").location
    html = check_page(client.get(first))
    assert "Objekt B2" in html and "Eva Kunde2" in html and "Eva Kunde1" not in html
    assert client.get("/sms").location == first
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


def test_senden_asks_once_and_reaches_the_selected_one_only(
    office: Calendar, sign_in: SignIn
) -> None:  # A47 A50
    customer(1)
    customer(2)
    client = sign_in("office", login="eva")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="eine")))
    assert "1 Empfänger, 1 SMS. Jetzt senden?" in asked
    assert "€" not in asked
    assert messages() == []
    answer = client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes_of(asked)))
    assert answer.location == f"/sms/{list_id}"
    assert messages() == ["Eva Kunde1 planned"]
    html = check_page(client.get(answer.location))
    assert "Abgeschickt an Eva Kunde1." in html
    assert TEXT in html
    assert "Schon gesendet: heute 12:00 von eva." in html


def test_alle_asks_with_recipients_and_segments_then_shows_the_progress(
    office: Calendar, sign_in: SignIn
) -> None:  # A48 A50
    for number in (1, 2, 3):
        customer(number)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    asked = client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle"), headers=HX)
    html = asked.get_data(as_text=True)
    assert "3 Empfänger, 3 SMS. Jetzt senden?" in html and "<html" not in html
    answer = client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes_of(html)))
    assert answer.location == "/sms/sendung/1"
    progress = check_page(client.get(answer.location))
    assert "0 von 3 sind hinaus." in progress and 'hx-trigger="every 2s"' in progress
    assert "3 geplant" in progress and "Anhalten" in progress
    assert len(messages()) == 3


def test_cost_is_said_where_the_gateway_knows_its_price(office: Calendar, sign_in: SignIn) -> None:  # A50
    for number in (1, 2, 3):
        customer(number)
    db.session.get_one(type(builders.gateway("andere")), 1).options = {"price": "0.075"}
    db.session.commit()
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle")))
    assert "3 Empfänger, 3 SMS, etwa 0,23 €. Jetzt senden?" in asked.replace("\u00a0", " ")
    sums = client.post(f"/sms/{list_id}/summe", data=typed(page), headers=HX).get_data(as_text=True)
    assert "3 Empfänger, 3 SMS, etwa 0,23 €" in sums.replace("\u00a0", " ")


def test_lines_without_tick_are_left_out(office: Calendar, sign_in: SignIn) -> None:
    customer(1)
    customer(2)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    one = re.findall(r'name="an" value="(\d+)"', page)[:1]
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, an=one, was="alle")))
    assert "1 Empfänger, 1 SMS." in asked
    client.post(f"/sms/{list_id}/senden", data=typed(page, an=one, ja=yes_of(asked)))
    assert messages() == ["Eva Kunde1 planned"]


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


def test_switch_without_consent_is_off_at_every_opening_and_demands_a_reason(
    office: Calendar, sign_in: SignIn
) -> None:  # A39
    customer(1)
    customer(2, ticked=False)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    assert not re.search(r'name="ohne"[^>]*checked', page)
    html = check_page(client.post(f"/sms/{list_id}", data=typed(page, ohne="y", tun="anzeigen")))
    assert re.search(r'name="ohne"[^>]*checked', html) and "ohne Einwilligung" in html
    assert ">2</span> von 2 Empfängern" in html
    refused = check_page(client.post(f"/sms/{list_id}/senden", data=typed(html, ohne="y", was="alle")), 422)
    assert "Ohne Einwilligung braucht es einen Grund" in refused
    asked = check_page(
        client.post(
            f"/sms/{list_id}/senden", data=typed(html, ohne="y", reason="Gasgeruch im Haus", was="alle")
        )
    )
    assert "2 Empfänger, 2 SMS." in asked
    data = typed(html, ohne="y", reason="Gasgeruch im Haus", ja=yes_of(asked))
    client.post(f"/sms/{list_id}/senden", data=data)
    row = db.session.scalars(db.select(Message).where(Message.recipient == "+436641000002")).one()
    assert row.without_consent == "Gasgeruch im Haus"
    assert "Gasgeruch im Haus" in check_page(client.get(f"/nachricht/{row.id}"))
    assert not re.search(r'name="ohne"[^>]*checked', check_page(client.get(f"/sms/{opened(client)}")))


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
    list_id = client.get("/sms").location.removeprefix("/sms/")
    hits = client.get(f"/sms/{list_id}/suche?dazu=kunde1", headers=HX).get_data(as_text=True)
    assert "objekt:1" in hits
    assert "Dazu gibt es kein Objekt" in client.get(f"/sms/{list_id}/suche?dazu=xyz", headers=HX).get_data(
        as_text=True
    )
    html = check_page(client.post(f"/sms/{list_id}", data={"text": "Hallo", "tun": "objekt:1"}))
    assert "Eva Kunde1" in html and "1 Eintrag kam dazu." in html and "Hallo</textarea>" in html


def test_abbruch_sends_nothing_and_leaves_one_line(office: Calendar, sign_in: SignIn) -> None:  # A49
    customer(1)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    assert client.post(f"/sms/{list_id}/abbruch", data=typed(page)).location == "/heute"
    assert messages() == [] and db.session.query(ManualSend).count() == 0
    assert "Diese Liste wurde abgebrochen" in check_page(client.get(f"/sms/{list_id}"))
    html = check_page(client.get(client.get("/sms").location))
    assert "abgebrochen" in html and "Tagesliste Donnerstag" in html


def test_outside_the_window_the_next_opening_is_offered(
    office: Calendar, sign_in: SignIn, at: Clock
) -> None:  # C15
    customer(1)
    at.moment = moment("10.03. 21:30")
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    assert "um 08:00 senden …" in page and "Jetzt ist keine Sendezeit" in page
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle")))
    assert "Am Mi, 11.03. 08:00 senden?" in asked and "Um 08:00 senden" in asked
    answer = client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes_of(asked)))
    assert "Geht am Mi, 11.03. 08:00 hinaus." in check_page(client.get(answer.location))
    assert db.session.scalars(db.select(Message.due_at)).one() == moment("11.03. 08:00")


def test_failure_18_double_click_reload_and_back_are_one_send(office: Calendar, sign_in: SignIn) -> None:
    customer(1)
    customer(2)
    client = sign_in("office", login="eva")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    yes = yes_of(check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle"))))
    for _ in range(3):
        answer = client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes))
        assert answer.location == "/sms/sendung/1"
    assert "Schon gesendet: heute 12:00 von eva." in check_page(client.get("/sms/sendung/1"))
    assert client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle")).location == "/sms/sendung/1"
    assert client.post(f"/sms/{list_id}", data=typed(page, tun="leeren")).location == "/sms/sendung/1"
    gone = client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle"), headers=HX)
    assert (gone.status_code, gone.headers["HX-Redirect"]) == (204, "/sms/sendung/1")
    assert "Diese Liste wurde schon gesendet: heute 12:00 von eva." in check_page(
        client.get(f"/sms/{list_id}")
    )
    assert len(messages()) == 2


def test_failure_18_somebody_else_with_the_same_list_is_told_who_sent_it(
    office: Calendar, sign_in: SignIn, at: Clock
) -> None:
    customer(1)
    customer(2)
    eva, paul = sign_in("office", login="eva"), sign_in("office", login="paul")
    first, second = opened(eva), opened(paul)
    page = check_page(eva.get(f"/sms/{first}"))
    other = check_page(paul.get(f"/sms/{second}"))
    yes = yes_of(check_page(eva.post(f"/sms/{first}/senden", data=typed(page, was="alle"))))
    late = yes_of(check_page(paul.post(f"/sms/{second}/senden", data=typed(other, was="alle"))))
    eva.post(f"/sms/{first}/senden", data=typed(page, ja=yes))
    at.moment = NOON + timedelta(minutes=5)
    answer = paul.post(f"/sms/{second}/senden", data=typed(other, ja=late))
    html = check_page(answer, 422)
    assert "haben diesen Text heute schon (Eva Kunde1, Eva Kunde2): heute 12:00 von eva." in html
    assert len(messages()) == 2


def test_a_question_that_is_no_longer_true_is_asked_again(office: Calendar, sign_in: SignIn) -> None:
    customer(1)
    customer(2)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    yes = yes_of(check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle"))))
    builders.consent("+436641000002", granted=False)
    html = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes)), 409)
    assert "Inzwischen hat sich etwas geändert." in html and "1 Empfänger, 1 SMS." in html
    assert messages() == []
    client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes_of(html)))
    assert messages() == ["Eva Kunde1 planned"]


def test_who_cannot_be_told_is_named_before_somebody_says_yes(office: Calendar, sign_in: SignIn) -> None:
    customer(1)
    customer(2)
    db.session.get_one(Appointment, 2).all_day = True
    db.session.commit()
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle")))
    assert "1 ohne Nachricht (Eva Kunde2): Im Text ist #Uhrzeit nicht zu füllen." in asked


def test_mail_goes_the_same_way_with_a_subject(office: Calendar, sign_in: SignIn) -> None:
    builders.gateway("Mail", kind="smtp", base_url="smtp://127.0.0.1:1")
    customer(1, emails=["eva@example.at"])
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    html = check_page(client.post(f"/sms/{list_id}", data=typed(page, weg="email", tun="anzeigen")))
    assert "eva@example.at" in html
    data = {"weg": "email", "subject": "Zum #Datum"}
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(html, **data, was="alle")))
    assert "1 Empfänger, 1 E-Mail. Jetzt senden?" in asked
    client.post(f"/sms/{list_id}/senden", data=typed(html, **data, ja=yes_of(asked)))
    row = db.session.scalars(db.select(Message)).one()
    assert (row.channel, row.recipient) == ("email", "eva@example.at")


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


def test_trial_mode_says_so_beside_the_window(office: Calendar, sign_in: SignIn) -> None:
    db.session.get_one(Company, 1).trial = True
    db.session.commit()
    client = sign_in("office")
    assert "Probebetrieb" in check_page(client.get(f"/sms/{opened(client)}"))
