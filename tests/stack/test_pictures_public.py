"""The address for reports and the option of the calendar link, as pictures to look at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kehr.actions.hear.take_hook import renew_hook
from kehr.models import Company, db, writing
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import picture

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("office"),
]

TEXT = "#Wochentag, #Datum um #Uhrzeit kommt der Rauchfangkehrer. #Firma, #Telefon"


@pytest.fixture
def role() -> str:
    """An admin: only he sees these pages whole."""
    return "admin"


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    """An office with two gateways that can call, and a reminder with a link."""
    builders.company(public_url="https://k.example.at")
    builders.gateway("LINK", kind="linkmobility")
    renew_hook(builders.gateway("seven", kind="seven", options={"user": ""}).id)
    builders.rule("reminder", text=TEXT, ical_link=True)
    builders.appointment(builders.calendar(), NOON + timedelta(days=3))


def test_the_address_for_reports_and_the_link_fit_a_desk_and_a_phone(page: Page) -> None:
    page.open("/gateways/1")
    picture(page, "gateway-meldungen-neu")
    page.click("Adresse erzeugen", "#meldungen")
    page.wait("Die Adresse für Meldungen ist neu.")
    picture(page, "gateway-meldungen")
    page.open("/gateways/2")
    picture(page, "gateway-meldungen-signiert")
    page.open("/nachrichten/1")
    assert "https://k.example.at/t/" in page.text
    picture(page, "editor-kalenderlink")
    with writing() as session:
        session.get_one(Company, 1).public_url = ""
    db.session.expire_all()
    page.open("/gateways/1")
    picture(page, "gateway-meldungen-grau")
    page.open("/nachrichten/1")
    assert "wenn unter Firma die öffentliche Adresse eingetragen ist" in page.text
    picture(page, "editor-kalenderlink-grau")
