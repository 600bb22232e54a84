"""The day's log every evening: its settings page, its paper, and the job that brings it."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app

from kehr import jobs
from kehr.actions.log.evening_log import name_of
from kehr.actions.setup.configure import configure
from kehr.actions.setup.export_settings import export_settings
from kehr.models import Company, EveningLog, Message, db
from kehr.web import evening_paper, log_paper
from kehr.web.evening_paper import paper_of
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page
from tests.web.pdf_reading import pages_of

PATH = "/protokoll/abends"
TODAY = date(2026, 3, 10)


@pytest.fixture
def office(app: Flask, at: Clock) -> Company:
    company: Company = builders.company()
    return company


def deliver(count: int = 1, **values: Any) -> None:
    calendar = builders.calendar()
    rule = builders.rule()
    for number in range(count):
        row = builders.appointment(calendar, NOON + timedelta(days=1), name=f"Nummer {number}")
        left = {"state": "delivered", "sent_at": NOON, "due_at": NOON, "recipient": f"n{number}@example.at"}
        builders.message(row, rule, **left | values)


def stored() -> tuple[str, bool, str]:
    db.session.expire_all()
    row = db.session.get_one(Company, 1)
    return row.evening_log_email, row.evening_log_file, f"{row.evening_log_at:%H:%M}"


def test_only_admins_set_it(app: Flask, office: Company, sign_in: SignIn) -> None:
    assert app.test_client().get(PATH).status_code == 302
    for role in ("reader", "office"):
        client = sign_in(role)
        assert client.get(PATH).status_code == 403 == client.post(PATH).status_code
        assert PATH not in client.get("/protokoll").text
    assert PATH in sign_in("admin").get("/protokoll").text


def test_settings_are_stored_and_shown(office: Company, sign_in: SignIn) -> None:
    client = sign_in()
    check_page(client.get(PATH))
    typed = {"email": "chef@example.at", "file": "y", "at": "20:15"}
    assert client.post(PATH, data=typed).status_code == 302
    assert stored() == ("chef@example.at", True, "20:15")
    html = check_page(client.get(PATH))
    assert 'value="chef@example.at"' in html and 'value="20:15"' in html and "protokolle" in html
    assert "Die letzten Abende" not in html
    assert "Es war nichts zu ändern" in client.post(PATH, data=typed, follow_redirects=True).text


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"email": "kein Ziel"}, "email", "E-Mail"),
        ({"email": "a@example.at, b@example.at"}, "email", "E-Mail"),
        ({"at": ""}, "at", "Uhrzeit"),
        ({"at": "24:00"}, "at", "Uhrzeit"),
        ({"at": "halb neun"}, "at", "Uhrzeit"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_stored(
    office: Company, sign_in: SignIn, typed: dict[str, str], field: str, sentence: str
) -> None:
    whole = {"email": "chef@example.at", "file": "y", "at": "20:15"} | typed
    html = check_page(sign_in().post(PATH, data=whole), 422)
    told = html.partition(f'id="{field}-fehler"')[2].partition("</p>")[0]
    assert sentence in told and f'value="{typed[field]}"' in html
    assert stored() == ("", False, "20:30")


def test_a_time_before_the_end_of_sending_is_warned_of(office: Company, sign_in: SignIn) -> None:
    client = sign_in()
    client.post(PATH, data={"email": "chef@example.at", "at": "19:59"})
    assert "Nachrichten dürfen bis 20:00 hinausgehen" in client.get(PATH).text
    client.post(PATH, data={"email": "chef@example.at", "at": "20:00"})
    assert "Nachrichten dürfen bis" not in client.get(PATH).text


def test_last_evenings_say_what_became_of_them(office: Company, sign_in: SignIn) -> None:
    for day, way, done, fault in (
        ("2026-03-06", "email", NOON, "begun"),
        ("2026-03-07", "email", NOON, ""),
        ("2026-03-08", "email", None, "smtp_later"),
        ("2026-03-09", "email", None, "last: smtp_lost_after"),
        ("2026-03-09", "file", None, "file_not_written"),
        ("2026-03-10", "file", None, ""),
    ):
        db.session.add(EveningLog(day=day, way=way, claimed_at=NOON, done_at=done, fault=fault))
    db.session.commit()
    html = check_page(sign_in().get(PATH))
    assert "Samstag, 07.03.2026 · per E-Mail" in html and "Erledigt: Di, 10.03. 12:00" in html
    assert "bittet um einen späteren Versuch. Kehrbote" in html and "brach während des Sendens ab" in html
    assert "konnte nicht in den Ordner protokolle" in html and "Noch unterwegs." in html
    assert "06.03.2026" not in html and "/protokoll.pdf?von=2026-03-07&amp;bis=2026-03-07" in html


def test_the_days_paper_is_the_print_page_in_german(app: Flask, office: Company) -> None:
    deliver(2)
    paper = paper_of(app, TODAY, NOON)
    assert paper is not None and paper.subject == "Sendeprotokoll Dienstag, 10.03.2026"
    assert paper.text == "Im Anhang: 2 zugestellt. Stand: Di, 10.03. 12:00."
    (text,) = pages_of(paper.pdf)
    for words in ("Rauchfangkehrer Probe", "Nummer 0", "Nummer 1", "zugestellt 2", "Seite 1 von 1"):
        assert words in text
    assert "alle Filialen · alle Kalender · alle Zustände" in text


def test_the_letter_counts_slips_and_the_self_test_apart(app: Flask, office: Company) -> None:  # A32
    deliver(2)
    slip, test = db.session.scalars(db.select(Message).order_by(Message.recipient))
    slip.channel = "paper"
    test.calendar_id = builders.calendar("Selbsttest", kind="test", active=False).id
    db.session.commit()
    paper = paper_of(app, TODAY, NOON)
    assert paper is not None and paper.text.startswith("Im Anhang: 1 Zettel, 1 Selbsttest: zugestellt.")


def test_a_day_without_anything_is_paper_too(app: Flask, office: Company) -> None:
    paper = paper_of(app, TODAY, NOON)
    assert paper is not None and paper.text.startswith("An diesem Tag ging nichts hinaus")
    assert "nichts hinausgegangen" in pages_of(paper.pdf)[0]


def test_a_days_paper_is_whole_and_lets_others_work_meanwhile(
    app: Flask, office: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_paper, "PART", 2)
    monkeypatch.setattr("kehr.web.log.MOST_PRINTED", 1)
    deliver(5)
    rests: list[int] = []
    paper = paper_of(app, TODAY, NOON, lambda: rests.append(1))
    assert paper is not None and len(pages_of(paper.pdf)) == 3 == len(rests)


def test_the_job_files_the_days_log_when_its_time_has_come(
    app: Flask, office: Company, at: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "worker_app", lambda: app)
    monkeypatch.setattr("kehr.create_app", lambda settings: app)
    configure({"company": {"evening_log": {"file": True, "at": "20:30"}}}, Path(), NOON)
    path: Path = current_app.config["KEHR"].data / "protokolle" / name_of(TODAY)
    jobs.evening_logs()
    assert not path.exists()
    at.moment = NOON + timedelta(hours=9)
    jobs.evening_logs()
    assert "nichts hinausgegangen" in pages_of(path.read_bytes())[0]
    made: list[date] = []
    monkeypatch.setattr(evening_paper, "paper_of", lambda *args: made.append(args[1]))
    jobs.evening_logs()
    assert made == []


def test_the_settings_file_brings_it_and_gives_it_back(app: Flask, office: Company) -> None:
    wanted = {"email": "chef@example.at", "file": True, "at": "21:00"}
    lines = configure({"company": {"evening_log": wanted}}, Path(), NOON)
    assert lines == ["Firma: evening_log_email, evening_log_file, evening_log_at geändert"]
    assert tomllib.loads(export_settings(with_secrets=False))["company"]["evening_log"] == wanted
    assert configure({"company": {"evening_log": {"at": "21:00"}}}, Path(), NOON) == ["nichts geändert"]
    assert stored() == ("chef@example.at", True, "21:00")
    assert {row.way for row in db.session.scalars(db.select(EveningLog))} == {"email", "file"}
