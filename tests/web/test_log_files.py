"""The log as PDF and as CSV."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.models import Company, Message, db
from kehr.web import log_paper
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.pdf_reading import about_itself, pages_of

HOUR = timedelta(hours=1)


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm with a calendar and a reminder."""
    builders.company()
    builders.gateway()
    return {"calendar": builders.calendar(), "rule": builders.rule()}


def sent(office: dict[str, Any], name: str, **values: Any) -> Message:
    """A message to `name` that was delivered an hour before noon."""
    row = builders.appointment(office["calendar"], NOON + timedelta(days=1), name=name)
    left = {"state": "delivered", "sent_at": NOON - HOUR, "due_at": NOON - HOUR}
    return builders.message(row, office["rule"], **left | values)


def test_files_need_sign_in(app: Flask, office: dict[str, Any]) -> None:
    for path in ("/protokoll.pdf", "/protokoll.csv"):
        assert app.test_client().get(path).status_code == 302


def test_pdf_is_the_print_page_as_a_file_for_the_archive(office: dict[str, Any], sign_in: SignIn) -> None:
    sent(office, "Eva Šimić", text="Größe bleibt lesbar", reference="ref-4711")
    sent(office, "Ida", state="withheld", reason="no_consent", reason_args={"address": "+436641000001"})
    answer = sign_in("reader", "maria").get("/protokoll.pdf?weg=sms")
    assert answer.mimetype == "application/pdf"
    assert 'filename="sendeprotokoll-2026-03-10.pdf"' in answer.headers["Content-Disposition"]
    assert 'pdfaid:part="2"' in about_itself(answer.data)
    (text,) = pages_of(answer.data)
    for words in (
        "Rauchfangkehrer Probe",
        "Dienstag, 10.03.2026 · alle Filialen · alle Kalender · alle Zustände · nur SMS",
        "Eva Šimić",
        "Größe bleibt lesbar",
        "ref-4711",
        "✓✓",
        "⊘",
        "Gedruckt am Di, 10.03.2026 um 12:00 · maria",
        "Prüfkette",
        "Seite 1 von 1",
    ):
        assert words in text, words
    assert "Teil" not in text


