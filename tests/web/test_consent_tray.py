"""Scanned forms: uploaded, filed by their code, entered with one OK; the rest waits in the tray."""

from __future__ import annotations

import io
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from kehr.actions.consent_state import consent_states
from kehr.actions.plan_messages import plan_messages
from kehr.models import Address, Consent, Message, Property, Scan, db
from kehr.rules.consent_form import WORDING
from tests import builders
from tests.conftest import NOON, Clock
from tests.scanned_forms import bomb, code_text, pdf, saved, sheet
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

FIRST, SECOND, EVA = "+436641000001", "+436641000002", "+436641000003"


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """An owner with two mobiles and an e-mail address, and a party."""
    builders.company()
    house = builders.house()
    builders.person(
        house, first_name="Karl", phones=["0664 1000001", "0664 1000002"], emails=["karl@example.at"]
    )
    builders.person(house, "Šimić", first_name="Eva", unit="Top 1", phones=["0664 1000003"])
    return house


def upload(client: FlaskClient, *files: tuple[str, bytes], **more: Any) -> Any:
    # The test client itself would leave big bodies behind in open temporary files.
    values = MultiDict([("datei", FileStorage(io.BytesIO(content), name)) for name, content in files])
    boundary, body = encode_multipart(values)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/einwilligungen", data=body, content_type=kind, **more)


def form(number: str = "a110010", unit: str = "", **how: Any) -> bytes:
    return saved(sheet(code_text(number, unit), dpi=110, **how))


def scans() -> list[Scan]:
    db.session.rollback()
    return list(db.session.scalars(select(Scan).order_by(Scan.id)))


def ids(*values: str) -> list[int]:
    rows = {row.value: row.id for row in db.session.scalars(select(Address))}
    return [rows[value] for value in values]


# C09: an uploaded scan files itself to its object and offers the ticks
def test_a_form_files_itself_and_its_ticks_are_entered_with_one_ok(
    house: Property, sign_in: SignIn, tmp_path: Path
) -> None:
    client = sign_in("office", "anna")
    answer = upload(client, ("scan 17.jpg", form()))
    (row,) = scans()
    assert answer.headers["Location"] == f"/einwilligungen/{row.id}"
    assert (row.property_id, row.wording, row.file_name, row.by) == (house.id, WORDING, "scan 17.jpg", "anna")
    html = check_page(client.get(answer.headers["Location"]))
    assert "scan 17.jpg: 1 Formular zugeordnet." in html and "data-warn-unsaved" in html
    assert html.index("Karl Mustermann") < html.index("Eva Šimić") and "laut Formular" in html
    first, second, eva = ids(FIRST, SECOND, EVA)
    data = {f"wahl-{first}": "ja", f"wahl-{second}": "leer", f"wahl-{eva}": "leer", "given_on": "2.3.2026"}
    assert client.post(f"/einwilligungen/{row.id}", data=data).headers["Location"] == "/einwilligungen"
    (consent,) = db.session.scalars(select(Consent))
    assert (consent.address, consent.granted, consent.source, consent.by) == (FIRST, True, "form", "anna")
    assert (consent.scan_id, consent.evidence, str(consent.given_on)) == (row.id, "scan 17.jpg", "2026-03-02")
    assert (consent.wording, consent.person_name, consent.property_number) == (
        WORDING,
        "Karl Mustermann",
        "A110010",
    )
    states = consent_states([FIRST, SECOND, EVA])
    assert [states[value].ticked for value in (FIRST, SECOND, EVA)] == [True, False, False]
    html = check_page(client.get("/einwilligungen"))
    assert "Objekt A110010: 1 Eintrag geschrieben." in html and "Kein Formular wartet" in html
    html = check_page(client.get(f"/einwilligungen/{row.id}"))
    assert "Erledigt am Di, 10.03.2026 von anna." in html and "0664 1000001" in html
    assert "Formular ansehen" in client.get(f"/einwilligung/{first}").get_data(as_text=True)


