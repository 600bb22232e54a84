"""Who may see what: every view carries a role or says that it is public, else nobody gets in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from kehr.models import User, db

ROLES = ("reader", "office", "admin")
"""Each role may do what the ones before it may."""

View = TypeVar("View", bound=Callable[..., Any])


def needs(role: str) -> Callable[[View], View]:
    """Marks a view as open to `role` (reader, office or admin) and the roles above it."""
    if role not in ROLES:
        raise ValueError(role)

    def mark(view: View) -> View:
        view.needed_role = role  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Marks a view as open to everybody, signed in or not."""
    view.needed_role = ""  # type: ignore[attr-defined]
    return view


def may(role: str) -> bool:
    """Whether the signed-in user has `role` or one above it."""
    return current_user.is_authenticated and ROLES.index(current_user.role) >= ROLES.index(role)


def role_of(endpoint: str) -> str | None:
    """The role an endpoint needs, empty for public, None for one that nobody has marked."""
    if endpoint.rpartition(".")[2] == "static":
        return ""
    return getattr(current_app.view_functions[endpoint], "needed_role", None)


def register(app: Flask) -> None:
    """Sets up sign-in and the check before every request."""
    logins = LoginManager(app)
    logins.user_loader(_load)
    app.before_request(_guard)


def _load(session_id: str) -> User | None:
    """The user of a session; none when password or role changed since (the session key did too)."""
    number, _, key = session_id.partition(".")
    user = db.session.get(User, int(number)) if number.isascii() and number.isdigit() else None
    return user if user is not None and user.active and user.session_key == key else None


def _guard() -> Response | None:
    if request.endpoint is None:
        return None
    role = role_of(request.endpoint)
    if role == "":
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    if role is None or not may(role):
        abort(403)
    if current_user.must_change and request.endpoint != "users.account":
        return redirect(url_for("users.account"))
    return None


def _to_sign_in() -> Response:
    """To the login page and back here afterwards; a fragment makes the whole page go there."""
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    fragment = "HX-Request" in request.headers
    target = url_for("login.sign_in", next=None if fragment else here)
    if fragment:
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target)
