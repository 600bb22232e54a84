"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField

from kehr import clock
from kehr.actions.setup.sign_in import sign_in as check_sign_in
from kehr.rules.terms.passwords import clean_login
from kehr.web.access import needs, public
from kehr.web.security import forget_tries, is_local_path, may_try

screen = Blueprint("login", __name__)


class LoginForm(FlaskForm):
    """Name and password."""

    login = StringField(lazy_gettext("Benutzername"))
    password = PasswordField(lazy_gettext("Kennwort"))
    next = HiddenField()


@screen.route("/anmelden", methods=["GET", "POST"])
@public
def sign_in() -> Response | str | tuple[str, int]:
    """The login page, and the attempt."""
    form = LoginForm(next=request.args.get("next", ""))
    if request.method == "GET":
        return redirect("/") if current_user.is_authenticated else _page(form)
    form.validate()
    login = clean_login(form.login.data or "")
    if not may_try(login):
        abort(429)
    user = check_sign_in(login, form.password.data or "", clock.now())
    if user is None:
        return _page(
            form, _("Name oder Kennwort stimmt nicht. Prüfen Sie beides und versuchen Sie es noch einmal.")
        ), 401
    forget_tries(login)
    session.clear()
    session.permanent = True
    login_user(user)
    target = form.next.data
    return redirect(target if is_local_path(target) else "/")


@screen.post("/abmelden")
@needs("reader")
def sign_out() -> Response:
    """Ends this session."""
    logout_user()
    session.clear()
    flash(_("Sie sind abgemeldet."), "info")
    return redirect(url_for("login.sign_in"))


def _page(form: LoginForm, problem: str = "") -> str:
    return render_template("login/page.html", form=form, problem=problem)