def test_the_sheet_of_a_party_shows_that_party_first(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office")
    html = check_page(client.get(upload(client, ("eva.jpg", form(unit="top1"))).headers["Location"]))
    assert html.index("Eva Šimić") < html.index("Karl Mustermann")
    assert "1 andere Person an diesem Objekt" in html
    assert "A110010 · Eva Šimić, Top 1" in check_page(client.get("/einwilligungen"))


def test_striking_out_a_number_withdraws_it_and_stops_what_is_planned(
    house: Property, sign_in: SignIn
) -> None:
    builders.gateway()
    builders.rule()
    builders.consent(FIRST, given_on=(NOON - timedelta(days=30)).date())
    builders.appointment(builders.calendar(consent="customer"), NOON + timedelta(days=5))
    plan_messages(NOON)
    client = sign_in("office")
    path = upload(client, ("a.jpg", form())).headers["Location"]
    client.post(path, data={f"wahl-{ids(FIRST)[0]}": "nein", "given_on": "01.03.2026"})
    assert consent_states([FIRST])[FIRST].withdrawn
    states = {m.state for m in db.session.scalars(select(Message).where(Message.recipient == FIRST))}
    assert states == {"withheld"}


# C09: a pile in one PDF
def test_each_page_of_a_pile_is_filed_on_its_own_and_one_leads_to_the_next(
    house: Property, sign_in: SignIn, tmp_path: Path
) -> None:
    other = builders.house("B7")
    builders.person(other, "Huber", phones=["0664 1000009"])
    pages = [sheet(code_text("a110010"), dpi=110), Image.new("L", (900, 1200), 251)]
    pages += [sheet(code_text("b7"), dpi=110, turn=180), sheet(code_text("c99"), dpi=110), sheet(dpi=110)]
    pile = saved(pages[0], "PDF", pages[1:], resolution=110)
    client = sign_in("office")
    assert upload(client, ("stapel.pdf", pile)).headers["Location"] == "/einwilligungen"
    html = check_page(client.get("/einwilligungen"))
    assert "2 Formulare zugeordnet, 2 Blätter warten auf ihr Objekt, 1 leere Seite übergangen." in html
    assert "Ein Objekt mit der Nummer c99 gibt es hier nicht" in html and "kein QR-Code zu lesen" in html
    assert '<span class="count">4</span>' in html
    whole, *forms = scans()
    assert [row.file_name for row in forms] == [f"stapel.pdf ({page})" for page in (1, 3, 4, 5)]
    assert [row.property_id for row in forms] == [house.id, other.id, None, None]
    for row in (whole, *forms):
        kept = tmp_path / "scans" / row.sha256
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600 and kept.stat().st_size == row.size
    assert (tmp_path / "scans" / whole.sha256).read_bytes() == pile
    assert stat.S_IMODE((tmp_path / "scans").stat().st_mode) == 0o700
    html = check_page(client.get(f"/einwilligungen/{whole.id}"))
    assert "Diese Datei hat 5 Seiten" in html
    data = {f"wahl-{ids(FIRST)[0]}": "ja", "given_on": "01.03.2026"}
    answer = client.post(f"/einwilligungen/{forms[0].id}", data=data)
    assert answer.headers["Location"] == f"/einwilligungen/{forms[1].id}"


def test_a_form_without_object_is_filed_by_search_and_then_entered(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office")
    upload(client, ("alt.jpg", saved(sheet(dpi=110))))
    (row,) = scans()
    path = f"/einwilligungen/{row.id}"
    html = check_page(client.get(f"{path}?suche=Redtenbacher"))
    assert "kein QR-Code zu lesen" in html and "A110010 · " in html
    assert "Dazu ist kein Objekt zu finden" in check_page(client.get(f"{path}?suche=Wolkenkuckucksheim"))
    data = {f"wahl-{ids(FIRST)[0]}": "ja", "given_on": "01.03.2026"}
    assert "zuerst das Objekt" in check_page(client.post(path, data=data), 422)
    assert "gibt es nicht mehr" in check_page(client.post(f"{path}/objekt", data={"objekt": "99"}), 422)
    client.post(f"{path}/objekt", data={"objekt": str(house.id)})
    assert "Formular zu A110010" in check_page(client.get(path))
    client.post(path, data=data)
    assert consent_states([FIRST])[FIRST].ticked
    (consent,) = db.session.scalars(select(Consent))
    assert consent.wording == "", "nobody knows which wording an unread sheet carries"


def test_a_form_of_a_deleted_object_goes_back_to_the_tray(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office")
    upload(client, ("a.jpg", form()))
    db.session.delete(db.session.get_one(Property, house.id))
    db.session.commit()
    assert "Das Objekt dazu wurde gelöscht" in check_page(client.get("/einwilligungen"))


def test_what_holds_no_tick_is_put_away_with_a_reason(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office", "anna")
    upload(client, ("brief.png", saved(sheet(dpi=110), "PNG")))
    (row,) = scans()
    path = f"/einwilligungen/{row.id}/ablegen"
    assert "warum das Formular" in check_page(client.post(path, data={}), 422)
    html = check_page(client.post(path, data={"ablage_vermerk": "x" * 501}), 422)
    assert "Höchstens 500 Zeichen" in html and "x" * 501 in html
    client.post(path, data={"ablage_vermerk": "gehört nicht hierher"})
    html = check_page(client.get("/einwilligungen"))
    assert "gehört nicht hierher" in html and "erledigt am Di, 10.03.2026 von anna" in html
    assert client.post(path, data={"ablage_vermerk": "nochmals"}).status_code == 302
    assert scans()[0].note == "gehört nicht hierher" and db.session.scalars(select(Consent)).all() == []


def test_the_same_file_twice_is_recognised(house: Property, sign_in: SignIn) -> None:
    client, data = sign_in("office"), form()
    upload(client, ("a.jpg", data))
    html = check_page(upload(client, ("b.jpg", data)), 422)
    assert "b.jpg: Diese Datei ist schon da, geladen am Di, 10.03.2026 als »a.jpg«." in html
    pages = [sheet(code_text(), dpi=110), sheet(code_text("b7"), dpi=110)]
    pile = saved(pages[0], "PDF", pages[1:], resolution=110)
    upload(client, ("c.pdf", pile))
    assert "ist schon da" in check_page(upload(client, ("d.pdf", pile)), 422)
    assert len(scans()) == 4


def test_a_page_that_comes_twice_in_one_file_is_kept_once(house: Property, sign_in: SignIn) -> None:
    page = sheet(code_text(), dpi=110)
    client = sign_in("office")
    upload(client, ("doppelt.pdf", saved(page, "PDF", [page], resolution=110)))
    assert "1 Formular zugeordnet, 1 Blatt war schon da." in check_page(client.get("/einwilligungen"))
    assert len(scans()) == 2


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


BIG = 12 * 1024 * 1024


# Bad inputs of the upload: nothing is kept, the reason stands at the field
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("leer.jpg", b"", "Die Datei ist leer"),
        ("gross.pdf", b"%PDF-" + bytes(BIG), "mehr als 12 MB"),
        ("brief.pdf", b"Sehr geehrte Damen und Herren", "kein Bild und kein PDF"),
        ("tabelle.jpg", b"Nummer;Name\nA1;Huber\n", "kein Bild und kein PDF"),
        ("bild.gif", b"GIF89a" + bytes(60), "kein Bild und kein PDF"),
        ("seite.html", b"<html><script>alert(1)</script></html>", "kein Bild und kein PDF"),
        ("halb.pdf", b"%PDF-1.7\n%%EOF", "abgeschnitten oder beschädigt"),
        ("halb.jpg", _cut(saved(sheet(dpi=110))), "abgeschnitten oder beschädigt"),
        ("halb.png", _cut(saved(sheet(dpi=110), "PNG")), "abgeschnitten oder beschädigt"),
        ("geheim.pdf", pdf(encrypt=True), "mit einem Kennwort geschützt"),
        ("ohne.pdf", pdf(pages=0), "abgeschnitten oder beschädigt"),
        ("buch.pdf", pdf(pages=300), "hat 300 Seiten, höchstens 40"),
        ("plan.pdf", pdf(size="14400 14400"), "mehr als 50 Millionen Bildpunkte"),
        ("bombe.png", bomb(12_000), "mehr als 50 Millionen Bildpunkte"),
        ("weiss.pdf", pdf(pages=2), "Alle Seiten sind leer"),
    ],
)
def test_a_file_that_is_no_form_is_refused_with_a_sentence(
    name: str, content: bytes, words: str, house: Property, sign_in: SignIn, tmp_path: Path
) -> None:
    html = check_page(upload(sign_in("office"), (name, content)), 422)
    assert f"{name}: " in html and words in html and 'aria-invalid="true"' in html
    assert scans() == [] and not (tmp_path / "scans").exists()


def test_good_files_are_kept_beside_refused_ones(house: Property, sign_in: SignIn) -> None:
    html = check_page(
        upload(sign_in("office"), ("leer.jpg", b""), ("a.jpg", form()), ("b.txt", b"Hallo")), 422
    )
    assert "a.jpg: 1 Formular zugeordnet." in html and "leer.jpg: " in html and "b.txt: " in html
    assert [row.file_name for row in scans()] == ["a.jpg"]


def test_no_file_and_too_many_files_are_refused(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office")
    assert "mindestens eine Datei" in check_page(client.post("/einwilligungen", data={}), 422)
    files = [(f"{number}.jpg", b"x") for number in range(21)]
    assert "21 Dateien. Höchstens 20" in check_page(upload(client, *files), 422)
    assert scans() == []


def test_more_than_a_request_may_hold_is_refused(house: Property, sign_in: SignIn) -> None:
    html = check_page(upload(sign_in("office"), *[(f"{n}.jpg", bytes(9_000_000)) for n in range(2)]), 413)
    assert "Die Datei ist zu groß" in html and scans() == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\Scans\\blatt.jpg", "blatt\u202egpj.exe", "<b>.jpg"]
)
def test_a_file_name_leads_nowhere(name: str, house: Property, sign_in: SignIn, tmp_path: Path) -> None:
    client = sign_in("office")
    upload(client, (name, form()))
    (row,) = scans()
    assert "/" not in row.file_name and "\\" not in row.file_name and row.file_name.isprintable()
    assert sorted(path.name for path in (tmp_path / "scans").iterdir()) == [row.sha256, f"{row.sha256}.jpg"]
    answer = client.get(f"/einwilligungen/{row.id}/datei")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=formular-{row.id}.jpg"
    assert "<b>" not in client.get(f"/einwilligungen/{row.id}").get_data(as_text=True)


# Bad inputs of the form: nothing is written, what was typed is still there
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"given_on": ""}, "an welchem Tag"),
        ({"given_on": "32.01.2026"}, "Das ist kein Tag"),
        ({"given_on": "11.03.2026"}, "liegt in der Zukunft"),
        ({"given_on": "01.01.1899"}, "vor dem Jahr 2000"),
        ({"note": "x" * 501}, "Höchstens 500 Zeichen"),
        ({"FIRST": "leer"}, "Bei keiner Nummer oder Adresse ist etwas gewählt"),
        ({"FIRST": "vielleicht"}, "Diese Auswahl gibt es nicht"),
        ({"wahl-4711": "ja"}, "gehört inzwischen nicht mehr zu diesem Objekt"),
        ({"wahl-eins": "ja"}, "gehört inzwischen nicht mehr zu diesem Objekt"),
        ({"wahl-" + "9" * 30: "ja"}, "gehört inzwischen nicht mehr zu diesem Objekt"),
        ({"ELSEWHERE": "ja"}, "gehört inzwischen nicht mehr zu diesem Objekt"),
        ({"INVALID": "ja"}, "keine gültige Nummer"),
    ],
)
def test_a_wrong_entry_writes_nothing_and_keeps_what_was_typed(
    changes: dict[str, str], words: str, house: Property, sign_in: SignIn
) -> None:
    stranger = builders.person(builders.house("B7"), "Huber", phones=["0664 1000009"])
    bad = db.session.get_one(Address, ids("karl@example.at")[0])
    bad.value = ""
    stand_ins = {"FIRST": ids(FIRST)[0], "ELSEWHERE": stranger.addresses[0].id, "INVALID": bad.id}
    db.session.commit()
    client = sign_in("office")
    path = upload(client, ("a.jpg", form())).headers["Location"]
    data = {"given_on": "01.03.2026", "note": "liegt in Ordner 4", f"wahl-{stand_ins['FIRST']}": "ja"}
    data |= {f"wahl-{stand_ins[name]}" if name in stand_ins else name: to for name, to in changes.items()}
    html = check_page(client.post(path, data=data), 422)
    assert words in html and f'value="{data["given_on"]}"' in html and data["note"] in html
    assert db.session.scalars(select(Consent)).all() == [] and scans()[0].done_at is None


