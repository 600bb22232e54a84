"""The watched folder: a file is taken once, only when it is complete, and the office hears what was not."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from kehr.actions.facts.claims import this_process
from kehr.actions.imports.drop_folder import drop_folder, folder_of, save_drop_folder, write_wish
from kehr.actions.imports.import_runs import ask_apply, ask_check, keep_upload, work_runs
from kehr.actions.imports.take_dropped_files import ask_look, take_dropped_files
from kehr.actions.imports.take_files import take_files
from kehr.actions.run.run_round import run_round
from kehr.models import (
    Alarm,
    Appointment,
    DropFolder,
    DroppedFile,
    ImportProfile,
    ImportRow,
    ImportRun,
    Message,
    Person,
    Property,
    db,
    writing,
)
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import ImportSettings
from kehr.rules.settings.ftp_wish import STATE_FILE, WISH_FILE, FtpState, read_wish
from tests import builders
from tests.conftest import NOON, Clock

CUSTOMERS = (
    "Nummer;Anrede;Name;Straße;PLZ;Ort;Tel1;Tel1 Einwilligung\r\n"
    "A110010;Herr;Mustermann;Redtenbachergasse 3;4400;Steyr;0664 1000001;x\r\n"
    "A110011;Frau;Mayr;Stelzhamerstraße 1;4400;Steyr;0664 1000002;\r\n"
)
APPOINTMENTS = "Nummer;Datum;Beginn;Ende;Art\r\nA110010;16.03.2026;08:00;09:00;Hauptkehrung\r\n"


@pytest.fixture
def folder(app: Flask, at: Clock) -> Path:
    """A watched folder that was looked into at this moment; the next look is asked for."""
    builders.company()
    builders.gateway()
    builders.branch("Steyr")
    save_drop_folder(ImportSettings(active=True, minutes=0, at=time(6)), NOON)
    take_dropped_files(at)
    return folder_of(drop_folder())


def drop(folder: Path, text: str | bytes = CUSTOMERS, name: str = "kunden.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("cp1252") if isinstance(text, str) else text)
    return path


def look(at: Clock, seconds: int = 10) -> int:
    """Two looks, so far apart that a file at rest is complete; how many files the second took."""
    ask_look()
    first = take_dropped_files(at)
    at.moment += timedelta(seconds=seconds)
    return first + take_dropped_files(at)


def lying(folder: Path) -> list[str]:
    """Everything in the folder and below, by path."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def alarms() -> dict[str, str]:
    """Open troubles of the folder: key -> code."""
    db.session.expire_all()
    query = db.select(Alarm).where(Alarm.closed_at.is_(None), Alarm.key.startswith("drop:"))
    return {alarm.key: alarm.code for alarm in db.session.scalars(query)}


def outcome() -> tuple[Any, ...]:
    """What an import has made, without ids and times."""
    db.session.expire_all()
    run = db.session.scalars(db.select(ImportRun).order_by(ImportRun.id.desc())).first()
    rows = db.session.scalars(db.select(ImportRow).where(ImportRow.run_id == run.id).order_by(ImportRow.line))
    people = db.session.execute(
        db.select(Property.number, Person.salutation, Person.name, Property.street)
        .join(Person)
        .order_by(Property.number)
    )
    return (
        (run.state, run.kind, run.created, run.changed, run.unchanged, run.rejected, dict(run.columns)),
        [(row.line, row.outcome, row.label, row.reason) for row in rows],
        [tuple(row) for row in people],
    )


def test_a_dropped_file_gives_the_same_as_an_uploaded_one(folder: Path, at: Clock, app: Flask) -> None:  # A25
    text = CUSTOMERS + ";;Ohne Nummer;;;;;\r\n"
    run_id = keep_upload(text.encode("cp1252"), "kunden.csv", "anna", NOON)
    run = db.session.get_one(ImportRun, run_id)
    ask_check(run_id, run.kind, run.columns, "", None)
    assert work_runs(at) == 1
    ask_apply(run_id, "anna")
    assert work_runs(at) == 1
    uploaded = outcome()
    with writing() as session:
        for model in (ImportRow, ImportRun, Property):
            session.execute(db.delete(model))
    drop(folder, text)
    assert look(at) == 1
    assert outcome() == uploaded
    assert uploaded[0][:6] == ("done", "customers", 2, 0, 0, 1)


def test_a_file_is_taken_archived_and_imported_once(folder: Path, at: Clock) -> None:  # A29
    drop(folder)
    assert look(at) == 1
    assert lying(folder) == ["archiv/2026-03-10 kunden.csv"]
    run = db.session.scalars(db.select(ImportRun)).one()
    assert (run.way, run.state, run.created, run.by) == ("folder", "done", 2, "")
    assert look(at) == 0
    assert db.session.scalars(db.select(DroppedFile)).all() == []


