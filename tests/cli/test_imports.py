"""`import-customers` and `import-appointments`: rows in, one result a row out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from kehr.models import Appointment, Calendar, Consent, ImportProfile, ImportRun, Property, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.sources.golden import FOLDER
from tests.sources.workbook import workbook

CUSTOMERS = "Nummer;Name;Tel1;Tel1 Einwilligung\nA1;Mayr;0664 1000001;x\nA2;Huber;6,64123E+11;\n"
APPOINTMENTS = "Nummer;Datum;Beginn;Art\nA1;20.03.2026;08:00;Hauptkehrung\n"


@pytest.fixture(autouse=True)
def _moment(app: Flask, at: Clock) -> None:
    builders.company()


def _run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def _file(folder: Path, content: str | bytes, name: str = "liste.csv") -> str:
    path = folder / name
    path.write_bytes(content.encode("cp1252") if isinstance(content, str) else content)
    return str(path)


def test_json_is_one_array_with_an_object_a_row(app: Flask, tmp_path: Path) -> None:
    done = _run(app, "import-customers", _file(tmp_path, CUSTOMERS), "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    first, second = json.loads(done.stdout)
    assert first == {"line": 2, "object": "A1", "name": "Mayr", "outcome": "created", "reason": ""}
    assert (second["line"], second["object"], second["outcome"]) == (3, "A2", "rejected")
    assert "»Tel1«" in second["reason"]


def test_without_json_a_line_each_and_the_sums(app: Flask, tmp_path: Path) -> None:
    done = _run(app, "import-customers", _file(tmp_path, CUSTOMERS))
    lines = done.stdout.splitlines()
    assert lines[0] == "Zeile 2: neu  A1 Mayr"
    assert lines[1].startswith("Zeile 3: abgelehnt  A2 Huber  Excel hat")
    assert lines[2] == "2 Zeilen: 1 neu, 0 geändert, 0 unverändert, 1 abgelehnt."


def test_dry_run_prints_the_same_and_changes_nothing(app: Flask, tmp_path: Path) -> None:
    file = _file(tmp_path, CUSTOMERS)
    looked = _run(app, "import-customers", file, "--dry-run", "--json")
    for model in (Property, Consent, ImportRun):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0
    assert _run(app, "import-customers", file, "--json").stdout == looked.stdout


def test_file_that_was_imported_is_no_fault(app: Flask, tmp_path: Path) -> None:  # failures.md 7
    for words in (("import-customers", CUSTOMERS), ("import-appointments", APPOINTMENTS)):
        file = _file(tmp_path, words[1])
        _run(app, words[0], file)
        again = _run(app, words[0], file, "--json")
        assert again.exit_code == 0
        assert {row["outcome"] for row in json.loads(again.stdout)} == {"unchanged"}
        assert all("bereits importiert" in row["reason"] for row in json.loads(again.stdout))


def test_appointments_are_taken_in(app: Flask, tmp_path: Path) -> None:
    done = _run(app, "import-appointments", _file(tmp_path, APPOINTMENTS), "--json")
    assert [row["outcome"] for row in json.loads(done.stdout)] == ["created"]
    run = db.session.scalars(select(ImportRun)).one()
    assert (run.way, run.state, run.kind, run.file_name) == ("command", "done", "appointments", "liste.csv")
    assert db.session.scalars(select(Calendar.name)).one() == "WinChim"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_failure_07_golden_file_is_taken_in_as_written_down(app: Flask, path: Path) -> None:
    expected = json.loads(path.read_text(encoding="utf-8"))
    done = _run(app, f"import-{expected['kind']}", str(path.with_suffix("")), "--json")
    rows = {row["line"]: row["outcome"] for row in json.loads(done.stdout)}
    assert {line for line, outcome in rows.items() if outcome == "rejected"} == {
        row["line"] for row in expected["rows"] if "refused" in row
    }
    assert rows.keys() == {row["line"] for row in expected["rows"]}


def test_profile_names_the_columns(app: Flask, tmp_path: Path) -> None:
    source = builders.calendar("Zweite Liste", kind="file", url="", consent="customer")
    profile = ImportProfile(
        name="Alt", kind="appointments", created_at=NOON, columns={"Foo": "number", "Bar": "date"}
    )
    profile.calendar_id = source.id
    db.session.add(profile)
    db.session.commit()
    file = _file(tmp_path, "Foo;Bar;Baz\nA1;20.03.2026;x\n")
    done = _run(app, "import-appointments", file, "--profile", "Alt", "--json")
    assert [row["outcome"] for row in json.loads(done.stdout)] == ["created"]
    assert db.session.scalars(select(Appointment.calendar_id)).one() == source.id
    assert db.session.scalars(select(ImportRun.profile_name)).one() == "Alt"


@pytest.mark.parametrize(
    ("command", "content", "more", "told"),
    [
        ("import-customers", b"", (), "leer"),
        ("import-customers", b"\x89PNG\r\n\x1a\n\x00\x00", (), "keine Liste"),
        ("import-customers", b"%PDF-1.7", (), "keine Liste"),
        ("import-customers", b"PK\x03\x04kaputt", (), "beschädigt"),
        ("import-customers", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (), ".xls"),
        ("import-customers", b"<html>Anmelden</html>", (), "Webseite"),
        ("import-customers", b"BEGIN:VCALENDAR", (), "Kalenderdatei"),
        ("import-customers", b'Nummer;Name\nA1;"x\n' + b"A;B\n" * 30, (), "Zeile 2"),
        ("import-customers", b"Name;Ort\nMayr;Steyr\n", (), "»Nummer«"),
        ("import-appointments", b"Nummer;Beginn\nA1;08:00\n", (), "»Datum«"),
        ("import-appointments", b"Nummer;Name\nA1;Mayr\n", (), "Kunden"),
        ("import-customers", b"Nummer;Datum\nA1;20.03.2026\n", (), "Terminen"),
        ("import-customers", b"Nummer;Name\nA1;Mayr\n", ("--profile", "Nie"), "»Nie«"),
        ("import-customers", b"Nummer;Name\nA1;Mayr\n", ("--profile", "Termine"), "andere Art"),
        ("import-appointments", b"Nummer;Datum\nA1;20.03.2026\n", ("--profile", "Termine"), "»Foo«"),
        ("import-appointments", b"Foo;Bar\nA1;20.03.2026\n", ("--profile", "Google"), "Google"),
        ("import-customers", workbook([[None]]), (), "leer"),
    ],
)
def test_file_that_cannot_be_taken_in_is_one_sentence(
    app: Flask, tmp_path: Path, command: str, content: bytes, more: tuple[str, ...], told: str
) -> None:
    feed = builders.calendar("Google")
    columns = {"Foo": "number", "Bar": "date"}
    db.session.add(ImportProfile(name="Termine", kind="appointments", created_at=NOON, columns=columns))
    db.session.add(
        ImportProfile(
            name="Google", kind="appointments", created_at=NOON, columns=columns, calendar_id=feed.id
        )
    )
    db.session.commit()
    for dry in ((), ("--dry-run",)):
        done = _run(app, command, _file(tmp_path, content), "--json", *more, *dry)
        assert (done.exit_code, done.stdout) == (1, "")
        assert told in done.stderr and done.stderr.count("\n") == 1 and done.stderr.strip().endswith(".")
    for model in (Property, Appointment, ImportRun):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


@pytest.mark.parametrize("path", ["nirgends.csv", "."])
def test_file_that_is_not_there_is_one_sentence(app: Flask, path: str) -> None:
    done = _run(app, "import-customers", path)
    assert done.exit_code == 1 and path in done.stderr and "nicht zu lesen" in done.stderr


def test_list_of_the_office_is_not_polled_by_name(app: Flask) -> None:
    builders.calendar("WinChim", kind="file", url="")
    done = _run(app, "poll", "--calendar", "WinChim")
    assert done.exit_code == 1 and "import-appointments" in done.stderr
    assert "Kein Kalender ist fällig." in _run(app, "poll").stdout
