"""Proves a gateway's credentials without sending anything (B05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kehr import clock
from kehr.actions.facts.gateway_queue import sender_of
from kehr.actions.hear.read_balances import keep_balance
from kehr.gateways.contract import Account, GatewayError
from kehr.models import Gateway, db, writing


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the check learned: an account, or the fault's code and what the gateway said."""

    account: Account | None
    code: str = ""
    detail: str = ""


def check_gateway(gateway_id: int, now: datetime) -> CheckResult:
    """Calls the gateway with its credentials and keeps the outcome on its row; sends nothing."""
    result = _call(gateway_id)
    with writing() as session:
        row = session.get_one(Gateway, gateway_id)
        row.checked_at = now
        keep_balance(session, row, result.account.credit if result.account else None, now)
        row.check_code = result.code
        row.check_detail = result.detail or (result.account.name if result.account else "")
    return result


def _call(gateway_id: int) -> CheckResult:
    try:
        sender = sender_of(db.session.get_one(Gateway, gateway_id), clock.now)
        db.session.rollback()
        try:
            return CheckResult(sender.check())
        finally:
            sender.close()
    except GatewayError as error:
        return CheckResult(None, error.code, error.detail)
