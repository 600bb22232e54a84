"""Gateways: list, form, check and stopped queue (B01, B05, B06)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kehr.models import Gateway, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

LINK = {"name": "link", "kind": "linkmobility", "token": "geheim-1", "max_per_minute": "60"}
MAIL = {
    "name": "mail",
    "kind": "smtp",
    "host": "mail.example.at",
    "port": "",
    "security": "tls",
    "user": "office",
    "password": "geheim-2",
    "max_per_minute": "0",
}


def senders(*addresses: str, **first: str) -> dict[str, str]:
    """The rows of senders as a form posts them; `first` are more fields of the first row."""
    rows = {f"senders-{n}-address": address for n, address in enumerate(addresses)}
    return rows | {f"senders-0-{name}": value for name, value in first.items()}


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company(network_allow=["127.0.0.1"])


def only() -> Gateway:
    return db.session.scalars(db.select(Gateway)).one()


def test_a_gateway_is_added_with_its_senders(office: None, sign_in: SignIn) -> None:  # B10
    client = sign_in()
    answer = client.post("/gateways/neu", data=LINK | senders("0720 111222", "", "Rauchfang"))
    assert answer.headers["Location"] == "/gateways"
    assert (only().kind, only().secret) == ("linkmobility", "geheim-1")
    assert [sender["address"] for sender in only().senders] == ["+43720111222", "Rauchfang"]
    html = check_page(client.get("/gateways"))
    assert "0720 111222" in html and "geheim-1" not in html


def test_a_mail_server_is_added_and_shown_again_without_its_password(office: None, sign_in: SignIn) -> None:
    client = sign_in()
    client.post("/gateways/neu", data=MAIL)
    assert (only().base_url, only().options["user"]) == ("smtps://mail.example.at:465", "office")
    html = check_page(client.get(f"/gateways/{only().id}"))
    assert "mail.example.at" in html and "465" in html and "geheim-2" not in html


@pytest.mark.parametrize(("typed", "kept"), [("", "geheim-1"), ("neu", "neu")])
def test_an_empty_token_keeps_the_old_one(typed: str, kept: str, office: None, sign_in: SignIn) -> None:
    client = sign_in()
    client.post("/gateways/neu", data=LINK)
    client.post(f"/gateways/{only().id}", data=LINK | {"token": typed, "max_per_minute": "5"})
    db.session.expire_all()
    assert (only().secret, only().max_per_minute) == (kept, 5)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (LINK | {"name": ""}, "darf nicht leer sein"),
        (LINK | {"name": "schon da"}, "gibt es schon"),
        (LINK | {"kind": "taube"}, "gibt es nicht; möglich: sandbox, linkmobility"),
        (LINK | {"base_url": "kein link"}, "keine Webadresse"),
        (LINK | {"max_per_minute": "viele"}, "ganze Zahl"),
        (LINK | {"max_per_minute": "-1"}, "zwischen 0 und 6000"),
        (LINK | senders("Rauchfangkehrer"), "höchstens 11 Zeichen"),
        (LINK | senders("12"), "Kurznummer"),
        (MAIL | {"host": ""}, "Name des Mailservers fehlt"),
        (MAIL | {"host": "mail example"}, "kein Rechnername"),
        (MAIL | {"port": "70000"}, "zwischen 1 und 65535"),
        (MAIL | {"security": "ssl3"}, "gibt es hier nicht"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_stays_in_the_form(
    data: dict[str, Any], words: str, office: None, sign_in: SignIn
) -> None:
    builders.gateway("schon da")
    html = check_page(sign_in().post("/gateways/neu", data={"user": "eva", **data}), 422)
    assert words in html and "Nichts gespeichert" in html
    assert 'value="eva"' in html or 'value="office"' in html
    assert only().name == "schon da"


def test_checking_shows_the_account_and_sends_nothing(office: None, sign_in: SignIn) -> None:  # B05
    row = builders.gateway()
    client = sign_in()
    answer = client.post(f"/gateways/{row.id}/testen", headers={"HX-Request": "true"})
    html = answer.get_data(as_text=True)
    assert "Zugang in Ordnung" in html and "<h1" not in html
    assert only().checked_at == NOON
    assert client.post(f"/gateways/{row.id}/testen").headers["Location"] == "/gateways"


def test_a_failed_check_says_what_to_do_next(office: None, sign_in: SignIn) -> None:  # B06
    row = builders.gateway(kind="linkmobility", base_url="http://127.0.0.1:1/rest")
    row.secret = "x"
    db.session.commit()
    client = sign_in()
    html = client.post(f"/gateways/{row.id}/testen", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "Prüfen Sie" in html and "keinen Satz" not in html
    assert "Zugang prüfen" in check_page(client.get("/gateways"))


def test_a_stopped_queue_says_why_and_runs_again_on_a_click(office: None, sign_in: SignIn) -> None:
    row = builders.gateway("link", stopped_code="gateway_credentials", stopped_detail="401", stopped_at=NOON)
    client = sign_in("office")
    html = check_page(client.get("/gateways"))
    assert "lehnt die Zugangsdaten ab" in html and "Wieder laufen lassen" in html
    for _ in range(2):
        client.post(f"/gateways/{row.id}/weiter")
    db.session.expire_all()
    assert only().stopped_code == ""


def test_the_page_tells_which_login_to_take(office: None, sign_in: SignIn) -> None:  # B01
    html = check_page(sign_in("office").get("/gateways"))
    assert "auf der letzten Rechnung".casefold() in html.casefold() and "websms" in html


@pytest.mark.parametrize(("role", "path"), [("reader", "/gateways"), ("office", "/gateways/neu")])
def test_other_roles_are_refused(role: str, path: str, office: None, sign_in: SignIn) -> None:
    assert sign_in(role).get(path).status_code == 403


def test_a_gateway_that_is_not_there_is_404(office: None, sign_in: SignIn) -> None:
    assert sign_in().get("/gateways/99").status_code == 404


def test_the_forms_are_sound_pages_that_warn_of_unsaved_changes(office: None, sign_in: SignIn) -> None:  # B41
    row = builders.gateway()
    client = sign_in()
    for path in ("/gateways/neu", f"/gateways/{row.id}"):
        assert "data-warn-unsaved" in check_page(client.get(path))
