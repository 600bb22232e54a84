"""Commands that cannot do what they are told: one clear sentence, the right exit status, nothing changed."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.stack.commands import Ended, Office

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("commands")]

SETTINGS = """
[company]
name = "Rauchfangkehrer Probe"
[[calendars]]
name = "Stillgelegt"
url = "https://calendar.example.at/kehrplan.ics"
active = false
"""
FILES = {
    "login.ics": "<!DOCTYPE html><html><title>Anmelden</title></html>",
    "broken.toml": "[company\n",
    "unknown.toml": '[company]\nnahme = "Tippfehler"\n',
    "branch.toml": '[company]\nname = "N"\n[[calendars]]\nname = "K"\nurl = "k.example.at"\nbranch = "Wo"\n',
    "window.toml": '[company]\nsend_window = { from = "20:00", to = "08:00" }\n',
    "placeholder.toml": '[[rules]]\nkind = "reminder"\nactive = true\ntext = "Am #Datun kommen wir."\n',
}
OLDER = "Die Datenbank ist älter als das Programm: flask db upgrade ausführen."
DAYS = ("--from", "2026-03-01", "--to", "2026-03-08")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the commands are given."""
    folder = tmp_path_factory.mktemp("bad")
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "office.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def office(folder: Path) -> Office:
    """An office with one calendar, switched off."""
    office = Office(folder / "data")
    office.make_database()
    office.done("configure", str(folder / "office.toml"))
    return office


def contents(office: Office) -> str:
    """A fingerprint of everything in the database."""
    with closing(sqlite3.connect(office.data / "kehrbote.db")) as database:
        return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()


def refused(ended: Ended, status: int, words: str) -> None:
    """Checks the end: a sentence for people on stderr, nothing on stdout."""
    assert (ended.status, ended.out) == (status, ""), ended
    assert "Traceback" not in ended.err
    lines = ended.err.splitlines()
    if status == 1:
        assert len(lines) == 1, ended.err
        assert lines[0].endswith(".")
    assert words in lines[-1], ended.err


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("poll", "--calendar", "Gibtsnicht"), 1, "Einen Kalender »Gibtsnicht« gibt es nicht."),
        (("poll", "--calendar", "Stillgelegt"), 1, "Der Kalender »Stillgelegt« ist abgeschaltet."),
        (("poll", "--kalender", "x"), 2, "No such option"),
        (("preview-feed", "{folder}/fehlt.ics", *DAYS, "--json"), 1, "Die Datei fehlt.ics gibt es nicht."),
        (("preview-feed", "{folder}/login.ics", *DAYS), 1, "kein Kalender"),
        (("preview-feed", "{folder}/login.ics"), 2, "Missing option '--from'"),
        (("preview-feed", "x.ics", "--from", "2026-02-30", "--to", "2026-03-01"), 2, "'2026-02-30'"),
        (("preview-feed", "x.ics", "--from", "2026-03-08", "--to", "2026-03-08"), 1, "muss nach dem Tag"),
        (("preview-feed", "x.ics", *DAYS, "--zone", "Europa/Wien"), 1, "Die Zeitzone »Europa/Wien«"),
        (("preview-feed", "http://127.0.0.1:9/k.ics", *DAYS), 1, "Netz"),
        (("configure", "{folder}/fehlt.toml"), 1, "ist nicht zu lesen"),
        (("configure", "{folder}"), 1, "ist nicht zu lesen"),
        (("configure", "{folder}/broken.toml"), 1, "ist kein gültiges TOML"),
        (("configure", "{folder}/unknown.toml"), 1, "company.nahme"),
        (("configure", "{folder}/branch.toml"), 1, "Eine Filiale »Wo« gibt es nicht."),
        (("configure", "{folder}/window.toml"), 1, "company.send_window.to"),
        (("configure", "{folder}/placeholder.toml"), 1, "#Datum"),
        (("configure",), 2, "Missing argument"),
        (("messages", "--since", "gestern", "--json"), 2, "'gestern' ist kein Zeitpunkt"),
        (("check-gateway", "Handy"), 1, "Ein Gateway »Handy« gibt es nicht"),
        (("aussenden",), 2, "No such command 'aussenden'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_command_that_cannot_be_done_says_why_and_changes_nothing(
    words: tuple[str, ...], status: int, sentence: str, office: Office, folder: Path
) -> None:
    before = contents(office)
    refused(office.run(*(word.format(folder=folder) for word in words)), status, sentence)
    assert contents(office) == before


@pytest.mark.parametrize("command", ["phone-numbers", "sms-parts"])
def test_input_that_is_no_text_is_refused(command: str, office: Office) -> None:
    ended = office.run(command, "--json", stdin=b"M\xfcller 0664 1000001\n")
    refused(ended, 1, "Die Eingabe ist kein Text in UTF-8.")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"KEHR_PORT": "achtzig"}, "KEHR_PORT='achtzig'"),
        ({"KEHR_PUBLIC_PORT": "0"}, "KEHR_PUBLIC_PORT='0'"),
        ({"KEHR_CLOCK": "2026-03-01T10:00"}, "KEHR_CLOCK='2026-03-01T10:00'"),
        ({"DATABASE_URL": "mysql://office"}, "DATABASE_URL must begin with"),
        ({"DATABASE_URL": "postgresql+psycopg://office@127.0.0.1:1/x"}, "Die Datenbank ist nicht erreichbar"),
        ({"KEHR_SECRET_KEY_FILE": "/nirgends/key"}, "KEHR_SECRET_KEY_FILE=/nirgends/key cannot be read"),
        ({"KEHR_DATA": "/dev/null"}, "KEHR_DATA=/dev/null cannot be used"),
        ({"KEHR_DATA": "/tmp/" + "lang" * 25}, "too long a path for a socket"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_wrong_value_in_the_environment_stops_with_a_sentence(
    variables: dict[str, str], words: str, office: Office
) -> None:
    before = contents(office)
    refused(Office(office.data, variables).run("send-due"), 1, words)
    assert contents(office) == before


@pytest.mark.parametrize(
    "words", [("poll",), ("plan", "--json"), ("send-due",), ("tick",), ("messages",), ("export-settings",)]
)
def test_every_command_on_a_missing_database_says_how_to_make_it(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    refused(Office(tmp_path).run(*words), 1, OLDER)


@pytest.mark.parametrize(
    ("revision", "words"), [("", OLDER), ("ffffffffffff", "Die Datenbank ist neuer als das Programm")]
)
def test_a_database_of_another_age_is_left_alone(
    revision: str, words: str, office: Office, tmp_path: Path
) -> None:
    with (
        closing(sqlite3.connect(office.data / "kehrbote.db")) as source,
        closing(sqlite3.connect(tmp_path / "kehrbote.db")) as copy,
    ):
        source.backup(copy)
        copy.execute(
            "UPDATE alembic_version SET version_num = ?" if revision else "DELETE FROM alembic_version",
            (revision,) if revision else (),
        )
        copy.commit()
    other = Office(tmp_path)
    before = contents(other)
    refused(other.run("send-due", "--json"), 1, words)
    assert contents(other) == before


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "kehrbote.db"
    file.write_text("Das ist eine Notiz und keine Datenbank. " * 10, encoding="utf-8")
    refused(Office(tmp_path).run("poll"), 1, "Die Datenbank ist nicht erreichbar oder keine")
    assert file.read_text(encoding="utf-8").startswith("Das ist eine Notiz")
