"""Whether a branch hears an answer to its SMS, who may be asked, and who has answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from kehr.actions.facts.gateway_queue import account_options
from kehr.gateways.hooks import HOOKS
from kehr.gateways.registry import abilities_of
from kehr.models import Branch, Company, Consent, Gateway, Reply, db
from kehr.rules.gateways.can_answer import NO_GATEWAY, why_deaf
from kehr.rules.plan.plan_values import Reason


def deaf_reason(
    branch: Branch | None, gateway: Gateway | None, company: Company, *, hooked: bool = False
) -> Reason | None:
    """Why a branch that sends its SMS through this gateway does not hear answers, None when it does.

    `hooked` looks at a gateway that calls us as if its address for that existed already: where there is a
    public address it is made with a click.
    """
    if gateway is None:
        return Reason(NO_GATEWAY, {"channel": "sms"})
    types = {str(sender["address"]): str(sender.get("type") or "") for sender in gateway.senders}
    sender = branch.sender if branch is not None and branch.sender else next(iter(types), "")
    options = account_options(gateway, company)
    if hooked and company.public_url and gateway.kind in HOOKS:
        options.setdefault("callback_url", company.public_url)
    abilities = abilities_of(gateway.kind, options)
    hears = abilities.polls_replies or abilities.pushes_replies
    code = why_deaf(sender, types.get(sender, ""), hears=hears)
    return Reason(code, {"sender": sender, "gateway": gateway.name}) if code else None


def load_agreed(addresses: Collection[str] | None = None) -> frozenset[str]:
    """The addresses (or those of the ones asked for) whose newest word on being asked for feedback is yes."""
    query = select(Consent.address, Consent.granted).where(Consent.purpose == "feedback")
    if addresses is not None:
        if not addresses:
            return frozenset()
        query = query.where(Consent.address.in_(addresses))
    newest = {address: granted for address, granted in db.session.execute(query.order_by(Consent.id))}
    return frozenset(address for address, granted in newest.items() if granted)


def load_replied(addresses: Collection[str] | None = None) -> dict[str, datetime]:
    """When something last came in from each address (or from those asked for), by our own clock."""
    query = select(Reply.address, func.max(Reply.seen_at)).group_by(Reply.address)
    if addresses is not None:
        if not addresses:
            return {}
        query = query.where(Reply.address.in_(addresses))
    return {address: seen for address, seen in db.session.execute(query)}
