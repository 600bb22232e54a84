"""Asks the gateways that tell it how much money is left there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kehr.actions.facts.gateway_queue import run_again
from kehr.actions.facts.raise_alarm import close_alarm, open_alarm
from kehr.actions.hear.ask_gateway import answer_of, opened
from kehr.gateways.contract import GatewayError, Misconfigured
from kehr.models import Alarm, Gateway, db, writing
from kehr.rules.plan.quota import LOW_BALANCE
from kehr.rules.terms.euro import spell_euro

TELLS_BALANCE = frozenset({"seven"})
"""The kinds whose account says how much credit is left, as money."""
NO_CREDIT = frozenset({"seven_500"})
"""What such an account says when there is nothing left."""
ASKED_EVERY = timedelta(minutes=30)
TOLD_AFTER = timedelta(hours=2)
"""An account that has told nothing for so long needs somebody; wrong credentials do at once."""
TROUBLES = ("balance_low", "balance_empty", "balance_unread")

log = logging.getLogger(__name__)


def read_balances(now: Callable[[], datetime]) -> int:
    """Asks each account whose balance is old or unknown; how many answered.

    What cannot be reached keeps its last balance, with its time, and is told once when that lasts.
    """
    old = or_(Gateway.balance_at.is_(None), Gateway.balance_at <= now() - ASKED_EVERY)
    tells = select(Gateway.id).where(Gateway.kind.in_(TELLS_BALANCE), Gateway.secret_box != "")
    ids = list(db.session.scalars(tells.where(old).order_by(Gateway.id)))
    _forget(set(db.session.scalars(tells)), now())
    return sum(_read(gateway_id, now) for gateway_id in ids)


def _read(gateway_id: int, now: Callable[[], datetime]) -> bool:
    name = db.session.get_one(Gateway, gateway_id).name
    try:
        with opened(gateway_id, now) as sender:
            credit = answer_of(gateway_id, sender.check).credit
    except GatewayError as error:
        db.session.rollback()
        log.info("gateway %s told no balance: %s", name, error.code)
        _note_silence(gateway_id, error, now())
        return False
    if credit is None:
        return False
    with writing() as session:
        keep_balance(session, session.get_one(Gateway, gateway_id), credit, now())
    return True


def keep_balance(session: Session, gateway: Gateway, credit: int | None, now: datetime) -> None:
    """Notes what an account said of its credit, and warns when it is nearly or wholly used.

    One that stood for want of credit runs again when there is more than before. An account that says nothing
    changes nothing. Belongs into the caller's write transaction.
    """
    if credit is None:
        return
    more = credit > (gateway.balance or 0)
    gateway.balance, gateway.balance_at = credit, now
    close_alarm(session, f"balance_unread:{gateway.id}", now)
    empty = credit <= max(0, (gateway.price or 1) - 1)
    if gateway.stopped_code in NO_CREDIT and more and not empty:
        run_again(session, gateway, now)
    for code, holds in (("balance_low", not empty and credit <= LOW_BALANCE), ("balance_empty", empty)):
        key = f"{code}:{gateway.id}"
        if holds:
            args = {"gateway": gateway.name, "money": spell_euro(credit)}
            open_alarm(session, key, code, args, now).args = args
        else:
            close_alarm(session, key, now)


def _note_silence(gateway_id: int, error: GatewayError, now: datetime) -> None:
    """Tells once of an account that does not say its balance, unless its trouble is told already."""
    if error.code == "simulated_clock":
        return
    with writing() as session:
        gateway = session.get_one(Gateway, gateway_id)
        since = gateway.balance_at or gateway.created_at
        lasts = isinstance(error, Misconfigured) or now - since >= TOLD_AFTER
        if lasts and gateway.unreachable_since is None and not gateway.stopped_code:
            args = {
                "gateway": gateway.name,
                "since": since.isoformat(),
                "code": error.code,
                "detail": error.detail,
            }
            open_alarm(session, f"balance_unread:{gateway_id}", "balance_unread", args, now)


def _forget(told_by: set[int], now: datetime) -> None:
    """Ends the troubles of accounts that are not asked any more."""
    query = select(Alarm).where(Alarm.code.in_(TROUBLES), Alarm.closed_at.is_(None))
    keys = [row.key for row in db.session.scalars(query)]
    db.session.rollback()
    gone = [key for key in keys if int(key.partition(":")[2]) not in told_by]
    if gone:
        with writing() as session:
            for key in gone:
                close_alarm(session, key, now)
