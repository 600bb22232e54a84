"""The address for reports and the option of the calendar link, as pictures to look at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from kehr.actions.take_hook import renew_hook
from kehr.models import Company, db, writing
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import DESKTOP, PHONE, Page, browser

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

PICTURES = Path(__file__).parent.parent / "screenshots"
TEXT = "#Wochentag, #Datum um #Uhrzeit kommt der Rauchfangkehrer. #Firma, #Telefon"


@pytest.fixture
def page(app: Flask, at: Clock) -> Iterator[Page]:
    """A browser, signed in to an office with two gateways that can call, and a reminder with a link."""
    builders.company(public_url="https://k.example.at")
    builders.gateway("LINK", kind="linkmobility")
    renew_hook(builders.gateway("seven", kind="seven", options={"user": ""}).id)
    builders.rule("reminder", text=TEXT, ical_link=True)
    builders.appointment(builders.calendar(), NOON + timedelta(days=3))
    user = builders.user("anna", "admin")
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": user.get_id(), "_fresh": True})
    cookie = client.get_cookie("kehrbote")
    assert cookie is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with browser(f"http://127.0.0.1:{server.server_port}") as page:
            page.open("/anmelden")
            page.chrome.add_cookie({"name": "kehrbote", "value": cookie.value})
            page.complaints()
            yield page
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def picture(page: Page, name: str) -> None:
    for size, word in ((DESKTOP, "desktop"), (PHONE, "phone")):
        page.resize(size)
        page.picture(PICTURES / f"{name}-{word}.png", whole=True)
        assert page.sideways() <= 0, f"{page.path} is {page.sideways()} pixels wider than the {word}"
    page.resize(DESKTOP)
    assert page.complaints() == []


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
