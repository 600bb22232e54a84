"""The address at which a gateway reports deliveries and replies, on the page of the gateway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from kehr.actions.facts.gateway_queue import account_options
from kehr.actions.hear.take_hook import keep_hook_key, renew_hook
from kehr.gateways.hooks import HOOKS, SIGNED
from kehr.models import Company, Gateway, db
from kehr.web.access import needs

screen = Blueprint("gateway_hook", __name__)

LONGEST_KEY = 200
HOW: dict[str, Any] = {
    "linkmobility": lazy_gettext(
        "Kehrbote gibt LINK diese Adresse bei jeder SMS mit; Zustellungen kommen dann von selbst. "
        "Für Antworten tragen Sie sie bei LINK als HTTP-Weiterleitung eingehender SMS ein, Format JSON."
    ),
    "seven": lazy_gettext(
        "Tragen Sie diese Adresse bei seven unter Entwickler als Webhook ein: Ereignisse Statusbericht (dlr) "
        "und eingehende SMS (sms_mo), Format JSON. Der Signaturschlüssel steht dort in den API-Einstellungen."
    ),
}


@dataclass(frozen=True, slots=True)
class HookView:
    """What the page says: the address, empty until there is one, and why none can be made.

    `wants_key`: calls are signed, and the key is still missing; `off`: the public port is not switched on.
    """

    address: str
    refused: str
    how: Any
    signed: bool
    wants_key: bool
    off: bool


@screen.app_template_global("hook_of")
def hook_of(gateway: Gateway) -> HookView | None:
    """The view of a gateway that can call us; None for those that cannot."""
    company = db.session.get(Company, 1)
    if company is None or gateway.kind not in HOOKS:
        return None
    signed = gateway.kind in SIGNED
    return HookView(
        address=account_options(gateway, company).get("callback_url", ""),
        refused="" if company.public_url else _why_not(),
        how=HOW[gateway.kind],
        signed=signed,
        wants_key=signed and not gateway.options.get("hook_key"),
        off=not current_app.config["KEHR"].public_port,
    )


@screen.app_template_global("public_off")
def public_off() -> bool:
    """Whether the firm has a public address at which nothing of ours answers."""
    company = db.session.get(Company, 1)
    return company is not None and bool(company.public_url) and not current_app.config["KEHR"].public_port


def _why_not() -> str:
    return _(
        "Dafür muss Kehrbote von außen erreichbar sein. Tragen Sie unter Firma die öffentliche Adresse ein."
    )


@screen.post("/gateways/<int:gateway_id>/meldeadresse")
@needs("admin")
def renew(gateway_id: int) -> Response:
    """Makes the address, or a new one in its place."""
    gateway = _callable(gateway_id)
    company = db.session.get(Company, 1)
    if company is None or not company.public_url:
        flash(_why_not(), "error")
    else:
        renew_hook(gateway.id)
        flash(_("Die Adresse für Meldungen ist neu. Eine alte gilt nicht mehr."), "success")
    return redirect(url_for("gateways.one", gateway_id=gateway_id) + "#meldungen")


@screen.post("/gateways/<int:gateway_id>/signatur")
@needs("admin")
def keep_key(gateway_id: int) -> Response:
    """Keeps the key with which the gateway signs; an empty field keeps the old one."""
    gateway = _callable(gateway_id)
    if gateway.kind not in SIGNED:
        abort(404)
    key = request.form.get("hook_key", "").strip()
    if len(key) > LONGEST_KEY or not key.isprintable():
        flash(
            _(
                "Dieser Signaturschlüssel geht nicht: höchstens %(count)s Zeichen, ohne Steuerzeichen.",
                count=LONGEST_KEY,
            ),
            "error",
        )
    elif key:
        keep_hook_key(gateway.id, key)
        flash(_("Gespeichert. Meldungen mit dieser Signatur werden nun angenommen."), "success")
    return redirect(url_for("gateways.one", gateway_id=gateway_id) + "#meldungen")


def _callable(gateway_id: int) -> Gateway:
    gateway: Gateway = db.get_or_404(Gateway, gateway_id)
    if gateway.kind not in HOOKS:
        abort(404)
    return gateway
