"""Builds gateways from their rows, and lets a stopped queue run again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr import clock
from kehr.actions.facts.raise_alarm import close_alarm
from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import Gateway as Sender
from kehr.gateways.contract import Misconfigured
from kehr.gateways.hooks import HOOKS
from kehr.gateways.registry import build_gateway
from kehr.models import Company, Gateway, db, writing
from kehr.models.accounts import UnreadableSecret
from kehr.sources.allow import Allow


def sender_of(gateway: Gateway, now: Callable[[], datetime]) -> Sender:
    """The gateway behind a row. Raises Misconfigured when its account cannot be used."""
    company = db.session.get_one(Company, 1)
    return built(account_of(gateway, company), gateway.kind, company, now)


def built(account: GatewayAccount, kind: str, company: Company, now: Callable[[], datetime]) -> Sender:
    """The gateway of an account, whether it is stored or not. Raises Misconfigured."""
    if kind == "http_template" and account.options.get("mode") == "mail":
        account = _through_mail(account)
    return build_gateway(
        kind,
        account,
        allow=Allow.parse(company.network_allow),
        loopback_only=clock.simulated_start() is not None,
        now=now,
    )


def account_of(gateway: Gateway, company: Company) -> GatewayAccount:
    """The account of a row. Raises Misconfigured when its secret cannot be read."""
    try:
        secret = gateway.secret
    except UnreadableSecret as error:
        raise Misconfigured("secret_unreadable", gateway.name) from error
    return GatewayAccount(
        name=gateway.name,
        base_url=gateway.base_url,
        secret=secret,
        senders=tuple(
            ReleasedSender(str(sender["address"]), str(sender.get("type") or ""))
            for sender in gateway.senders
        ),
        options=account_options(gateway, company),
    )


def _through_mail(account: GatewayAccount) -> GatewayAccount:
    """The same account at the mail server that it names."""
    via = account.options.get("via", "")
    mail = db.session.scalar(select(Gateway).where(Gateway.name == via, Gateway.kind == "smtp"))
    if mail is None:
        raise Misconfigured("template_mail_account", via)
    try:
        secret = mail.secret
    except UnreadableSecret as error:
        raise Misconfigured("secret_unreadable", mail.name) from error
    options = {name: str(value) for name, value in mail.options.items()}
    own = {name: value for name, value in account.options.items() if name != "user" and value}
    first = str(mail.senders[0]["address"]) if mail.senders else ""
    return replace(
        account,
        base_url=mail.base_url,
        secret=secret,
        options={**options, **own, "mail_from": account.options.get("mail_from") or first},
    )


def account_options(gateway: Gateway, company: Company) -> dict[str, str]:
    """The options of an account, with the address at which its gateway can call us, if it can."""
    options = {name: str(value) for name, value in gateway.options.items()}
    if company.public_url and gateway.hook_secret and gateway.kind in HOOKS:
        options["callback_url"] = f"{company.public_url}/hooks/{gateway.hook_secret}"
    return options


def let_run(gateway_id: int, by: str, now: datetime) -> None:
    """Lets a stopped queue run again; what is due leaves with the next round."""
    with writing() as session:
        run_again(session, session.get_one(Gateway, gateway_id), now)


def run_again(session: Session, gateway: Gateway, now: datetime) -> None:
    """The same inside the caller's write transaction."""
    gateway.stopped_code = gateway.stopped_detail = ""
    gateway.stopped_at = None
    gateway.refused_in_row = 0
    close_alarm(session, f"gateway:{gateway.id}", now)
