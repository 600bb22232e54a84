"""The log at the desk, on the phone, printed by the browser and as a file; and its evenings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.log.seal_events import seal_events
from kehr.models import EveningLog, db
from kehr.web import log_paper
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture
from tests.web.pdf_reading import pages_of, pictures_of

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("logged"),
]

TEXT = "Erinnerung: übermorgen, 12.03. um 10:00 kommt der Rauchfangkehrer. Bitte Zugang ermöglichen."
LEFT: dict[str, Any] = {"text": TEXT, "branch_name": "Steyr", "parts": 1, "price": 770, "claimed_at": NOON}
MESSAGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Karl Mustermann", "delivered", {"reference": "006214b5440071843da1", "delivered_at": NOON}),
    ("Eva Šimić (Top 1)", "unclear", {"reason": "answer_not_understood", "recipient": "+436641000002"}),
    ("Ida Huber (Top 2)", "withheld", {"reason": "no_consent", "reason_args": {"address": "+436641000003"}}),
    (
        "Anna Grüber",
        "accepted",
        {
            "channel": "email",
            "recipient": "anna@example.at",
            "subject": "Ihr Termin am Donnerstag, 12.03.2026 um 11:00",
            "reference": "<20260310.17@kehrbote.example.at>",
        },
    ),
    ("Josef Öhlinger", "undelivered", {"recipient": "+436991000006", "branch_name": "Linz", "by": "anna"}),
    (
        "Sabine Baumgartner",
        "delivered",
        {"channel": "paper", "recipient": "Aushang", "by": "anna"},
    ),
    ("Franz Moser", "missed", {"reason": "too_late", "recipient": "+436641000008"}),
)


@pytest.fixture
def role() -> str:
    """An admin: only he sees these pages whole."""
    return "admin"


@pytest.fixture
def logged(app: Flask, at: Clock) -> None:
    """A day with messages in seven states, on three channels, of two branches."""
    builders.company(evening_log_email="chef@example.at", evening_log_file=True)
    builders.gateway()
    builders.employee()
    calendar, rule = builders.calendar(), builders.rule()
    for number, (name, state, values) in enumerate(MESSAGES * 3):
        at_moment = NOON - timedelta(minutes=90 - number)
        row = builders.appointment(calendar, NOON + timedelta(days=2), name=name)
        left = LEFT | {"sent_at": at_moment} if state not in ("withheld", "missed") else {}
        more = {"recipient": f"{values['recipient']}"} if "recipient" in values else {}
        builders.message(row, rule, **{"state": state, "due_at": at_moment} | left | values | more)
    seal_events(lambda: NOON)
    for day, way, done, fault in (
        ("2026-03-09", "email", None, "smtp_later"),
        ("2026-03-09", "file", NOON, ""),
        ("2026-03-08", "email", NOON, ""),
    ):
        db.session.add(EveningLog(day=day, way=way, claimed_at=NOON, done_at=done, fault=fault))
    db.session.commit()


def file_of(page: Page, app: Flask, path: str) -> bytes:
    client = app.test_client()
    client.set_cookie("kehrbote", page.chrome.get_cookie("kehrbote")["value"])
    return client.get(path).data


def test_the_log_on_screen_on_paper_and_as_a_file(
    page: Page, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.open("/protokoll?von=2026-03-10&bis=2026-03-10")
    picture(page, "protokoll-filter")
    page.click("Drucken")
    page.wait("Sendeprotokoll")
    picture(page, "protokoll-druck")
    printed = page.on_paper(PICTURES / "protokoll-papier.png").read_bytes()
    written = file_of(page, app, "/protokoll.pdf")
    pictures_of(written, PICTURES, "protokoll-pdf")
    pictures_of(printed, PICTURES, "protokoll-papier")
    for pdf in (printed, written):
        pages = pages_of(pdf)
        text = "".join("".join(pages).split())
        assert f"Seite1von{len(pages)}" in text and f"Seite{len(pages)}von{len(pages)}" in text
        assert all(sign in text for sign in ("✓✓", "✓", "?", "⊘", "▥", "✕")), "readable without colour"
        assert "Dienstag,10.03.2026" in text and "Gedrucktam" in text and "AlsPDF" not in text
        assert all("Zustand" in "".join(one.split()) for one in pages[:-1]), "heads repeated"
    monkeypatch.setattr(log_paper, "PART", 8)
    parts = file_of(page, app, "/protokoll.pdf?filiale=Steyr")
    pictures_of(parts, PICTURES, "protokoll-teile")
    assert "Teil 2 von 2" in "".join(pages_of(parts))


def test_the_evenings_log_at_the_desk_and_on_the_phone(page: Page) -> None:
    page.open("/protokoll")
    page.click("Jeden Abend")
    page.wait("Die letzten Abende")
    picture(page, "protokoll-abends")
    page.fill(email="kein Ziel", at="halb neun")
    page.click("Speichern")
    page.wait("Nichts gespeichert")
    picture(page, "protokoll-abends-fehler")
    page.fill(email="chef@example.at", at="19:00")
    page.click("Speichern")
    page.wait("steht in keinem Abendprotokoll")
    picture(page, "protokoll-abends-frueh")
