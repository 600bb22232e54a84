"""Scanned forms: filed by their code, entered with one OK; the rest waits in the tray."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from kehr.actions.people.consent_state import consent_states
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Address, Consent, Message, Property, db
from kehr.rules.visits.consent_form import WORDING
from tests import builders
from tests.conftest import NOON, Clock
from tests.scanned_forms import code_text, saved, sheet
from tests.web.conftest import SignIn
from tests.web.consent_desk import EVA, FIRST, SECOND, form, ids, opened_house, scans, upload
from tests.web.page_checks import check_page


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """An owner and a party."""
    return opened_house()


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


def test_a_tick_on_paper_is_not_entered_for_a_number_that_came_meanwhile(
    house: Property, sign_in: SignIn
) -> None:  # A13
    client = sign_in("office")
    path = upload(client, ("a.jpg", form())).headers["Location"]
    first, second = ids(FIRST, SECOND)
    assert f'name="nummer-{first}" value="{FIRST}"' in check_page(client.get(path))
    row = db.session.get_one(Address, first)
    row.typed, row.value = "0664 1000009", "+436641000009"
    db.session.commit()
    data = {f"wahl-{first}": "ja", f"wahl-{second}": "ja", "given_on": "01.03.2026"}
    data |= {f"nummer-{first}": FIRST, f"nummer-{second}": SECOND}
    html = check_page(client.post(path, data=data), 422)
    assert "Hier stand 0664 1000001, inzwischen steht da 0664 1000009." in html
    assert f'name="wahl-{second}" value="ja" checked' in html
    assert f'name="wahl-{first}" value="ja" checked' not in html
    assert db.session.scalars(select(Consent)).all() == [] and scans()[0].done_at is None


def test_a_form_is_entered_once_however_often_ok_is_clicked(house: Property, sign_in: SignIn) -> None:
    client = sign_in("office")
    path = upload(client, ("a.jpg", form())).headers["Location"]
    client.post(path, data={f"wahl-{ids(FIRST)[0]}": "ja", "given_on": "01.03.2026"})
    answer = client.post(path, data={f"wahl-{ids(FIRST)[0]}": "nein", "given_on": "01.03.2026"})
    assert answer.headers["Location"] == path
    assert "schon erledigt" in check_page(client.get(path))
    assert client.post(f"{path}/objekt", data={"objekt": str(house.id)}).status_code == 302
    assert consent_states([FIRST])[FIRST].ticked and len(db.session.scalars(select(Consent)).all()) == 1


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
