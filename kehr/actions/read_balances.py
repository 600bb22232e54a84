"""Asks the gateways that tell it how much money is left there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from kehr.actions.gateway_queue import sender_of
from kehr.gateways.contract import GatewayError
from kehr.models import Gateway, db, writing

TELLS_BALANCE = frozenset({"seven"})
"""The kinds whose account says how much credit is left, as money."""
ASKED_EVERY = timedelta(minutes=30)

log = logging.getLogger(__name__)


def read_balances(now: Callable[[], datetime]) -> int:
    """Asks each account whose balance is old or unknown; how many answered.

    What cannot be reached keeps its last balance, with its time.
    """
    old = or_(Gateway.balance_at.is_(None), Gateway.balance_at <= now() - ASKED_EVERY)
    query = select(Gateway.id).where(Gateway.kind.in_(TELLS_BALANCE), Gateway.secret_box != "", old)
    ids = list(db.session.scalars(query.order_by(Gateway.id)))
    db.session.rollback()
    return sum(_read(gateway_id, now) for gateway_id in ids)


def _read(gateway_id: int, now: Callable[[], datetime]) -> bool:
    gateway = db.session.get_one(Gateway, gateway_id)
    name = gateway.name
    try:
        sender = sender_of(gateway, now)
        db.session.rollback()
        try:
            credit = sender.check().credit
        finally:
            sender.close()
    except GatewayError as error:
        db.session.rollback()
        log.info("gateway %s told no balance: %s", name, error.code)
        return False
    if credit is None:
        return False
    with writing() as session:
        keep_balance(session.get_one(Gateway, gateway_id), credit, now())
    return True


def keep_balance(gateway: Gateway, credit: int | None, now: datetime) -> None:
    """Notes what an account said of its credit; an account that says nothing changes nothing."""
    if credit is not None:
        gateway.balance, gateway.balance_at = credit, now
