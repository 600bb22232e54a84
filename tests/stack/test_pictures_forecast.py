"""The forecast, the editor with its question, and a failed self test, at the desk, on the phone, on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Company, MessageRule, SelfTest, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("house"),
]
NAMES = ("Karl Mustermann", "Maria Huber", "Hausverwaltung Nord", "Josef Lang", "Anna Berger")


@pytest.fixture
def house(app: Flask, at: Clock) -> MessageRule:
    """Two branches with a month of appointments; a message waits, one branch has no price."""
    builders.company(self_test_sms="+436641112223")
    link = builders.gateway("LINK", kind="sandbox", price=745)
    modem = builders.gateway("Modem", kind="sandbox", options={"branch_only": True})
    steyr = builders.branch("Steyr", sms_gateway_id=link.id)
    linz = builders.branch("Linz", sms_gateway_id=modem.id)
    calendars = [
        builders.calendar("Kehrplan Steyr", branch_id=steyr.id),
        builders.calendar("Kehrplan Linz", branch_id=linz.id),
    ]
    row = builders.rule(channel="sms")
    builders.rule("announcement", channel="both", days=14, at=row.at)
    for number in range(60):
        phone = {"e164": f"+4366410000{number:02}", "type": "mobile", "country": "AT", "typed": "0664"}
        builders.appointment(
            calendars[number % 3 == 0],
            NOON + timedelta(days=3 + number // 2, hours=number % 4),
            phones=[phone],
            name=NAMES[number % 5],
            emails=[f"kunde{number}@example.at"] if number % 2 else [],
        )
    plan_messages(NOON)
    held = db.session.scalars(db.select(builders.Message).where(builders.Message.state == "planned")).first()
    held.state, held.reason = "held", "release_always"
    db.session.add(SelfTest(day="2026-03-10", channel="sms", created_at=NOON - timedelta(hours=4)))
    db.session.commit()
    assert db.session.get_one(Company, 1).self_test_sms
    return row


def test_the_start_page_asks_for_the_sum_once_however_often_it_refreshes(page: Page) -> None:  # C13
    page.open("/heute")
    page.wait("nächste 30 Tage: ")
    page.chrome.execute_script(
        "window.asked = 0; document.getElementById('heute').dataset.old = 'yes';"
        "document.addEventListener('htmx:beforeRequest', event => {"
        " window.asked += event.detail.pathInfo.requestPath === '/vorschau/kurz'; });"
        "htmx.ajax('GET', '/heute', {target: '#heute', swap: 'outerHTML'});"
    )
    page.until(
        lambda: page.chrome.execute_script("return !document.getElementById('heute').dataset.old"),
        "the refreshed part",
    )
    page.wait("nächste 30 Tage: ")
    assert page.chrome.execute_script("return window.asked") == 0
    assert page.complaints() == []


def test_the_forecast_fits_a_desk_a_phone_and_paper(page: Page) -> None:
    page.open("/vorschau")
    picture(page, "vorschau")
    page.open("/vorschau/druck")
    page.picture(PICTURES / "vorschau-druck.png", whole=True)


def test_the_editor_asks_before_it_keeps(page: Page, house: MessageRule) -> None:
    page.open(f"/nachrichten/{house.id}")
    page.fill(days="3", at="09:00")
    page.click("Was ändert sich?")
    page.wait("Das würde sich an dem ändern, was geplant ist")
    picture(page, "nachricht-was-aendert-sich")
    page.click("So speichern")
    page.until(lambda: page.path == "/nachrichten", "the list of messages")
    db.session.rollback()
    assert db.session.get_one(MessageRule, house.id).days == 3


def test_a_missing_self_test_is_red_on_the_start_page(page: Page) -> None:
    page.open("/heute")
    page.wait("Der tägliche Selbsttest per SMS ist nicht angekommen.")
    picture(page, "heute-selbsttest")