def test_a_long_pdf_is_made_in_parts_that_say_which_they_are(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_paper, "PART", 2)
    for number in range(5):
        sent(office, f"Nummer {number}")
    pdf = sign_in("reader").get("/protokoll.pdf").data
    pages = pages_of(pdf)
    assert len(pages) == 3 and 'pdfaid:part="2"' in about_itself(pdf)
    assert b"/OutputIntent" in pdf and b"/ID" in pdf
    for number, page in enumerate(pages, 1):
        assert f"Teil {number} von 3" in page and "Rauchfangkehrer Probe" in page
        assert ("zugestellt 5" in page) == (number == 3)
    assert [f"Nummer {number}" in pages[number // 2] for number in range(5)] == [True] * 5


def test_a_long_pdf_numbers_its_sheets_from_the_first_to_the_last(
    office: dict[str, Any], sign_in: SignIn
) -> None:
    row = builders.appointment(office["calendar"], NOON + timedelta(days=1))
    first = builders.message(row, office["rule"], state="delivered", sent_at=NOON, due_at=NOON)
    values = {column.name: getattr(first, column.name) for column in Message.__table__.columns}
    many = [values | {"id": f"{n:032}", "recipient": f"n{n}@example.at"} for n in range(599)]
    db.session.execute(db.insert(Message), many)
    db.session.commit()
    pages = pages_of(sign_in("reader").get("/protokoll.pdf").data)
    assert len(pages) > 3 * log_paper.PART / 20, "each of the three parts has many sheets"
    shown = [re.findall(r"Seite \d+ von \d+", page) for page in pages]
    assert shown == [[f"Seite {n} von {len(pages)}"] for n in range(1, len(pages) + 1)]
    assert "zugestellt 600" in pages[-1] and "0123456789" not in "".join(pages)


def test_pdf_says_when_it_does_not_hold_everything(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehr.web.log.MOST_PRINTED", 2)
    for number in range(3):
        sent(office, f"Nummer {number}")
    (text,) = pages_of(sign_in("reader").get("/protokoll.pdf").data)
    assert "Gedruckt sind die ersten 2 von 3 Nachrichten." in text and "zugestellt 3" in text


def test_pdf_of_nothing_says_so(office: dict[str, Any], sign_in: SignIn) -> None:
    (text,) = pages_of(sign_in("reader").get("/protokoll.pdf?von=2026-03-01&bis=2026-03-02").data)
    assert "nichts hinausgegangen" in text and "Sonntag, 01.03.2026 – Montag, 02.03.2026" in text


def test_csv_opens_in_excel_as_it_is(office: dict[str, Any], sign_in: SignIn) -> None:
    sent(
        office,
        "=HYPERLINK(1)",
        text="Zeile eins;\nZeile zwei",
        branch_name="Steyr",
        cost_center="100",
        delivered_at=NOON,
        sender="+43720111222",
        parts=2,
    )
    sent(office, "Ida", state="withheld", sent_at=None, reason="no_consent", recipient="")
    answer = sign_in("reader").get("/protokoll.csv?zustand=")
    assert 'filename="sendeprotokoll-2026-03-10.csv"' in answer.headers["Content-Disposition"]
    text = answer.data.decode()
    assert text.startswith("\ufeffGesendet;Fällig;Zugestellt;Art;Weg;Name;")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    karl, ida = sorted(rows, key=lambda row: row["Zustand"] != "zugestellt")
    assert karl["Name"] == "'=HYPERLINK(1)", "a table program must not run what stands in a calendar"
    assert karl["Wortlaut"] == "Zeile eins;\nZeile zwei"
    assert (karl["Gesendet"], karl["Zugestellt"]) == ("10.03.2026 11:00:00", "10.03.2026 12:00:00")
    assert (karl["Filiale"], karl["Kostenstelle"], karl["Teile"]) == ("Steyr", "100", "2")
    assert karl["Absender"] == "0720 111222", "of a bare number Excel would make 4,37E+10"
    assert ida["Gesendet"] == "" and ida["Zustand"] == "nicht vorgesehen" and ida["Grund"]


def test_csv_says_the_deadline_in_words(office: dict[str, Any], sign_in: SignIn, at: Clock) -> None:  # C03
    at.moment = NOON + timedelta(days=10)
    company = db.session.get_one(Company, 1)
    company.land = "NÖ"
    for name, ago in (("Fein", 14), ("Spät", 13)):
        row = builders.appointment(office["calendar"], NOON + timedelta(days=20), name=name)
        left = NOON + timedelta(days=20 - ago)
        builders.message(row, office["rule"], state="delivered", sent_at=left, due_at=left)
    sent(office, "Vortag", about_start=NOON)
    text = sign_in("reader").get("/protokoll.csv?von=2026-03-10&bis=2026-03-20").data.decode()
    assert ";Grund;Frist;Kalender;" in text.splitlines()[0]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert {row["Name"]: row["Frist"] for row in rows} == {
        "Fein": "In der Frist: fristgerecht",
        "Spät": "Außerhalb der Frist: zu spät",
        "Vortag": "",
    }


def test_csv_follows_the_filters_and_says_what_is_missing(
    office: dict[str, Any], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehr.web.log.MOST_ROWS", 2)
    for name in ("Anna", "Berta", "Carl"):
        sent(office, name)
    sent(office, "Dora", state="refused")
    client = sign_in("reader")
    assert client.get("/protokoll.csv?zustand=refused").text.count("\r\n") == 2
    lines = client.get("/protokoll.csv?zustand=delivered").text.splitlines()
    assert len(lines) == 4 and lines[-1].startswith("Hier stehen nur die ersten 2 Nachrichten.")
