"""Gateways: what is refused, to whom, and with which sentence."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kehr.models import Gateway, db
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.gateway_forms import LINK, MAIL, only, senders
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    builders.company()


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


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "android", "phone_url": ""}, "Adresse des Telefons fehlt"),
        ({"kind": "gammu", "database": "smsd.db"}, "beginnt mit /"),
        ({"kind": "http_template", "url": "https://…/?…={text}"}, "Ersetzen Sie jedes …"),
        ({"kind": "http_template", "url": "https://x.at/", "headers": "X-Key"}, "keine Kopfzeile"),
        (
            {"kind": "http_template", "url": "https://x.at/?t={text}{recipient}", "timeout": "bald"},
            "ganze Zahl",
        ),
        (
            {"kind": "mail2sms", "via": "nix", "mail_to": "{recipient}@x.example"},
            "der Art smtp gibt es nicht",
        ),
        ({"kind": "mail2sms", "via": "", "mail_to": "{recipient}@x.example"}, "Über welches Mailkonto"),
        ({"kind": "seven", "price": "gratis"}, "kein Preis einer SMS"),
        ({"kind": "seven"} | senders("Feger", registered="vielleicht"), "gibt es hier nicht"),
        ({"kind": "seven"} | senders("Feger", registered="yes", registered_on="gestern"), "kein Datum"),
        ({"kind": "seven"} | senders("Feger", registered="no", registered_on="1.9.2026"), "gehört nur zu"),
    ],
)
def test_bad_input_of_the_new_kinds_is_refused_and_stays(
    data: dict[str, Any], words: str, office: None, sign_in: SignIn
) -> None:
    html = check_page(
        sign_in().post("/gateways/neu", data={"name": "neu", "max_per_minute": "7"} | data), 422
    )
    assert words in html and 'value="neu"' in html
    assert db.session.scalar(db.select(Gateway.id)) is None


@pytest.mark.parametrize(("role", "path"), [("reader", "/gateways"), ("office", "/gateways/neu")])
def test_other_roles_are_refused(role: str, path: str, office: None, sign_in: SignIn) -> None:
    assert sign_in(role).get(path).status_code == 403


def test_a_gateway_that_is_not_there_is_404(office: None, sign_in: SignIn) -> None:
    assert sign_in().get("/gateways/99").status_code == 404
