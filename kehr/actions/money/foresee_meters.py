"""Says whether quotas and counters have room for what is to leave, before or while it waits (A24, A52)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.office_facts import BranchFacts, OfficeFacts, load_office
from kehr.actions.money.meters import Meter, quotas_of
from kehr.actions.texts.manual_text import branch_of
from kehr.models import Gateway, Message, db
from kehr.rules.plan.plan_values import Reason
from kehr.rules.plan.quota import fits
from kehr.rules.terms.messages import Channel, State

LOOKED_AT = 500
"""So many waiting messages of one send tell whether there is room."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many SMS to one recipient in a branch's name."""

    branch: BranchFacts
    recipient: str
    parts: int


def what_is_short(
    session: Session, wanted: Iterable[Wanted], facts: OfficeFacts, moment: datetime
) -> list[Reason]:
    """What has no room for all of these if they leave at `moment`: each quota and counter once.

    In trial mode only what reaches the office itself counts.
    """
    real = [one for one in wanted if not facts.company.trial or one.recipient in facts.company.own_numbers]
    meters: dict[str, Meter] = {}
    needs: Counter[str] = Counter()
    accounts: Counter[int] = Counter()
    by_branch: dict[int | None, list[Meter]] = {}
    for one in real:
        if one.branch.id not in by_branch:
            by_branch[one.branch.id] = quotas_of(session, facts, one.branch, moment)
        for meter in by_branch[one.branch.id]:
            meters[meter.key] = meter
            needs[meter.key] += one.parts
        gateway_id = one.branch.gateways.get(Channel.SMS)
        if gateway_id is not None:
            accounts[gateway_id] += one.parts
    found = [_quota(meter, needs[key]) for key, meter in meters.items()]
    found += [_counter(facts.gateways[gateway_id], count) for gateway_id, count in accounts.items()]
    return [reason for reason in found if reason is not None]


def _quota(meter: Meter, needs: int) -> Reason | None:
    if fits(meter.limit, meter.used, needs):
        return None
    args: dict[str, str | int] = {"limit": meter.limit, "used": meter.used, "month": meter.month}
    args |= {"needs": needs, "left": max(0, meter.limit - meter.used)}
    code = "quota_full" if meter.used >= meter.limit else "quota_short"
    if meter.branch_id is not None:
        return Reason(f"{code}_branch", args | {"branch": meter.name})
    return Reason(code, args)


def _counter(gateway: Gateway, needs: int) -> Reason | None:
    if gateway.counter is None or gateway.counter >= needs:
        return None
    code = "counter_short" if gateway.counter else "counter_empty"
    return Reason(code, {"gateway": gateway.name, "count": gateway.counter, "needs": needs})


def what_holds_up(message: Message, parts: int, now: datetime) -> Reason | None:
    """The quota or counter that has no room for a planned SMS of so many parts at its due time."""
    if message.state != State.PLANNED or message.channel != Channel.SMS:
        return None
    facts = load_office(addresses=())
    moment = max(now, message.next_try_at or message.due_at)
    wanted = Wanted(branch_of(message, facts), message.recipient, parts or 1)
    return next(iter(what_is_short(db.session(), [wanted], facts, moment)), None)


def what_holds_up_send(send_id: int, now: datetime) -> list[Reason]:
    """What keeps the rest of a send by hand waiting, although it is due."""
    query = select(Message).where(
        Message.manual_send_id == send_id,
        Message.state == State.PLANNED,
        Message.channel == Channel.SMS,
        Message.due_at <= now,
    )
    rows = list(db.session.scalars(query.order_by(Message.id).limit(LOOKED_AT)))
    if not rows:
        return []
    facts = load_office(addresses=())
    wanted = [Wanted(branch_of(row, facts), row.recipient, row.parts or 1) for row in rows]
    return what_is_short(db.session(), wanted, facts, now)
