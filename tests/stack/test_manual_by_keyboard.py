"""A day list of 40, written to by keyboard alone through the whole machine: progress, a stop, the rest.

The gateway takes 20 SMS a minute, so that the first round ends halfway; the clock is simulated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask_migrate import upgrade
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from kehr import create_app
from kehr.actions.setup.change_users import add_user
from kehr.models import db, writing
from kehr.settings import read_settings
from tests import builders
from tests.conftest import NOON
from tests.fakes.link_server import TOKEN, LinkServer, link_server
from tests.rules.plan_build import at
from tests.stack.browser import Page, browser, settled
from tests.stack.running_stack import Stack, running, short_folder
from tests.stack.seen import PICTURES, picture

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("long"), pytest.mark.timeout(400)]

PASSWORD = "drei Kamine am Dach"
PEOPLE, A_MINUTE = 40, 20
NINE = "2026-03-10T09:42:00+01:00"


@dataclass
class Desk:
    """Somebody at the keyboard of a running office."""

    stack: Stack
    page: Page
    link: LinkServer

    @property
    def focus(self) -> WebElement:
        """What has the focus."""
        return self.page.chrome.switch_to.active_element

    def press(self, *keys: str) -> None:
        """Presses keys where the focus is."""
        for key in keys:
            ActionChains(self.page.chrome).send_keys(key).perform()

    def _at(self, id_or_words: str) -> bool:
        now = self.focus
        if id_or_words in (now.get_attribute("id"), now.get_attribute("name")):
            return True
        return now.tag_name in ("button", "a", "summary") and id_or_words in now.text

    def tab_to(self, id_or_words: str, *, back: bool = False, most: int = 150) -> None:
        """Goes on by Tab until what has this id, name or these words has the focus."""
        for _ in range(most):
            if settled(lambda: self._at(id_or_words)):
                return
            chain = ActionChains(self.page.chrome)
            if back:
                chain.key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
            else:
                chain.send_keys(Keys.TAB).perform()
        raise AssertionError(f"Tab never reached »{id_or_words}«")


def fill(folder: Path, link: LinkServer) -> None:
    """An office with forty visits on Thursday, everybody ticked."""
    app = create_app(read_settings({"KEHR_DATA": str(folder)}))
    with app.app_context():
        upgrade()
        builders.company(network_allow=["127.0.0.1"])
        gateway = builders.gateway(
            "LINK",
            kind="linkmobility",
            base_url=link.base_url,
            senders=[{"address": "+43720111222", "type": "international"}],
            max_per_minute=A_MINUTE,
        )
        with writing():
            gateway.secret = TOKEN
        calendar = builders.calendar(consent="customer", kind="file")
        for number in range(1, PEOPLE + 1):
            house = builders.house(f"B{number:03}", street=f"Weg {number}")
            who = {"salutation": "Frau", "first_name": "Eva", "phones": [f"0664 100{number:04}"]}
            builders.person(house, f"Kunde{number:02}", **who)
            builders.consent(f"+43664100{number:04}")
            start = at(f"12.03. {7 + number // 4:02}:{number % 4 * 15:02}")
            text = {"summary": f"B{number:03} Kehrung", "name": "", "place": "", "phones": []}
            builders.appointment(calendar, start, property_id=house.id, match_by="number", **text)
        add_user("eva", "office", PASSWORD, NOON, must_change=False)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with short_folder() as folder, link_server() as link:
        link.behaviours = ["delay:0.15"]
        fill(folder, link)
        with (
            running(folder, KEHR_CLOCK=datetime.fromisoformat(NINE).isoformat()) as stack,
            browser(stack.address) as page,
        ):
            page.open("/anmelden")
            page.fill(login="eva", password=PASSWORD)
            page.click("Anmelden", ".gate")
            page.wait_at("/heute")
            yield Desk(stack, page, link)


# A33 A37 A42 A43 A46 A48 A50
def test_a_day_list_of_forty_is_sent_stopped_and_finished_by_keyboard_alone(desk: Desk) -> None:
    page = desk.page
    page.open("/termine?ansicht=tag&tag=2026-03-12")
    desk.tab_to("SMS an alle")
    desk.press(Keys.ENTER)
    page.wait(f"{PEOPLE} von {PEOPLE} Empfängern")
    write(desk)
    choose(desk)
    ask(desk)
    desk.press(Keys.ENTER)
    page.wait("sind hinaus")
    assert page.path.startswith("/sms/sendung/")
    halfway(desk)
    finish(desk)
    texts = [request["messageContent"] for request in desk.link.accepted]
    assert len(texts) == len(set(texts)) == PEOPLE - 2
    assert not any("#" in text for text in texts)
    assert page.complaints() == []
    assert page.loaded_from_outside() == []


def write(desk: Desk) -> None:
    """The text has the focus at opening; a building block comes in at the cursor."""
    assert desk.focus.get_attribute("id") == "text"
    desk.press("Frau #Name, am ", Keys.TAB)
    assert desk.focus.text == "#Anrede"
    for _ in range(10):
        if desk.focus.text == "#Datum":
            break
        desk.press(Keys.ARROW_RIGHT)
    desk.press(Keys.ENTER)
    assert desk.focus.get_attribute("id") == "text"
    desk.press(" kommen wir später. #Firma")
    desk.page.wait("Frau Kunde01, am 12.03.2026 kommen wir später. Rauchfangkehrer Probe")


def choose(desk: Desk) -> None:
    """Arrow keys move through the list, the blank takes a tick away, Entf removes."""
    page = desk.page
    desk.tab_to("wen", back=True)
    desk.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    page.wait("So liest es Eva Kunde03")
    page.wait("Frau Kunde03, am 12.03.2026")
    desk.press(Keys.SPACE)
    page.wait(f"{PEOPLE - 1} von {PEOPLE} Empfängern")
    desk.press(Keys.ARROW_DOWN, Keys.DELETE)
    page.wait(f"{PEOPLE - 2} von {PEOPLE - 1} Empfängern")
    page.wait("1 zurückholen")
    desk.page.until(lambda: desk.focus.get_attribute("name") == "wen", "the focus back in the list")


def ask(desk: Desk) -> None:
    """The question is left by Esc without sending; asked again, Tab leads to its button."""
    page = desk.page
    desk.tab_to("alle")
    desk.press(Keys.ENTER)
    page.wait(f"{PEOPLE - 2} Empfänger, {PEOPLE - 2} SMS. Jetzt senden?")
    desk.press(Keys.ESCAPE)
    page.until(lambda: not page.one("#frage").is_displayed(), "the closed question")
    assert desk.focus.get_attribute("id") == "alle"
    assert desk.link.accepted == []
    desk.press(Keys.ENTER)
    page.wait("Jetzt senden?")
    desk.tab_to("ja")


def halfway(desk: Desk) -> None:
    """The bar moves by itself; closing the page stops nothing; the stop withdraws the rest."""
    page = desk.page
    page.wait(f"{A_MINUTE} von {PEOPLE - 2} sind hinaus.", 90)
    picture(page, "sendung-halb")
    here = page.path
    page.open("/heute")
    page.open(here)
    desk.tab_to("anhalten")
    desk.press(Keys.ENTER)
    page.wait("Angehalten von eva")
    page.wait(f"{PEOPLE - 2 - A_MINUTE} zurückgezogen")
    assert len(desk.link.accepted) == A_MINUTE
    page.picture(PICTURES / "sendung-gestoppt-desktop.png")


def finish(desk: Desk) -> None:
    """The rest goes out again, after its own question."""
    page = desk.page
    desk.tab_to("Rest nochmals senden")
    desk.press(Keys.ENTER)
    page.wait("nochmals senden? Was nicht mehr erlaubt")
    desk.tab_to("Nochmals senden")
    desk.press(Keys.ENTER)
    page.wait("gehen nochmals hinaus")
    page.wait("Fertig.", 150)
    assert len(desk.link.accepted) == PEOPLE - 2
