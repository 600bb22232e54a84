"""Planned sends in four views, at the desk, on a tablet, on a phone and on paper; by hand and by key."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from flask import Flask
from selenium.webdriver.common.keys import Keys
from sqlalchemy import delete

from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Calendar, Message, MessageRule, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.rules.plan_build import at as moment
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, THREE_SIZES, picture, words_of

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("office"),
]

VIEWS = {
    "monat": "/geplant/monat/2026-03",
    "woche": "/geplant/woche/2026-W11",
    "tag": "/geplant/tag/2026-03-10",
    "liste": "/geplant/liste?tag=2026-03-10",
}
WEEK = (
    ("09.03. 08:00", "confirmation", "delivered", 3, 0),
    ("09.03. 17:00", "reminder", "delivered", 26, 0),
    ("09.03. 17:00", "reminder", "undelivered", 1, 2),
    ("10.03. 08:00", "confirmation", "accepted", 1, 2),
    ("10.03. 09:00", "reminder", "unclear", 1, 0),
    ("10.03. 17:00", "reminder", "planned", 31, 0),
    ("10.03. 17:00", "announcement", "planned", 7, 1),
    ("11.03. 08:00", "confirmation", "planned", 2, 0),
    ("11.03. 09:00", "moved", "held", 14, 0),
    ("11.03. 17:00", "reminder", "planned", 18, 0),
    ("11.03. 17:00", "reminder", "withheld", 4, 0),
    ("12.03. 12:00", "feedback", "planned", 1, 2),
    ("12.03. 17:00", "reminder", "planned", 22, 0),
    ("13.03. 17:00", "reminder", "planned", 500, 0),
    ("05.03. 17:00", "reminder", "delivered", 40, 0),
    ("05.03. 17:00", "reminder", "missed", 2, 1),
    ("06.03. 09:00", "cancelled", "refused", 1, 0),
    ("20.03. 17:00", "reminder", "planned", 60, 0),
)
NAMES = ("Eva Šimić", "Karl Mustermann", "Ida Huber", "Hausverwaltung Steyrtal GmbH", "Josef Öllinger")


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    """A week of an office with three calendars, as it is on Tuesday noon."""
    builders.company()
    branch = builders.branch(sms_gateway_id=builders.gateway().id)
    colors = {"Kehrplan Steyr": "#2f6f4f", "Hauptkehrung": "#7a4a9e", "Google Büro": "#b06a00"}
    calendars = [builders.calendar(name, color=color, branch_id=branch.id) for name, color in colors.items()]
    kinds = {kind for _due, kind, *_more in WEEK}
    rules = {kind: builders.rule(kind) for kind in sorted(kinds)}
    for due, kind, state, count, calendar in WEEK:
        _sends(calendars[calendar], rules[kind], due, state, count)


def _sends(calendar: Calendar, rule: MessageRule, due: str, state: str, count: int) -> None:
    at = moment(due)
    row = builders.appointment(calendar, at + timedelta(days=2))
    reason = {"held": "bundle_moved", "withheld": "no_consent", "unclear": "stuck_sending"}.get(state, "")
    for number in range(count):
        message = Message(
            id=secrets.token_hex(16),
            appointment_id=row.id,
            kind=rule.kind,
            rule_id=rule.id,
            channel="sms",
            recipient=f"+43664{number:07}",
            about_start=row.start,
            due_at=at,
            too_late_at=row.start,
            state=state,
            reason=reason,
            reason_args={"count": 14, "day": "2026-03-13", "address": f"+43664{number:07}"},
            calendar_id=calendar.id,
            calendar_name=calendar.name,
            uid=row.uid,
            appointment_start=row.start,
            recipient_name=NAMES[number % len(NAMES)],
            place="Redtenbachergasse 3, 4400 Steyr",
            created_at=at,
        )
        db.session.add(message)
    db.session.commit()


def test_every_view_fits_every_screen_and_paper(page: Page) -> None:  # B43
    for view, path in VIEWS.items():
        page.open(path)
        picture(page, f"sendungen-{view}", sizes=THREE_SIZES)
    page.open("/geplant/tag/2026-03-13?offen=17.reminder")
    picture(page, "sendungen-tag-500", sizes=THREE_SIZES)
    page.dark()
    page.open(VIEWS["woche"])
    page.picture(PICTURES / "sendungen-woche-dunkel.png", whole=False)
    page.dark(False)
    for view, path in VIEWS.items():
        page.open(path)
        page.open(page.named("Drucken").get_attribute("href").removeprefix(page.address))
        pdf = page.on_paper(PICTURES / f"sendungen-{view}-druck.png")
        text = words_of(pdf)
        for words in ("Rauchfangkehrer Probe", "alle Kalender", "Seite 1 von", "geplant", "○"):
            assert words in text, (view, words)
        assert page.complaints() == []


def test_views_switch_in_place_and_the_back_button_goes_back(page: Page) -> None:  # B43, B44
    page.open(VIEWS["woche"])
    page.chrome.execute_script("window.sameDocument = true")
    page.click("Monat", "#geplant")
    page.wait_at("/geplant/monat/2026-03")
    page.wait("März 2026")
    assert page.chrome.execute_script("return window.sameDocument") is True
    assert page.chrome.title.startswith("Geplante Sendungen, März 2026")
    page.chrome.back()
    page.wait("KW 11")
    page.until(lambda: page.path.startswith("/geplant/woche/2026-W11"), "the week's address")
    box = page.one("input[name=kalender][type=checkbox]")
    page.into_view(box).click()
    page.until(lambda: "kalender=" in page.path, "the calendar in the address")
    assert "Google" not in page.one("#sendungen").text
    page.one("#spaeter").click()
    page.wait("KW 12")
    assert "kalender=" in page.path
    page.chrome.back()
    page.wait("KW 11")
    page.chrome.back()
    page.until(
        lambda: "kalender=" not in page.path and page.one("#kalender-3").is_selected(),
        "all calendars",
    )
    assert page.complaints() == []


def test_arrows_go_through_the_week_and_enter_opens_the_window(page: Page) -> None:  # B45
    page.open(VIEWS["woche"])
    page.chrome.execute_script("document.querySelector('#tag-2026-03-10 a').focus()")
    for _ in range(2):
        page.press(Keys.ARROW_DOWN)
    here = page.focused
    assert "Eva Šimić" in here.text
    assert here.value_of_css_property("outline-style") == "solid", "the focus can be seen"
    page.press(Keys.ENTER)
    page.wait("Als gesendet vermerken")
    page.until(lambda: page.one("#fenster").is_displayed(), "the window")
    picture(page, "sendungen-fenster", whole=False, sizes=THREE_SIZES)
    page.press(Keys.ESCAPE)
    page.until(lambda: not page.one("#fenster").is_displayed(), "the closed window")
    assert page.focused.get_attribute("id") == here.get_attribute("id")


def test_one_message_is_moved_reworded_and_kept_back_in_its_window(page: Page) -> None:  # B45
    db.session.execute(delete(Message))
    db.session.commit()
    plan_messages(NOON)
    page.open("/geplant/tag/2026-03-11")
    line = page.named("Erinnerung", "#sendungen")
    message_id = str(line.get_attribute("id")).removeprefix("m-")
    page.into_view(line).click()
    page.wait("Text ändern")
    picture(page, "sendungen-fenster-geplant", whole=False, sizes=THREE_SIZES)
    page.click("Zeit ändern", "#fenster")
    page.wait("Wann soll die Nachricht")
    page.chrome.execute_script("document.querySelector('#fenster input[name=at]').value = '21:00'")
    page.click("Zeit ändern", "#fenster form")
    page.wait("Zu dieser Zeit wird nichts gesendet.")
    picture(page, "sendungen-fenster-zeit", whole=False, sizes=THREE_SIZES)
    page.chrome.execute_script("document.querySelector('#fenster input[name=at]').value = '18:30'")
    page.click("Zeit ändern", "#fenster form")
    page.wait("Die Nachricht geht nun am Mi, 11.03. 18:30 hinaus.")
    page.until(lambda: "18:30" in page.one("#sendungen").text, "the list behind the window")
    page.click("Text ändern", "#fenster")
    page.wait("Was soll in der Nachricht")
    field = page.one("#fenster textarea")
    field.clear()
    field.send_keys("Wir kommen #Tagwort erst um 14:00. #Telefon")
    page.wait("Wir kommen übermorgen erst um 14:00. +43 7252 12345")
    picture(page, "sendungen-fenster-text", whole=False, sizes=THREE_SIZES)
    page.click("Text ändern", "#fenster form")
    page.wait("Der Text dieser Nachricht ist geändert.")
    page.wait("Text und Zeit von anna geändert.")
    page.click("Nicht senden", "#fenster")
    page.wait("solange der Termin so bleibt")
    page.click("Nicht senden", "#fenster form")
    page.wait("anna hält sie zurück.")
    picture(page, "sendungen-fenster-zurueck", whole=False, sizes=THREE_SIZES)
    db.session.rollback()
    row = db.session.get_one(Message, message_id)
    assert (row.state, row.dealt_by, row.due_at) == ("withheld", "anna", moment("11.03. 18:30"))
