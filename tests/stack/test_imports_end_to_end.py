"""Files come in through the running machine: by the browser, and by FTP as WinChim sends them."""

from __future__ import annotations

import ftplib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kehr.rules.settings.ftp_wish import STATE_FILE, read_state
from tests.stack.browser import Page, browser
from tests.stack.radicale import free_port
from tests.stack.running_stack import Stack, running, short_folder, wait_for
from tests.stack.seen import PICTURES, picture

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("long"), pytest.mark.timeout(300)]

PASSWORD = "ein langes Kennwort"
ROWS = 3000


@dataclass
class Machine:
    """The running machine and an admin at the desk."""

    stack: Stack
    page: Page
    files: Path


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """An office whose master data are filled, with a reminder two days before."""
    with short_folder() as folder, running(folder) as stack, browser(stack.address) as page:
        page.open(stack.link)
        page.fill(login="anna", password="drei Kamine am Dach", again="drei Kamine am Dach")
        page.click("Zugang anlegen")
        page.wait_at("/einrichtung")
        settings = folder / "office.toml"
        settings.write_text(OFFICE, encoding="utf-8")
        stack.office.done("configure", str(settings))
        files = folder / "files"
        files.mkdir()
        yield Machine(stack, page, files)


OFFICE = """
[company]
name = "Rauchfangkehrer Probe"
street = "Redtenbachergasse 3"
postcode = "4400"
town = "Steyr"
phone = "+43 7252 12345"
email = "office@example.at"
land = "OÖ"
[[branches]]
name = "Steyr"
[[rules]]
kind = "reminder"
active = true
days = 2
at = "17:00"
text = "#Wochentag, #Datum um #Uhrzeit: #Adresse. #Firma, #Telefon"
"""


def customers(many: int) -> str:
    """A list of customers as WinChim exports it, with a column that nobody needs and a row without number."""
    head = "Nummer;Anrede;Vorname;Name;Straße/Hnr;PLZ/Ort;Tel.Nr.1;Einwilligung Tel.Nr.1;eMail;Farbe\r\n"
    lines = [
        f"A{110000 + n};{'Frau' if n % 2 else 'Herr'};Karl;Mustermann {n};Kirchengasse {n};A - 4400 Steyr;"
        f"0664 {1000000 + n};{'x' if n % 3 else ''};;rot\r\n"
        for n in range(many)
    ]
    return head + "".join(lines) + ";Herr;;Ohne Nummer;Weg 1;A - 4400 Steyr;;;;\r\n"


def test_a_list_is_uploaded_checked_and_taken_over_in_the_browser(machine: Machine) -> None:  # A25
    page = machine.page
    page.open("/einlesen")
    picture(page, "einlesen-leer")
    file = machine.files / "Kunden März.csv"
    file.write_bytes(customers(ROWS).encode("cp1252"))
    page.one("input[type=file]").send_keys(str(file))
    page.wait("Spalten zuordnen")
    picture(page, "einlesen-spalten")
    page.fill(**{"spalte-9": "number"})
    page.click("Prüfen, was geschehen würde")
    page.wait("Zwei Spalten sind »Nummer« zugeordnet")
    picture(page, "einlesen-spalten-fehlt")
    page.fill(**{"spalte-9": "", "merken": True, "profil_name": "WinChim Kunden"})
    page.click("Prüfen, was geschehen würde")
    page.wait("Das würde geschehen", 60)
    assert f"Übernehmen: {ROWS} neu" in page.text
    picture(page, "einlesen-ergebnis")
    page.click("abgelehnt")
    page.wait("Die Spalte »Nummer« ist leer")
    picture(page, "einlesen-abgelehnt")
    page.click(f"Übernehmen: {ROWS} neu")
    page.wait("Sie können dieses Fenster schließen")
    page.until(lambda: " von " in page.text or "ist eingelesen" in page.text, "the progress")
    if "Anhalten" in page.text:
        picture(page, "einlesen-fortschritt")
    page.wait("Die Datei ist eingelesen", 120)
    picture(page, "einlesen-fertig")
    page.open("/einlesen")
    page.wait("WinChim Kunden")
    picture(page, "einlesen-uebersicht")
    file = machine.files / "Termine.csv"
    file.write_text("Objekt;Datum;Von;Bis;Art\nA110001;12.03.2030;08:00;09:00;HK\n", encoding="utf-8")
    page.one("input[type=file]").send_keys(str(file))
    page.wait("In welche Liste?")
    page.fill(liste="neu")
    page.fill(liste_name="Kehrtermine Steyr")
    picture(page, "einlesen-termine")
    page.click("Datei verwerfen")
    page.click("Datei verwerfen", ".confirm-box")
    page.wait("Es ist nichts geändert worden")


