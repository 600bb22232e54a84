"""Filialen: name, gateways and sender (B08, B10)."""

from __future__ import annotations

import pytest
from flask import Flask

from kehr.models import Branch, db
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company()
    builders.gateway(
        "link", kind="linkmobility", senders=[{"address": "+43720111222", "type": "international"}]
    )
    builders.gateway("mail", kind="smtp", base_url="smtp://mail.example.at:587")


def typed(**changes: str) -> dict[str, str]:
    return {"name": "Steyr", "sms_gateway": "", "email_gateway": "", "sender": "", "land": ""} | changes


def test_a_branch_needs_only_a_name(office: None, sign_in: SignIn) -> None:  # B08
    client = sign_in()
    assert "Noch keine Filiale" in check_page(client.get("/filialen"))
    client.post("/filialen/neu", data=typed())
    assert "Steyr" in check_page(client.get("/filialen"))


def test_a_branch_chooses_among_fitting_gateways_and_released_senders(
    office: None, sign_in: SignIn
) -> None:  # B10
    row = builders.branch(sender="")
    client = sign_in()
    html = check_page(client.get(f"/filialen/{row.id}"))
    assert html.count('value="link"') == 1 and html.count('value="mail"') == 1
    data = typed(sms_gateway="link", email_gateway="mail", sender="0720 111222", land="NÖ")
    client.post(f"/filialen/{row.id}", data=data)
    db.session.refresh(row)
    assert (row.sms_gateway.name, row.email_gateway.name) == ("link", "mail")
    assert (row.sender, row.land) == ("+43720111222", "NÖ")
    client.post(f"/filialen/{row.id}", data=typed())
    db.session.refresh(row)
    assert (row.sms_gateway_id, row.sender, row.land) == (None, "", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "darf nicht leer sein"),
        ({"name": "Schon da"}, "gibt es schon"),
        ({"sms_gateway": "nix"}, "Ein Gateway »nix« gibt es nicht"),
        ({"sms_gateway": "mail"}, "keine SMS gehen"),
        ({"sender": "Rauchfangkehrer"}, "höchstens 11 Zeichen"),
        ({"sms_gateway": "link", "sender": "0664 1000001"}, "nicht freigegeben; möglich: +43720111222"),
        ({"land": "Bayern"}, "kein Bundesland"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_stays_in_the_form(
    changes: dict[str, str], words: str, office: None, sign_in: SignIn
) -> None:
    builders.branch("Schon da")
    data = typed(name="Neue Filiale") | changes
    html = check_page(sign_in().post("/filialen/neu", data=data), 422)
    assert words in html and (data["sender"] or data["name"]) in html
    assert db.session.scalars(db.select(Branch.name)).all() == ["Schon da"]


def test_other_roles_and_missing_branches(office: None, sign_in: SignIn) -> None:
    assert sign_in("office").get("/filialen/neu").status_code == 403
    assert sign_in().get("/filialen/99").status_code == 404
    assert "data-warn-unsaved" in check_page(sign_in("admin", "zweite").get("/filialen/neu"))
