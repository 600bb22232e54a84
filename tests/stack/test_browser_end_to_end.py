"""The main loop in a real browser, against everything that `make run` starts, on the real clock.

One-time link, wizard, calendar, messages, planned sends, end of trial mode, a message that leaves by
itself, the log. One story in one test, because each step needs the one before it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By

from tests.fakes.link_server import TOKEN, LinkServer, link_server
from tests.fakes.mail_server import MailServer, mail_server
from tests.stack.browser import Page, browser
from tests.stack.radicale import OfficeCalendar, calendar_server
from tests.stack.running_stack import Stack, running, short_folder, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(400)]

PASSWORD = "drei Kamine am Dach"
OWN, MARIA = "+436641112223", "+436641000001"
SENT_WITHIN = 60.0
"""A tick every 20 s, and one that is late."""


@dataclass
class Desk:
    """Everything around one office on one afternoon."""

    stack: Stack
    page: Page
    calendar: OfficeCalendar
    link: LinkServer
    mail: MailServer
    zone: ZoneInfo

    def day(self, days: int, clock: str) -> datetime:
        """A clock time of the office, so many days from today."""
        today = datetime.now(self.zone).date()
        return datetime.combine(today + timedelta(days=days), time.fromisoformat(clock), self.zone)


def zone_of_this_hour() -> ZoneInfo:
    """Vienna; around its midnight a zone where the day goes on, because the send window ends with the day."""
    hour = datetime.now(ZoneInfo("Europe/Vienna")).hour
    return ZoneInfo("Europe/Vienna" if 1 <= hour < 22 else "America/New_York")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("radicale")
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(calendar_server(folder, tls=True))
        link, mail = stack.enter_context(link_server()), stack.enter_context(mail_server())
        data = stack.enter_context(short_folder())
        machine = stack.enter_context(running(data, SSL_CERT_FILE=str(folder / "authority.pem")))
        page = stack.enter_context(browser(machine.address))
        yield Desk(machine, page, server.calendar("kehrplan"), link, mail, zone_of_this_hour())


def test_an_office_sets_itself_up_and_its_first_messages_leave(desk: Desk) -> None:  # A19 A22 B05 B26 B42
    desk.calendar.add(
        "karl", "Karl Mustermann, +43664 1000002", desk.day(3, "08:00"), "Stadtplatz 5, 4400 Steyr"
    )
    first_admin(desk)
    firm(desk.page, desk.zone)
    gateways(desk)
    calendar(desk)
    messages(desk.page)
    desk.page.open("/einrichtung")
    desk.page.click("Einrichtung abschließen")
    desk.page.wait("Die Einrichtung ist fertig")
    planned(desk)
    in_trial_only_own_numbers_are_reached(desk)
    after_the_trial_customers_are_reached(desk)
    log(desk)
    by_command(desk)
    assert desk.page.complaints() == []
    assert desk.page.loaded_from_outside() == []


def first_admin(desk: Desk) -> None:
    page = desk.page
    assert desk.stack.health()[0] == 200
    page.open(desk.stack.link)
    assert page.heading == "Willkommen bei Kehrbote"
    page.fill(login="anna", password=PASSWORD, again="etwas ganz anderes")
    page.click("Zugang anlegen")
    page.wait("Kennwörter")
    page.fill(login="anna", password=PASSWORD, again=PASSWORD)
    page.click("Zugang anlegen")
    page.wait_at("/einrichtung")
    assert page.heading == "Einrichtung"
    page.open(desk.stack.link)
    assert page.heading == "Dieser Link gilt nicht mehr"


def firm(page: Page, zone: ZoneInfo) -> None:
    page.open("/einrichtung")
    page.click("Einrichten", "li.next")
    page.fill(name="Rauchfangkehrer Öllinger", street="Redtenbachergasse 3", postcode="4400", town="Steyr")
    page.fill(phone="+43 7252 12345", email="office@example.at", zone=zone.key)
    page.fill(window_from="00:00", window_to="23:59", window_holidays=True, settle_minutes="0")
    for tick in page.chrome.find_elements(By.CSS_SELECTOR, "[name='window_days']"):
        if not tick.is_selected():
            page.into_view(tick).click()
    page.fill(own_numbers="0664 1112223", network_allow="127.0.0.1")
    page.click("Speichern")
    page.wait_at("/einrichtung")
    assert "Name, Anschrift, Telefon und E-Mail sind da." in page.text


def gateways(desk: Desk) -> None:
    page = desk.page
    page.open("/gateways/neu")
    page.fill(name="LINK", kind="linkmobility", base_url=desk.link.base_url, token="a-wrong-token")
    page.fill(**{"senders-0-address": "+43 720 111222"})
    page.click("Speichern")
    page.wait_at("/gateways")
    page.click("Zugang testen", _row(page, "LINK"))
    page.wait("Das Gateway lehnt die Zugangsdaten ab")
    page.click("Bearbeiten", _row(page, "LINK"))
    page.fill(token=TOKEN)
    page.click("Speichern")
    page.wait_at("/gateways")
    page.click("Zugang testen", _row(page, "LINK"))
    page.wait("Zugang in Ordnung")
    assert desk.link.accepted == []
    page.open("/gateways/neu")
    page.fill(name="Mail", kind="smtp", host="127.0.0.1", port=str(desk.mail.port), security="none")
    page.click("Speichern")
    page.wait_at("/gateways")
    page.click("Zugang testen", _row(page, "Mail"))
    page.until(lambda: page.text.count("Zugang in Ordnung") == 2, "the mail server's answer")
    assert desk.mail.envelopes == []


def _row(page: Page, name: str) -> str:
    """The selector of the gateway's line."""
    for number, row in enumerate(page.chrome.find_elements(By.CSS_SELECTOR, "main .list > .row-k"), 1):
        if row.find_element(By.CSS_SELECTOR, "b").text == name:
            return f"main .list > .row-k:nth-child({number})"
    raise AssertionError(page.text)


