"""Consent at the desk, on the phone and on paper: pictures to look at, and the printed form read back."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from kehr.models import Address, Consent, Person, Property, Scan, db
from kehr.rules.visits.consent_form import WORDING, FormMark, encode_mark, read_marks
from kehr.sources.scans import read_scan
from tests import builders
from tests.conftest import Clock
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("house"),
]


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    """An owner, two parties and a manager; some have said something."""
    builders.company()
    house = builders.house()
    owner = {"salutation": "Herr", "title": "Ing.", "first_name": "Karl"}
    builders.person(
        house, phones=["0664 1000001", "07252 81234"], emails=["karl.mustermann@example.at"], **owner
    )
    builders.person(
        house, "Šimić", unit="Top 1", salutation="Frau", first_name="Eva", phones=["0664 1000002"]
    )
    builders.person(house, "Huber", unit="Top 2", first_name="Ida")
    for source, granted in (("calendar", True), ("form", True), ("phone", False), ("in_person", True)):
        builders.consent(
            "+436641000001", granted, source=source, person_name="Karl Mustermann", wording=WORDING
        )
    return house


# C09
def test_a_form_is_printed_signed_scanned_filed_and_entered(
    page: Page, house: Property, tmp_path: Path
) -> None:
    page.open(f"/objekte/{house.id}/einwilligung")
    printed = page.on_paper(PICTURES / "einwilligung-druck.png")
    assert page.complaints() == []
    marks = [read_marks(sheet.texts) for sheet in read_scan(printed.read_bytes()).pages]
    assert marks == [FormMark(WORDING, "a110010", unit) for unit in ("", "top1", "top2")]
    page.open("/einwilligungen")
    picture(page, "einwilligungen-leer")
    page.one("#datei").send_keys(str(printed))
    page.click("Hochladen")
    page.wait("3 Formulare zugeordnet")
    page.one("#datei").send_keys(str(_not_a_form(tmp_path)))
    page.click("Hochladen")
    page.wait("kein QR-Code zu lesen")
    picture(page, "einwilligungen")
    page.click("Eintragen", "main .block:last-of-type .list")
    page.wait("Formular zu A110010")
    picture(page, "einwilligung-eintragen")
    mobile = db.session.scalars(select(Address).where(Address.value == "+436641000001")).one()
    page.one(f"label[for='wahl-{mobile.id}-nein']").click()
    page.fill(given_on="01.03.2026")
    page.click("OK", "main form")
    page.wait("1 Eintrag geschrieben")
    db.session.rollback()
    row = db.session.scalars(select(Consent).order_by(Consent.id.desc())).first()
    assert row is not None and (row.granted, row.source, str(row.given_on)) == (False, "form", "2026-03-01")
    page.open(f"/einwilligungen/{row.scan_id}")
    picture(page, "einwilligung-erledigt")
    tray = db.session.scalars(select(Scan.id).where(Scan.property_id.is_(None), Scan.done_at.is_(None))).one()
    page.open(f"/einwilligungen/{tray}?suche=Redtenbacher")
    picture(page, "einwilligung-ohne-objekt")


def _not_a_form(folder: Path) -> Path:
    path = folder / "brief.png"
    sheet = Image.new("L", (900, 1270), 240)
    sheet.paste(20, (100, 200, 700, 260))
    sheet.save(path)
    return path


def test_one_address_is_ticked_with_one_click(page: Page, house: Property) -> None:
    address = db.session.scalars(select(Address).where(Address.value == "+436641000001")).one()
    page.open(f"/einwilligung/{address.id}")
    picture(page, "einwilligung")
    said = page.one("[aria-labelledby='sagt-nein']")
    next(
        button for button in said.find_elements("css selector", "button") if "Telefon" in button.text
    ).click()
    page.wait("geht keine Nachricht mehr")
    page.dark()
    page.picture(PICTURES / "einwilligung-dunkel.png", whole=False)
    page.open("/einwilligungen/verlauf?adresse=0664+1000001")
    page.wait("Am Telefon widerrufen")
    assert page.complaints() == []


def test_the_form_of_a_house_without_people_is_one_empty_sheet(page: Page, app: Flask) -> None:
    empty = builders.house("B 7/ä")
    page.open(f"/objekte/{empty.id}/einwilligung")
    printed = page.on_paper(PICTURES / "einwilligung-leer-druck.png")
    (sheet,) = read_scan(printed.read_bytes()).pages
    assert read_marks(sheet.texts) == FormMark(WORDING, "b7/ä")
    assert list(sheet.texts) == [encode_mark(FormMark(WORDING, "b7/ä"))]
    upright = Image.open(io.BytesIO(sheet.picture))
    assert upright.height > upright.width
    assert db.session.scalars(select(Person.id).where(Person.property_id == empty.id)).all() == []
