"""Builds gateways from their rows, and lets a stopped queue run again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kehr import clock
from kehr.actions.raise_alarm import close_alarm
from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import Gateway as Sender
from kehr.gateways.contract import Misconfigured
from kehr.gateways.registry import build_gateway
from kehr.models import Company, Gateway, db, writing
from kehr.models.accounts import UnreadableSecret
from kehr.sources.allow import Allow


def sender_of(gateway: Gateway, now: Callable[[], datetime]) -> Sender:
    """The gateway behind a row. Raises Misconfigured when its account cannot be used."""
    company = db.session.get_one(Company, 1)
    try:
        secret = gateway.secret
    except UnreadableSecret as error:
        raise Misconfigured("secret_unreadable", gateway.name) from error
    account = GatewayAccount(
        name=gateway.name,
        base_url=gateway.base_url,
        secret=secret,
        senders=tuple(
            ReleasedSender(str(sender["address"]), str(sender.get("type") or ""))
            for sender in gateway.senders
        ),
        options={name: str(value) for name, value in gateway.options.items()},
    )
    return build_gateway(
        gateway.kind,
        account,
        allow=Allow.parse(company.network_allow),
        loopback_only=clock.simulated_start() is not None,
        now=now,
    )


def let_run(gateway_id: int, by: str, now: datetime) -> None:
    """Lets a stopped queue run again; what is due leaves with the next round."""
    with writing() as session:
        gateway = session.get_one(Gateway, gateway_id)
        gateway.stopped_code = gateway.stopped_detail = ""
        gateway.stopped_at = None
        gateway.refused_in_row = 0
        close_alarm(session, f"gateway:{gateway.id}", now)
