"""Every screen of a filled office, at the desk, on the phone and on paper, as pictures to look at.

The pictures land in `tests/screenshots/`. What can be decided without eyes is decided here: nothing is
wider than a phone, no script or policy complains, nothing comes from outside, each page has one heading.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.stack.browser import DESKTOP, PHONE, Page, browser
from tests.stack.running_stack import Stack, running, short_folder, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(400)]

PICTURES = Path(__file__).parent.parent / "screenshots"
SCREENS = {
    "heute": "/heute",
    "geplant": "/geplant",
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
    PICTURES.mkdir(exist_ok=True)
    with (
        short_folder() as folder,
        running(folder, (sys.executable, "-m", "kehr.demo")) as stack,
        browser(stack.address) as page,
    ):
        password = re.search(r"sign in as demo with the password (\S+)", "".join(stack.lines))
        assert password is not None, stack.lines
        page.open("/heute")
        page.wait_at("/anmelden")
        _picture(page, "anmelden")
        page.fill(login="demo", password=password[1])
        page.click("Anmelden", ".gate")
        page.wait_at("/heute")
        yield Demo(stack, page)


def _picture(page: Page, name: str) -> None:
    """Takes the page at both sizes and checks what needs no eyes."""
    for size, word in ((DESKTOP, "desktop"), (PHONE, "phone")):
        page.resize(size)
        page.picture(PICTURES / f"{name}-{word}.png")
        assert page.sideways() <= 0, f"{page.path} is {page.sideways()} pixels wider than the {word}"
    page.resize(DESKTOP)
    assert page.heading
    assert page.complaints() == []
    assert page.loaded_from_outside() == []


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_fits_a_desk_and_a_phone_and_loads_nothing_from_outside(name: str, demo: Demo) -> None:
    demo.page.open(SCREENS[name])
    _picture(demo.page, name)


def test_the_window_of_a_message_opens_beside_the_list_and_closes_by_key(demo: Demo) -> None:  # B45
    page = demo.page
    page.open("/geplant")
    line = page.one("a.send")
    line.click()
    page.wait("Verlauf")
    wait_for(
        lambda: page.one("#fenster").rect["x"] + page.one("#fenster").rect["width"] <= DESKTOP[0],
        5,
        "the window",
    )
    _picture(page, "fenster")
