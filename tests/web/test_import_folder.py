"""Ordner und FTP: what is set, how it stands, and what the start page says of it (A29)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr import clock
from kehr.actions.imports.drop_folder import drop_folder
from kehr.actions.imports.take_dropped_files import take_dropped_files
from kehr.models import DropFolder, ImportProfile, db
from kehr.rules.settings.ftp_wish import STATE_FILE, WISH_FILE, FtpState, read_wish
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

PASSWORD = "ein langes Kennwort"


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company()
    builders.gateway()
    for name, kind in (("Kunden alt", "customers"), ("Termine alt", "appointments")):
        db.session.add(ImportProfile(name=name, kind=kind, columns={"Nr": "number"}, created_at=NOON))
    db.session.commit()


@pytest.fixture
def client(office: None, sign_in: SignIn) -> FlaskClient:
    return sign_in("admin")


def typed(**changes: Any) -> dict[str, Any]:
    data = {
        "active": "y",
        "folder": "",
        "rhythm": "day",
        "at": "05:30",
        "minutes": "15",
        "customers_profile": "",
        "appointments_profile": "",
        "ftp_port": "2121",
        "ftp_user": "",
        "ftp_password": "",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def stored() -> DropFolder:
    db.session.expire_all()
    return drop_folder()


def test_a_folder_is_watched_once_a_day_or_every_few_minutes(client: FlaskClient) -> None:  # A29
    html = check_page(client.get("/einlesen/ordner"))
    assert "Es wird kein Ordner überwacht" in html and "data-warn-unsaved" in html
    client.post("/einlesen/ordner", data=typed(customers_profile="Kunden alt"))
    row = stored()
    assert (row.active, f"{row.at:%H:%M}", row.minutes, row.customers_profile) == (
        *(True, "05:30", 0, "Kunden alt"),
    )
    take_dropped_files(clock.now)
    assert "Nächster Blick in den Ordner: Mi, 11.03. 05:30" in check_page(client.get("/einlesen"))
    client.post("/einlesen/ordner", data=typed(rhythm="minutes", minutes="20", at=None))
    assert (stored().minutes, f"{stored().at:%H:%M}") == (20, "05:30")
    html = check_page(client.get("/einlesen/ordner"))
    assert 'value="20"' in html and "Nächster Blick in den Ordner: Di, 10.03. 12:20" in html


def test_the_ftp_server_is_switched_on_and_says_what_to_type_into_winchim(
    client: FlaskClient, app: Flask
) -> None:
    client.post("/einlesen/ordner", data=typed(ftp_active="y", ftp_user="winchim", ftp_password=PASSWORD))
    wish = read_wish((app.config["KEHR"].data / WISH_FILE).read_text())
    assert wish.active and wish.fits("winchim", PASSWORD)
    html = check_page(client.get("/einlesen/ordner"))
    assert PASSWORD not in html and "61210 bis 61219" in html and "explizites TLS" in html
    client.post("/einlesen/ordner", data=typed(ftp_active="y", ftp_user="winchim", ftp_port="2200"))
    wish = read_wish((app.config["KEHR"].data / WISH_FILE).read_text())
    assert wish.port == 2200 and wish.fits("winchim", PASSWORD)
    assert "Es war nichts zu ändern" in check_page(
        client.post(
            "/einlesen/ordner",
            data=typed(ftp_active="y", ftp_user="winchim", ftp_port="2200"),
            follow_redirects=True,
        )
    )


BAD = [
    ({"folder": "eingang"}, "beginnt nicht mit /"),
    ({"folder": "C:\\WinChim"}, "Windows-PC"),
    ({"folder": "/srv/../etc"}, "schreiben Sie den Ordner ganz aus"),
    ({"folder": "/gibt/es/nicht"}, "gibt es nicht. Legen Sie ihn zuerst an"),
    ({"folder": "DATA/kehrbote.db"}, "ist kein Ordner"),
    ({"folder": "DATA"}, "Dateien der Anlage selbst"),
    ({"folder": "/etc"}, "Dateien der Anlage selbst"),
    ({"folder": "/" + "x" * 500}, "Höchstens 500 Zeichen"),
    ({"at": "25:00"}, "»25:00« ist keine Uhrzeit"),
    ({"at": "früh"}, "»früh« ist keine Uhrzeit"),
    ({"at": ""}, "ist keine Uhrzeit"),
    ({"rhythm": "minutes", "minutes": "0"}, "Tragen Sie eine Zahl von 1 bis 1440 ein"),
    ({"rhythm": "minutes", "minutes": ""}, "Tragen Sie eine Zahl von 1 bis 1440 ein"),
    ({"rhythm": "minutes", "minutes": "1441"}, "zwischen 0 und 1440"),
    ({"rhythm": "minutes", "minutes": "oft"}, "eine ganze Zahl"),
    ({"rhythm": "minutes", "minutes": "-5"}, "zwischen 0 und 1440"),
    ({"customers_profile": "Nix"}, "Ein Profil »Nix« gibt es nicht"),
    ({"appointments_profile": "Kunden alt"}, "ist nicht für Termine"),
    ({"ftp_port": "0"}, "zwischen 1 und 65535"),
    ({"ftp_port": "70000"}, "zwischen 1 und 65535"),
    ({"ftp_port": "zweitausend"}, "eine ganze Zahl"),
    ({"ftp_port": "21"}, "Ports unter 1024"),
    ({"ftp_port": "61210"}, "61210 bis 61219"),
    ({"ftp_active": "y", "ftp_password": PASSWORD}, "Der Benutzer fehlt"),
    ({"ftp_active": "y", "ftp_user": "winchim"}, "Das Kennwort fehlt"),
    ({"ftp_user": "win chim"}, "2 bis 40 Buchstaben"),
    ({"ftp_user": "winchim", "ftp_password": "kurz"}, "mindestens 10 Zeichen"),
    ({"ftp_user": "winchim", "ftp_password": "Schlüsselwörter"}, "Umlaute"),
]


@pytest.mark.parametrize(("changes", "words"), BAD)
def test_bad_input_is_refused_at_its_field_and_stays(
    changes: dict[str, str], words: str, client: FlaskClient, app: Flask
) -> None:
    data = app.config["KEHR"].data
    filled = {name: value.replace("DATA", str(data)) for name, value in changes.items()}
    html = check_page(client.post("/einlesen/ordner", data=typed(**filled)), 422)
    assert words in html and "Nichts gespeichert" in html and 'aria-invalid="true"' in html
    kept = [
        value for name, value in filled.items() if name not in ("ftp_password", "rhythm") and value != "y"
    ]
    assert all(value in html for value in kept if not value.endswith("_alt") and value != "Nix")
    assert db.session.get(DropFolder, 1) is None
    assert not (data / WISH_FILE).exists()


def test_looking_now_is_asked_for_and_refused_while_nothing_is_watched(
    client: FlaskClient, at: Clock
) -> None:
    path = "/einlesen/ordner/nachsehen"
    assert "Es wird kein Ordner überwacht" in check_page(client.post(path, follow_redirects=True))
    client.post("/einlesen/ordner", data=typed())
    take_dropped_files(clock.now)
    html = check_page(client.post(path, follow_redirects=True))
    assert "Eine Datei gilt nach 10 Sekunden" in html and "Es wird gleich nachgesehen" in html
    assert stored().look_now
    (Path(read_wish((clock_data(client) / WISH_FILE).read_text()).folder) / "plan.csv").write_text("a;b\n")
    take_dropped_files(clock.now)
    html = check_page(client.get("/einlesen"))
    assert "»plan.csv« wartet, bis sie vollständig ist" in html and 'hx-trigger="every 3s"' in html
    at.moment += timedelta(seconds=10)
    take_dropped_files(clock.now)
    assert "every 3s" not in check_page(client.get("/einlesen"))


def clock_data(client: FlaskClient) -> Path:
    data: Path = client.application.config["KEHR"].data
    return data


def test_troubles_stand_on_the_start_page_and_end_with_one_click(
    client: FlaskClient, app: Flask, at: Clock
) -> None:
    data: Path = app.config["KEHR"].data
    client.post("/einlesen/ordner", data=typed(ftp_active="y", ftp_user="winchim", ftp_password=PASSWORD))
    (data / STATE_FILE).write_text(FtpState("port_taken", 2121).as_text())
    (data / "eingang" / "rechnung.pdf").write_bytes(b"%PDF-1.7")
    take_dropped_files(clock.now)
    at.moment += timedelta(seconds=10)
    take_dropped_files(clock.now)
    html = check_page(client.get("/heute"))
    assert "Die Datei »rechnung.pdf« im überwachten Ordner wurde nicht eingelesen" in html
    assert "kann Port 2121 nicht öffnen" in html and 'href="/einlesen"' in html
    html = check_page(client.get("/einlesen"))
    assert "rechnung.pdf" in html and "Port 2121 benützt ein anderes Programm" in html
    client.post("/einlesen/gesehen")
    assert "rechnung.pdf" not in check_page(client.get("/heute"))
    assert "rechnung.pdf" not in check_page(client.get("/einlesen"))


def test_only_who_administers_sets_the_folder(office: None, sign_in: SignIn) -> None:
    office_user = sign_in("office")
    assert office_user.get("/einlesen/ordner").status_code == 403
    assert office_user.post("/einlesen/ordner", data=typed()).status_code == 403
    assert '/einlesen/ordner"' not in check_page(office_user.get("/einlesen"))
    assert sign_in("reader").post("/einlesen/ordner/nachsehen").status_code == 403