def calendar(desk: Desk) -> None:
    page = desk.page
    page.open("/kalender/neu")
    page.fill(name="Kehrplan", url="https://127.0.0.1:9/kehrplan.ics", consent="calendar")
    page.click("Vorschau der nächsten 7 Tage")
    page.wait("Zur Anleitung")
    page.fill(url=desk.calendar.url.replace("https://", "webcal://"))
    page.click("Vorschau der nächsten 7 Tage")
    page.wait("1 Termin in den nächsten 7 Tagen.")
    seen = page.one("#vorschau table").text
    for words in ("Karl Mustermann", "0664 1000002", "Handy", "Stadtplatz 5, 4400 Steyr"):
        assert words in seen
    ActionChains(page.chrome).double_click(page.into_view(page.named("Speichern"))).perform()
    page.wait("So wird der Kalender gelesen")
    page.chrome.refresh()
    page.open("/kalender")
    assert len(page.chrome.find_elements(By.CSS_SELECTOR, ".row-k.calendar")) == 1
    wait_for(lambda: _polled(page), 60, "the first poll by the worker")


def _polled(page: Page) -> bool:
    page.open("/kalender")
    return "1 Termin voraus" in page.text


def messages(page: Page) -> None:
    page.open("/nachrichten")
    page.click("Bearbeiten", "#reminder")
    page.fill(active=True, days="2", text="Am")
    for block in ("#Wochentag", "#Datum", "#Firma"):
        page.click(block, ".blocks")
    assert page.one("#text").get_attribute("value") == "Am #Wochentag #Datum #Firma"
    page.wait("Rauchfangkehrer Öllinger")
    page.wait("1 SMS")
    page.one("#text").send_keys(" Š" + " und noch ein paar Worte" * 4)
    page.wait("wird 3-teilige SMS")
    page.fill(text="Am #Wochentag, #Datun kommen wir.")
    page.click("Speichern")
    page.wait("#Datum")
    assert "Nichts gespeichert" in page.text
    page.fill(text="Am #Wochentag, #Datum um #Uhrzeit kommen wir. #Firma")
    page.click("Speichern")
    page.wait("Das würde sich an dem ändern, was geplant ist")
    page.click("So speichern")
    page.wait_at("/nachrichten")
    page.click("Bearbeiten", "#confirmation")
    page.fill(active=True, channel="both", text="#Name: eingetragen für #Datum um #Uhrzeit. #Firma")
    page.click("Speichern")
    page.wait_at("/nachrichten")
    assert page.one("#reminder .state").text.strip() == "an"
    assert page.one("#confirmation .state").text.strip() == "an"


def planned(desk: Desk) -> None:
    page = desk.page
    first_text_is_released(desk)
    wait_for(lambda: _opened(page, "/geplant/liste", "Karl Mustermann"), SENT_WITHIN, "the planned reminder")
    page.one("a.send").click()
    page.wait("Verlauf")
    window = page.one("#fenster").text
    day = desk.day(3, "08:00")
    assert f"{day:%d.%m.%Y} um 08:00 kommen wir. Rauchfangkehrer Öllinger" in window
    assert "2 Tage vor dem Termin" in window


