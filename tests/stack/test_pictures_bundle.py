"""The dialog about fourteen appointments of one sick day: at the desk and on the phone, by keys alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from kehr.actions.decide.decide_together import send_none
from kehr.actions.decide.word_bundle import show_joint_bundle
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Message, Property, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import THREE_SIZES, picture

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

DAY = timedelta(days=1)
KEY = "14@2026-03-12|bundle_moved|1"
PATH = "/wartet/14@2026-03-12%7Cbundle_moved%7C1"
NAMES = (
    "Eva Šimić",
    "Karl Mustermann",
    "Maximilian Donaudampfschifffahrtsgesellschaft-Baumgartner",
    "Ida Huber",
)
OWN = "Leider krank: statt am #AltesDatum nun am #Datum um #Uhrzeit. #Telefon"


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """Thursday's fourteen appointments were moved to a day each; everybody knows the old time."""
    builders.company()
    link = builders.gateway("LINK", price=745)
    branch = builders.branch(sms_gateway_id=link.id)
    calendar = builders.calendar(branch_id=branch.id)
    builders.rule("moved", text="Ihr Termin ist nun am #Wochentag, #Datum um #Uhrzeit. #Firma, #Telefon")
    told = builders.rule("confirmation", active=False, text="Hallo")
    for number in range(14):
        address = f"+4366410000{number:02}"
        phone = {"e164": address, "type": "mobile", "country": "AT", "typed": address}
        hold = {"hold_code": "bundle_moved", "hold_key": KEY, "changed_at": NOON - timedelta(hours=1)}
        row = builders.appointment(
            calendar, NOON + (7 + number) * DAY, name=NAMES[number % 4], phones=[phone], **hold
        )
        sent = {"state": "delivered", "sent_at": NOON - DAY, "claimed_at": NOON - DAY}
        old = NOON + 2 * DAY + timedelta(minutes=30 * number - 180)
        builders.message(row, told, recipient=address, about_start=old, **sent)
    plan_messages(NOON)
    return builders.house()


def typed(page: Page, text: str) -> None:
    """Replaces the text for all, as somebody at the keyboard does."""
    field = page.into_view(page.one("#text"))
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(text)


def states() -> set[tuple[str, str]]:
    """Where the messages stand, and the texts of their own."""
    db.session.rollback()
    rows = db.session.scalars(db.select(Message).where(Message.kind == "moved"))
    return {(row.state, row.own_text) for row in rows}


def test_fourteen_are_read_worded_and_sent_by_keys_alone(page: Page, house: Property) -> None:
    # C07
    page.open("/heute")
    page.named("Ansehen").send_keys(Keys.ENTER)
    page.wait_at(PATH)
    page.wait("14 Nachrichten an 14 Empfänger: 14 SMS, etwa 1,04")
    picture(page, "buendel-dialog", sizes=THREE_SIZES)
    typed(page, OWN)
    page.wait("Leider krank: statt am 12.03.2026 nun am 17.03.2026 um 12:00. +43 7252 12345")
    page.chrome.execute_script("document.querySelector('#nachricht').focus()")
    page.chrome.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    page.wait("nun am 18.03.2026 um 12:00.")
    assert page.complaints() == []
    typed(page, "Wir kommen am Montag um 8:00 zu #Name.")
    page.wait("stünde so in jeder dieser Nachrichten")
    page.named("Alle mit diesem Text senden").send_keys(Keys.ENTER)
    page.wait("Ändern Sie den Text, oder senden Sie ihn trotzdem.")
    picture(page, "buendel-warnung", sizes=THREE_SIZES)
    typed(page, f"{OWN} #Quatsch")
    page.named("mit diesem Text senden").send_keys(Keys.ENTER)
    page.wait("Den Platzhalter #Quatsch gibt es nicht.")
    picture(page, "buendel-fehler", sizes=THREE_SIZES)
    assert states() == {("held", "")}
    typed(page, OWN)
    button = page.into_view(page.named("mit diesem Text senden"))
    button.send_keys(Keys.ENTER)
    page.wait("14 Nachrichten sind mit diesem Text freigegeben.")
    assert states() == {("planned", OWN)}
    assert page.complaints() == []


def test_no_message_at_all_is_asked_once_more_in_place(page: Page, house: Property) -> None:
    # C07
    page.open(PATH)
    page.click("Keine senden")
    page.wait("rechnen die Betroffenen weiter mit der alten Zeit")
    picture(page, "buendel-keine", sizes=THREE_SIZES)
    ActionChains(page.chrome).send_keys(Keys.ESCAPE).perform()
    page.until(lambda: "rechnen die" not in page.text, "the closed question")
    page.click("Keine senden")
    page.click("Alle zurückhalten")
    page.wait("14 Nachrichten werden zurückgehalten.")
    assert states() == {("withheld", "")}
    assert page.complaints() == []


def test_who_comes_second_finds_the_text_again(page: Page, house: Property) -> None:
    # C07
    page.open(PATH)
    bundle = show_joint_bundle(KEY)
    assert bundle is not None
    send_none(KEY, bundle.stamp, "berta", NOON)
    typed(page, OWN)
    page.wait("berta hat das schon entschieden")
    page.named("Alle mit diesem Text senden").send_keys(Keys.ENTER)
    page.wait("Ihr Text wurde nicht verwendet.")
    assert page.one("#text").get_attribute("value") == OWN
    picture(page, "buendel-zu-spaet", sizes=THREE_SIZES)
    assert page.complaints() == []
