"""Appointments, data quality and employees at the desk, on the phone, in the dark and on paper."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from kehr.actions.people.match_appointments import match_coming
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Appointment, Message, Property, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture, words_of

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

THURSDAY = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
STREETS = ("Redtenbachergasse", "Haratzmüllerstraße", "Stadtplatz", "Sierninger Straße", "Ennser Straße")
NAMES = ("Eva Šimić", "Ida Huber", "Anna Grüber", "Josef Öhlinger", "Sabine Baumgartner", "Franz Leitner")
STATES = ("delivered", "accepted", "planned", "undelivered", "held", "unclear", "refused")


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """A day of a dozen stops: a house of twelve parties, odd states, entries without object."""
    builders.company()
    builders.gateway()
    builders.rule()
    steyr = builders.calendar("Kehrplan Steyr", consent="customer")
    main = builders.calendar("Hauptkehrung", consent="customer", color="#7a4b9c")
    for n in range(10):
        one = builders.house(f"B{n:03}", street=f"{STREETS[n % 5]} {n + 1}")
        first, _, name = NAMES[n % 6].partition(" ")
        phones = [f"0664 20000{n:02}"] if n % 5 != 4 else ["07252 72345"]
        builders.person(one, name, first_name=first, phones=phones)
        if n % 4 != 3:
            builders.consent(f"+4366420000{n:02}", evidence="" if n == 1 else "Formular")
        text = {"summary": f"B{n:03} Kehrung {name}", "object_number": f"B{n:03}", "name": name}
        builders.appointment(steyr, THURSDAY + timedelta(minutes=30 * n), phones=[], place="", **text)
    many = builders.house("A110010", units=12)
    builders.person(many, "Mustermann", first_name="Karl", phones=["0664 1000001"])
    builders.consent("+436641000001")
    for n in range(1, 12):
        builders.person(many, f"Partei {n}", unit=f"Top {n}", phones=[f"0664 30000{n:02}"] if n != 7 else [])
        if n not in (3, 7):
            builders.consent(f"+4366430000{n:02}")
    text = {"summary": "A110010 Hauptkehrung", "object_number": "A110010", "name": "", "work_kind": "HK"}
    builders.appointment(main, THURSDAY + timedelta(hours=2), phones=[], place="", **text)
    for street in ("Weg 1", "Weg 1"):
        twin = builders.house(f"C{len(db.session.scalars(db.select(Property)).all())}", street=street)
        builders.person(twin, "Kern" if twin.id % 2 else "Haas", phones=["0699 1000006"])
    phone = [{"e164": "+436991000006", "type": "mobile", "country": "AT", "typed": "0699 1000006"}]
    builders.appointment(
        steyr, THURSDAY + timedelta(hours=6), summary="0699 1000006 Kehrung", name="", phones=phone, place=""
    )
    text = {"summary": "Frau Wieser, Überprüfung", "name": "Frau Wieser", "work_kind": "Sonderarbeit"}
    builders.appointment(
        steyr, THURSDAY + timedelta(hours=7), place="Wehrgrabengasse 7, 4400 Steyr", phones=[], **text
    )
    match_coming(NOON)
    plan_messages(NOON)
    for message, state in zip(
        db.session.scalars(db.select(Message).where(Message.state == "planned")), STATES, strict=False
    ):
        message.state = state
        message.sent_at = NOON if state in ("delivered", "accepted", "unclear") else None
    builders.employee()
    builders.employee("Hofer", first_name="Lisa", mobile="", mobile_typed="", email="lisa@example.at")
    builders.employee("Alt", first_name="Georg", active=False)
    db.session.commit()
    return many


def of_summary(text: str) -> int:
    """The id of the appointment with this in its title."""
    return db.session.scalars(db.select(Appointment.id).where(Appointment.summary.contains(text))).one()


def test_every_page_of_appointments_fits_a_desk_and_a_phone(page: Page, house: Property) -> None:
    screens = {
        "termine": "/termine",
        "termine-woche": "/termine?ansicht=woche",
        "termine-niemand": "/termine?tag=2026-03-12&stand=niemand",
        "termin": f"/termine/{of_summary('A110010')}",
        "termin-objekt": f"/termine/{of_summary('0699')}/objekt",
        "termin-suche": f"/termine/{of_summary('Wieser')}/objekt?suche=A110010",
        "termine-ohne-objekt": "/termine/ohne-objekt",
        "nicht-benachrichtigt": "/termine/nicht-benachrichtigt",
        "nicht-benachrichtigt-objekte": "/termine/nicht-benachrichtigt?gruppe=ohne-einwilligung",
        "woerter": "/termine/woerter",
        "datenqualitaet": "/datenqualitaet?gruppe=doppelt",
        "datenqualitaet-gut": "/datenqualitaet?gruppe=nummer",
        "mitarbeiter": "/mitarbeiter",
        "mitarbeiter-neu": "/mitarbeiter/neu",
    }
    for name, path in screens.items():
        page.open(path)
        picture(page, name)


def test_the_window_of_an_appointment_opens_beside_the_list(page: Page, house: Property) -> None:
    page.open("/termine")
    page.one(f"#t-{of_summary('A110010')}").click()
    page.wait("So steht es im Kalender")
    page.until(lambda: page.one("#fenster").rect["x"] < 1040, "the window")
    picture(page, "termin-fenster", whole=False)


def test_the_object_of_an_entry_is_mended_without_a_script(page: Page, house: Property) -> None:
    page.open("/termine/ohne-objekt")
    page.one(f"a[href^='/termine/{of_summary('Wieser')}/objekt']").click()
    page.fill(suche="A110010")
    page.click("Suchen", "main")
    page.click("Gehört hierher")
    page.wait("Gemerkt: Einträge wie dieser gehören zu Objekt A110010 (ganzes Haus).")
    assert page.path.startswith("/termine/ohne-objekt")
    assert page.complaints() == []


def test_paper_needs_no_colour(page: Page, house: Property) -> None:
    page.open("/termine/druck?tag=2026-03-12")
    pdf = page.on_paper(PICTURES / "termine-druck.png")
    said = words_of(pdf)
    for words in ("Wer ist verständigt?", "A110010", "zugestellt", "nicht vorgesehen", "Gedruckt am"):
        assert words in said


def test_dark_lists_keep_their_contrast(page: Page, house: Property) -> None:
    page.dark()
    for name, path in (("termine", "/termine"), ("datenqualitaet", "/datenqualitaet")):
        page.open(path)
        page.picture(PICTURES / f"{name}-dunkel.png", whole=False)
    page.dark(False)
    assert page.complaints() == []
