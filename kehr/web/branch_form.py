"""The form of a Filiale: its fields, and the way to a table of the settings file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField, TextAreaField

from kehr.actions.setup.known_settings import known_settings
from kehr.models import Branch, Gateway, db
from kehr.rules.forms.settings_values import (
    GATEWAY_CHANNELS,
    BranchSettings,
    GatewaySettings,
    Known,
    KnownGateway,
)
from kehr.rules.settings.settings_branches import read_branch, usual_gateway
from kehr.rules.settings.settings_gateways import read_gateway
from kehr.rules.terms.messages import Channel
from kehr.web.company import LANDS
from kehr.web.filters import phone
from kehr.web.form_words import choices_of
from kehr.web.gateway_words import KIND_WORDS
from kehr.web.settings_form import checked, refuse_field, whole

OWN = "+eigener"
"""The choice of an account that the branch has for itself and that is made with the form."""
OWN_KINDS = ("linkmobility", "seven")
"""Gateways at which an account is no more than a token; others are set up under Gateways."""
STORED = ("name", "sender", "land", "cost_center")


class BranchForm(FlaskForm):
    """A Filiale; the checks live in kehr.rules.settings.settings_branches and settings_gateways."""

    name = StringField(lazy_gettext("Name"), description=lazy_gettext("Steht als #Filiale in den Texten."))
    cost_center = StringField(
        lazy_gettext("Kostenstelle"),
        description=lazy_gettext("Steht bei jeder Nachricht, im Protokoll und in den Kosten."),
    )
    sms_gateway = SelectField(lazy_gettext("SMS gehen über"), validate_choice=False)
    email_gateway = SelectField(lazy_gettext("E-Mails gehen über"), validate_choice=False)
    own_kind = SelectField(
        lazy_gettext("Anbieter"),
        choices=choices_of({kind: KIND_WORDS[kind] for kind in OWN_KINDS}),
        validate_choice=False,
    )
    token = PasswordField(
        lazy_gettext("Zugangsschlüssel (Token) der Filiale"),
        description=lazy_gettext(
            "Erzeugen Sie ihn beim Anbieter im Konto der Filiale, nicht in jenem des Hauptaccounts. "
            "Er wird verschlüsselt abgelegt und nie angezeigt."
        ),
    )
    own_url = StringField(
        lazy_gettext("Adresse"),
        description=lazy_gettext(
            "Leer: die übliche. Mit einem Zugang von websms.com: https://api.websms.com/rest."
        ),
    )
    own_senders = TextAreaField(
        lazy_gettext("Freigegebene Absender der Filiale"),
        description=lazy_gettext(
            "Einer je Zeile: Nummer oder Name mit höchstens 11 Zeichen. Der erste wird genommen. "
            "Leer: Das Gateway wählt."
        ),
    )
    sender = SelectField(lazy_gettext("Absender"), validate_choice=False)
    land = SelectField(
        lazy_gettext("Bundesland"),
        choices=choices_of(LANDS | {"": lazy_gettext("wie die Firma")}),
        validate_choice=False,
    )
    monthly_quota = StringField(
        lazy_gettext("Höchstens so viele SMS im Monat"),
        description=lazy_gettext("Leer: ohne Grenze. Ab 80 % warnt Kehrbote, bei 100 % warten weitere SMS."),
    )


@dataclass(frozen=True, slots=True)
class CheckedBranch:
    """What the form says; `own` is the account that is made for the branch."""

    settings: BranchSettings
    own: GatewaySettings | None


def branch_form(row: Branch | None = None, *, typed: bool = False) -> BranchForm:
    """The form with what can be chosen; filled from the row unless somebody typed something."""
    form = BranchForm(data=None if typed else _stored(row))
    gateways = list(db.session.scalars(db.select(Gateway).order_by(Gateway.id)))
    known = known_settings(db.session)
    for field, channel in ((form.sms_gateway, Channel.SMS), (form.email_gateway, Channel.EMAIL)):
        usual = usual_gateway(known, channel)
        first = _("wie die Firma: %(name)s", name=usual) if usual else _("wie die Firma: noch keines")
        fitting = {one.name: one.name for one in gateways if channel in GATEWAY_CHANNELS.get(one.kind, ())}
        more = {OWN: _("eigener Zugang …")} if channel == Channel.SMS else {}
        field.choices = choices_of({"": first} | fitting | more)
    form.sender.choices = _senders(gateways, form.sender.data or "")
    return form


def usual_sms_gateway() -> str:
    """Through what a branch sends its SMS that chooses nothing."""
    return usual_gateway(known_settings(db.session), Channel.SMS)


def check_branch(form: BranchForm) -> CheckedBranch | None:
    """What was typed, or None with a sentence at every field that is wrong."""
    known = known_settings(db.session)
    own: GatewaySettings | None = None
    data = {name: form[name].data or "" for name in (*STORED, "sms_gateway", "email_gateway")}
    quota = whole(form.monthly_quota.data)
    data["monthly_quota"] = 0 if quota is None else quota
    if form.sms_gateway.data == OWN:
        own = _check_own(form, known)
        data["sms_gateway"] = data["sender"] = ""
        if own is not None:
            known = _with_own(known, own)
            data["sms_gateway"] = own.name
            data["sender"] = own.senders[0].address if own.senders else ""
    settings = checked(form, data, lambda typed: read_branch(typed, "", known), None, {"name": "–"})
    if settings is None or (form.sms_gateway.data == OWN and own is None):
        return None
    return CheckedBranch(settings, own)


def _check_own(form: BranchForm, known: Known) -> GatewaySettings | None:
    lines = [line.strip() for line in (form.own_senders.data or "").splitlines() if line.strip()]
    kind = form.own_kind.data if form.own_kind.data in OWN_KINDS else OWN_KINDS[0]
    data: dict[str, Any] = {
        "name": OWN,
        "kind": kind,
        "token": form.token.data or "",
        "base_url": form.own_url.data or "",
        "senders": [{"address": line} for line in lines],
        "branch_only": True,
    }
    fields = {"base_url": "own_url", "senders": "own_senders", "kind": "own_kind"}
    fields |= {f"senders[{at}].address": "own_senders" for at in range(len(lines))}
    own = checked(form, data, lambda typed: read_gateway(typed, "", known), fields)
    if not (form.token.data or "").strip():
        refuse_field(form, "token", _("Der Zugangsschlüssel der Filiale fehlt."))
        return None
    return replace(own, name=(form.name.data or "").strip()[:110] or "–") if own is not None else None


def _with_own(known: Known, own: GatewaySettings) -> Known:
    senders = tuple(sender.address for sender in own.senders or ())
    gateway = KnownGateway(own.kind or "", senders, own.base_url or "")
    return replace(known, gateways={**known.gateways, own.name: gateway})


def _stored(row: Branch | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {name: getattr(row, name) for name in STORED} | {
        "sms_gateway": row.sms_gateway.name if row.sms_gateway else "",
        "email_gateway": row.email_gateway.name if row.email_gateway else "",
        "monthly_quota": "" if row.monthly_quota is None else str(row.monthly_quota),
    }


def _senders(gateways: list[Gateway], chosen: str) -> dict[str, list[tuple[str, str]]]:
    """The released senders of each account that carries SMS; a chosen one that is no longer released is
    still there, so that nothing changes by itself.
    """
    groups = {
        one.name: [(str(sender["address"]), _sender_word(sender)) for sender in one.senders]
        for one in gateways
        if "sms" in GATEWAY_CHANNELS.get(one.kind, ()) and one.senders
    }
    there = {address for group in groups.values() for address, _word in group}
    first = [("", _("Das Gateway wählt"))]
    if chosen and chosen not in there:
        first.append((chosen, _("%(sender)s (nicht freigegeben)", sender=phone(chosen))))
    return {_("ohne Wahl"): first} | groups


def _sender_word(sender: dict[str, Any]) -> str:
    word = phone(str(sender["address"]))
    if sender.get("type") != "alphanumeric":
        return word
    state = {"yes": _("eingetragen"), "no": _("nicht eingetragen")}.get(
        str(sender.get("registered")), _("Eintragung nicht bekannt")
    )
    return f"{word} ({state})"
