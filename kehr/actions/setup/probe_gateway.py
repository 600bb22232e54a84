"""Tries a described gateway before it is saved: with one SMS, to the firm's own numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kehr import clock
from kehr.actions.facts.gateway_queue import built
from kehr.actions.facts.office_facts import office_of
from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import GatewayError, OutgoingMessage
from kehr.gateways.http_template import HttpTemplate, Probed
from kehr.models import Company, Gateway, db
from kehr.models.accounts import UnreadableSecret
from kehr.rules.forms.settings_values import GatewaySettings
from kehr.rules.terms.timing import is_open

TEXT = "Probe von Kehrbote: Grüße & Öffnungszeiten, 100 % für 5 €"
"""Shows on the phone whether umlauts and signs arrive as they are."""


@dataclass(frozen=True, slots=True)
class Probe:
    """`shown` is the request with its secret covered; `probed` what came back, None while only asked.

    `code` and `detail` say why there is nothing to show or to send.
    """

    recipient: str = ""
    shown: str = ""
    probed: Probed | None = None
    code: str = ""
    detail: str = ""


def probe_gateway(
    settings: GatewaySettings, gateway_id: int | None, recipient: str, now: datetime, *, send: bool
) -> Probe:
    """Shows what would leave, and with `send` lets it leave; nothing is stored.

    `settings` have been checked. An empty secret is that of the stored account. Only the firm's own
    numbers are reached, and only inside the send window.
    """
    company = db.session.get_one(Company, 1)
    if recipient not in company.own_numbers:
        return Probe(recipient, code="probe_own_only", detail=recipient)
    try:
        gateway = built(_account(settings, gateway_id), "http_template", company, clock.now)
    except GatewayError as error:
        return Probe(recipient, code=error.code, detail=error.detail)
    if not isinstance(gateway, HttpTemplate):
        raise TypeError(settings.kind)
    try:
        sender = settings.senders[0].address if settings.senders else ""
        message = OutgoingMessage(f"probe-{now:%Y%m%d%H%M%S}", "sms", recipient, TEXT, sender)
        shown = gateway.preview(message)
        if not send:
            return Probe(recipient, shown)
        office = office_of(company)
        if not is_open(office.window, now, office.zone):
            hours = f"{company.window_from:%H:%M}-{company.window_to:%H:%M}"
            return Probe(recipient, shown, code="probe_window", detail=hours)
        db.session.rollback()
        return Probe(recipient, shown, gateway.probe(message))
    except GatewayError as error:
        return Probe(recipient, code=error.code, detail=error.detail)
    finally:
        gateway.close()


def _account(settings: GatewaySettings, gateway_id: int | None) -> GatewayAccount:
    row = db.session.get(Gateway, gateway_id) if gateway_id is not None else None
    row = row if row is not None and row.kind == "http_template" else None
    options = {} if row is None else {name: str(value) for name, value in row.options.items()}
    secret = settings.secret or ""
    if not secret and row is not None:
        try:
            secret = row.secret
        except UnreadableSecret:
            secret = ""
    user = {} if settings.user is None else {"user": settings.user}
    return GatewayAccount(
        settings.name,
        settings.base_url or (row.base_url if row is not None and settings.base_url is None else ""),
        secret,
        tuple(ReleasedSender(one.address, one.type) for one in settings.senders or ()),
        {**options, **user, **settings.options},
    )