def test_a_second_run_the_same_day_changes_nothing(folder: Path, at: Clock) -> None:  # A31
    builders.rule(days=2)
    drop(folder)
    look(at)
    drop(folder, APPOINTMENTS, "termine.csv")
    look(at)
    take_files(at)
    before = (outcome()[2], count(Appointment), count(Message))
    assert before[1:] == (1, 1)
    for name in ("termine.csv", "kunden.csv"):
        drop(folder, APPOINTMENTS if name == "termine.csv" else CUSTOMERS, name)
    assert look(at) == 2
    assert (outcome()[2], count(Appointment), count(Message)) == before
    assert lying(folder) == [
        "archiv/2026-03-10 kunden (2).csv",
        "archiv/2026-03-10 kunden.csv",
        "archiv/2026-03-10 termine (2).csv",
        "archiv/2026-03-10 termine.csv",
    ]
    assert alarms() == {}


def test_a_list_that_comes_back_after_another_one_counts_again(folder: Path, at: Clock) -> None:  # A21
    drop(folder)
    look(at)
    later = APPOINTMENTS.replace("08:00;09:00", "10:00;11:00")
    for text, hour in ((APPOINTMENTS, 8), (later, 10), (APPOINTMENTS, 8)):
        drop(folder, text, "termine.csv")
        assert look(at) == 1
        db.session.expire_all()
        appointment = db.session.scalars(db.select(Appointment)).one()
        assert appointment.start.astimezone(ZoneInfo("Europe/Vienna")).hour == hour


def count(model: Any) -> int:
    return int(db.session.scalar(db.select(db.func.count()).select_from(model)) or 0)


def test_a_file_that_still_grows_is_left_until_it_rests(folder: Path, at: Clock) -> None:  # A29
    path = drop(folder, CUSTOMERS[:60])
    ask_look()
    for length in (90, 120, 150):
        assert take_dropped_files(at) == 0
        at.moment += timedelta(seconds=10)
        path.write_text(CUSTOMERS[:length], encoding="cp1252")
    path.write_text(CUSTOMERS, encoding="cp1252")
    assert take_dropped_files(at) == 0
    at.moment += timedelta(seconds=9)
    assert take_dropped_files(at) == 0
    at.moment += timedelta(seconds=1)
    assert take_dropped_files(at) == 1
    assert outcome()[0][:3] == ("done", "customers", 2)


def test_a_second_file_that_comes_while_the_first_is_watched_is_taken_too(folder: Path, at: Clock) -> None:
    drop(folder)
    ask_look()
    take_dropped_files(at)
    drop(folder, APPOINTMENTS, "termine.csv")
    at.moment += timedelta(seconds=5)
    take_dropped_files(at)
    at.moment += timedelta(seconds=10)
    assert take_dropped_files(at) == 2
    assert count(Appointment) == 1


def test_a_file_of_the_same_size_but_newer_is_not_complete_either(folder: Path, at: Clock) -> None:
    path = drop(folder)
    ask_look()
    take_dropped_files(at)
    at.moment += timedelta(seconds=30)
    told = path.stat()
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns + 1))
    assert take_dropped_files(at) == 0
    at.moment += timedelta(seconds=30)
    assert take_dropped_files(at) == 1


@pytest.mark.parametrize(
    "name",
    [
        *(".versteckt.csv", "kunden.csv.part", "kunden.tmp", "~$kunden.xlsx", "kunden.csv.filepart"),
        *("kunden.csv~", "Thumbs.db", "desktop.ini", ".ftp-0011223344556677", "KUNDEN.CSV.TMP"),
    ],
)
def test_hidden_and_temporary_files_are_left_alone(name: str, folder: Path, at: Clock) -> None:  # A29
    drop(folder, name=name)
    assert look(at) == 0
    assert lying(folder) == [name]


def test_empty_files_folders_links_and_pipes_are_left_alone(folder: Path, at: Clock, tmp_path: Path) -> None:
    drop(folder, b"", "leer.csv")
    (folder / "unterordner").mkdir()
    drop(folder / "unterordner")
    outside = tmp_path / "fremd.csv"
    outside.write_bytes(CUSTOMERS.encode())
    (folder / "verweis.csv").symlink_to(outside)
    os.mkfifo(folder / "rohr.csv")
    assert look(at) == 0
    assert outside.read_bytes() == CUSTOMERS.encode()
    assert (folder / "verweis.csv").is_symlink() and stat.S_ISFIFO((folder / "rohr.csv").stat().st_mode)
    assert count(ImportRun) == 0


BAD = [
    (b"%PDF-1.7", "rechnung.pdf", "keine Liste"),
    ("Farbe;Form\r\nrot;rund\r\n", "farben.csv", "nicht zu erkennen"),
    (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "alt.xls", "alte Excel-Datei"),
    (b"x" * (16 * 1024 * 1024 + 1), "riesig.csv", "zu groß; höchstens 16 MB"),
]


