"""Signing in and out (A23)."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kehr.actions.setup import sign_in as sign_in_action
from kehr.actions.setup.change_users import (
    add_user,
    change_own_password,
    reset_password,
    set_active,
    set_role,
)
from kehr.models import User, db
from kehr.rules.terms.passwords import clean_login, login_fault, password_fault
from tests.conftest import NOON, Clock
from tests.web.page_checks import check_page

PASSWORD = "drei wörter hier"


@pytest.fixture
def maria(app: Flask) -> int:
    """A user with a real password."""
    return add_user("maria", "office", PASSWORD, NOON, must_change=False)


def attempt(client: FlaskClient, login: str = "maria", password: str = PASSWORD, **more: str) -> object:
    """Posts the login form."""
    return client.post("/anmelden", data={"login": login, "password": password, **more})


def test_login_page_is_sound(app: Flask) -> None:
    check_page(app.test_client().get("/anmelden"))


# A23
def test_right_name_and_password_open_the_app(app: Flask, at: Clock, maria: int) -> None:
    client = app.test_client()
    answer = attempt(client, " Maria ")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert client.get("/konto").status_code == 200
    assert db.session.get(User, maria).last_login_at == NOON


# A23
@pytest.mark.parametrize(
    ("login", "password"),
    [("maria", "drei wörter dort"), ("maria", ""), ("niemand", PASSWORD), ("", ""), ("maria", "x" * 100_000)],
)
def test_wrong_name_and_wrong_password_look_the_same(
    app: Flask, at: Clock, maria: int, login: str, password: str
) -> None:
    client = app.test_client()
    html = check_page(attempt(client, login, password), 401)
    assert "Name oder Kennwort stimmt nicht." in html
    assert f'value="{login}"' in html
    assert not password or password not in html
    assert client.get("/konto").status_code == 302


def test_unknown_name_costs_the_same_work_as_a_wrong_password(
    app: Flask, maria: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = sign_in_action.password_matches

    def counting(stored: str, password: str) -> bool:
        checked.append(stored)
        return real(stored, password)

    monkeypatch.setattr(sign_in_action, "password_matches", counting)
    set_active(maria, False)
    for login in ("niemand", "maria"):
        assert sign_in_action.sign_in(login, PASSWORD, NOON) is None
    assert checked == ["", ""]


def test_kept_out_user_does_not_get_in(app: Flask, at: Clock, maria: int) -> None:
    set_active(maria, False)
    check_page(attempt(app.test_client()), 401)


# A23
def test_eleventh_wrong_attempt_from_one_address_must_wait(app: Flask, at: Clock, maria: int) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    client = app.test_client()
    for _ in range(10):
        assert attempt(client, password="falsch").status_code == 401
    html = check_page(attempt(client), 429)
    assert "Warten Sie ein paar Minuten" in html


# A23
def test_successful_sign_in_starts_the_count_anew(app: Flask, at: Clock, maria: int) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    for _ in range(3):
        client = app.test_client()
        for _ in range(9):
            assert attempt(client, password="falsch").status_code == 401
        assert attempt(client).status_code == 302


# A23
def test_one_name_is_throttled_across_addresses(app: Flask, at: Clock, maria: int) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    answers = [
        app.test_client().post(
            "/anmelden",
            data={"login": "maria", "password": "falsch"},
            environ_base={"REMOTE_ADDR": f"192.168.1.{n // 8 + 1}"},
        )
        for n in range(31)
    ]
    assert [answer.status_code for answer in answers] == [401] * 30 + [429]


def test_after_signing_in_the_wanted_page_opens(app: Flask, at: Clock, maria: int) -> None:
    client = app.test_client()
    asked = client.get("/konto?x=1")
    assert asked.headers["Location"] == "/anmelden?next=/konto?x%3D1"
    html = client.get(asked.headers["Location"]).get_data(as_text=True)
    assert 'value="/konto?x=1"' in html
    assert attempt(client, next="/konto?x=1").headers["Location"] == "/konto?x=1"


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_signing_in_never_leads_elsewhere(app: Flask, at: Clock, maria: int, target: str) -> None:
    assert attempt(app.test_client(), next=target).headers["Location"] == "/"


def test_signing_in_drops_what_the_session_held_before(app: Flask, at: Clock, maria: int) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["planted"] = "x"
    attempt(client)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_signing_out_ends_the_session(app: Flask, at: Clock, maria: int) -> None:
    client = app.test_client()
    attempt(client)
    assert client.post("/abmelden").headers["Location"] == "/anmelden"
    assert client.get("/konto").status_code == 302
    assert client.get("/abmelden").status_code == 405


@pytest.mark.parametrize(
    "change",
    [
        lambda number: reset_password(number, "ganz was anderes"),
        lambda number: set_role(number, "reader"),
        lambda number: set_active(number, False),
        lambda number: change_own_password(number, PASSWORD, "ganz was anderes"),
    ],
    ids=["reset", "role", "kept out", "own password"],
)
def test_changed_password_or_role_ends_the_open_sessions(
    app: Flask, at: Clock, maria: int, change: object
) -> None:
    client = app.test_client()
    attempt(client)
    assert client.get("/konto").status_code == 200
    change(maria)
    db.session.remove()
    assert client.get("/konto").status_code == 302


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("zehnzeiche", None),
        ("neunzeich", "password_short"),
        ("", "password_short"),
        ("ab1" * 66 + "ü8", None),
        ("ab1" * 67, "password_long"),
        ("maria.muster", "password_is_login"),
        ("Maria.MusterMaria.Muster", "password_is_login"),
        ("Passwort123", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("abababababab", "password_common"),
        ("maria.muster kehrt", None),
    ],
)
def test_password_borders(password: str, fault: str | None) -> None:
    assert password_fault(password, "maria.muster") == fault


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("ma", None),
        ("m", "login_characters"),
        ("", "login_empty"),
        ("   ", "login_empty"),
        ("maria muster", "login_characters"),
        ("maria@example.at", None),
        ("<b>", "login_characters"),
        ("x" * 60, None),
        ("x" * 61, "login_characters"),
        ("Jürgen", None),
    ],
)
def test_login_name_borders(typed: str, fault: str | None) -> None:
    assert login_fault(clean_login(typed)) == fault
