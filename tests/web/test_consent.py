"""One number or e-mail address: ticked and unticked with one click, and its whole story."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.people.consent_state import consent_states
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Address, Consent, Message, db
from kehr.rules.visits.consent_form import WORDING
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

FIRST, SECOND = "+436641000001", "+436641000002"
FRAGMENT = {"HX-Request": "true", "HX-Current-URL": "http://localhost/objekte/1?teil=2"}


@pytest.fixture
def addresses(app: Flask, at: Clock) -> list[Address]:
    """An owner with two mobiles, a landline that is none, a fax and an e-mail address, in that order."""
    builders.company()
    owner = builders.person(
        builders.house(),
        first_name="Karl",
        phones=["0664 1000001", "0664 1000002", "07252 81234"],
        emails=["Karl@Example.at"],
        fax="07252 81235",
    )
    return sorted(
        owner.addresses, key=lambda address: (address.kind != "phone", address.kind, address.position)
    )


def rows() -> list[Consent]:
    db.session.rollback()
    return list(db.session.scalars(select(Consent).order_by(Consent.id)))


def said(button: str = "ja-phone", **typed: str) -> dict[str, str]:
    return {"said": button, "given_on": "10.03.2026", "note": ""} | typed


# C09, A14
def test_one_click_writes_who_when_how_and_which_wording(addresses: list[Address], sign_in: SignIn) -> None:
    client = sign_in("office", "anna")
    path = f"/einwilligung/{addresses[0].id}"
    html = check_page(client.get(path))
    assert "keine Einwilligung" in html and "Karl Mustermann" in html and "A110010" in html
    assert "per SMS oder E-Mail verständigt" in html and "SMS-Gateway" in html
    answer = client.post(path, data=said("ja-form", given_on="01.03.2026", note="Ordner 4"))
    assert answer.headers["Location"] == path
    (row,) = rows()
    assert (row.address, row.granted, row.source, row.by, row.at) == (FIRST, True, "form", "anna", NOON)
    assert (row.evidence, row.wording, str(row.given_on)) == ("Ordner 4", WORDING, "2026-03-01")
    assert (row.person_name, row.property_number) == ("Karl Mustermann", "A110010")
    html = check_page(client.get(path))
    assert "Zugestimmt auf einem Formular, am 01.03.2026." in html
    assert "Eingetragen von anna am Di, 10.03.2026 um 12:00." in html
    assert "Ordner 4" in html and "Karl Mustermann, Objekt A110010" in html and f"Wortlaut {WORDING}" in html


# A13
def test_ticking_number_one_does_not_tick_number_two(addresses: list[Address], sign_in: SignIn) -> None:
    sign_in("office").post(f"/einwilligung/{addresses[0].id}", data=said())
    states = consent_states([FIRST, SECOND, "karl@example.at"])
    assert {value: state.ticked for value, state in states.items()} == {
        FIRST: True,
        SECOND: False,
        "karl@example.at": False,
    }


def test_an_e_mail_address_is_ticked_whatever_its_letters(addresses: list[Address], sign_in: SignIn) -> None:
    mail = next(address for address in addresses if address.kind == "email")
    sign_in("office").post(f"/einwilligung/{mail.id}", data=said("ja-in_person"))
    assert consent_states(["karl@example.at"])["karl@example.at"].ticked


# failures.md 14
def test_taking_it_back_is_one_click_too_and_stops_what_is_planned(
    addresses: list[Address], sign_in: SignIn
) -> None:
    calendar = builders.calendar(consent="customer")
    builders.gateway()
    builders.rule()
    builders.consent(FIRST, given_on=NOON.date())
    builders.appointment(calendar, NOON + timedelta(days=5))
    plan_messages(NOON)
    assert [m.state for m in db.session.scalars(select(Message))] == ["planned"]
    client = sign_in("office")
    path = f"/einwilligung/{addresses[0].id}"
    client.post(path, data=said("nein-phone"))
    db.session.expire_all()
    assert [m.state for m in db.session.scalars(select(Message))] == ["withheld"]
    html = check_page(client.get(path))
    assert "An 0664 1000001 geht keine Nachricht mehr" in html
    assert "1 geplante Nachricht wurde zurückgezogen" in html
    assert "Am Telefon widerrufen" in html and "widerrufen</span>" in html


def test_saying_the_same_again_adds_nothing_and_says_so(addresses: list[Address], sign_in: SignIn) -> None:
    client = sign_in("office")
    path = f"/einwilligung/{addresses[0].id}"
    for _ in range(2):
        client.post(path, data=said())
    assert len(rows()) == 1
    assert "schon so eingetragen" in check_page(client.get(path))


def test_a_landline_can_be_ticked_and_the_page_says_that_no_sms_goes_there(
    addresses: list[Address], sign_in: SignIn
) -> None:
    client = sign_in("office")
    path = f"/einwilligung/{addresses[2].id}"
    assert "Dorthin kann keine SMS gehen" in check_page(client.get(path))
    client.post(path, data=said())
    assert rows()[0].address == "+43725281234"


def test_a_number_that_is_none_cannot_be_ticked(addresses: list[Address], sign_in: SignIn) -> None:
    bad = addresses[1]
    bad.value, bad.type, bad.typed = "", "invalid", "0664 12"
    db.session.commit()
    client = sign_in("office")
    html = check_page(client.get(f"/einwilligung/{bad.id}"))
    assert "»0664 12« ist keine gültige Nummer" in html and 'name="said"' not in html
    html = check_page(client.post(f"/einwilligung/{bad.id}", data=said()), 422)
    assert "keine gültige Nummer" in html and rows() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"said": ""}, "Klicken Sie an, was gesagt wurde"),
        ({"said": "ja-import"}, "Klicken Sie an, was gesagt wurde"),
        ({"said": "ja-calendar"}, "Klicken Sie an, was gesagt wurde"),
        ({"said": "vielleicht"}, "Klicken Sie an, was gesagt wurde"),
        ({"given_on": ""}, "an welchem Tag es gesagt"),
        ({"given_on": "gestern"}, "Das ist kein Tag"),
        ({"given_on": "31.02.2026"}, "Das ist kein Tag"),
        ({"given_on": "2026-13-01"}, "Das ist kein Tag"),
        ({"given_on": "11.03.2026"}, "liegt in der Zukunft"),
        ({"given_on": "01.03.2062"}, "liegt in der Zukunft"),
        ({"given_on": "01.03.1926"}, "vor dem Jahr 2000"),
        ({"note": "x" * 501}, "Höchstens 500 Zeichen"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_stays_in_the_form(
    changes: dict[str, str], words: str, addresses: list[Address], sign_in: SignIn
) -> None:
    data = said(note="sagt die Tochter", given_on="02.03.2026") | changes
    html = check_page(sign_in("office").post(f"/einwilligung/{addresses[0].id}", data=data), 422)
    assert words in html and data["note"][:500] in html
    assert f'value="{data["given_on"]}"' in html
    assert rows() == []


def test_a_paper_older_than_the_withdrawal_needs_a_reason(addresses: list[Address], sign_in: SignIn) -> None:
    builders.consent(FIRST, granted=False, given_on=NOON.date())
    client = sign_in("office")
    path = f"/einwilligung/{addresses[0].id}"
    html = check_page(client.post(path, data=said("ja-form", given_on="09.03.2026")), 422)
    assert "wurde am 10.03.2026 widerrufen" in html and len(rows()) == 1
    client.post(path, data=said("ja-form", given_on="09.03.2026", note="war verklickt"))
    assert rows()[-1].granted and rows()[-1].evidence == "war verklickt"


def test_it_leads_back_to_where_it_was_opened_but_never_out_of_the_house(
    addresses: list[Address], sign_in: SignIn
) -> None:
    client = sign_in("office")
    path = f"/einwilligung/{addresses[0].id}"
    html = client.get(path, headers=FRAGMENT).get_data(as_text=True)
    assert "<html" not in html and 'name="zurueck" value="/objekte/1"' in html
    assert client.post(path, data=said(zurueck="/objekte/1")).headers["Location"] == "/objekte/1"
    away = client.post(path, data=said("nein-phone", zurueck="//boese.example"))
    assert away.headers["Location"] == path


def test_a_reader_sees_the_story_and_no_buttons(addresses: list[Address], sign_in: SignIn) -> None:
    builders.consent(FIRST)
    client = sign_in("reader")
    html = check_page(client.get(f"/einwilligung/{addresses[0].id}"))
    assert "Am Telefon zugestimmt" in html and 'name="said"' not in html
    assert client.post(f"/einwilligung/{addresses[0].id}", data=said()).status_code == 403


def test_faxes_and_unknown_addresses_are_not_found(addresses: list[Address], sign_in: SignIn) -> None:
    client = sign_in("office")
    fax = next(address for address in addresses if address.kind == "fax")
    for number in (fax.id, 4711):
        assert client.get(f"/einwilligung/{number}").status_code == 404
        assert client.post(f"/einwilligung/{number}", data=said()).status_code == 404
    assert rows() == []


# C09: the history is worth what can be read of it
def test_the_story_of_a_number_outlives_its_address(addresses: list[Address], sign_in: SignIn) -> None:
    builders.consent(FIRST, source="calendar", by="", evidence="Kehrplan: Mustermann", wording="calendar")
    builders.consent(FIRST, source="import", given_on=NOON.date(), wording=WORDING)
    builders.consent(FIRST, granted=False, source="phone", evidence="will nicht mehr")
    db.session.delete(db.session.get_one(Address, addresses[0].id))
    db.session.commit()
    client = sign_in("reader")
    assert "bleibt jede Zustimmung" in check_page(client.get("/einwilligungen/verlauf"))
    html = check_page(client.get("/einwilligungen/verlauf?adresse=0664+1000001"))
    stories = (
        "Am Telefon widerrufen",
        "laut einer eingelesenen Liste, am 10.03.2026",
        "stand in einem Kalender",
    )
    assert [html.index(words) for words in stories] == sorted(html.index(words) for words in stories)
    assert "Von selbst eingetragen" in html and "will nicht mehr" in html
    assert "noch niemand etwas gesagt" in check_page(
        client.get("/einwilligungen/verlauf?adresse=x@example.at")
    )


# A13: the number of a form may change while somebody has it open
@pytest.mark.parametrize("button", ["ja-phone", "nein-phone", "fragen-phone"])
def test_what_was_said_of_one_number_is_not_written_for_another(
    button: str, addresses: list[Address], sign_in: SignIn
) -> None:
    client = sign_in("office")
    path = f"/einwilligung/{addresses[0].id}"
    shown = check_page(client.get(path))
    assert f'name="nummer" value="{FIRST}"' in shown
    addresses[0].typed, addresses[0].value = "0664 1000009", "+436641000009"
    db.session.commit()
    typed = said(button, note="Ordner 4", nummer=FIRST)
    html = check_page(client.post(path, data=typed), 422)
    assert "Hier stand 0664 1000001, inzwischen steht da 0664 1000009." in html
    assert "Ordner 4" in html and 'name="nummer" value="+436641000009"' in html
    assert rows() == []
    client.post(path, data=typed | {"nummer": "+436641000009"})
    assert [row.address for row in rows()] == ["+436641000009"]
