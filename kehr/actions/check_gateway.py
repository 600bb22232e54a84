"""Proves a gateway's credentials without sending anything (B05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kehr import clock
from kehr.gateways.account import GatewayAccount, ReleasedSender
from kehr.gateways.contract import Account, GatewayError
from kehr.gateways.registry import build_gateway
from kehr.models import Company, Gateway, db, writing
from kehr.models.accounts import UnreadableSecret
from kehr.sources.allow import Allow


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the check learned: an account, or the fault's code and what the gateway said."""

    account: Account | None
    code: str = ""
    detail: str = ""


def check_gateway(gateway_id: int, now: datetime) -> CheckResult:
    """Calls the gateway with its credentials and keeps the outcome on its row; sends nothing."""
    row = db.session.get_one(Gateway, gateway_id)
    company = db.session.get(Company, 1)
    allow = list(company.network_allow) if company else []
    try:
        kind, account = row.kind, account_of(row)
    except UnreadableSecret:
        result = CheckResult(None, "secret_unreadable", row.name)
    else:
        db.session.rollback()
        result = _call(kind, account, Allow.parse(allow))
    with writing() as session:
        row = session.get(Gateway, gateway_id)
        row.checked_at = now
        row.check_code = result.code
        row.check_detail = result.detail or (result.account.name if result.account else "")
    return result


def account_of(row: Gateway) -> GatewayAccount:
    """The row as the gateway is built from it. Raises UnreadableSecret."""
    senders = tuple(ReleasedSender(one["address"], one.get("type", "")) for one in row.senders)
    options = {key: str(value) for key, value in row.options.items()}
    return GatewayAccount(row.name, row.base_url, row.secret, senders, options)


def _call(kind: str, account: GatewayAccount, allow: Allow) -> CheckResult:
    simulated = clock.simulated_start() is not None
    try:
        gateway = build_gateway(kind, account, allow=allow, loopback_only=simulated, now=clock.now)
        try:
            return CheckResult(gateway.check())
        finally:
            gateway.close()
    except GatewayError as error:
        return CheckResult(None, error.code, error.detail)
