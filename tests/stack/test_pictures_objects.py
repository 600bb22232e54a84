"""Objects at the desk, on the phone, in the dark and on paper; and the search driven by keys alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from kehr.models import Property, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

STREETS = ("Redtenbachergasse", "Haratzmüllerstraße", "Stadtplatz", "Sierninger Straße", "Ennser Straße")
NAMES = ("Šimić", "Huber", "Grüber", "Öhlinger", "Baumgartner", "Leitner", "Mayr", "Aigner", "Wieser")


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """A house of three parties among sixty others, with appointments and messages."""
    builders.company()
    for n in range(60):
        other = builders.house(f"B{n:03}", street=f"{STREETS[n % 5]} {n + 1}")
        builders.person(other, NAMES[n % 9], phones=[f"0664 20000{n:02}"] if n % 4 else ["07252 72345"])
        if n % 3 == 0:
            builders.consent(f"+4366420000{n:02}")
    house = builders.house(units=12, note="Schlüssel beim Nachbarn, Top 4.\nHund im Hof.")
    phones = ["0666 / 15651324", "07252 72345", "+49 171 1234567"]
    own = {"salutation": "Herr", "title": "Ing.", "first_name": "Karl"}
    builders.person(
        house, phones=phones, emails=[("office@winchim.com", "appointment")], www="www.winchim.com", **own
    )
    builders.person(house, "Šimić", unit="Top 1", first_name="Eva", phones=[("0664 1000002", "main")])
    builders.person(house, "Huber", unit="Top 2", first_name="Ida", phones=["0664 1000003"])
    builders.person(
        house, "Hausverwaltung Steyr GmbH", unit="Verwaltung", role="manager", emails=["haus@example.at"]
    )
    builders.consent("+4366615651324")
    builders.consent("+436641000003", granted=False)
    calendar, rule = builders.calendar(), builders.rule()
    for at_day, state in ((-30, "delivered"), (-2, "undelivered"), (2, "planned"), (9, "withheld")):
        row = builders.appointment(
            calendar, NOON + timedelta(days=at_day), property_id=house.id, work_kind="HK"
        )
        builders.message(row, rule, state=state, property_id=house.id)
    return house


def shown(page: Page, css: str, count: int) -> None:
    """Waits until so many of these can be seen."""
    page.until(
        lambda: sum(e.is_displayed() for e in page.chrome.find_elements(By.CSS_SELECTOR, css)) == count,
        f"{count} of {css} on {page.path}",
    )


def test_every_object_page_fits_a_desk_and_a_phone(page: Page, house: Property) -> None:
    party = house.people[1].id
    for name, path in {
        "objekte": "/objekte",
        "objekte-suche": "/objekte?suche=huber",
        "objekte-nichts": "/objekte?suche=nix",
        "objekt": f"/objekte/{house.id}",
        "objekt-bearbeiten": f"/objekte/{house.id}/bearbeiten",
        "objekt-neu": "/objekte/neu",
        "partei": f"/objekte/{house.id}/parteien/{party}",
        "partei-neu": f"/objekte/{house.id}/parteien/neu",
        "partei-loeschen": f"/objekte/{house.id}/parteien/{party}/loeschen",
        "objekt-loeschen": f"/objekte/{house.id}/loeschen",
        "suche": "/suche?q=redtenbacher",
    }.items():
        page.open(path)
        picture(page, name)
    page.open(f"/objekte/{house.id}")
    page.on_paper(PICTURES / "objekt-druck.png")
    page.dark()
    for name, path in (("objekt", f"/objekte/{house.id}"), ("objekte", "/objekte")):
        page.open(path)
        page.picture(PICTURES / f"{name}-dunkel.png", whole=False)


def test_the_search_on_top_is_driven_by_keys_alone(page: Page, house: Property) -> None:
    page.open("/heute")
    page.press("/", "0666 156")
    shown(page, ".hits .hit", 1)
    picture(page, "suche-oben", whole=False)
    page.press(Keys.ARROW_DOWN)
    assert "Karl Mustermann" in page.focused.text
    page.press(Keys.ENTER)
    page.wait_at(f"/objekte/{house.id}")
    page.press("/", "huber")
    shown(page, ".hits .hit:not(.hit-all)", 8)
    page.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ARROW_UP)
    assert page.focused.get_attribute("id") == "finden-text"
    page.press(Keys.ESCAPE)
    shown(page, ".hits .hit", 0)
    page.press(Keys.BACKSPACE * 5, "A110010", Keys.ENTER)
    page.wait_at(f"/objekte/{house.id}")
    page.one("h1").click()
    page.open("/objekte/neu")
    page.fill(note="a/b")
    assert page.one("[name=note]").get_attribute("value") == "a/b"


def test_the_list_follows_the_typing(page: Page, house: Property) -> None:
    page.open("/objekte")
    page.one("#suche").send_keys("664/100 00 03")
    page.until(lambda: len(page.chrome.find_elements(By.CSS_SELECTOR, ".objects tbody tr")) == 1, "one row")
    assert "Ida Huber" in page.one(".objects tbody").text
    assert "suche=664" in page.path
    page.chrome.refresh()
    assert page.one("#suche").get_attribute("value") == "664/100 00 03"
    assert page.complaints() == []


# A33
def test_ticks_stay_through_searches_and_open_the_manual_window(page: Page, house: Property) -> None:
    page.open("/objekte?suche=huber")
    button = page.one("[data-needs-selection]")
    assert not button.is_enabled()
    page.one(f".objects input[value='{house.id}']").click()
    page.one(".objects tbody tr:nth-child(2) input").click()
    assert button.is_enabled() and "(2)" in button.text
    picture(page, "objekte-ausgewaehlt")
    field = page.one("#suche")
    field.clear()
    field.send_keys("B003")
    page.until(lambda: "Öhlinger" in page.one(".objects tbody").text, "the other object")
    page.one("[data-all]").click()
    assert "(3)" in page.one("[data-needs-selection]").text
    page.click("SMS an Auswahl")
    page.until(lambda: page.path.startswith("/sms/"), "the manual window")
    for name in ("Karl Mustermann", "Huber", "Öhlinger"):
        assert name in page.text
    assert page.complaints() == []


# A12, A13
def test_an_object_is_entered_and_ticked_and_leaving_the_form_warns(page: Page, house: Property) -> None:
    page.open("/objekte/neu")
    page.fill(number="A110011", salutation="Frau", name="Ćorić", phone1="664 1000007", place="Steyr")
    page.one("[name=phone1]").send_keys(Keys.TAB)
    page.wait("hat keine Vorwahl")
    page.click("OK", "main")
    page.wait("Nichts gespeichert")
    picture(page, "objekt-fehler")
    assert page.one("[name=phone1]").get_attribute("value") == "664 1000007"
    page.fill(phone1="0664 1000003", place="A - 4400 Steyr")
    page.one("[name=phone1]").send_keys(Keys.TAB)
    page.wait("steht auch bei A110010, Ida Huber")
    page.fill(phone1="0664 / 1000007")
    page.click("OK", "main")
    page.wait("Noch ohne Einwilligung: 0664 / 1000007")
    page.click("Anhaken", "main")
    page.wait("Hat zugestimmt")
    picture(page, "objekt-anhaken", whole=False)
    page.click("am Telefon", "#fenster")
    page.wait("hat zugestimmt")
    assert "zugestimmt" in page.one(".reaches").text
    db.session.rollback()
    page.click("Bearbeiten")
    page.fill(street="Weg 1")
    asks = """
        const event = new Event('beforeunload', {cancelable: true});
        window.dispatchEvent(event);
        return event.defaultPrevented;
    """
    assert page.chrome.execute_script(asks) is True
    page.fill(street="")
    assert page.chrome.execute_script(asks) is False
