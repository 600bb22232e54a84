"""Every screen of a filled office, at the desk, on the phone and on paper, as pictures to look at.

The pictures land in `tests/screenshots/`. What can be decided without eyes is decided here: nothing is
wider than a phone, no script or policy complains, nothing comes from outside, each page has one heading.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stack.browser import DESKTOP, Page, browser
from tests.stack.running_stack import Stack, running, short_folder
from tests.stack.seen import PICTURES, picture, words_of

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(400)]

SCREENS = {
    "heute": "/heute",
    "geplant": "/geplant/woche",
    "geplant-monat": "/geplant/monat",
    "geplant-tag": "/geplant/tag",
    "geplant-liste": "/geplant/liste",
    "protokoll": "/protokoll",
    "kalender": "/kalender",
    "kalender-bearbeiten": "/kalender/1",
    "kalender-vorschau": "/kalender/1/vorschau",
    "kalender-gestoert": "/kalender/3/vorschau",
    "kalender-hilfe": "/kalender/hilfe",
    "nachrichten": "/nachrichten",
    "editor": "/nachrichten/3",
    "gateways": "/gateways",
    "gateway-neu": "/gateways/neu",
    "filialen": "/filialen",
    "firma": "/firma",
    "probe-beenden": "/firma/probe",
    "benutzer": "/benutzer",
    "system": "/system",
    "einrichtung": "/einrichtung",
    "mein-zugang": "/konto",
    "fehlt": "/nachricht/gibt-es-nicht",
}


@dataclass
class Demo:
    """The running demo office and somebody signed in to it."""

    stack: Stack
    page: Page


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The demo, filled once for all pictures."""
    with (
        short_folder() as folder,
        running(folder, (sys.executable, "-m", "kehr.demo")) as stack,
        browser(stack.address) as page,
    ):
        password = re.search(r"sign in as demo with the password (\S+)", "".join(stack.lines))
        assert password is not None, stack.lines
        page.open("/heute")
        page.wait_at("/anmelden")
        picture(page, "anmelden")
        page.fill(login="demo", password=password[1])
        page.click("Anmelden", ".gate")
        page.wait_at("/heute")
        yield Demo(stack, page)


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_fits_a_desk_and_a_phone_and_loads_nothing_from_outside(name: str, demo: Demo) -> None:
    demo.page.open(SCREENS[name])
    picture(demo.page, name)


def test_barriers_would_be_seen(demo: Demo) -> None:
    page = demo.page
    page.open("/heute")
    assert page.barriers() == []
    page.chrome.execute_script("document.querySelector('h1').style.color = '#dddddd'")
    (found,) = page.barriers()
    assert "/heute: color-contrast: ['.page-title']" in found or "h1" in found


def test_the_window_of_a_message_opens_beside_the_list_and_closes_by_key(demo: Demo) -> None:  # B45
    page = demo.page
    page.open("/geplant/liste")
    line = page.one("a.send")
    line.click()
    page.wait("Verlauf")
    page.until(
        lambda: page.one("#fenster").rect["x"] + page.one("#fenster").rect["width"] <= DESKTOP[0],
        "the window",
    )
    picture(page, "fenster", whole=False)
    page.press(Keys.ESCAPE)
    page.until(lambda: not page.one("#fenster").is_displayed(), "the closed window")
    assert page.focused.get_attribute("id") == line.get_attribute("id")


def test_the_log_on_paper_is_black_on_white_with_the_firms_head(demo: Demo) -> None:
    page = demo.page
    today = datetime.now(ZoneInfo("Europe/Vienna")).date()
    page.open(f"/protokoll/druck?von={today - timedelta(days=4)}&bis={today}")
    assert page.heading == "Sendeprotokoll"
    pdf = page.on_paper(PICTURES / "protokoll-druck.png")
    assert pdf.read_bytes().startswith(b"%PDF-")
    said = words_of(pdf)
    for words in ("Rauchfangkehrer Probe", "+43 7252 12345", "Erinnerung", "angenommen"):
        assert words in said
    page.open("/geplant/liste")
    page.on_paper(PICTURES / "geplant-druck.png")
    assert page.complaints() == []


def test_dark_screens_keep_their_contrast(demo: Demo) -> None:
    page = demo.page
    page.dark()
    try:
        for name in ("heute", "geplant", "editor", "kalender-vorschau"):
            page.open(SCREENS[name])
            page.picture(PICTURES / f"{name}-dunkel.png", whole=False)
            background = page.one("body").value_of_css_property("background-color")
            ink = page.one("main").value_of_css_property("color")
            assert _light(ink) - _light(background) > 120, (ink, background)
    finally:
        page.dark(False)


def _light(color: str) -> float:
    """How light a CSS colour is, 0 to 255."""
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", color)[:3])
    return (red + green + blue) / 3


def test_the_first_run_looks_as_inviting_as_the_rest() -> None:
    with short_folder() as folder, running(folder) as stack, browser(stack.address) as page:
        page.open(stack.link)
        picture(page, "erster-zugang")
        page.fill(login="anna", password="drei Kamine am Dach", again="drei Kamine am Dach")
        page.click("Zugang anlegen")
        page.wait_at("/einrichtung")
        picture(page, "einrichtung-leer")
        for name in ("heute", "geplant", "protokoll", "kalender", "gateways", "filialen"):
            page.open(SCREENS[name])
            picture(page, f"{name}-leer")
        page.open("/heute")
        page.click("Weiter einrichten")
        page.wait_at("/einrichtung")
        page.open("/firma")
        page.fill(window_from="halb neun", email="office")
        page.click("Speichern")
        page.wait("Nichts gespeichert")
        picture(page, "firma-fehlt")
