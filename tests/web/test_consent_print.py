"""The consent form on paper: one sheet a person, with wording, boxes and a code."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.models import Property
from kehr.rules.visits.consent_form import WORDING, FormMark, encode_mark
from kehr.web.consent_print import qr_code
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page


@pytest.fixture
def house(app: Flask, at: Clock) -> Property:
    builders.company()
    house = builders.house()
    karl = {"salutation": "Herr", "title": "Ing.", "first_name": "Karl"}
    phones = ["0664 1000001", "07252 81234"]
    builders.person(house, phones=phones, emails=["karl@example.at"], fax="07252 81239", **karl)
    builders.person(house, "Šimić", first_name="Eva", unit="Top 1", phones=["0664 1000003"])
    return house


# C09, A14
def test_each_person_gets_a_sheet_with_wording_boxes_and_code(house: Property, sign_in: SignIn) -> None:
    html = check_page(sign_in("reader").get(f"/objekte/{house.id}/einwilligung"))
    first, second = html.split('<section class="sheet"')[1:]
    for sheet in (first, second):
        assert "Rauchfangkehrer Probe" in sheet and "Redtenbachergasse 3" in sheet
        assert "per SMS oder E-Mail verständigt" in sheet and "weitergegeben werden" in sheet
        assert ">Termine</th>" in sheet and ">Rückfragen</th>" in sheet
        assert "Ort, Datum" in sheet and "Unterschrift" in sheet and f"Wortlaut {WORDING}" in sheet
        assert sheet.count("<svg") == 1 and "style=" not in sheet
    assert "Herr Ing. Karl Mustermann" in first and "karl@example.at" in first
    assert "Festnetz, keine SMS möglich" in first and "07252 81239" not in first
    assert first.count('class="box"') == 10 and second.count('class="box"') == 8
    assert "0664 1000003" in second and "0664 1000003" not in first, "nobody reads a neighbour's number"
    assert str(qr_code(encode_mark(FormMark(WORDING, "a110010")))) in first
    assert str(qr_code(encode_mark(FormMark(WORDING, "a110010", "top1")))) in second


def test_one_person_s_sheet_alone(house: Property, sign_in: SignIn) -> None:
    html = check_page(sign_in("reader").get(f"/objekte/{house.id}/einwilligung?person={house.people[1].id}"))
    assert "Šimić" in html and "Mustermann" not in html


def test_several_objects_are_printed_at_once_in_the_order_asked_for(house: Property, sign_in: SignIn) -> None:
    other = builders.house("B7")
    client = sign_in("reader")
    wanted = f"objekt={other.id}&objekt={house.id}&objekt={other.id}&objekt=99"
    html = check_page(client.get(f"/einwilligungen/drucken?{wanted}"))
    assert "3 Einwilligungsformulare" in html
    assert html.count('<section class="sheet"') == 3 and html.index("B7,") < html.index("A110010,")
    assert client.get("/einwilligungen/drucken").headers["Location"] == "/einwilligungen"
    assert client.get("/einwilligungen/drucken?objekt=99").status_code == 404
    assert client.get("/objekte/99/einwilligung").status_code == 404


def test_a_number_that_is_none_asks_to_be_corrected(house: Property, sign_in: SignIn) -> None:
    house.people[0].addresses[0].value = ""
    builders._kept(house)
    assert "bitte berichtigen" in check_page(sign_in("reader").get(f"/objekte/{house.id}/einwilligung"))


def test_the_form_is_german_whoever_prints_it(house: Property, sign_in: SignIn) -> None:
    client = sign_in("reader")
    client.set_cookie("sprache", "en")
    html = client.get(f"/objekte/{house.id}/einwilligung").get_data(as_text=True)
    assert "Unterschrift" in html and "Signature" not in html
