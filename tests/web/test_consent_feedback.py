"""Being asked after a visit is agreed to on its own: at the desk and on paper (C24)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.people.consent_state import consent_states
from kehr.models import Address, Consent, Person, Scan, db
from kehr.rules.visits.consent_form import WORDING
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

KARL = "+436641000001"


@pytest.fixture
def karl(app: Flask, at: Clock) -> Person:
    builders.company()
    return builders.person(builders.house(), first_name="Karl", phones=["0664 1000001"], emails=["k@x.at"])


def ledger() -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(select(Consent).order_by(Consent.id))
    return [f"{row.address} {row.purpose} {row.granted} {row.source}" for row in rows]


def said(button: str, **more: str) -> dict[str, str]:
    return {"said": button, "given_on": "10.03.2026", "note": ""} | more


# C24, B39
def test_one_click_says_that_somebody_may_be_asked(karl: Person, sign_in: SignIn) -> None:
    client = sign_in("office", "anna")
    path = f"/einwilligung/{karl.addresses[0].id}"
    html = check_page(client.get(path))
    assert "Rückfragen nach dem Besuch" in html and html.count("keine Einwilligung") >= 2
    answer = client.post(path, data=said("fragen-phone"), follow_redirects=True)
    html = check_page(answer)
    assert "darf nach einem Besuch gefragt werden" in html
    assert ledger() == [f"{KARL} feedback True phone"]
    (row,) = db.session.scalars(select(Consent))
    assert (row.by, row.wording, row.property_number) == ("anna", WORDING, "A110010")
    assert consent_states([KARL])[KARL].newest is None
    assert "Rückfragen nach dem Besuch: Am Telefon zugestimmt, am 10.03.2026." in html


def test_who_wants_no_questions_keeps_the_messages(karl: Person, sign_in: SignIn) -> None:
    client = sign_in("office")
    path = f"/einwilligung/{karl.addresses[0].id}"
    for button in ("ja-form", "fragen-form", "nichtfragen-phone"):
        client.post(path, data=said(button))
    assert consent_states([KARL])[KARL].ticked
    assert consent_states([KARL], "feedback")[KARL].withdrawn


def test_who_wants_no_messages_is_not_asked_either(karl: Person, sign_in: SignIn) -> None:
    client = sign_in("office")
    path = f"/einwilligung/{karl.addresses[0].id}"
    for button in ("ja-form", "fragen-form", "nein-phone"):
        client.post(path, data=said(button))
    assert ledger()[-2:] == [f"{KARL} appointment False phone", f"{KARL} feedback False phone"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (said("fragen-brieftaube"), "Klicken Sie an"),
        (said("fragen"), "Klicken Sie an"),
        (said("fragen-phone", given_on="11.03.2026"), "in der Zukunft"),
        (said("fragen-phone", given_on="gestern"), "kein Tag"),
        (said("fragen-phone", note="x" * 501), "Höchstens 500 Zeichen"),
    ],
)
def test_bad_input_writes_nothing(karl: Person, sign_in: SignIn, typed: dict[str, str], says: str) -> None:
    answer = sign_in("office").post(f"/einwilligung/{karl.addresses[0].id}", data=typed)
    assert says in check_page(answer, 422)
    assert ledger() == []


def test_an_older_yes_does_not_revive_a_no_to_questions(karl: Person, sign_in: SignIn) -> None:
    client = sign_in("office")
    path = f"/einwilligung/{karl.addresses[0].id}"
    client.post(path, data=said("nichtfragen-phone"))
    html = check_page(client.post(path, data=said("fragen-form", given_on="01.03.2026")), 422)
    assert "nach diesem Tag" in html
    client.post(path, data=said("ja-form", given_on="01.03.2026"))
    assert consent_states([KARL])[KARL].ticked, (
        "what was said of questions does not stand against appointments"
    )


def scan(karl: Person, wording: str = WORDING) -> Scan:
    row = Scan(
        sha256="a" * 64,
        file_name="formular.pdf",
        media_type="application/pdf",
        size=1,
        property_id=karl.property_id,
        wording=wording,
        at=NOON,
    )
    db.session.add(row)
    db.session.commit()
    return row


# C24, C09
def test_a_form_may_agree_to_one_and_not_to_the_other(karl: Person, sign_in: SignIn) -> None:
    row, (phone, mail) = scan(karl), karl.addresses
    client = sign_in("office")
    html = check_page(client.get(f"/einwilligungen/{row.id}"))
    assert f'name="frage-{phone.id}"' in html
    typed = {f"wahl-{phone.id}": "ja", f"frage-{phone.id}": "leer", "given_on": "01.03.2026", "note": ""}
    typed |= {f"wahl-{mail.id}": "leer", f"frage-{mail.id}": "ja"}
    assert client.post(f"/einwilligungen/{row.id}", data=typed).status_code == 302
    assert ledger() == [f"{KARL} appointment True form", "k@x.at feedback True form"]
    assert {one.scan_id for one in db.session.scalars(select(Consent))} == {row.id}


@pytest.mark.parametrize(
    "typed", [{"frage-{id}": "vielleicht"}, {"frage-999": "ja"}, {"frage-x": "ja"}, {"frage-{id}": "leer"}]
)
def test_what_is_no_choice_on_a_form_writes_nothing(
    karl: Person, sign_in: SignIn, typed: dict[str, str]
) -> None:
    row = scan(karl)
    data = {name.replace("{id}", str(karl.addresses[0].id)): value for name, value in typed.items()}
    answer = sign_in("office").post(
        f"/einwilligungen/{row.id}", data=data | {"given_on": "01.03.2026", "note": ""}
    )
    check_page(answer, 422)
    assert ledger() == []


def test_an_older_form_has_no_box_for_questions(karl: Person, sign_in: SignIn) -> None:
    row = scan(karl, "2026-1")
    assert 'name="frage-' not in check_page(sign_in("office").get(f"/einwilligungen/{row.id}"))


def test_a_stop_reads_as_one_in_the_story(karl: Person, sign_in: SignIn) -> None:
    address = db.session.scalars(select(Address).where(Address.value == KARL)).one()
    builders.consent(KARL, False, source="reply", evidence="STOP")
    html = check_page(sign_in("reader").get(f"/einwilligung/{address.id}"))
    assert "Per SMS widerrufen (STOP)." in html
