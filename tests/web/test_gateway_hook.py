"""The address for reports on a gateway's page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from kehr.models import Gateway, db
from tests import builders
from tests.conftest import Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

URL = "https://k.example.at"


def gateway(kind: str = "linkmobility", **company: Any) -> Gateway:
    builders.company(**{"public_url": URL} | company)
    return builders.gateway("das Gateway", kind=kind, options={"user": ""})


def secret() -> str:
    db.session.expire_all()
    return db.session.scalars(db.select(Gateway.hook_secret)).one()


def test_the_address_is_made_shown_and_made_anew(app: Flask, at: Clock, sign_in: SignIn) -> None:
    row, client = gateway(), sign_in()
    page = f"/gateways/{row.id}"
    assert "Adresse erzeugen" in check_page(client.get(page)) and not secret()
    made = client.post(f"{page}/meldeadresse")
    assert made.headers["Location"] == f"{page}#meldungen"
    first = secret()
    assert re.fullmatch(r"[\w-]{43}", first)
    html = check_page(client.get(page))
    assert f'value="{URL}/hooks/{first}"' in html and "Die alte Adresse gilt dann nicht mehr." in html
    assert "Starten Sie Kehrbote mit KEHR_PUBLIC_PORT" in html
    client.post(f"{page}/meldeadresse")
    assert secret() != first


def test_without_a_public_address_it_is_grey_with_the_reason(app: Flask, at: Clock, sign_in: SignIn) -> None:
    row, client = gateway(public_url=""), sign_in()
    html = check_page(client.get(f"/gateways/{row.id}"))
    assert "Tragen Sie unter Firma die öffentliche Adresse ein." in html
    assert re.search(r"<button[^>]*disabled[^>]*>[^/]*</i> Adresse erzeugen", html)
    client.post(f"/gateways/{row.id}/meldeadresse")
    assert not secret()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" abc ", "abc"), ("", "old"), ("x" * 201, "old"), ("a\x07b", "old"), ("x" * 200, "x" * 200)],
)
def test_seven_needs_its_signing_key(typed: str, kept: str, app: Flask, at: Clock, sign_in: SignIn) -> None:
    row, client = gateway("seven"), sign_in()
    page = f"/gateways/{row.id}"
    client.post(f"{page}/meldeadresse")
    assert "Ohne Signaturschlüssel wird keine Meldung angenommen." in check_page(client.get(page))
    client.post(f"{page}/signatur", data={"hook_key": "old"})
    client.post(f"{page}/signatur", data={"hook_key": typed})
    db.session.expire_all()
    assert db.session.get_one(Gateway, row.id).options == {"user": "", "hook_key": kept}
    html = check_page(client.get(page))
    assert "Ohne Signaturschlüssel" not in html and f'value="{kept}"' not in html


@pytest.mark.parametrize("kind", ["smtp", "sandbox"])
def test_a_gateway_that_cannot_call_has_no_such_address(
    kind: str, app: Flask, at: Clock, sign_in: SignIn
) -> None:
    row, client = gateway(kind), sign_in()
    assert "Meldungen des Gateways" not in check_page(client.get(f"/gateways/{row.id}"))
    assert client.post(f"/gateways/{row.id}/meldeadresse").status_code == 404
    assert client.post(f"/gateways/{row.id}/signatur").status_code == 404


def test_only_who_administers_may_make_one(app: Flask, at: Clock, sign_in: SignIn) -> None:
    row, client = gateway(), sign_in("office")
    for path in ("meldeadresse", "signatur"):
        assert client.post(f"/gateways/{row.id}/{path}").status_code == 403
    assert not secret() and client.post("/gateways/99/meldeadresse").status_code == 403
