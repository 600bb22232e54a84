"""Filialen: name, account, sender, cost centre, quota, and what stays of one that was taken out (B08-B12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.facts.office_facts import load_office
from kehr.models import Branch, Calendar, Gateway, Message, MessageRule, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.rules.plan_build import at as moment
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

SENDERS = [
    {"address": "+43720111222", "type": "international"},
    {"address": "Rauchfang", "type": "alphanumeric", "registered": "no", "registered_on": ""},
]
OWN = {
    "sms_gateway": "+eigener",
    "own_kind": "linkmobility",
    "token": "token-linz",
    "own_senders": "0732 123456",
}


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company(network_allow=["127.0.0.1"])
    link = builders.gateway("link", kind="linkmobility", senders=SENDERS)
    link.secret = "token-der-firma"
    builders.gateway("mail", kind="smtp", base_url="smtp://mail.example.at:587")
    db.session.commit()


def typed(**changes: str) -> dict[str, str]:
    names = ("name", "sms_gateway", "email_gateway", "sender", "land", "cost_center", "monthly_quota")
    return {name: "" for name in names} | {"name": "Steyr"} | changes


def branch(name: str = "Steyr") -> Branch:
    db.session.expire_all()
    return db.session.scalars(db.select(Branch).where(Branch.name == name)).one()


def test_a_branch_needs_only_a_name(office: None, sign_in: SignIn) -> None:  # B08
    client = sign_in()
    html = check_page(client.get("/filialen"))
    assert "Noch keine Filiale" in html and "Neue Filiale/Abteilung" in html
    client.post("/filialen/neu", data=typed())
    html = check_page(client.get("/filialen"))
    assert "Steyr" in html and "SMS über link" in html and "E-Mail über mail" in html


def test_a_branch_chooses_among_fitting_gateways_and_released_senders(
    office: None, sign_in: SignIn
) -> None:  # B10
    row = builders.branch(sender="")
    client = sign_in()
    html = check_page(client.get(f"/filialen/{row.id}"))
    assert html.count('value="link"') == 1 and html.count('value="mail"') == 1
    assert 'value="+43720111222"' in html and "Rauchfang (nicht eingetragen)" in html
    data = typed(sms_gateway="link", email_gateway="mail", sender="+43720111222", land="NÖ")
    client.post(f"/filialen/{row.id}", data=data | {"cost_center": "4711", "monthly_quota": "500"})
    db.session.refresh(row)
    assert (row.sms_gateway.name, row.email_gateway.name) == ("link", "mail")
    assert (row.sender, row.land, row.cost_center, row.monthly_quota) == ("+43720111222", "NÖ", "4711", 500)
    client.post(f"/filialen/{row.id}", data=typed())
    db.session.refresh(row)
    assert (row.sms_gateway_id, row.sender, row.land) == (None, "", "")
    assert (row.cost_center, row.monthly_quota) == ("", None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "darf nicht leer sein"),
        ({"name": "x" * 121}, "Höchstens 120 Zeichen"),
        ({"name": "Schon da"}, "gibt es schon"),
        ({"name": "Alt"}, "sie ist stillgelegt. Nehmen Sie sie wieder auf"),
        ({"sms_gateway": "nix"}, "Ein Gateway »nix« gibt es nicht"),
        ({"sms_gateway": "mail"}, "keine SMS gehen"),
        ({"email_gateway": "link"}, "keine E-Mails gehen"),
        ({"sender": "Rauchfangkehrer"}, "höchstens 11 Zeichen"),
        ({"sender": "Kehrer"}, "beim Gateway »link« nicht freigegeben; möglich: +43720111222, Rauchfang"),
        ({"sms_gateway": "link", "sender": "0664 1000001"}, "nicht freigegeben; möglich: +43720111222"),
        ({"land": "Bayern"}, "kein Bundesland"),
        ({"cost_center": "k" * 41}, "Höchstens 40 Zeichen"),
        ({"monthly_quota": "viele"}, "eine ganze Zahl"),
        ({"monthly_quota": "-1"}, "zwischen 0 und 1000000"),
        ({"monthly_quota": "1000001"}, "zwischen 0 und 1000000"),
        (OWN | {"token": ""}, "Der Zugangsschlüssel der Filiale fehlt."),
        (OWN | {"token": "  "}, "Der Zugangsschlüssel der Filiale fehlt."),
        (OWN | {"own_url": "kein link"}, "keine Webadresse"),
        (OWN | {"own_senders": "Rauchfangkehrer"}, "höchstens 11 Zeichen"),
        (OWN | {"own_senders": "Kehrer\n12"}, "keine Kurznummer"),
        (OWN | {"token": "token-der-firma"}, "Dieses Token hat schon das Gateway »link«"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_stays_in_the_form(
    changes: dict[str, str], words: str, office: None, sign_in: SignIn
) -> None:
    builders.branch("Schon da")
    builders.branch("Alt", archived_at=NOON)
    data = typed(name="Neue Filiale", land="") | changes
    html = check_page(sign_in().post("/filialen/neu", data=data), 422)
    assert words in html and "Nichts gespeichert" in html
    assert (data["name"] or data["monthly_quota"]) in html and "token-der-firma" not in html
    assert db.session.scalars(db.select(Branch.name).order_by(Branch.id)).all() == ["Schon da", "Alt"]
    assert db.session.scalars(db.select(Gateway.name).order_by(Gateway.id)).all() == ["link", "mail"]


def test_the_token_of_the_main_account_is_refused_for_a_branch(office: None, sign_in: SignIn) -> None:  # B09
    html = check_page(sign_in().post("/filialen/neu", data=typed() | OWN | {"token": "token-der-firma"}), 422)
    assert "Die Filiale »Steyr« braucht ein eigenes" in html
    assert "nicht in jenem des Hauptaccounts" in html


def test_an_own_account_is_made_with_its_token_encrypted_and_is_for_this_branch_only(  # B09, A54
    office: None, sign_in: SignIn
) -> None:
    client = sign_in()
    answer = client.post(
        "/filialen/neu",
        data=typed(name="Linz") | OWN | {"own_url": "http://127.0.0.1:1/rest"},
        follow_redirects=True,
    )
    html = check_page(answer)
    assert "Gespeichert, aber der eigene Zugang geht noch nicht" in html
    row = branch("Linz")
    own = row.sms_gateway
    assert own is not None and (own.name, own.secret, row.sender) == ("Linz", "token-linz", "+43732123456")
    assert "token-linz" not in own.secret_box and own.options["branch_only"] == "yes"
    raw = db.session.execute(db.text("select secret_box, options, senders from gateways")).all()
    assert "token-linz" not in str(raw)
    facts = load_office()
    link = db.session.scalars(db.select(Gateway.id).where(Gateway.name == "link")).one()
    assert facts.branches[None].gateways["sms"] == link
    assert facts.branches[row.id].gateways["sms"] == own.id


def test_an_own_account_never_becomes_the_firm_s(app: Flask, at: Clock, sign_in: SignIn) -> None:  # A53, B09
    builders.company(network_allow=["127.0.0.1"])
    builders.gateway("trocken")
    sign_in().post("/filialen/neu", data=typed(name="Linz") | OWN | {"own_url": "http://127.0.0.1:1/rest"})
    facts = load_office()
    assert "sms" not in facts.branches[None].gateways
    assert facts.branches[branch("Linz").id].gateways["sms"] == 2


def test_a_branch_without_own_credentials_uses_the_pool_account(office: None, sign_in: SignIn) -> None:  # A53
    sign_in().post("/filialen/neu", data=typed())
    assert load_office().branches[branch().id].gateways["sms"] == 1


@pytest.mark.parametrize(  # C23
    ("registered", "on", "words"),
    [
        ("yes", "2026-08-20", "Name, eingetragen seit 20.08.2026"),
        ("no", "", "Name, nicht eingetragen: Solche SMS kommen in Österreich seit 1.10.2026"),
        ("unknown", "", "Eintragung nicht bekannt"),
    ],
)
def test_a_name_says_whether_it_is_registered_and_that_nobody_can_answer(
    registered: str, on: str, words: str, office: None, sign_in: SignIn
) -> None:
    sender = {"address": "Rauchfang", "type": "alphanumeric", "registered": registered, "registered_on": on}
    row = db.session.get_one(Gateway, 1)
    row.senders = [sender]
    builders.branch(sender="Rauchfang")
    html = check_page(sign_in().get("/filialen"))
    assert words in html and "Antworten nicht möglich" in html


def test_a_sender_that_its_gateway_releases_no_more_is_called_so(office: None, sign_in: SignIn) -> None:
    builders.branch(sender="+43720111222")  # B10
    client = sign_in()
    assert "nicht mehr freigegeben" not in check_page(client.get("/filialen"))
    db.session.get_one(Gateway, 1).senders = SENDERS[1:]
    db.session.commit()
    assert "vom Gateway nicht mehr freigegeben: Wählen Sie einen anderen." in check_page(
        client.get("/filialen")
    )
    html = check_page(client.get("/filialen/1"))
    assert "0720 111222 (nicht freigegeben)" in html
    answer = client.post("/filialen/1", data=typed(sender="+43720111222"))
    assert "beim Gateway »link« nicht freigegeben; möglich: Rauchfang" in check_page(answer, 422)


@pytest.mark.parametrize(
    ("used", "words"), [(1, "1 von 10 SMS"), (8, "8 von 10 SMS"), (10, "aufgebraucht, weitere warten")]
)
def test_the_list_says_how_much_of_the_quota_is_used(
    used: int, words: str, office: None, sign_in: SignIn
) -> None:  # A24
    builders.branch(monthly_quota=10)
    calendar = builders.calendar()
    for number in range(used):
        row = builders.appointment(calendar, moment("12.03. 09:00"), uid=str(number))
        sent(row, number)
    assert words in check_page(sign_in().get("/filialen"))


def sent(row: Any, number: int) -> Message:
    rule = db.session.scalars(db.select(MessageRule)).first() or builders.rule()
    values = {"state": "accepted", "parts": 1, "gateway_id": 1, "claimed_at": NOON, "branch_name": "Steyr"}
    return builders.message(row, rule, recipient=f"+43664{number:07}", sent_at=NOON, **values)


def test_a_branch_that_is_taken_out_keeps_its_history_and_lets_its_calendars_go_after_asking(  # B12, A56
    office: None, sign_in: SignIn
) -> None:
    row = builders.branch("Linz", sender="")
    calendar = builders.calendar(branch_id=row.id)
    builders.rule(branch_id=row.id)
    message = sent(builders.appointment(calendar, NOON + timedelta(days=1)), 1)
    message.branch_name = "Linz"
    db.session.commit()
    client = sign_in()
    html = check_page(client.get(f"/filialen/{row.id}/stilllegen"))
    assert "1 Kalender fällt an die Firma" in html and "Kehrplan Steyr" in html
    assert "1 eigener Text gilt nicht mehr" in html
    assert branch("Linz").archived_at is None
    for _ in range(2):
        client.post("/filialen/1/stilllegen")
    assert branch("Linz").archived_at == NOON
    assert db.session.get_one(Calendar, 1).branch_id is None
    assert db.session.get_one(MessageRule, 1).archived_at == NOON
    html = check_page(client.get("/filialen"))
    assert "Stillgelegt" in html and "Wieder aufnehmen" in html
    for path in ("/filialen/1", "/filialen/1/stilllegen"):
        assert client.get(path).status_code == 404
    assert 'value="Linz"' not in check_page(client.get(f"/kalender/{calendar.id}"))
    assert "Linz" in check_page(client.get("/protokoll?filiale=Linz"))
    client.post("/filialen/1/wieder")
    assert branch("Linz").archived_at is None


def test_a_branch_whose_token_was_given_away_stays_out_and_says_why(  # B09
    office: None, sign_in: SignIn
) -> None:
    own = builders.gateway("eigen", kind="linkmobility")
    own.secret = "token-der-firma"
    builders.branch("Linz", sms_gateway_id=own.id, archived_at=NOON)
    html = check_page(sign_in().post("/filialen/1/wieder", follow_redirects=True))
    assert "Die Filiale »Linz« braucht ein eigenes" in html
    assert branch("Linz").archived_at == NOON


def test_other_roles_and_missing_branches(office: None, sign_in: SignIn) -> None:
    builders.branch()
    reader = sign_in("office")
    for path in ("/filialen/neu", "/filialen/1", "/filialen/1/stilllegen"):
        assert reader.get(path).status_code == 403
    assert reader.post("/filialen/1/wieder").status_code == 403
    assert sign_in().get("/filialen/99").status_code == 404
    assert "data-warn-unsaved" in check_page(sign_in("admin", "zweite").get("/filialen/neu"))