@pytest.mark.parametrize(("content", "name", "words"), BAD, ids=[one[1] for one in BAD])
def test_what_cannot_be_read_is_put_aside_with_its_reason_and_told_once(
    content: str | bytes, name: str, words: str, folder: Path, at: Clock
) -> None:  # A29
    drop(folder, content, name)
    assert look(at) == 1
    kept = f"abgelehnt/2026-03-10 {name}"
    assert lying(folder) == [kept, f"{kept}.txt"]
    assert words in (folder / f"{kept}.txt").read_text(encoding="utf-8-sig")
    assert list(alarms().values()) == ["drop_refused"]
    drop(folder, content, name)
    look(at)
    assert len(lying(folder)) == 4 and count(Alarm) == 1


def test_refused_rows_are_told_and_a_clean_file_ends_it(folder: Path, at: Clock) -> None:
    drop(folder, CUSTOMERS + ";;Ohne Nummer;;;;;\r\n")
    look(at)
    assert alarms() == {"drop:file:customers": "drop_rows_rejected"}
    assert lying(folder) == ["archiv/2026-03-10 kunden.csv"]
    drop(folder, CUSTOMERS)
    look(at)
    assert alarms() == {}


def test_profiles_that_are_set_say_what_columns_mean(folder: Path, at: Clock) -> None:
    odd = "Kundschaft;Wer\r\nA110010;Mustermann\r\n"
    columns = {"Kundschaft": "number", "Wer": "name"}
    with writing() as session:
        session.add(ImportProfile(name="Alt", kind="customers", columns=columns, created_at=NOON))
    save_drop_folder(ImportSettings(customers_profile="Alt"), NOON)
    drop(folder, odd)
    look(at)
    assert outcome()[2] == [("A110010", "", "Mustermann", "")]
    drop(folder, CUSTOMERS)
    look(at)
    assert outcome()[0][:4] == ("done", "customers", 1, 1)


def test_it_is_looked_into_once_a_day_and_a_missed_time_is_made_up_for(folder: Path, at: Clock) -> None:
    drop(folder)
    for _ in range(3):
        at.moment += timedelta(hours=5)
        assert take_dropped_files(at) == 0
    assert lying(folder) == ["kunden.csv"]
    at.moment = NOON + timedelta(days=1, hours=-6)
    take_dropped_files(at)
    at.moment += timedelta(seconds=20)
    assert take_dropped_files(at) == 1
    assert lying(folder) == ["archiv/2026-03-11 kunden.csv"]


def test_every_few_minutes_it_is_looked_into_again(folder: Path, at: Clock) -> None:
    save_drop_folder(ImportSettings(minutes=5), NOON)
    take_dropped_files(at)
    drop(folder)
    at.moment = NOON + timedelta(minutes=4, seconds=59)
    take_dropped_files(at)
    assert count(DroppedFile) == 0
    at.moment = NOON + timedelta(minutes=5)
    take_dropped_files(at)
    assert count(DroppedFile) == 1
    at.moment += timedelta(seconds=10)
    assert take_dropped_files(at) == 1


def test_a_missing_or_closed_folder_is_told_once_and_taken_up_when_it_is_back(
    app: Flask, at: Clock, tmp_path: Path
) -> None:
    builders.company()
    own = tmp_path.parent / f"{tmp_path.name}-freigabe"
    own.mkdir()
    save_drop_folder(ImportSettings(active=True, folder=str(own), minutes=1), NOON)
    for inner in own.iterdir():
        inner.rmdir()
    own.rmdir()
    for _ in range(3):
        at.moment += timedelta(minutes=1)
        assert take_dropped_files(at) == 0
        assert alarms() == {"drop:folder": "drop_folder_missing"}
    assert count(Alarm) == 1
    own.mkdir()
    (own / "archiv").write_text("ein Hindernis")
    at.moment += timedelta(minutes=1)
    take_dropped_files(at)
    assert list(alarms()) == ["drop:folder"]
    (own / "archiv").unlink()
    drop(own)
    assert look(at) == 1
    assert alarms() == {}
    assert lying(own) == ["archiv/2026-03-10 kunden.csv"]


