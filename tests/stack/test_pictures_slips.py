"""The Zettelrunde and the day list at the desk, on the phone and on paper: nothing cut, nothing by colour."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from selenium.webdriver.common.keys import Keys

from kehr.models import Appointment, Calendar, PhoneCode, Property, VisitNote, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture, words_of
from tests.web.slip_office import MONDAY, ten_appointments

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

SPAN = "von=2026-03-16&bis=2026-03-16"


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """Four slips at four houses, two more in one of them, long words, and a notice in a larger house."""
    ten_appointments()
    of = {house.number: house for house in db.session.scalars(db.select(Property))}
    for unit, name in (("Top 2", "Donaudampfschifffahrtsgesellschaft-Baumgartner"), ("Top 10", "Öhlinger")):
        person = {"first_name": "Maximilian", "salutation": "Herr", "title": "Dipl.-Ing. Dr.", "unit": unit}
        builders.person(of["B009"], name, **person)
    of["B000"].land, of["B000"].units = "Wien", 10
    row = db.session.scalars(db.select(Appointment).where(Appointment.object_number == "B000")).one()
    row.work_kind = "HK"
    db.session.commit()
    return of["B000"]


def lowest_word(pdf: Path) -> float:
    """Where the last word of the first sheet ends, in points from its top; an A4 has 842."""
    command = ["pdftotext", "-bbox", "-f", "1", "-l", "1", str(pdf), "-"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return max(float(found) for found in re.findall(r'yMax="([0-9.]+)"', done.stdout))


def sheets_of(pdf: Path) -> int:
    """How many sheets a PDF has."""
    done = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, check=True, text=True)
    return int(done.stdout.split("Pages:")[1].split()[0])


def test_the_round_fits_a_desk_and_a_phone_and_is_ticked_off(page: Page, house: Property) -> None:
    page.open(f"/zettel?{SPAN}")
    picture(page, "zettel")
    page.click("Ganzes Haus eingeworfen")
    page.wait("3 Zettel sind als eingeworfen vermerkt.")
    picture(page, "zettel-danach")
    assert page.complaints() == []


def test_slips_print_four_a_sheet_and_a_notice_on_its_own(page: Page, house: Property) -> None:
    page.open(f"/zettel/druck?{SPAN}")
    assert page.complaints() == []
    pdf = page.on_paper(PICTURES / "zettel-druck.png")
    assert sheets_of(pdf) == 3
    assert lowest_word(pdf) > 750, "the sheet was made smaller than it is: something is too wide"
    said = words_of(pdf)
    assert said.count("Bitte ermöglichen Sie uns den Zugang") == 7
    assert said.count("bitte an.") == 7
    page.resize((420, 860))
    assert page.sideways() <= 0


def test_the_day_list_is_typed_back_by_keyboard(page: Page, house: Property) -> None:
    # C12
    page.open("/tagesliste/2026-03-16")
    picture(page, "tagesliste")
    row = db.session.scalars(db.select(Appointment.id).where(Appointment.object_number == "B000")).one()
    page.chrome.execute_script(f"document.getElementById('done-{row}').focus()")
    page.press(Keys.SPACE)
    page.wait("vermerkt")
    page.until(lambda: focused_id(page) == f"done-{row}", "the focus where it was")
    page.press(Keys.TAB, Keys.SPACE)
    page.until(lambda: noted(row) == {"done", "absent"}, "both ticks")
    assert page.complaints() == []


def test_twenty_five_stops_fit_one_sheet(page: Page, house: Property) -> None:
    # C12
    fifteen_more()
    page.open("/tagesliste/2026-03-16/druck")
    pdf = page.on_paper(PICTURES / "tagesliste-druck.png")
    said = words_of(pdf)
    assert sheets_of(pdf) == 1
    assert "25 Stopps" in said and "gedruckt am Di, 10.03.2026 um 12:00" in said and "Stadtplatz 10" in said
    assert page.complaints() == []


def focused_id(page: Page) -> str:
    """The id of what has the focus."""
    return str(page.focused.get_attribute("id"))


def noted(appointment_id: int) -> set[str]:
    """What was typed back of an appointment."""
    db.session.rollback()
    query = db.select(VisitNote.word).where(VisitNote.appointment_id == appointment_id)
    return set(db.session.scalars(query))


def fifteen_more() -> None:
    """Stops with long names and streets, so that the day has 25."""
    calendar = db.session.scalars(db.select(Calendar)).one()
    for n in range(15):
        house = builders.house(f"A1100{n:02}", street=f"Leopold-Werndl-Promenade {n}/{n + 1}")
        name = {"first_name": "Maximiliane", "phones": [f"0664 90000{n:02}"]}
        builders.person(house, "Baumgartner-Öhlinger", **name)
        builders.appointment(
            calendar, MONDAY + timedelta(minutes=20 * n), property_id=house.id, phones=[], place=""
        )


def test_a_code_opens_the_appointment_from_the_search_by_keyboard(page: Page, house: Property) -> None:
    # C05
    row = db.session.scalars(db.select(Appointment.id).where(Appointment.object_number == "B003")).one()
    db.session.add(PhoneCode(code="K7M", appointment_id=row, given_at=NOON, free_at=NOON))
    db.session.commit()
    page.open("/heute")
    page.press("/", "k7m")
    page.wait("öffnet den Termin und was dazu geschickt wurde")
    page.press(Keys.ENTER)
    page.wait_at("/code/K7M")
    picture(page, "telefon-code")
    page.click("Abgesagt")
    page.click("Absage vermerken")
    page.wait("Die Absage ist vermerkt.")
    assert noted(row) == {"called"}
    assert page.complaints() == []
