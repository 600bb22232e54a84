"""SMS senden at the desk, on the phone and in the dark."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.actions.manual.open_manual_list import Source, open_manual_list
from kehr.models import Gateway, Property, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.rules.plan_build import VIENNA
from tests.rules.plan_build import at as moment
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

TEXT = (
    "#Anrede #Name, am #Wochentag, #Datum kommen wir wegen Nebels erst gegen #Uhrzeit. "
    "Wir bitten um Verständnis. #Firma, #Telefon"
)
PEOPLE = (
    ("A110010", "Redtenbachergasse 3", "Herr", "Karl", "Mustermann", ["0666 15651324"]),
    (
        "A110011",
        "Redtenbachergasse 5",
        "Frau",
        "Eva",
        "Šimić",
        ["0664 1000002", "0676 1000002", "07252 72345"],
    ),
    ("B3", "Stadtplatz 9", "Frau", "Ida", "Huber", ["0664 1000003"]),
    ("B7", "Weg 1", "Frau", "Anna", "Grüber", ["0676 1000004"]),
    ("B9", "Weg 4", "Herr", "Josef", "Öhlinger", [("0699 1000006", "main")]),
    ("C1", "Stadtplatz 2", "Frau", "Sabine", "Baumgartner", ["0660 1000007"]),
    ("C2", "Stadtplatz 4", "Herr", "Franz", "Leitner", ["07252 53123"]),
    ("C3", "Stadtplatz 6", "", "", "Hausverwaltung Steyr GmbH", []),
)


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """A day of eight stops: consent and none, Nur HK, a withdrawal, landlines, nobody to reach."""
    builders.company()
    builders.gateway()
    calendar = builders.calendar(consent="customer")
    for n, (number, street, salutation, first, name, phones) in enumerate(PEOPLE):
        one = builders.house(number, street=street)
        row = builders.person(one, name, salutation=salutation, first_name=first, phones=phones)
        for address in row.addresses:
            if number != "B3":
                builders.consent(address.value, granted=address.value != "+436761000002")
        builders.appointment(
            calendar, moment(f"12.03. {8 + n:02}:00"), phones=[], name="", place="", property_id=one.id
        )
    builders.employee()
    builders.employee("Hofer", first_name="Lisa", mobile="", mobile_typed="")
    return db.session.get_one(Property, 1)


@pytest.fixture
def list_id(house: Property) -> str:
    return open_manual_list(
        Source(days=[moment("12.03. 12:00").date()]), "Tagesliste Do, 12.03.2026", "anna", VIENNA, NOON
    )


def choose(page: Page, name: str) -> None:
    """Clicks the line of somebody and waits for what he would read."""
    for line in page.chrome.find_elements("css selector", ".person .pick"):
        if name in line.text:
            line.click()
    page.wait(f"So liest es {name}")


def test_the_window_fits_a_desk_and_a_phone(page: Page, list_id: str) -> None:
    page.open(f"/sms/{list_id}")
    picture(page, "sms-senden-leer")
    page.fill(text=TEXT)
    choose(page, "Eva Šimić")
    page.wait("3 SMS")
    page.wait("Empfänger, ")
    picture(page, "sms-senden")
    page.one("#nummern-single").click()
    page.until(lambda: page.chrome.find_elements("css selector", "[name=nummer]"), "the ticks of numbers")
    page.one("#ohne").click()
    page.wait("Grund, auch ohne")
    picture(page, "sms-senden-einzeln")
    page.one("[for='weg-email']").click()
    page.wait("Betreff")
    picture(page, "sms-senden-email")


def test_the_window_in_the_dark(page: Page, list_id: str) -> None:
    page.dark()
    page.open(f"/sms/{list_id}")
    page.fill(text=TEXT)
    choose(page, "Eva Šimić")
    page.picture(PICTURES / "sms-senden-dunkel.png", whole=False)
    page.click("Alle", "#fuss")
    page.wait("Jetzt senden?")
    page.picture(PICTURES / "sms-frage-dunkel.png", whole=False)


def test_question_refusal_and_employees(page: Page, list_id: str) -> None:
    page.open(f"/sms/{list_id}")
    page.fill(text="Liebe #Kundin, statt am #AltesDatum kommen wir später")
    page.click("Alle", "#fuss")
    page.wait("Den Platzhalter #Kundin gibt es nicht.")
    picture(page, "sms-abgelehnt")
    page.fill(text=TEXT)
    page.click("Alle", "#fuss")
    page.wait("Jetzt senden?")
    picture(page, "sms-frage", whole=False)
    page.click("Abbrechen", "#frage")
    page.click("Mitarbeiter", "#wer")
    page.wait("Franz Maier")
    picture(page, "sms-mitarbeiter")
    page.click("Liste leeren")
    page.wait("zurückholen")
    picture(page, "sms-leer")


def test_a_send_while_it_goes_out_and_afterwards(page: Page, list_id: str) -> None:
    page.open(f"/sms/{list_id}")
    page.fill(text=TEXT)
    page.click("Alle", "#fuss")
    page.wait("Jetzt senden?")
    page.click("Jetzt senden", "#frage")
    page.wait("sind hinaus")
    picture(page, "sendung")
    page.click("Anhalten")
    page.wait("Angehalten von")
    picture(page, "sendung-angehalten")
    assert db.session.get_one(Gateway, 1)
    page.open("/sms")
    page.wait("Zuletzt von Hand")
    picture(page, "sms-anfang")
    page.open(f"/sms/{list_id}")
    picture(page, "sms-geschlossen")