def test_two_processes_take_a_file_once(folder: Path, at: Clock, in_thread: Callable[..., Any]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    drop(folder)
    ask_look()
    take_dropped_files(at)
    at.moment += timedelta(seconds=10)
    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        taken = sum(pool.map(lambda _: in_thread(lambda: take_dropped_files(at))(), range(4)))
    assert taken == 1
    assert count(ImportRun) == 1
    assert lying(folder) == ["archiv/2026-03-10 kunden.csv"]


def test_what_a_killed_process_began_is_completed_and_its_file_put_aside(folder: Path, at: Clock) -> None:
    drop(folder)
    ask_look()
    take_dropped_files(at)
    content = (folder / "kunden.csv").read_bytes()
    from kehr.actions.imports.import_files import keep_content

    with writing() as session:
        session.execute(db.delete(DroppedFile))
        session.add(
            ImportRun(
                kind="customers",
                way="folder",
                file_name="kunden.csv",
                sha256=keep_content(content),
                columns={"Nummer": "number", "Name": "name"},
                state="applying",
                at=NOON,
                claimed_at=NOON,
                claimed_by=this_process().rpartition("|")[0] + "|1",
            )
        )
    at.moment += timedelta(seconds=20)
    take_files(at)
    assert outcome()[0][:3] == ("done", "customers", 2)
    assert lying(folder) == ["kunden.csv"]
    assert look(at) == 1
    assert lying(folder) == ["archiv/2026-03-10 kunden.csv"]
    assert count(Property) == 2


def test_a_round_without_worker_takes_files_too(folder: Path, at: Clock) -> None:
    drop(folder)
    ask_look()
    run_round(at)
    at.moment += timedelta(seconds=20)
    run_round(at)
    assert count(Property) == 2


def test_nothing_is_looked_for_while_it_is_switched_off(folder: Path, at: Clock) -> None:
    drop(folder)
    save_drop_folder(ImportSettings(active=False), NOON)
    assert not ask_look()
    assert look(at) == 0
    assert lying(folder) == ["kunden.csv"]


def test_names_of_any_kind_can_be_taken(folder: Path, at: Clock) -> None:
    for name in (b"K\xe4ufer.csv", "Größe 1.csv".encode(), b"x" * 240 + b".csv", b"'; DROP.csv"):
        (folder / os.fsdecode(name)).write_bytes(CUSTOMERS.encode("cp1252"))
    assert look(at) == 4
    assert len(list((folder / "archiv").iterdir())) == 4


def test_the_wish_for_the_ftp_server_follows_the_settings_and_holds_no_password(
    folder: Path, app: Flask
) -> None:
    file = app.config["KEHR"].data / WISH_FILE
    password = "ein langes Kennwort"
    save_drop_folder(
        ImportSettings(ftp_active=True, ftp_port=2122, ftp_user="winchim", ftp_password=password), NOON
    )
    wish = read_wish(file.read_text())
    assert (wish.active, wish.port, wish.user, wish.folder) == (True, 2122, "winchim", str(folder.resolve()))
    assert wish.fits("winchim", password) and not wish.fits("winchim", "falsch")
    assert password not in file.read_text() and stat.S_IMODE(file.stat().st_mode) == 0o600
    stamp = file.stat().st_mtime_ns
    write_wish()
    assert file.stat().st_mtime_ns == stamp
    save_drop_folder(ImportSettings(ftp_active=False), NOON)
    assert not read_wish(file.read_text()).active
    assert json.loads(file.read_text())["user"] == "winchim"


def test_a_server_that_cannot_serve_is_told_once_until_it_can(folder: Path, at: Clock, app: Flask) -> None:
    file = app.config["KEHR"].data / STATE_FILE
    save_drop_folder(
        ImportSettings(ftp_active=True, ftp_user="winchim", ftp_password="ein langes Kennwort"), NOON
    )
    for state, told in (
        ("serving", {}),
        ("port_taken", {"drop:ftp": "ftp_port_taken"}),
        ("port_taken", {"drop:ftp": "ftp_port_taken"}),
        ("serving", {}),
    ):
        file.write_text(FtpState(state, 2121).as_text())
        take_dropped_files(at)
        assert alarms() == told
    assert count(Alarm) == 1
    file.write_text("{kaputt")
    take_dropped_files(at)
    assert alarms() == {}


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("DATA", "Dateien der Anlage selbst"),
        ("DATA/imports", "Dateien der Anlage selbst"),
        ("/", "Dateien der Anlage selbst"),
        ("/etc", "Dateien der Anlage selbst"),
        ("/usr/share", "Dateien der Anlage selbst"),
        ("DATA/ftp.json", "ist kein Ordner"),
        ("/gibt/es/nicht", "gibt es nicht. Legen Sie ihn zuerst an"),
    ],
)
def test_folders_that_are_not_for_taking_are_refused(
    wanted: str, words: str, folder: Path, app: Flask
) -> None:
    chosen = wanted.replace("DATA", str(app.config["KEHR"].data))
    with pytest.raises(SettingsError, match=words) as refused:
        save_drop_folder(ImportSettings(folder=chosen), NOON)
    assert refused.value.key == "folder"
    db.session.expire_all()
    assert db.session.get_one(DropFolder, 1).folder == ""