def test_a_form_older_than_a_withdrawal_needs_a_reason(house: Property, sign_in: SignIn) -> None:
    builders.consent(FIRST, granted=False, source="phone")
    client = sign_in("office")
    path = upload(client, ("a.jpg", form())).headers["Location"]
    data = {f"wahl-{ids(FIRST)[0]}": "ja", f"wahl-{ids(SECOND)[0]}": "ja", "given_on": "09.03.2026"}
    html = check_page(client.post(path, data=data), 422)
    assert "Für 0664 1000001 wurde am 10.03.2026 widerrufen" in html
    assert not consent_states([SECOND])[SECOND].ticked, "one OK writes all or nothing"
    client.post(path, data=data | {"note": "der Widerruf galt der anderen Nummer"})
    assert all(state.ticked for state in consent_states([FIRST, SECOND]).values())


def test_a_form_is_entered_once_however_often_ok_is_clicked(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office")
    path = upload(client, ("a.jpg", form())).headers["Location"]
    client.post(path, data={f"wahl-{ids(FIRST)[0]}": "ja", "given_on": "01.03.2026"})
    answer = client.post(path, data={f"wahl-{ids(FIRST)[0]}": "nein", "given_on": "01.03.2026"})
    assert answer.headers["Location"] == path
    assert "schon erledigt" in check_page(client.get(path))
    assert client.post(f"{path}/objekt", data={"objekt": str(house.id)}).status_code == 302
    assert consent_states([FIRST])[FIRST].ticked and len(db.session.scalars(select(Consent)).all()) == 1


def test_files_are_served_safely_and_only_to_who_is_signed_in(
    app: Flask, house: Property, sign_in: SignIn, tmp_path: Path
) -> None:
    client = sign_in("office")
    content = saved(sheet(code_text(), dpi=110), "PDF", resolution=110)
    path = upload(client, ("a.pdf", content)).headers["Location"]
    picture, original = client.get(f"{path}/bild"), client.get(f"{path}/datei")
    assert picture.mimetype == "image/jpeg" and picture.get_data().startswith(b"\xff\xd8\xff")
    assert original.mimetype == "application/pdf" and original.get_data() == content
    for answer, kind in ((picture, "inline"), (original, "attachment")):
        assert answer.headers["Content-Disposition"].startswith(f"{kind}; filename=")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        answer.close()
    stranger = app.test_client()
    for part in ("", "/bild", "/datei"):
        assert stranger.get(path + part).status_code == 302
    assert sign_in("reader").get(f"{path}/bild").status_code == 200
    for left in (tmp_path / "scans").iterdir():
        left.unlink()
    assert client.get(f"{path}/bild").status_code == 404
    assert client.get("/einwilligungen/99/datei").status_code == 404


def test_a_reader_looks_and_changes_nothing(house: Property, sign_in: SignIn) -> None:
    path = upload(sign_in("office"), ("a.jpg", form())).headers["Location"]
    reader = sign_in("reader")
    assert 'type="file"' not in check_page(reader.get("/einwilligungen"))
    html = check_page(reader.get(path))
    assert "Karl Mustermann" in html and 'type="radio"' not in html and "OK</button>" not in html
    for target in ("/einwilligungen", path, f"{path}/objekt", f"{path}/ablegen"):
        assert reader.post(target).status_code == 403


def test_the_menu_counts_what_waits_and_unknown_scans_are_not_found(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office")
    assert "Kein Formular wartet" in check_page(client.get("/einwilligungen"))
    assert 'class="count"' not in client.get("/einwilligungen").get_data(as_text=True)
    for target in ("/einwilligungen/99", "/einwilligungen/99/bild"):
        assert client.get(target).status_code == 404
    assert client.post("/einwilligungen/99", data={}).status_code == 404
