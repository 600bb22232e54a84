"""Gateways: list, form, check and stopped queue (B01, B05, B06)."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import escape

from kehr.models import Company, Gateway, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.gateway_forms import LINK, MAIL, only, senders
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company(network_allow=["127.0.0.1"], own_numbers=["+436641112223"])


def test_a_dry_run_is_called_one_only_while_there_is_nothing_else(office: None, sign_in: SignIn) -> None:
    builders.gateway()
    client = sign_in()
    assert "Solange es nur den Trockenlauf gibt" in check_page(client.get("/gateways"))
    client.post("/gateways/neu", data=LINK)
    assert "Solange es nur den Trockenlauf gibt" not in check_page(client.get("/gateways"))


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


def test_the_forms_are_sound_pages_that_warn_of_unsaved_changes(office: None, sign_in: SignIn) -> None:  # B41
    row = builders.gateway()
    client = sign_in()
    for path in ("/gateways/neu", f"/gateways/{row.id}"):
        assert "data-warn-unsaved" in check_page(client.get(path))


EVERY = {
    "linkmobility": {"token": "t"},
    "seven": {"token": "t"},
    "android": {"phone_url": "http://192.168.1.30:8080", "user": "sms", "password": "t", "sim": "2"},
    "gammu": {"database": "/var/spool/gammu/smsd.db"},
    "http_template": {
        "url": "https://sms.example.at/?to={recipient}&text={text}",
        "method": "GET",
        "password": "t",
    },
    "mail2sms": {"via": "post", "mail_to": "{recipient_digits}@email2sms.example"},
    "smtp": {"host": "mail.example.at", "security": "tls", "user": "office", "password": "t"},
    "sandbox": {},
}


# C29, A54
@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_is_set_up_shown_again_and_saved_unchanged(
    kind: str, office: None, sign_in: SignIn
) -> None:
    if kind == "mail2sms":
        builders.gateway("post", kind="smtp", base_url="smtps://mail.example.at:465")
    client = sign_in()
    posted = {"name": "neu", "kind": kind, "max_per_minute": "30", "price": "0,077"} | EVERY[kind]
    posted |= senders("Rauchfang", registered="yes", registered_on="1.9.2026") if kind != "smtp" else {}
    assert client.post("/gateways/neu", data=posted).headers.get("Location") == "/gateways"
    row = db.session.scalars(db.select(Gateway).where(Gateway.name == "neu")).one()
    assert (row.kind, row.price) == ("http_template" if kind == "mail2sms" else kind, 770)
    html = check_page(client.get(f"/gateways/{row.id}"))
    for value in EVERY[kind].values():
        assert value == "t" or str(escape(value)) in html
    before = (dict(row.options), row.base_url, row.senders, row.secret)
    kept = {name: value for name, value in posted.items() if name not in ("token", "password")}
    client.post(f"/gateways/{row.id}", data=kept)
    db.session.expire_all()
    assert (dict(row.options), row.base_url, row.senders, row.secret) == before


# C29
@pytest.mark.parametrize(("kind", "pace"), [("android", 1), ("gammu", 8), ("linkmobility", 60)])
@pytest.mark.parametrize(("typed", "kept"), [("", None), ("0", 0), ("3", 3)])
def test_a_form_that_says_no_pace_takes_the_usual_one(
    kind: str, pace: int, typed: str, kept: int | None, office: None, sign_in: SignIn
) -> None:
    client = sign_in()
    html = check_page(client.get(f"/gateways/neu?art={kind}"))
    assert "Handy 1, Modem 8, sonst 60" in html and 'value="60"' not in html
    client.post("/gateways/neu", data={"name": "neu", "kind": kind, "max_per_minute": typed} | EVERY[kind])
    assert only().max_per_minute == (pace if kept is None else kept)


# C19, C23
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("linkmobility", "nie »zugestellt«. Mit einer Adresse für Meldungen"),
        ("seven", "Fragt den Zustellstand ab. Antworten kommen an."),
        ("android", "Fragt den Zustellstand ab. Antworten kommen an."),
        ("gammu", "Fragt den Zustellstand ab. Antworten kommen an."),
        ("http_template", "nie »zugestellt«. Antworten kommen nicht an."),
        ("smtp", "dass der Mailserver angenommen hat"),
    ],
)
def test_each_account_says_in_words_what_it_can_do(
    kind: str, words: str, office: None, sign_in: SignIn
) -> None:
    builders.gateway("eins", kind=kind)
    html = check_page(sign_in("office").get("/gateways"))
    account = html[html.index("<b>eins</b>") : html.index("Was es gibt")]
    assert words in account


# C19
def test_link_with_an_address_for_reports_says_that_it_reports(office: None, sign_in: SignIn) -> None:
    builders.gateway("eins", kind="linkmobility", hook_secret="x" * 43)
    company = db.session.get_one(Company, 1)
    company.public_url = "https://t.example.at"
    db.session.commit()
    html = check_page(sign_in("office").get("/gateways"))
    assert "Bekommt den Zustellstand gemeldet. Antworten kommen an." in html


# C19
@pytest.mark.parametrize(
    ("kind", "silent"),
    [
        ("linkmobility", True),
        ("http_template", True),
        ("smtp", True),
        ("seven", False),
        ("android", False),
        ("gammu", False),
    ],
)
def test_the_window_of_a_message_says_when_a_gateway_does_not_report(
    kind: str, silent: bool, office: None, sign_in: SignIn
) -> None:
    row = builders.gateway("eins", kind=kind)
    appointment = builders.appointment(builders.calendar(), NOON)
    message = builders.message(
        appointment, builders.rule(), state="accepted", gateway_id=row.id, sent_at=NOON
    )
    html = sign_in("office").get(f"/nachricht/{message.id}").get_data(as_text=True)
    assert ("Dieses Gateway meldet nicht, ob die Nachricht ankam." in html) == silent


# C23, A56
def test_names_tell_whether_they_are_registered(office: None, sign_in: SignIn) -> None:
    rows = [
        {"address": "Rauchfang", "type": "alphanumeric", "registered": "yes", "registered_on": "2026-09-01"},
        {"address": "Kehrbote", "type": "alphanumeric", "registered": "no", "registered_on": ""},
        {"address": "Feger", "type": "alphanumeric"},
        {"address": "+43720111222", "type": "international"},
    ]
    builders.gateway("eins", kind="seven", senders=rows)
    html = check_page(sign_in("office").get("/gateways"))
    assert "eingetragen seit 01.09.2026" in html
    assert html.count("nicht eingetragen: Solche SMS kommen in Österreich seit 1.10.2026") == 1
    assert html.count("Eintragung nicht bekannt") == 1
    assert html.count("Antworten nicht möglich") == 3


# B09
def test_a_token_that_another_account_has_is_refused_at_its_field(office: None, sign_in: SignIn) -> None:
    builders.gateway("haupt", kind="seven").secret = "gleich"
    steyr = builders.gateway("steyr", kind="seven")
    builders.branch("Steyr", sms_gateway_id=steyr.id)
    db.session.commit()
    data = {"name": "steyr", "kind": "seven", "token": "gleich", "max_per_minute": "60"}
    html = check_page(sign_in().post(f"/gateways/{steyr.id}", data=data), 422)
    assert "Dieses Token hat schon das Gateway »haupt«" in html and "gleich" not in html.split("haupt")[0]


def test_the_preset_for_simplesms_guesses_nothing(office: None, sign_in: SignIn) -> None:
    html = check_page(sign_in().get("/gateways/neu?vorlage=simplesms"))
    assert "https://…/…?…={user}" in html and "Ersetzen Sie jedes …" in html