def test_what_winchim_sends_by_ftp_becomes_appointments_and_planned_messages(
    machine: Machine,
) -> None:  # A25, A29, A30
    stack, page = machine.stack, machine.page
    port = free_port()
    page.open("/einlesen/ordner")
    picture(page, "einlesen-ordner")
    page.fill(active=True, ftp_active=True, ftp_port=str(port), ftp_user="winchim", ftp_password=PASSWORD)
    page.one("input[name=rhythm][value=minutes]").click()
    page.fill(minutes="1")
    page.click("Speichern")
    page.wait("Gespeichert")
    wait_for(lambda: _serving(stack, port), 20, "the FTP server")
    page.open("/einlesen/ordner")
    picture(page, "einlesen-ordner-an")
    day = (datetime.now(ZoneInfo("Europe/Vienna")) + timedelta(days=20)).date()
    appointments = f"Nummer;Datum;Beginn;Ende;Art\r\nA110001;{day:%d.%m.%Y};08:00;09:00;Hauptkehrung\r\n"
    with ftplib.FTP(timeout=20) as client:
        client.connect("127.0.0.1", port)
        client.login("winchim", PASSWORD)
        client.storbinary("STOR termine.csv", io.BytesIO(appointments.encode()))
        client.storbinary("STOR rechnung.pdf", io.BytesIO(b"%PDF-1.7"))
    found = wait_for(
        lambda: [one for one in stack.office.messages() if one["state"] == "planned"], 200, "the message"
    )
    assert [(one["kind"], one["calendar"], one["recipient"]) for one in found] == [
        ("reminder", "WinChim", "+436641000001")
    ]
    folder = stack.data / "eingang"
    wait_for(lambda: [*(folder / "abgelehnt").glob("*.txt")], 30, "the refused file")
    assert [one.name[11:] for one in (folder / "archiv").iterdir()] == ["termine.csv"]
    page.open("/einlesen")
    page.wait("rechnung.pdf")
    assert "über FTP" in page.text
    picture(page, "einlesen-hinweis")
    page.open("/heute")
    page.wait("Beim Einlesen braucht es Sie")
    page.click("Ansehen")
    page.wait_at("/einlesen")
    page.click("Gesehen")
    page.until(lambda: "wurde nicht eingelesen" not in page.text, "the end of the notice")


def _serving(stack: Stack, port: int) -> bool:
    file = stack.data / STATE_FILE
    if not file.exists():
        return False
    state = read_state(file.read_text(encoding="utf-8"))
    return (state.state, state.port) == ("serving", port)


def test_dark_pages_keep_their_contrast(machine: Machine) -> None:
    page = machine.page
    page.dark()
    try:
        for path, name in (
            ("/einlesen", "uebersicht"),
            ("/einlesen/1", "fertig"),
            ("/einlesen/ordner", "ordner"),
        ):
            page.open(path)
            page.picture(PICTURES / f"einlesen-{name}-dunkel.png", whole=False)
    finally:
        page.dark(False)
    assert page.complaints() == []
