"""Einlesen: a file comes in, is shown, and is only then taken over."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr import clock
from kehr.actions.imports.import_files import content_path
from kehr.actions.imports.import_runs import work_runs
from kehr.models import Address, Appointment, Calendar, ImportProfile, ImportRow, ImportRun, Property, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

CUSTOMERS = (
    "Nummer;Anrede;Name;Straße;PLZ;Ort;Tel1;Tel1 Einwilligung;Farbe\r\n"
    "A110010;Herr;Mustermann;Redtenbachergasse 3;4400;Steyr;0664 1000001;x;rot\r\n"
    "A110011;Frau;Mayr;Stelzhamerstraße 1;4400;Steyr;0664 1000002;;blau\r\n"
    ";Herr;Ohne;Weg 1;4400;Steyr;;;\r\n"
)
APPOINTMENTS = "Nummer;Datum;Beginn;Ende;Art\r\nA110010;16.03.2026;08:00;09:00;Hauptkehrung\r\n"


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company()
    builders.gateway()
    builders.branch("Steyr")


@pytest.fixture
def client(office: None, sign_in: SignIn) -> FlaskClient:
    return sign_in("office")


def send(client: FlaskClient, text: str | bytes, name: str = "kunden.csv") -> str:
    """Uploads a file; the address it leads to."""
    content = text.encode("cp1252") if isinstance(text, str) else text
    answer = client.post("/einlesen", data={"datei": (io.BytesIO(content), name)})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def newest() -> ImportRun:
    db.session.expire_all()
    run = db.session.scalars(db.select(ImportRun).order_by(ImportRun.id.desc())).first()
    assert run is not None
    return run


def typed(html: str, **changes: str) -> dict[str, str]:
    """What the mapping form would send as it stands."""
    found = {"art": "", "profil": "", "schritt": "weiter", "liste": ""}
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', body)
        found[name] = (chosen[1] if chosen[1] is not None else chosen[2]) if chosen else ""
    return found | changes


def work() -> None:
    """What the worker does at its next round."""
    work_runs(clock.now)


def test_a_file_is_shown_row_by_row_before_anything_changes_and_taken_over_with_one_click(
    client: FlaskClient,
) -> None:  # A25
    assert "Noch nichts" in check_page(client.get("/einlesen"))
    where = send(client, CUSTOMERS)
    html = check_page(client.get(where))
    assert "Spalten zuordnen" in html and "Stelzhamerstraße 1" in html
    form = typed(html)
    assert form["art"] == "customers"
    assert [form[f"spalte-{n}"] for n in range(9)] == [
        *("number", "salutation", "name", "street", "postcode", "town", "phone1", "phone1_consent", ""),
    ]
    assert client.post(f"{where}/spalten", data=form).location == where
    assert "Beginnt gleich" in check_page(client.get(where))
    work()
    html = check_page(client.get(where))
    assert "Das würde geschehen" in html and "Übernehmen: 2 neu" in html
    assert "Die Spalte »Nummer« ist leer" in html
    assert db.session.scalar(db.select(db.func.count()).select_from(Property)) == 0
    client.post(f"{where}/uebernehmen")
    assert newest().state == "applying"
    work()
    html = check_page(client.get(where))
    assert "2 neu, 1 abgelehnt" in html
    assert set(db.session.scalars(db.select(Property.number))) == {"A110010", "A110011"}
    run = newest()
    assert (run.state, run.by, run.way, run.created, run.rejected) == ("done", "office-user", "upload", 2, 1)
    assert "kunden.csv" in check_page(client.get("/einlesen"))


def test_while_it_works_the_page_asks_again_and_stops_asking_by_itself(client: FlaskClient) -> None:
    where = send(client, CUSTOMERS)
    client.post(f"{where}/spalten", data=typed(client.get(where).get_data(as_text=True)))
    first = client.get(where, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 1s"' in first.get_data(as_text=True)
    assert "<html" not in first.get_data(as_text=True) and "HX-Retarget" not in first.headers
    work()
    last = client.get(where, headers={"HX-Request": "true"})
    assert last.headers["HX-Retarget"] == "#lauf" and "hx-trigger" not in last.get_data(as_text=True)
    assert "Übernehmen: 2 neu" in last.get_data(as_text=True)
    whole = client.get(where, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in whole.get_data(as_text=True)


def test_a_double_click_and_a_reload_take_over_once(client: FlaskClient) -> None:  # failures 18
    where = send(client, CUSTOMERS)
    client.post(f"{where}/spalten", data=typed(client.get(where).get_data(as_text=True)))
    work()
    for _ in range(2):
        assert client.post(f"{where}/uebernehmen").location == where
    work()
    assert client.post(f"{where}/uebernehmen").location == where
    work()
    assert newest().state == "done" and newest().created == 2
    assert "jetzt nicht" not in client.get(where).get_data(as_text=True)
    assert db.session.scalar(db.select(db.func.count()).select_from(Address)) == 2


def test_the_same_file_again_is_said_kindly_with_when_and_by_whom(client: FlaskClient, at: Clock) -> None:
    for _ in range(2):
        where = send(client, CUSTOMERS)
        client.post(f"{where}/spalten", data=typed(client.get(where).get_data(as_text=True)))
        work()
        last = check_page(client.get(where))
        if "Übernehmen:" in last:
            client.post(f"{where}/uebernehmen")
            work()
        at.moment += timedelta(hours=1)
    assert "wurde am Di, 10.03. 12:00 schon eingelesen (office-user)" in last
    assert "Sie brauchen nichts zu tun" in last


def test_rows_are_filtered_paged_and_the_rejected_ones_go_to_a_file(client: FlaskClient) -> None:
    lines = [f";Herr;Name{n};Weg {n};4400;Steyr;;;\r\n" for n in range(250)]
    where = send(client, CUSTOMERS + "".join(lines))
    client.post(f"{where}/spalten", data=typed(client.get(where).get_data(as_text=True)))
    work()
    html = check_page(client.get(where))
    assert "251 abgelehnt" in html and "Seite 1 von 3" in html
    html = check_page(client.get(f"{where}?zeilen=created"))
    assert html.count("<tr>") == 3 and "A110011" in html
    html = check_page(client.get(f"{where}?zeilen=rejected&seite=3"))
    assert "Seite 3 von 3" in html and html.count("<tr>") == 52
    assert "Seite 3 von 3" in check_page(client.get(f"{where}?zeilen=rejected&seite=99"))
    answer = client.get(f"{where}/abgelehnt.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    told = answer.data.decode("utf-8-sig").split("\r\n")
    assert told[0] == "Zeile;Grund;Nummer;Anrede;Name;Straße;PLZ;Ort;Tel1;Tel1 Einwilligung;Farbe"
    assert told[1].startswith("4;") and told[1].endswith(";;Herr;Ohne;Weg 1;4400;Steyr;;;")
    assert len(told) == 253


def test_what_a_spreadsheet_would_run_is_made_harmless(client: FlaskClient) -> None:
    where = send(client, "Nummer;Name;Tel1\r\n;=HYPERLINK(1);+43 664 1\r\n;@SUM;-\r\n")
    client.post(f"{where}/spalten", data=typed(client.get(where).get_data(as_text=True)))
    work()
    told = client.get(f"{where}/abgelehnt.csv").data.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in told and "'@SUM" in told and ";+43 664 1\r\n" in told


def test_appointments_go_into_a_list_and_are_planned(client: FlaskClient) -> None:  # A25
    builders.rule(days=2)
    for text, name in ((CUSTOMERS, "kunden.csv"), (APPOINTMENTS, "termine.csv")):
        where = send(client, text, name)
        form = typed(client.get(where).get_data(as_text=True))
        if name == "termine.csv":
            assert form["art"] == "appointments"
            form |= {"liste": "neu", "liste_name": "Kehrtermine Steyr", "filiale": "Steyr"}
        client.post(f"{where}/spalten", data=form)
        work()
        client.post(f"{where}/uebernehmen")
        work()
    (calendar,) = db.session.scalars(db.select(Calendar))
    assert (calendar.name, calendar.kind, calendar.branch.name) == ("Kehrtermine Steyr", "file", "Steyr")
    (appointment,) = db.session.scalars(db.select(Appointment))
    assert (appointment.object_number, appointment.work_kind) == ("A110010", "HK")
    html = check_page(client.get(where))
    assert "1 neu" in html and "Zu den Terminen" in html


def test_a_mapping_is_remembered_chosen_again_and_guessed_for_the_next_file(client: FlaskClient) -> None:
    odd = "Kundschaft;Wer;Wo\r\nA110010;Mustermann;Weg 1\r\n"
    where = send(client, odd)
    html = check_page(client.get(where))
    assert "bitte wählen" in html
    again = client.post(f"{where}/spalten", data={"art": "customers", "profil": "", "schritt": "neu"})
    html = check_page(client.get(again.location))
    form = typed(html) | {"spalte-0": "number", "spalte-1": "name", "spalte-2": "street"}
    client.post(f"{where}/spalten", data=form | {"merken": "1", "profil_name": " Alte  Liste "})
    work()
    assert "Übernehmen: 1 neu" in check_page(client.get(where))
    (profile,) = db.session.scalars(db.select(ImportProfile))
    assert (profile.name, profile.kind) == ("Alte Liste", "customers")
    assert profile.columns == {"Kundschaft": "number", "Wer": "name", "Wo": "street"}
    html = check_page(client.get(send(client, odd.replace("Weg 1", "Weg 2"))))
    assert typed(html)["profil"] == "Alte Liste" and typed(html)["spalte-2"] == "street"
    assert "Alte Liste" in check_page(client.get("/einlesen"))
    client.post(f"/einlesen/profile/{profile.id}/loeschen")
    assert db.session.scalars(db.select(ImportProfile)).all() == []
    assert client.post("/einlesen/profile/99/loeschen").status_code == 404


def test_a_profile_is_changed_under_its_own_name(client: FlaskClient) -> None:
    where = send(client, CUSTOMERS)
    form = typed(client.get(where).get_data(as_text=True)) | {"merken": "1", "profil_name": "Kunden"}
    client.post(f"{where}/spalten", data=form)
    html = client.get(f"{where}?spalten=1").get_data(as_text=True)
    form = typed(html, **{"spalte-8": "note"}) | {"merken": "1", "profil_name": "Kunden"}
    assert form["profil"] == "Kunden"
    work()
    assert client.post(f"{where}/spalten", data=form).status_code == 302
    (profile,) = db.session.scalars(db.select(ImportProfile))
    assert profile.columns["Farbe"] == "note"


BAD_FILES = [
    (b"", "kunden.csv", "Die Datei ist leer"),
    (b"%PDF-1.7 nothing", "kunden.pdf", "Die Datei ist keine Liste"),
    (b"<html><body>Anmelden</body></html>", "kunden.csv", "Das ist eine Webseite"),
    (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "kehrplan.ics", "Das ist eine Kalenderdatei"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "alt.xls", "Das ist eine alte Excel-Datei"),
    (b"PK\x03\x04 cut short", "neu.xlsx", "Excel-Datei ist beschädigt"),
]


@pytest.mark.parametrize(("content", "name", "words"), BAD_FILES, ids=[one[1] for one in BAD_FILES])
def test_a_bad_file_is_refused_with_a_sentence_and_kept_nowhere(
    content: bytes, name: str, words: str, client: FlaskClient
) -> None:
    answer = client.post("/einlesen", data={"datei": (io.BytesIO(content), name)})
    html = check_page(answer, 422)
    assert words in html and f"»{name}«" in html
    assert db.session.scalars(db.select(ImportRun)).all() == []
    assert not content_path("").exists() or not list(content_path("").iterdir())


def test_without_a_file_it_says_so(client: FlaskClient) -> None:
    for data in ({}, {"datei": (io.BytesIO(b""), "")}):
        assert "Wählen Sie zuerst eine Datei" in check_page(client.post("/einlesen", data=data), 422)


BAD_MAPPINGS = [
    ({"art": ""}, "ob das Kunden oder Termine sind"),
    ({"art": "rechnungen"}, "ob das Kunden oder Termine sind"),
    ({"spalte-0": ""}, "Die Spalte »Nummer« fehlt"),
    ({"spalte-1": "number"}, "Zwei Spalten sind »Nummer« zugeordnet"),
    ({"spalte-3": "name"}, "»Name« ist schon vergeben"),
    ({"spalte-8": "augenfarbe"}, "Die Angabe »augenfarbe« gibt es nicht"),
    ({"merken": "1", "profil_name": ""}, "Der Name des Profils fehlt"),
    ({"merken": "1", "profil_name": "   "}, "Der Name des Profils fehlt"),
    ({"merken": "1", "profil_name": "x" * 121}, "Höchstens 120 Zeichen, hier sind es 121"),
    ({"merken": "1", "profil_name": "Schon da"}, "Ein Profil »Schon da« gibt es schon"),
    ({"merken": "1", "profil_name": "a\x07b"}, "Steuerzeichen gehen hier nicht"),
]


@pytest.mark.parametrize(("changes", "words"), BAD_MAPPINGS)
def test_a_bad_mapping_is_refused_at_its_place_and_stays(
    changes: dict[str, str], words: str, client: FlaskClient
) -> None:
    db.session.add(
        ImportProfile(name="Schon da", kind="customers", columns={"Anderes": "number"}, created_at=NOON)
    )
    db.session.commit()
    where = send(client, CUSTOMERS)
    form = typed(client.get(where).get_data(as_text=True)) | changes
    html = check_page(client.post(f"{where}/spalten", data=form), 422)
    assert words in html
    again = typed(html)
    if form["art"] == "customers":
        kept = {
            name: value
            for name, value in form.items()
            if name.startswith("spalte-") and value != "augenfarbe"
        }
        assert {name: again[name] for name in kept} == kept
    run = newest()
    assert (run.state, run.profile_name) == ("uploaded", "")
    assert [one.name for one in db.session.scalars(db.select(ImportProfile))] == ["Schon da"]
    assert db.session.scalars(db.select(ImportRow)).all() == []


BAD_LISTS = [
    ({"liste": "neu", "liste_name": ""}, "Der Name der Liste fehlt"),
    ({"liste": "neu", "liste_name": "x" * 121}, "Höchstens 120 Zeichen, hier sind es 121"),
    ({"liste": "neu", "liste_name": "Kehrplan Steyr"}, "Einen Kalender »Kehrplan Steyr« gibt es schon"),
    ({"liste": "neu", "liste_name": "Neu", "filiale": "Linz"}, "Diese Filiale gibt es nicht"),
    ({"liste": "1"}, "Diese Liste gibt es nicht mehr"),
    ({"liste": "99"}, "Diese Liste gibt es nicht mehr"),
    ({"liste": "unsinn"}, "Diese Liste gibt es nicht mehr"),
    ({"spalte-1": ""}, "Die Spalte »Datum« fehlt"),
]


@pytest.mark.parametrize(("changes", "words"), BAD_LISTS)
def test_a_bad_choice_of_list_is_refused_and_makes_none(
    changes: dict[str, str], words: str, client: FlaskClient
) -> None:
    builders.calendar()
    where = send(client, APPOINTMENTS, "termine.csv")
    form = typed(client.get(where).get_data(as_text=True)) | changes
    html = check_page(client.post(f"{where}/spalten", data=form | {"merken": "1", "profil_name": "P"}), 422)
    assert words in html and 'value="P"' in html
    assert [one.name for one in db.session.scalars(db.select(Calendar))] == ["Kehrplan Steyr"]
    assert db.session.scalars(db.select(ImportProfile)).all() == []


def test_a_run_can_be_discarded_and_begun_again(client: FlaskClient) -> None:
    where = send(client, CUSTOMERS)
    client.post(f"{where}/abbrechen")
    html = check_page(client.get(where))
    assert "Es ist nichts geändert worden" in html
    form = typed(client.get(f"{where}?spalten=1").get_data(as_text=True))
    client.post(f"{where}/spalten", data=form)
    work()
    assert "Übernehmen: 2 neu" in check_page(client.get(where))


def test_a_run_whose_content_is_gone_says_so(client: FlaskClient) -> None:
    where = send(client, CUSTOMERS)
    form = typed(client.get(where).get_data(as_text=True))
    client.post(f"{where}/spalten", data=form)
    for file in content_path("").iterdir():
        file.unlink()
    work()
    assert "liegt nicht mehr hier" in check_page(client.get(where))
    assert "liegt nicht mehr hier" in check_page(client.get(f"{where}?spalten=1"))


def test_readers_do_not_come_in_and_missing_runs_are_missing(office: None, sign_in: SignIn) -> None:
    reader = sign_in("reader")
    assert reader.get("/einlesen").status_code == 403
    assert reader.post("/einlesen").status_code == 403
    office_user = sign_in("office", "anna")
    for path in ("/einlesen/99", "/einlesen/99/abgelehnt.csv"):
        assert office_user.get(path).status_code == 404
    for path in ("spalten", "uebernehmen", "abbrechen"):
        assert office_user.post(f"/einlesen/99/{path}").status_code == 404
    assert app_redirects(sign_in)


def app_redirects(sign_in: SignIn) -> bool:
    """Who is not signed in is sent to sign in."""
    client = sign_in("office", "weg")
    with client.session_transaction() as session:
        session.clear()
    return "/anmelden" in str(client.get("/einlesen").location)
