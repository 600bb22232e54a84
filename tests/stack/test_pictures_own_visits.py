"""Testtermin and its sign wherever sends are listed: at the desk, on the phone and on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from selenium.webdriver.common.keys import Keys

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.run.own_visits import create_visit
from kehr.actions.send.send_due import send_due
from kehr.models import Company, Property, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]

DAY = timedelta(days=1)


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """A firm with a number for tests, a few customers' messages, and a test that has left."""
    builders.company(self_test_sms="+436641112223", self_test_email="testpost.rauchfang@example.at")
    builders.gateway()
    calendar, rule = builders.calendar(), builders.rule()
    for number, name in enumerate(("Eva Šimić", "Karl Mustermann", "Ida Huber")):
        phone = {"e164": f"+43664100000{number}", "type": "mobile", "country": "AT", "typed": "0664"}
        row = builders.appointment(calendar, NOON + 2 * DAY, name=name, phones=[phone])
        sent = {"state": "delivered", "sent_at": NOON, "due_at": NOON, "text": "Wir kommen am 12.03.2026."}
        builders.message(row, rule, recipient=phone["e164"], **sent)
    create_visit(NOON + 2 * DAY, "berta", NOON - timedelta(hours=3))
    send_due(lambda: NOON)
    plan_messages(NOON)
    return builders.house()


def test_a_test_is_made_by_keys_and_marked_everywhere(page: Page, house: Property) -> None:
    # B46
    page.open("/geplant/liste")
    picture(page, "testtermin-liste")
    page.click("Testtermin", "main")
    page.wait_at("/testtermin")
    picture(page, "testtermin")
    page.chrome.execute_script("document.querySelector('[name=at]').value = '12:00'")
    page.named("Testtermin anlegen").send_keys(Keys.ENTER)
    page.wait("Dieser Zeitpunkt ist schon vorbei.")
    picture(page, "testtermin-fehler")
    page.chrome.execute_script("document.querySelector('[name=at]').value = '15:30'")
    page.named("Testtermin anlegen").send_keys(Keys.ENTER)
    page.wait("Die SMS an 0664 1112223 geht jetzt hinaus")
    assert page.text.count("vom Gateway angenommen") == 2
    send_due(lambda: NOON)
    page.until(lambda: page.text.count("vom Gateway angenommen") == 4, "the list that follows")
    picture(page, "testtermin-unterwegs")
    for path, name in (("/geplant/woche", "woche"), ("/geplant/tag", "tag"), ("/protokoll", "protokoll")):
        page.open(path)
        assert "Test" in page.one("main").text
        picture(page, f"testtermin-{name}")
    for path, name in (("/geplant/liste/2026-03-10/druck", "liste"), ("/protokoll/druck", "protokoll")):
        page.open(path)
        page.on_paper(PICTURES / f"testtermin-{name}-druck.png")
    assert page.complaints() == []


def test_without_a_number_it_says_where_to_enter_one(page: Page, house: Property) -> None:
    # B46
    company = db.session.get_one(Company, 1)
    company.self_test_sms = company.self_test_email = ""
    db.session.commit()
    page.open("/testtermin")
    page.wait("Es ist keine Nummer und keine Adresse für Tests eingetragen.")
    picture(page, "testtermin-ohne-nummer")
    assert page.complaints() == []
