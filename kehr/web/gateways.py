"""Gateways: which accounts there are, what they can do, whether they work, and their settings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.facts.gateway_queue import let_run
from kehr.actions.hear.check_gateway import check_gateway
from kehr.actions.money.meters import all_quotas, fullness_of
from kehr.actions.setup.change_gateway import save_gateway
from kehr.actions.setup.known_settings import known_settings
from kehr.actions.setup.probe_gateway import TEXT, Probe, probe_gateway
from kehr.models import Company, Gateway, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import GatewaySettings
from kehr.rules.plan.quota import Level, level
from kehr.rules.settings.settings_gateways import read_gateway
from kehr.rules.terms.euro import spell_euro
from kehr.web.access import needs
from kehr.web.filters import office_zone
from kehr.web.form_words import choices_of
from kehr.web.fragments import wants_fragment
from kehr.web.gateway_form import STAND_INS, GatewayForm, empty_rows, fields_of, german_day, stored, typed
from kehr.web.gateway_words import (
    KIND_SENTENCES,
    KIND_WORDS,
    abilities_in_words,
    form_kind,
    kind_in_words,
)
from kehr.web.sentences import told
from kehr.web.settings_form import checked, refuse_field

screen = Blueprint("gateways", __name__)

PRESETS: dict[str, dict[str, str]] = {
    "simplesms": {
        "name": "simplesms",
        "kind": "http_template",
        "method": "GET",
        "url": "https://…/…?…={user}&…={secret}&…={recipient_digits}&…={text}&…={sender}",
    },
    "mail2sms": {"name": "sms-per-mail", "kind": "mail2sms", "mail_to": "{recipient_digits}@…"},
}
"""Forms that are filled in part. What only the provider's own document says is left as … on purpose."""


@screen.get("/gateways")
@needs("office")
def page() -> str:
    """All accounts with their state, and the kinds there are."""
    rows = db.session.scalars(db.select(Gateway).order_by(Gateway.id)).all()
    company = db.session.get_one(Company, 1)
    return render_template(
        "gateways/page.html",
        gateways=rows,
        company=company,
        full=_used_up(company),
        kinds=KIND_WORDS,
        sentences=KIND_SENTENCES,
        kind_of=lambda row: form_kind(row.kind, row.options),
        can=lambda row: abilities_in_words(row, company),
        kind_can=kind_in_words,
        euro=spell_euro,
        german_day=german_day,
    )


def _used_up(company: Company) -> list[str]:
    """A sentence for each quota that holds messages back although its gateway runs."""
    quotas = all_quotas(db.session(), company.monthly_quota, office_zone(), clock.now())
    full = [fullness_of(meter) for meter in quotas if level(meter.limit, meter.used) == Level.FULL]
    return [told(code, args) for _key, code, args in full]


@screen.route("/gateways/neu", methods=["GET", "POST"])
@needs("admin")
def new() -> Response | str | tuple[str, int]:
    """Adds an account; `art` and `vorlage` in the address choose what the form begins with."""
    if request.method == "POST":
        return _save(GatewayForm(), None)
    kind = request.args.get("art", "linkmobility")
    preset = PRESETS.get(
        request.args.get("vorlage", ""), {"kind": kind if kind in KIND_WORDS else "linkmobility"}
    )
    return _form_page(GatewayForm(data={"method": "POST", **preset}), None)


@screen.route("/gateways/<int:gateway_id>", methods=["GET", "POST"])
@needs("admin")
def one(gateway_id: int) -> Response | str | tuple[str, int]:
    """Changes an account; an empty token or password keeps the old one."""
    row = db.get_or_404(Gateway, gateway_id)
    if request.method == "GET":
        return _form_page(GatewayForm(data=stored(row)), row)
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


@screen.post("/gateways/probe")
@needs("admin")
def probe() -> Response | tuple[str, int]:
    """Shows what a described gateway would be sent; with `senden` sends it to one of the firm's numbers.

    Nothing is saved.
    """
    form = GatewayForm()
    number = request.form.get("gateway", "")
    row = db.session.get(Gateway, int(number)) if number.isdecimal() else None
    settings = _checked(form, row)
    tried: Probe | None = None
    if settings is not None:
        recipient = request.form.get("probe_number", "")
        send = bool(request.form.get("senden"))
        tried = probe_gateway(settings, row.id if row else None, recipient, clock.now(), send=send)
    status = 200 if tried is not None else 422
    if wants_fragment():
        labels = {field.name: field for field in form if field.errors}
        shown = render_template("gateways/_probe.html", probe=tried, text=TEXT, wrong=labels)
    else:
        shown = _form_page(form, row, tried)
    answer = Response(shown, status, mimetype="text/html")
    answer.headers["Vary"] = "HX-Request"
    return answer


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
    settings = _checked(form, row)
    if settings is None:
        return _form_page(form, row), 422
    try:
        save_gateway(row.id if row else None, settings, clock.now())
    except SettingsError as error:
        refuse_field(form, error.key, error.sentence)
        return _form_page(form, row), 422
    flash(_("Gespeichert. Mit »Zugang testen« sehen Sie, ob die Zugangsdaten stimmen."), "success")
    return redirect(url_for("gateways.page"))


def _checked(form: GatewayForm, row: Gateway | None) -> GatewaySettings | None:
    known = known_settings(db.session)
    chosen = form.kind.data or ""
    return checked(
        form, typed(form), lambda data: read_gateway(data, "", known), fields_of(chosen), STAND_INS
    )


def _form_page(form: GatewayForm, row: Gateway | None, tried: Probe | None = None) -> str:
    mails = db.session.scalars(db.select(Gateway.name).where(Gateway.kind == "smtp").order_by(Gateway.id))
    form.via.choices = choices_of({"": _("bitte wählen"), **{name: name for name in mails}})
    empty_rows(form)
    company = db.session.get_one(Company, 1)
    context: dict[str, Any] = {"form": form, "gateway": row, "probe": tried, "text": TEXT, "wrong": {}}
    preset = request.args.get("vorlage", "") if request.args.get("vorlage", "") in PRESETS else ""
    return render_template("gateways/edit.html", own_numbers=company.own_numbers, preset=preset, **context)
