"""Finds the account that an address for reports belongs to, and takes in what its gateway said."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kehr.actions.facts.apply_receipt import apply_receipts
from kehr.actions.facts.gateway_queue import account_options
from kehr.actions.hear.keep_reply import keep_reply
from kehr.actions.plan.plan_messages import plan_messages
from kehr.gateways.contract import Receipt
from kehr.gateways.hook_call import HookCall
from kehr.gateways.hooks import HOOKS
from kehr.models import Company, Gateway, Message, db, writing
from kehr.rules.terms.messages import State

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class HookAccount:
    """An account whose gateway calls us. `options` are its own, and the address it was given."""

    gateway_id: int
    kind: str
    options: dict[str, str]


def account_behind(secret: str) -> HookAccount | None:
    """The account with this secret, None when there is none; every one is compared in the same time."""
    company = db.session.get(Company, 1)
    found = None
    for row in db.session.scalars(select(Gateway).where(Gateway.hook_secret != "").order_by(Gateway.id)):
        if hmac.compare_digest(row.hook_secret.encode(), secret.encode("utf-8", "replace")):
            found = row
    if found is None or company is None or found.kind not in HOOKS:
        return None
    return HookAccount(found.id, found.kind, account_options(found, company))


def take_hook(account: HookAccount, call: HookCall, now: datetime) -> None:
    """Takes in one call. Raises BadHook for what is none, and Forged for one that is not signed.

    What was here before, or concerns nobody, changes nothing. A reply may stop what is planned, and an SMS
    that did not arrive may go on as an e-mail.
    """
    heard = HOOKS[account.kind](call, account.options, now)
    if heard is None:
        return
    with writing() as session:
        if isinstance(heard, Receipt):
            plans = any(_goes_on(one) for one in apply_receipts(session, account.gateway_id, [heard], now))
        else:
            plans = keep_reply(session, account.gateway_id, heard, now) is not None
    if plans:
        plan_messages(now)


def _goes_on(message: Message) -> bool:
    rule = message.rule
    return message.state == State.UNDELIVERED and rule is not None and rule.second_channel


def renew_hook(gateway_id: int) -> None:
    """Gives an account a new address for reports; what is sent to the old one is not heard any more."""
    with writing() as session:
        session.get_one(Gateway, gateway_id).hook_secret = secrets.token_urlsafe(SECRET_BYTES)


def keep_hook_key(gateway_id: int, key: str) -> None:
    """Keeps the key with which the gateway signs its calls."""
    with writing() as session:
        row = session.get_one(Gateway, gateway_id)
        row.options = {**row.options, "hook_key": key}
