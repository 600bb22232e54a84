"""What tests of screens share: a client that is signed in with a role."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask, g, request_started
from flask.testing import FlaskClient

from kehr.actions.setup import hash_password
from tests import builders

SignIn = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of the same kind that cost little: what they cost an attacker is not what pages are about."""
    monkeypatch.setattr(hash_password, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(autouse=True)
def fresh_request(app: Flask) -> Iterator[None]:
    """Each request starts without what the one before it remembered, the signed-in user above all.

    In production the app context ends with the request; here the one of the `app` fixture goes on.
    """

    def forget(_sender: Flask, **_more: object) -> None:
        for name in list(g):
            g.pop(name)

    app.extensions["login_throttle"].reset()
    app.extensions["late_count"].reset()
    with request_started.connected_to(forget, app):
        yield


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """`sign_in("office")` makes a user of that role and returns a client with their session."""

    def signed_in(role: str = "admin", login: str = "", **values: object) -> FlaskClient:
        user = builders.user(login or f"{role}-user", role, **values)
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = user.get_id()
            session["_fresh"] = True
        return client

    return signed_in
