"""Filialen: which there are, through which gateway and under which sender they write."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from kehr import clock
from kehr.actions.change_branch import save_branch
from kehr.actions.known_settings import known_settings
from kehr.models import Branch, Gateway, db
from kehr.rules.settings_gateways import read_branch
from kehr.rules.settings_reader import SettingsError
from kehr.rules.settings_values import GATEWAY_CHANNELS
from kehr.web.access import needs
from kehr.web.company import LANDS
from kehr.web.form_words import choices_of
from kehr.web.settings_form import checked, refuse_field

screen = Blueprint("branches", __name__)


class BranchForm(FlaskForm):
    """A Filiale; the checks live in kehr.rules.settings_gateways."""

    name = StringField(lazy_gettext("Name"), description=lazy_gettext("Steht als #Filiale in den Texten."))
    sms_gateway = SelectField(lazy_gettext("SMS gehen über"), validate_choice=False)
    email_gateway = SelectField(lazy_gettext("E-Mails gehen über"), validate_choice=False)
    sender = StringField(
        lazy_gettext("Absender"),
        description=lazy_gettext(
            "Nummer oder Name, den das Gateway freigegeben hat. Leer: das Gateway wählt."
        ),
    )
    land = SelectField(
        lazy_gettext("Bundesland"),
        choices=choices_of(LANDS | {"": lazy_gettext("wie die Firma")}),
        validate_choice=False,
    )


@screen.get("/filialen")
@needs("reader")
def page() -> str:
    """All branches."""
    query = db.select(Branch).options(joinedload(Branch.sms_gateway), joinedload(Branch.email_gateway))
    rows = db.session.scalars(query.order_by(Branch.id)).all()
    return render_template("branches/page.html", branches=rows, lands=LANDS)


@screen.route("/filialen/neu", methods=["GET", "POST"])
@needs("admin")
def new() -> Response | str | tuple[str, int]:
    """Adds a branch (B08)."""
    if request.method == "GET":
        return _form_page(_form(), None)
    return _save(_form(), None)


@screen.route("/filialen/<int:branch_id>", methods=["GET", "POST"])
@needs("admin")
def one(branch_id: int) -> Response | str | tuple[str, int]:
    """Changes a branch."""
    row = db.get_or_404(Branch, branch_id)
    if request.method == "POST":
        return _save(_form(), row)
    stored = {
        "name": row.name,
        "sms_gateway": row.sms_gateway.name if row.sms_gateway else "",
        "email_gateway": row.email_gateway.name if row.email_gateway else "",
        "sender": row.sender,
        "land": row.land,
    }
    return _form_page(_form(stored), row)


def _form(data: dict[str, Any] | None = None) -> BranchForm:
    form = BranchForm(data=data)
    rows = db.session.scalars(db.select(Gateway).order_by(Gateway.id)).all()
    for field, channel in ((form.sms_gateway, "sms"), (form.email_gateway, "email")):
        fitting = [row.name for row in rows if channel in GATEWAY_CHANNELS.get(row.kind, ())]
        first = {"": _("wie die Firma: das erste passende")}
        field.choices = choices_of(first | {name: name for name in fitting})
    return form


def _save(form: BranchForm, row: Branch | None) -> Response | tuple[str, int]:
    names = ("name", "sms_gateway", "email_gateway", "sender", "land")
    typed = {name: form[name].data or "" for name in names}
    known = known_settings(db.session)
    settings = checked(form, typed, lambda data: read_branch(data, "", known), None, {"name": "–"})
    if settings is None:
        return _form_page(form, row), 422
    try:
        save_branch(row.id if row else None, settings, clock.now())
    except SettingsError as error:
        refuse_field(form, error.key, error.sentence)
        return _form_page(form, row), 422
    flash(_("Gespeichert."), "success")
    return redirect(url_for("branches.page"))


def _form_page(form: BranchForm, row: Branch | None) -> str:
    gateways = db.session.scalars(db.select(Gateway).order_by(Gateway.id)).all()
    released = [sender["address"] for gateway in gateways for sender in gateway.senders]
    return render_template("branches/edit.html", form=form, branch=row, released=released)
