"""Who may sign in, and one's own access."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user, login_user
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms import PasswordField, SelectField, StringField

from kehr import clock
from kehr.actions.setup import change_users
from kehr.actions.setup.change_users import UserRefused
from kehr.models import User, db
from kehr.web.access import needs
from kehr.web.form_words import USER_FAULTS, choices_of
from kehr.web.layout import LANGUAGES

screen = Blueprint("users", __name__)

ROLE_WORDS = {
    "reader": lazy_gettext("Lesen"),
    "office": lazy_gettext("Büro"),
    "admin": lazy_gettext("Verwaltung"),
}


class NewUserForm(FlaskForm):
    """Somebody new."""

    login = StringField(lazy_gettext("Benutzername"))
    role = SelectField(lazy_gettext("Rolle"), default="office", validate_choice=False)
    password = PasswordField(
        lazy_gettext("Startkennwort"),
        description=lazy_gettext(
            "Mindestens 10 Zeichen. Bei der ersten Anmeldung wird ein eigenes verlangt."
        ),
    )


class RoleForm(FlaskForm):
    """Another role."""

    role = SelectField(lazy_gettext("Rolle"), validate_choice=False)


class ResetForm(FlaskForm):
    """A start password for somebody who forgot theirs."""

    password = PasswordField(
        lazy_gettext("Neues Startkennwort"),
        description=lazy_gettext(
            "Mindestens 10 Zeichen. Bei der nächsten Anmeldung wird ein eigenes verlangt."
        ),
    )


class OwnPasswordForm(FlaskForm):
    """A new password of one's own."""

    current = PasswordField(lazy_gettext("Jetziges Kennwort"))
    password = PasswordField(
        lazy_gettext("Neues Kennwort"),
        description=lazy_gettext("Mindestens 10 Zeichen, zum Beispiel drei Wörter hintereinander."),
    )
    again = PasswordField(lazy_gettext("Neues Kennwort noch einmal"))


@screen.get("/benutzer")
@needs("admin")
def page() -> str:
    """Everybody who may sign in."""
    users = db.session.scalars(db.select(User).order_by(User.active.desc(), User.login)).all()
    return render_template("users/page.html", users=users, roles=ROLE_WORDS)


@screen.route("/benutzer/neu", methods=["GET", "POST"])
@needs("admin")
def new() -> Response | str | tuple[str, int]:
    """Adds somebody."""
    form = NewUserForm()
    form.role.choices = choices_of(ROLE_WORDS)
    if not form.validate_on_submit():
        return render_template("users/new.html", form=form)
    try:
        change_users.add_user(form.login.data or "", form.role.data, form.password.data or "", clock.now())
    except UserRefused as refused:
        _tell(form, refused)
        return render_template("users/new.html", form=form), 422
    flash(
        _("%(login)s kann sich jetzt mit dem Startkennwort anmelden.", login=form.login.data.strip()),
        "success",
    )
    return redirect(url_for("users.page"))


@screen.get("/benutzer/<int:user_id>")
@needs("admin")
def one(user_id: int) -> str:
    """One user and what can be changed."""
    return _one(_wanted(user_id))


@screen.post("/benutzer/<int:user_id>/rolle")
@needs("admin")
def role(user_id: int) -> Response | tuple[str, int]:
    """Gives another role."""
    user = _wanted(user_id)
    form = RoleForm()
    try:
        changed = change_users.set_role(user_id, form.role.data or "")
    except UserRefused as refused:
        _tell(form, refused, "role")
        return _one(user, role=form), 422
    if changed:
        flash(_("Die Rolle ist geändert. Wer angemeldet war, meldet sich neu an."), "success")
    return redirect(url_for("users.page"))


@screen.post("/benutzer/<int:user_id>/aktiv")
@needs("admin")
def active(user_id: int) -> Response | tuple[str, int]:
    """Keeps somebody out, or lets them in again."""
    user = _wanted(user_id)
    wanted = request.form.get("aktiv") == "ja"
    try:
        changed = change_users.set_active(user_id, wanted)
    except UserRefused as refused:
        return _one(user, problem=USER_FAULTS[refused.code]), 422
    if changed and wanted:
        flash(_("Der Zugang ist wieder offen."), "success")
    elif changed:
        flash(_("Der Zugang ist gesperrt, offene Anmeldungen sind beendet."), "success")
    return redirect(url_for("users.page"))


@screen.post("/benutzer/<int:user_id>/kennwort")
@needs("admin")
def password(user_id: int) -> Response | tuple[str, int]:
    """Sets a start password."""
    user = _wanted(user_id)
    form = ResetForm()
    try:
        change_users.reset_password(user_id, form.password.data or "")
    except UserRefused as refused:
        _tell(form, refused)
        return _one(user, reset=form), 422
    flash(_("Das Startkennwort gilt ab jetzt. Offene Anmeldungen sind beendet."), "success")
    return redirect(url_for("users.page"))


@screen.route("/konto", methods=["GET", "POST"])
@needs("reader")
def account() -> Response | str | tuple[str, int]:
    """One's own password; the page that a start password leads to."""
    form = OwnPasswordForm()
    if not form.validate_on_submit():
        return render_template("users/account.html", form=form, languages=LANGUAGES, roles=ROLE_WORDS)
    try:
        if form.password.data != form.again.data:
            raise UserRefused("password_differs", "again")
        user = change_users.change_own_password(
            current_user.id, form.current.data or "", form.password.data or ""
        )
    except UserRefused as refused:
        _tell(form, refused)
        return render_template("users/account.html", form=form, languages=LANGUAGES, roles=ROLE_WORDS), 422
    login_user(user)
    session.permanent = True
    flash(_("Ihr neues Kennwort gilt. Andere Geräte sind abgemeldet."), "success")
    return redirect("/")


@screen.post("/konto/sprache")
@needs("reader")
def language() -> Response:
    """Changes the language of this browser."""
    answer = redirect(url_for("users.account"))
    chosen = request.form.get("sprache", "")
    if chosen in LANGUAGES:
        answer.set_cookie("sprache", chosen, max_age=365 * 86400, httponly=True, samesite="Lax")
    return answer


def _wanted(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def _one(user: User, **shown: object) -> str:
    forms: dict[str, object] = {
        "role": RoleForm(formdata=None, role=user.role),
        "reset": ResetForm(formdata=None),
    }
    forms |= shown
    forms["role"].role.choices = choices_of(ROLE_WORDS)  # type: ignore[attr-defined]
    return render_template("users/one.html", user=user, roles=ROLE_WORDS, **forms)


def _tell(form: FlaskForm, refused: UserRefused, fallback: str = "password") -> None:
    field = form[refused.field or fallback]
    field.errors = [*field.errors, USER_FAULTS[refused.code]]
