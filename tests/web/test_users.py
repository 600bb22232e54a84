"""Users and one's own access."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.setup.change_users import UserRefused, add_user, set_active, set_role
from kehr.actions.setup.hash_password import password_matches
from kehr.models import User, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

PASSWORD = "drei wörter hier"


def row(login: str) -> User:
    """The user of a login, as stored now."""
    db.session.expire_all()
    return db.session.scalars(select(User).where(User.login == login)).one()


@pytest.mark.parametrize("path", ["/benutzer", "/benutzer/neu", "/konto"])
def test_page_is_sound(at: Clock, sign_in: SignIn, path: str) -> None:
    builders.company()
    check_page(sign_in("admin").get(path))


def test_page_of_one_user_is_sound_open_and_closed(at: Clock, sign_in: SignIn) -> None:
    client = sign_in("admin")
    for active in (True, False):
        user = builders.user(f"u{active}".lower(), "office", active=active)
        html = check_page(client.get(f"/benutzer/{user.id}"))
        assert ("Sperren …" in html) == active
        assert ("Wieder öffnen …" in html) != active


def test_unknown_user_is_not_found(sign_in: SignIn) -> None:
    client = sign_in("admin")
    check_page(client.get("/benutzer/999"), 404)
    for deed in ("rolle", "aktiv", "kennwort"):
        check_page(client.post(f"/benutzer/999/{deed}"), 404)


def test_new_user_signs_in_and_must_choose_an_own_password(app: Flask, at: Clock, sign_in: SignIn) -> None:
    answer = sign_in("admin").post(
        "/benutzer/neu", data={"login": " Eva ", "role": "reader", "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/benutzer"
    assert (row("eva").role, row("eva").must_change) == ("reader", True)
    client = app.test_client()
    assert client.post("/anmelden", data={"login": "eva", "password": PASSWORD}).status_code == 302
    assert client.get("/benutzer").status_code == 403
    assert "Startkennwort" in client.get("/konto").get_data(as_text=True)
    own = {"current": PASSWORD, "password": "ein eigenes wort", "again": "ein eigenes wort"}
    assert client.post("/konto", data=own).headers["Location"] == "/"
    assert not row("eva").must_change
    assert client.get("/konto").status_code == 200, "the session that changed the password goes on"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"login": ""}, "Der Benutzername fehlt."),
        ({"login": "<script>"}, "Dieser Benutzername geht nicht."),
        ({"login": "ADMIN-user"}, "Diesen Benutzernamen gibt es schon."),
        ({"role": "chef"}, "Diese Rolle gibt es nicht."),
        ({"password": "123456789"}, "mindestens 10 Zeichen"),
        ({"password": "x" * 201}, "Höchstens 200 Zeichen"),
        ({"password": "1234567890"}, "zu leicht zu erraten"),
    ],
)
def test_bad_new_user_is_refused_with_a_sentence(
    at: Clock, sign_in: SignIn, change: dict[str, str], sentence: str
) -> None:
    data = {"login": "eva.neu", "role": "reader", "password": PASSWORD} | change
    html = check_page(sign_in("admin").post("/benutzer/neu", data=data), 422)
    assert sentence in html
    assert "<script>" not in html.replace("<script src", "")
    assert data["login"].replace("<", "&lt;").replace(">", "&gt;") in html
    assert f'value="{data["password"]}"' not in html
    assert len(db.session.scalars(select(User)).all()) == 1


def test_second_click_adds_nobody_twice(at: Clock, sign_in: SignIn) -> None:
    client = sign_in("admin")
    data = {"login": "eva", "role": "reader", "password": PASSWORD}
    client.post("/benutzer/neu", data=data)
    assert client.post("/benutzer/neu", data=data).status_code == 422
    assert len(db.session.scalars(select(User)).all()) == 2


def test_role_changes_and_ends_the_sessions(at: Clock, sign_in: SignIn) -> None:
    eva = builders.user("eva", "reader", session_key="before")
    sign_in("admin").post(f"/benutzer/{eva.id}/rolle", data={"role": "office"})
    assert row("eva").role == "office"
    assert row("eva").session_key != "before"


def test_unknown_role_is_refused(at: Clock, sign_in: SignIn) -> None:
    eva = builders.user("eva", "reader")
    html = check_page(sign_in("admin").post(f"/benutzer/{eva.id}/rolle", data={"role": "root"}), 422)
    assert "Diese Rolle gibt es nicht." in html
    assert row("eva").role == "reader"


def test_saving_the_same_role_ends_no_session(at: Clock, sign_in: SignIn) -> None:
    eva = builders.user("eva", "reader", session_key="before")
    sign_in("admin").post(f"/benutzer/{eva.id}/rolle", data={"role": "reader"})
    assert row("eva").session_key == "before"


@pytest.mark.parametrize(
    ("deed", "data"),
    [("rolle", {"role": "office"}), ("rolle", {"role": "reader"}), ("aktiv", {"aktiv": "nein"})],
)
def test_last_admin_can_neither_be_demoted_nor_kept_out(
    at: Clock, sign_in: SignIn, deed: str, data: dict[str, str]
) -> None:
    client = sign_in("admin", "chef")
    builders.user("ex", "admin", active=False)
    html = check_page(client.post(f"/benutzer/{row('chef').id}/{deed}", data=data), 422)
    assert "Das ist der letzte Zugang, der verwalten darf." in html
    assert (row("chef").role, row("chef").active) == ("admin", True)


def test_of_two_admins_one_may_go(at: Clock, sign_in: SignIn) -> None:
    client = sign_in("admin", "chef")
    other = builders.user("vize", "admin")
    client.post(f"/benutzer/{other.id}/aktiv", data={"aktiv": "nein"})
    assert not row("vize").active
    with pytest.raises(UserRefused, match="last_admin"):
        set_role(row("chef").id, "reader")
    client.post(f"/benutzer/{other.id}/aktiv", data={"aktiv": "ja"})
    assert row("vize").active


def test_forgotten_password_is_replaced_by_a_start_password(app: Flask, at: Clock, sign_in: SignIn) -> None:
    number = add_user("eva", "reader", PASSWORD, NOON, must_change=False)
    client = sign_in("admin")
    client.post(f"/benutzer/{number}/kennwort", data={"password": "neuer start wort"})
    assert row("eva").must_change
    assert password_matches(row("eva").password_hash, "neuer start wort")
    assert not password_matches(row("eva").password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("password", "sentence"), [("kurz", "mindestens 10"), ("", "mindestens 10"), ("e" * 12, "zu leicht")]
)
def test_bad_start_password_is_refused(at: Clock, sign_in: SignIn, password: str, sentence: str) -> None:
    number = add_user("eva", "reader", PASSWORD, NOON)
    html = check_page(sign_in("admin").post(f"/benutzer/{number}/kennwort", data={"password": password}), 422)
    assert sentence in html
    assert password_matches(row("eva").password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"current": "falsch"}, "Das jetzige Kennwort stimmt nicht."),
        ({"again": "ein anderes wort"}, "Die beiden Kennwörter sind verschieden."),
        ({"password": "kurz", "again": "kurz"}, "mindestens 10 Zeichen"),
        ({"password": PASSWORD, "again": PASSWORD}, "Das ist das bisherige Kennwort."),
        ({"password": "evaevaevaeva", "again": "evaevaevaeva"}, "wie der Benutzername"),
    ],
)
def test_bad_own_password_is_refused(app: Flask, at: Clock, change: dict[str, str], sentence: str) -> None:
    add_user("eva", "reader", PASSWORD, NOON, must_change=False)
    client = app.test_client()
    client.post("/anmelden", data={"login": "eva", "password": PASSWORD})
    data = {"current": PASSWORD, "password": "ein eigenes wort", "again": "ein eigenes wort"} | change
    assert sentence in check_page(client.post("/konto", data=data), 422)
    assert password_matches(row("eva").password_hash, PASSWORD)


def test_kept_out_user_keeps_password_and_history(at: Clock, app: Flask) -> None:
    number = add_user("eva", "reader", PASSWORD, NOON)
    assert set_active(number, False)
    assert not set_active(number, False)
    assert password_matches(row("eva").password_hash, PASSWORD)


def test_language_is_kept_in_this_browser_only(at: Clock, sign_in: SignIn) -> None:
    client = sign_in("reader")
    assert 'lang="de"' in client.get("/konto").get_data(as_text=True)
    client.post("/konto/sprache", data={"sprache": "en"})
    html = check_page(client.get("/konto"))
    assert '<html lang="en">' in html
    client.post("/konto/sprache", data={"sprache": "xx"})
    assert '<html lang="en">' in client.get("/konto").get_data(as_text=True)


def test_passwords_are_hashed_with_argon2id(app: Flask) -> None:
    add_user("eva", "reader", PASSWORD, NOON)
    assert row("eva").password_hash.startswith("$argon2id$")
    assert PASSWORD not in row("eva").password_hash
