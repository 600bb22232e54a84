"""Gateways: which accounts there are, whether they work, and their settings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, SelectField, StringField, TextAreaField

from kehr import clock
from kehr.actions.change_gateway import save_gateway
from kehr.actions.check_gateway import check_gateway
from kehr.actions.gateway_queue import let_run
from kehr.actions.known_settings import known_settings
from kehr.models import Gateway, db
from kehr.rules.settings_gateways import mail_server, read_gateway
from kehr.rules.settings_reader import SettingsError
from kehr.web.access import needs
from kehr.web.form_words import choices_of
from kehr.web.fragments import wants_fragment
from kehr.web.settings_form import checked, refuse_field, whole

screen = Blueprint("gateways", __name__)

KIND_WORDS = {
    "sandbox": lazy_gettext("Trockenlauf: nichts verlässt das Haus"),
    "linkmobility": lazy_gettext("LINK Mobility / websms (SMS)"),
    "smtp": lazy_gettext("Mailserver (E-Mail)"),
}
SECURITY_WORDS = {
    "starttls": lazy_gettext("STARTTLS (üblich, Port 587)"),
    "tls": lazy_gettext("TLS von Anfang an (Port 465)"),
    "none": lazy_gettext("keine (nur im eigenen Netz)"),
}

_STAND_INS = {"name": "–", "kind": "sandbox", "host": "example.at"}


class GatewayForm(FlaskForm):
    """One account; the checks live in kehr.rules.settings_gateways."""

    name = StringField(
        lazy_gettext("Name"), description=lazy_gettext("So heißt das Gateway bei den Filialen.")
    )
    kind = SelectField(lazy_gettext("Art"), choices=choices_of(KIND_WORDS), validate_choice=False)
    base_url = StringField(
        lazy_gettext("Adresse"),
        description=lazy_gettext(
            "Leer lassen für https://api.linkmobility.eu/rest. "
            "Mit einem Zugang von websms.com: https://api.websms.com/rest."
        ),
    )
    token = PasswordField(lazy_gettext("Zugangsschlüssel (Token)"))
    host = StringField(lazy_gettext("Mailserver"), description=lazy_gettext("Zum Beispiel mail.example.at."))
    port = StringField(
        lazy_gettext("Port"), description=lazy_gettext("Leer: der übliche zur Verschlüsselung.")
    )
    security = SelectField(
        lazy_gettext("Verschlüsselung"), choices=choices_of(SECURITY_WORDS), validate_choice=False
    )
    user = StringField(lazy_gettext("Benutzername"))
    password = PasswordField(lazy_gettext("Kennwort"))
    senders = TextAreaField(
        lazy_gettext("Freigegebene Absender"),
        description=lazy_gettext(
            "Einer je Zeile: eine Nummer, ein Name mit höchstens 11 Zeichen oder eine E-Mail-Adresse. "
            "Filialen wählen aus dieser Liste. An einen Namen kann niemand antworten."
        ),
    )
    max_per_minute = StringField(
        lazy_gettext("Höchstens so viele Nachrichten je Minute"), description=lazy_gettext("0: ohne Grenze.")
    )


@screen.get("/gateways")
@needs("office")
def page() -> str:
    """All accounts with their state."""
    rows = db.session.scalars(db.select(Gateway).order_by(Gateway.id)).all()
    return render_template("gateways/page.html", gateways=rows, kinds=KIND_WORDS)


@screen.route("/gateways/neu", methods=["GET", "POST"])
@needs("admin")
def new() -> Response | str | tuple[str, int]:
    """Adds an account."""
    if request.method == "GET":
        return _form_page(GatewayForm(data={"kind": "linkmobility", "max_per_minute": "60"}), None)
    return _save(GatewayForm(), None)


@screen.route("/gateways/<int:gateway_id>", methods=["GET", "POST"])
@needs("admin")
def one(gateway_id: int) -> Response | str | tuple[str, int]:
    """Changes an account; an empty token or password keeps the old one."""
    row = db.get_or_404(Gateway, gateway_id)
    if request.method == "GET":
        return _form_page(GatewayForm(data=_stored(row)), row)
    return _save(GatewayForm(), row)


@screen.post("/gateways/<int:gateway_id>/testen")
@needs("admin")
def check(gateway_id: int) -> Response | str:
    """Proves the credentials without sending (B05)."""
    db.get_or_404(Gateway, gateway_id)
    result = check_gateway(gateway_id, clock.now())
    if wants_fragment():
        row = db.session.get_one(Gateway, gateway_id)
        return render_template("gateways/_check.html", gateway=row, account=result.account)
    return redirect(url_for("gateways.page"))


@screen.post("/gateways/<int:gateway_id>/weiter")
@needs("office")
def run(gateway_id: int) -> Response:
    """Lets a stopped queue run again."""
    row = db.get_or_404(Gateway, gateway_id)
    if row.stopped_code:
        let_run(gateway_id, current_user.login, clock.now())
        flash(
            _("»%(name)s« läuft wieder. Was fällig ist, geht in der nächsten Minute hinaus.", name=row.name)
        )
    return redirect(url_for("gateways.page"))


def _save(form: GatewayForm, row: Gateway | None) -> Response | tuple[str, int]:
    known = known_settings(db.session)
    settings = checked(form, _typed(form), lambda data: read_gateway(data, "", known), None, _STAND_INS)
    if settings is None:
        return _form_page(form, row), 422
    try:
        save_gateway(row.id if row else None, settings, clock.now())
    except SettingsError as error:
        refuse_field(form, error.key, error.sentence)
        return _form_page(form, row), 422
    flash(_("Gespeichert. Mit »Zugang testen« sehen Sie, ob die Zugangsdaten stimmen."), "success")
    return redirect(url_for("gateways.page"))


def _form_page(form: GatewayForm, row: Gateway | None) -> str:
    return render_template("gateways/edit.html", form=form, gateway=row)


def _typed(form: GatewayForm) -> dict[str, Any]:
    """The form as a table of the settings file; fields of another kind of gateway are left out."""
    data: dict[str, Any] = {
        "name": form.name.data,
        "kind": form.kind.data or "",
        "max_per_minute": whole(form.max_per_minute.data) or 0,
        "senders": [
            {"address": line.strip()} for line in (form.senders.data or "").splitlines() if line.strip()
        ],
    }
    if form.kind.data == "smtp":
        data |= {"host": form.host.data or "", "security": form.security.data, "user": form.user.data or ""}
        return data | {"port": whole(form.port.data), "password": form.password.data or None}
    if form.kind.data == "linkmobility":
        return data | {"base_url": form.base_url.data or "", "token": form.token.data or None}
    return data


def _stored(row: Gateway) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": row.name,
        "kind": row.kind,
        "base_url": row.base_url,
        "user": row.options.get("user", ""),
        "senders": "\n".join(sender["address"] for sender in row.senders),
        "max_per_minute": str(row.max_per_minute),
    }
    if row.kind == "smtp" and row.base_url:
        server = mail_server(row.base_url)
        data |= {"host": server.host, "port": str(server.port or ""), "security": server.security}
    return data
