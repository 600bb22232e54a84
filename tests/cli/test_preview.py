"""`preview-feed` shows what is recognised, in the documented shape, and stores nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from kehr import create_app
from kehr.models import db
from tests.conftest import settings_in

FEED = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:late
DTSTART;TZID=Europe/Vienna:20260330T080000
DTEND;TZID=Europe/Vienna:20260330T090000
SUMMARY:Sommerzeit 0664 1000003
END:VEVENT
BEGIN:VEVENT
UID:first
DTSTART;TZID=Europe/Vienna:20260312T100000
DTEND;TZID=Europe/Vienna:20260312T110000
SUMMARY:Maria Mayr\\, +436641000001
LOCATION:Redtenbachergasse 3\\, 4400 Steyr
DESCRIPTION:Ida Huber 0664 1000002
END:VEVENT
BEGIN:VEVENT
UID:day
DTSTART;VALUE=DATE:20260313
SUMMARY:Betriebsausflug
END:VEVENT
BEGIN:VEVENT
UID:border
DTSTART;TZID=Europe/Vienna:20260331T000000
DTEND;TZID=Europe/Vienna:20260331T010000
SUMMARY:zu spät
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def bare(tmp_path: Path):
    app = create_app(settings_in(tmp_path))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def feed(tmp_path: Path) -> str:
    path = tmp_path / "plan.ics"
    path.write_text(FEED.replace("\n", "\r\n"), encoding="utf-8")
    return str(path)


def run(app: Flask, source: str, *words: str, first: str = "2026-03-12", last: str = "2026-03-31"):
    args = ["preview-feed", source, "--from", first, "--to", last, *words]
    return app.test_cli_runner().invoke(args=args)


def test_entries_come_by_start_in_the_zone_and_the_last_day_is_outside(bare: Flask, feed: str) -> None:  # B26
    result = run(bare, feed, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    first, day, late = json.loads(result.stdout)
    assert first == {
        "uid": "first",
        "recurrence_id": "",
        "start": "2026-03-12T10:00:00+01:00",
        "end": "2026-03-12T11:00:00+01:00",
        "all_day": False,
        "summary": "Maria Mayr, +436641000001",
        "location": "Redtenbachergasse 3, 4400 Steyr",
        "status": "confirmed",
        "name": "Maria Mayr",
        "phones": ["+436641000001"],
    }
    assert (day["start"], day["end"], day["all_day"]) == ("2026-03-13", "2026-03-14", True)
    assert late["start"] == "2026-03-30T08:00:00+02:00"


def test_fields_and_zone_can_be_chosen(bare: Flask, feed: str) -> None:  # B20, B21
    chosen = ("--phone-field", "description", "--name-field", "description", "--zone", "UTC", "--json")
    first = json.loads(run(bare, feed, *chosen).stdout)[0]
    assert (first["name"], first["phones"]) == ("Ida Huber", ["+436641000002"])
    assert first["start"] == "2026-03-12T09:00:00+00:00"


def test_nothing_is_stored(bare: Flask, feed: str) -> None:
    assert run(bare, feed, "--json").exit_code == 0
    assert not bare.config["KEHR"].data.joinpath("kehrbote.db").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!doctype html><html><body>Anmelden</body></html>", "Webseite"),
        ("", "leer"),
        (FEED.replace("END:VCALENDAR", ""), ""),
        ("Hallo", ""),
    ],
)
def test_failure_04_what_is_no_whole_calendar_is_refused_with_its_reason(
    content: str, words: str, bare: Flask, tmp_path: Path
) -> None:  # B13
    path = tmp_path / "bad.ics"
    path.write_text(content, encoding="utf-8")
    result = run(bare, str(path), "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr and result.stderr.count("\n") == 1
    assert "keinen Satz" not in result.stderr


@pytest.mark.parametrize("source", ["http://127.0.0.1:1/a.ics", "http://[::ffff:127.0.0.1]/a.ics", "nix.ics"])
def test_failure_17_addresses_of_this_machine_and_missing_files_are_refused(source: str, bare: Flask) -> None:
    result = run(bare, source, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1 and "keinen Satz" not in result.stderr


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"first": "2026-03-31", "last": "2026-03-31"}, 1),
        ({"first": "31.03.2026"}, 2),
        ({"last": "morgen"}, 2),
    ],
)
def test_a_window_that_is_none_is_refused(words: dict[str, str], status: int, bare: Flask, feed: str) -> None:
    assert run(bare, feed, "--json", **words).exit_code == status


def test_an_unknown_zone_is_refused_in_words(bare: Flask, feed: str) -> None:
    result = run(bare, feed, "--zone", "Europe/Wien", "--json")
    assert result.exit_code == 1 and "Europe/Vienna" in result.stderr