def first_text_is_released(desk: Desk) -> None:  # C06
    """A text or calendar that is new waits for one key on the start page."""
    page = desk.page
    wait_for(lambda: _opened(page, "/heute", "Neuer Text: "), SENT_WITHIN, "the new text")
    page.one("#wartet-liste [data-key='f']").send_keys("f")
    page.wait("1 Eintrag ist freigegeben.")
    assert "Neuer Text: " not in page.text


def _opened(page: Page, path: str, words: str) -> bool:
    page.open(path)
    return words in page.text


def in_trial_only_own_numbers_are_reached(desk: Desk) -> None:  # B02
    desk.calendar.add("own", "Anna Probe 0664 1112223", desk.day(9, "10:00"))
    desk.calendar.add("eva", "Eva Huber 0664 1000003", desk.day(10, "10:00"))
    fetch(desk.page)
    first_text_is_released(desk)
    wait_for(lambda: desk.link.accepted, SENT_WITHIN, "the SMS to the own number")
    wait_for(lambda: _opened(desk.page, "/protokoll", "Eva Huber"), SENT_WITHIN, "the rehearsed message")
    assert "Probe" in desk.page.text
    assert [one["recipientAddressList"] for one in desk.link.accepted] == [[OWN[1:]]]
    day = desk.day(9, "10:00")
    text = f"Anna Probe: eingetragen für {day:%d.%m.%Y} um 10:00. Rauchfangkehrer Öllinger"
    assert desk.link.accepted[0]["messageContent"] == text


def fetch(page: Page) -> None:
    """Clicks "Jetzt abrufen" twice in a row, as the impatient do."""
    page.open("/kalender")
    ActionChains(page.chrome).double_click(page.into_view(page.named("Jetzt abrufen"))).perform()
    page.wait("Abgerufen:")


def after_the_trial_customers_are_reached(desk: Desk) -> None:
    page = desk.page
    page.open("/firma")
    page.click("Probebetrieb beenden …")
    page.wait("In den nächsten 7 Tagen")
    page.click("Jetzt beenden")
    page.wait("Der Probebetrieb ist beendet.")
    desk.calendar.add("maria", "Maria Mayr, 0664 1000001 maria@example.at", desk.day(11, "13:30"))
    fetch(page)
    wait_for(
        lambda: len(desk.link.accepted) == 2 and desk.mail.letters, SENT_WITHIN, "SMS and e-mail to Maria"
    )
    sms = desk.link.accepted[1]
    day = desk.day(11, "13:30")
    text = f"Maria Mayr: eingetragen für {day:%d.%m.%Y} um 13:30. Rauchfangkehrer Öllinger"
    assert (sms["recipientAddressList"], sms["messageContent"]) == ([MARIA[1:]], text)
    assert (sms["senderAddress"], sms["senderAddressType"]) == ("43720111222", "international")
    (letter,) = desk.mail.letters
    assert letter["to"] == "maria@example.at"
    assert [file.get_filename() for file in letter.iter_attachments()] == ["termin.ics"]


def log(desk: Desk) -> None:
    page = desk.page
    wait_for(lambda: _opened(page, "/protokoll", "Maria Mayr"), 20, "Maria in the log")
    page.fill(suche="Maria")
    page.click("Anzeigen")
    page.wait("2 Nachrichten")
    assert "vom Gateway angenommen" in page.text
    page.click("Drucken")
    page.wait_at("/protokoll/druck")
    assert "Rauchfangkehrer Öllinger" in page.text
    assert page.text.count("Maria Mayr: eingetragen") == 2
    page.chrome.back()
    page.wait_at("/protokoll")
    page.chrome.refresh()
    assert len(desk.link.accepted) == 2
    assert len({one["clientMessageId"] for one in desk.link.accepted}) == 2


def by_command(desk: Desk) -> None:
    """The same office by command, beside the running machine."""
    sent = [m for m in desk.stack.office.messages() if m["state"] == "accepted"]
    assert {m["recipient"] for m in sent} == {OWN, MARIA, "+436641000003", "maria@example.at"}
    assert json.loads(desk.stack.office.done("send-due", "--json"))["accepted"] == 0


def test_a_wrong_password_is_refused_and_the_right_one_leads_on(desk: Desk) -> None:  # A23
    page = desk.page
    page.open("/heute")
    page.click("Abmelden")
    page.wait_at("/anmelden")
    page.fill(login="anna", password="ein falsches Kennwort")
    page.click("Anmelden", "form")
    page.wait("Name oder Kennwort stimmt nicht.")
    assert page.path == "/anmelden"
    page.open("/geplant/liste")
    page.wait_at("/anmelden")
    page.fill(login="anna", password=PASSWORD)
    page.click("Anmelden", "form")
    page.wait_at("/geplant/liste")
