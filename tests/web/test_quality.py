"""Datenqualität: each fault in its group, with the field to mend (C14)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.actions.visits import list_quality
from kehr.models import Address, Property, SharedNumber, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

PATH = "/datenqualitaet"


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company()


@pytest.fixture
def client(office: None, sign_in: SignIn) -> FlaskClient:
    return sign_in("office")


def shown(client: FlaskClient, group: str) -> str:
    html = check_page(client.get(f"{PATH}?gruppe={group}"))
    return html[html.index("<h2>") :]


def test_unreadable_numbers_and_mails_lead_to_their_field(client: FlaskClient) -> None:  # C14
    row = builders.person(builders.house("A1"), "Mayr", phones=["0664 1000001"])
    party = builders.person(row.house, "Huber", unit="Top 2")
    bad = {"kind": "phone", "typed": "0664 12", "type": "invalid"}
    db.session.add(Address(person_id=row.id, position=2, **bad))
    db.session.add(Address(person_id=party.id, position=1, **bad | {"typed": "beim Hausmeister"}))
    db.session.add(Address(person_id=party.id, kind="email", position=2, typed="huber(at)example"))
    db.session.add(Address(person_id=row.id, kind="fax", position=1, typed="alt"))
    db.session.commit()
    html = shown(client, "nummer")
    assert f'href="/objekte/{row.property_id}/bearbeiten#phone2"' in html
    assert f'href="/objekte/{row.property_id}/parteien/{party.id}#phone1"' in html
    assert f'href="/objekte/{row.property_id}/parteien/{party.id}#email2"' in html
    assert "0664 12" in html and "alt</span>" not in html and "0664 1000001" not in html


def test_landlines_ticked_for_sms(client: FlaskClient) -> None:  # C14
    house = builders.house("A1")
    builders.person(house, "Mayr", phones=["07252 81234", "07252 81235", "0664 1000001"])
    builders.consent("+43725281234")
    builders.consent("+43725281235")
    builders.consent("+43725281235", granted=False)
    builders.consent("+436641000001")
    html = shown(client, "festnetz")
    assert "07252 81234" in html and "07252 81235" not in html and "0664 1000001" not in html


def test_one_number_at_two_customers_but_not_at_one_owner_or_a_manager(
    client: FlaskClient,
) -> None:  # C14, C10
    for number, name, phone, role in (
        ("A1", "Mayr", "0664 1000001", "owner"),
        ("A2", "Huber", "0664 1000001", "owner"),
        ("A3", "Leitner", "0664 1000002", "owner"),
        ("A4", "Leitner", "0664 1000002", "owner"),
        ("A5", "Ennsblick", "0664 1000003", "manager"),
        ("A6", "Wohnbau", "0664 1000003", "manager"),
        ("A7", "Kern", "0664 1000004", "owner"),
    ):
        builders.person(builders.house(number), name, phones=[phone], role=role)
    builders.person(
        db.session.scalars(db.select(Property)).all()[-1], "Haas", unit="Top 1", phones=["0664 1000004"]
    )
    html = shown(client, "doppelt")
    assert html.count("Huber, Mayr") == 4  # two lines, each with its words for the button
    assert "Leitner" not in html and "Ennsblick" not in html and "Haas" not in html
    db.session.add(SharedNumber(address="+436641000001", names="Huber, Mayr", at=NOON, by="office"))
    db.session.commit()
    assert "Hier ist alles in Ordnung." in shown(client, "doppelt")


def test_whoever_no_message_reaches(client: FlaskClient) -> None:  # C14
    house = builders.house("A1")
    builders.person(house, "Mobil", phones=["0664 1000001"])
    builders.person(house, "Post", unit="Top 1", emails=["post@example.at"])
    builders.person(house, "Festnetz", unit="Top 2", phones=["07252 81234"])
    builders.person(house, "Nichts", unit="Top 3")
    html = shown(client, "kein-weg")
    assert "Festnetz" in html and "Nichts" in html and "Mobil" not in html and "Post<" not in html


def test_appointments_without_object_lead_to_the_choice(client: FlaskClient) -> None:  # C14
    builders.house("A1")
    calendar = builders.calendar()
    row = builders.appointment(calendar, NOON + timedelta(days=3), summary="Unbekannt")
    builders.appointment(calendar, NOON - timedelta(days=3), summary="Vorbei")
    builders.appointment(calendar, NOON + timedelta(days=3), summary="Keines", match_by="hand")
    html = shown(client, "ohne-objekt")
    assert f"/termine/{row.id}/objekt?zurueck=" in html and "Unbekannt" in html
    assert "Vorbei" not in html and "Keines" not in html


def test_consent_without_any_proof_leads_to_the_consent(client: FlaskClient) -> None:  # C14, C09
    house = builders.house("A1")
    phones = ["0664 1000001", "0664 1000002", "0664 1000003"]
    row = builders.person(house, "Mayr", phones=phones, emails=["mayr@example.at"])
    builders.consent("+436641000001", evidence="")
    builders.consent("+436641000002", evidence="rief am 3.3. an")
    builders.consent("+436641000003", given_on=NOON.date(), evidence="")
    builders.consent("mayr@example.at", evidence="")
    builders.consent("mayr@example.at", granted=False, evidence="")
    html = shown(client, "ohne-beleg")
    assert f'href="/einwilligung/{row.addresses[0].id}"' in html
    assert "0664 1000001" in html
    for fine in ("0664 1000002", "0664 1000003", "mayr@example.at"):
        assert fine not in html


def test_objects_twice_at_one_address(client: FlaskClient) -> None:  # C14
    builders.house("A1", street="Weg 1")
    builders.house("A2", street=" weg 1 ")
    builders.house("A3", street="Weg 1", town="Enns", postcode="4470")
    builders.house("A4", street="", town="")
    builders.house("A5", street="", town="")
    html = shown(client, "adresse")
    assert html.count("Beheben") == 2 and ">A1</a>" in html and ">A2</a>" in html


def test_groups_count_what_they_list_and_page_it(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        builders.person(builders.house(f"A{number}", street=f"Weg {number}"), f"Ohne {number}")
    html = check_page(client.get(PATH))
    assert "<b>3</b> Personen ohne Handynummer und E-Mail" in html
    assert "Hier ist alles in Ordnung." in html
    monkeypatch.setattr(list_quality, "PAGE", 2)
    monkeypatch.setattr("kehr.web.quality.PAGE", 2)
    assert ">A2</a>" in client.get(f"{PATH}?gruppe=kein-weg&seite=2").text
    assert ">A0</a>" in check_page(client.get(f"{PATH}?gruppe=kein-weg&seite=-1"))


@pytest.mark.parametrize("group", list_quality.GROUPS)
def test_each_group_is_a_file_for_excel(group: str, client: FlaskClient) -> None:  # C14
    builders.person(builders.house("A1"), "Ohne")
    answer = client.get(f"{PATH}.csv?gruppe={group}")
    text = answer.get_data().decode("utf-8")
    assert text.startswith("\ufeffObjekt;Name;Feld;Eintrag;Was zu tun ist\r\n")
    assert f"datenqualitaet-{group}-20260310.csv" in answer.headers["Content-Disposition"]
    assert ("A1;Ohne;Tel.Nr.1;" in text) == (group == "kein-weg")


def test_readers_see_faults_and_get_no_way_to_mend_them(office: None, sign_in: SignIn) -> None:
    builders.person(builders.house("A1"), "Ohne")
    html = check_page(sign_in("reader").get(f"{PATH}?gruppe=kein-weg"))
    assert "Ohne" in html and "Beheben" not in html
    assert "gruppe=nummer" in check_page(sign_in("reader", "zweiter").get(f"{PATH}?gruppe=quatsch"))
