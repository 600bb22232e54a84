"""The Fristen-Ampel at the desk, on the phone, in the dark and on paper; a rule changed in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from kehr.actions.visits.deadline_rules import load_rules
from kehr.models import Appointment, Property, User, db
from tests import builders
from tests.conftest import Clock
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture, words_of

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

TODAY = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
START = datetime(2026, 3, 30, 6, 0, tzinfo=UTC)
NAMES = ("Eva Šimić", "Ida Huber", "Anna Grüber", "Josef Öhlinger", "Sabine Baumgartner-Hinterleitner")
POELTEN = {"postcode": "3100", "town": "St. Pölten"}


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """30.03. in an office of Niederösterreich that also sweeps in Vienna and Tyrol, as seen on 20.03."""
    at.moment = TODAY
    builders.company(land="NÖ", name="Rauchfangkehrer Probe", town="St. Pölten")
    rule = builders.rule("announcement")
    calendar = builders.calendar("Kehrplan", last_good_at=TODAY)
    for n, name in enumerate(NAMES):
        one = builders.house(
            f"B{n:03}", street=f"Kremser Landstraße {n + 1}", postcode="3100", town="St. Pölten"
        )
        person = builders.person(
            one, name.split()[1], first_name=name.split()[0], phones=[f"0664 20000{n:02}"]
        )
        stop = builders.appointment(
            calendar, START + timedelta(minutes=30 * n), property_id=one.id, name=name
        )
        told = (START - timedelta(days=14), START - timedelta(days=13), None)[n % 3]
        if told:
            builders.message(stop, rule, state="delivered", sent_at=told, person_id=person.id)
    many = builders.house(
        "W010", street="Neubaugasse 10", postcode="1070", town="Wien", land="Wien", units=10
    )
    three = builders.house("N003", street="Linzer Straße 8", postcode="3100", town="St. Pölten", units=3)
    far = builders.house(
        "T001", street="Maria-Theresien-Straße 1", postcode="6020", town="Innsbruck", land="Tirol"
    )
    grey = builders.house("V001", street="Marktstraße 4", postcode="6850", town="Dornbirn", land="Vbg")
    for hours, one in enumerate((many, three, far, grey), 4):
        people = [builders.person(one, f"Partei {n}", unit=f"Top {n}") for n in range(1, 4)]
        when, work = START + timedelta(hours=hours), "HK" if one is many else "Kehrung"
        stop = builders.appointment(calendar, when, property_id=one.id, work_kind=work, name=one.street)
        for n, person in enumerate(people[:2] if one is three else people if one is many else ()):
            told = {"state": "delivered", "sent_at": START - timedelta(days=20), "person_id": person.id}
            builders.message(stop, rule, recipient=f"+43664300000{n}", **told)
    builders.appointment(calendar, START + timedelta(days=6), name="Bald Fällig")
    return many


def test_signs_fit_a_desk_and_a_phone(page: Page, house: Property) -> None:
    stop = db.session.scalars(db.select(Appointment.id).where(Appointment.property_id == house.id)).one()
    for name, path in {
        "fristen-termine": "/termine?tag=2026-03-30",
        "fristen-termin": f"/termine/{stop}",
        "fristen-heute": "/heute",
        "fristen-rot": "/termine/fristen?ampel=rot",
        "fristen-gelb": "/termine/fristen?ampel=gelb",
        "fristen-laender": "/fristen",
        "fristen-protokoll": "/protokoll?von=2026-03-10&bis=2026-03-17",
    }.items():
        page.open(path)
        picture(page, name)
    page.open(f"/termine/{stop}")
    assert "Aushang drucken bis Mo, 23.03." in page.text
    page.dark()
    page.open("/termine?tag=2026-03-30")
    page.picture(PICTURES / "fristen-termine-dunkel.png", whole=False)


def test_the_start_page_leads_to_what_is_late(page: Page, house: Property) -> None:
    page.open("/heute")
    page.wait("ohne fristgerechte Ankündigung")
    page.one("#knopf-late").click()
    page.wait("Nur 2 von 3 Parteien wussten den Termin bis Mo, 16.03.")
    page.click("Anna Grüber", "main")
    page.wait("Wer ist verständigt?")
    assert page.complaints() == []


def test_paper_shows_the_terms_without_colour(page: Page, house: Property) -> None:
    page.open("/protokoll/druck?von=2026-03-10&bis=2026-03-17")
    page.on_paper(PICTURES / "fristen-protokoll-druck.png")
    page.open("/termine/druck?tag=2026-03-30")
    pdf = page.on_paper(PICTURES / "fristen-druck.png")
    said = words_of(pdf)
    for words in ("Frist", "fristgerecht", "zu spät", "nicht", "Frist unbekannt"):
        assert words in said


def test_an_admin_changes_a_rule_and_puts_it_back(page: Page, house: Property) -> None:
    anna = db.session.scalars(db.select(User).where(User.login == "anna")).one()
    anna.role = "admin"
    db.session.commit()
    page.open("/fristen/Wien")
    page.fill(amount="viel")
    page.click("Speichern")
    page.wait("Hier muss eine ganze Zahl stehen.")
    picture(page, "fristen-land")
    page.fill(amount="5")
    page.click("Speichern")
    page.wait("Die Ampel rechnet ab jetzt damit.")
    assert load_rules()["Wien"].amount == 5
    page.open("/fristen/Wien")
    page.click("Vorgabe wiederherstellen")
    picture(page, "fristen-vorgabe", whole=False)
    page.click("Wiederherstellen", ".confirm-box")
    page.wait("Die Vorgabe für Wien gilt wieder.")
    db.session.rollback()
    assert load_rules()["Wien"].amount == 4
