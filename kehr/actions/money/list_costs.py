"""What sending cost in a month, by branch and calendar."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, case, cast, func, select

from kehr.actions.facts.log_filter import looked_at
from kehr.models import Gateway, Message, db
from kehr.rules.plan.quota import COUNTED, month_span
from kehr.rules.terms.messages import Channel


@dataclass(frozen=True, slots=True)
class CostLine:
    """One branch's one calendar in a month. `cost` is in ten-thousandths of a euro.

    `unpriced` are the parts whose price nobody knows: they are not in the cost.
    """

    branch: str
    cost_center: str
    calendar: str
    sms: int
    parts: int
    emails: int
    cost: int
    unpriced: int


@dataclass(frozen=True, slots=True)
class Costs:
    """A month's lines by branch and calendar, and their sum."""

    month: str
    lines: tuple[CostLine, ...]
    total: CostLine


def list_costs(month: str, zone: ZoneInfo) -> Costs:
    """What left, or may have left, in a month such as `2026-11` of the office; what trial mode recorded
    does not count. A price that the gateway did not tell is estimated from the gateway's price of a part.

    Raises ValueError for what is no month.
    """
    start, end = month_span(month, zone)
    is_sms = Message.channel == Channel.SMS
    price = func.coalesce(Message.price, Message.parts * Gateway.price)
    parts = case((is_sms, Message.parts), else_=0)
    rows = db.session.execute(
        select(
            Message.branch_name,
            Message.cost_center,
            Message.calendar_name,
            func.count(case((is_sms, 1))),
            func.sum(parts),
            func.count(case((Message.channel == Channel.EMAIL, 1))),
            func.sum(cast(func.coalesce(price, 0), Integer)),
            func.sum(case((price.is_(None), parts), else_=0)),
        )
        .outerjoin(Gateway, Gateway.id == Message.gateway_id)
        .where(
            # Every real message has a gateway; saying so lets the month be found by an index.
            Message.gateway_id.in_(select(Gateway.id)),
            Message.claimed_at >= start,
            Message.claimed_at < end,
            looked_at(Message.state.in_(COUNTED)),
            Message.trial.is_(False),
            Message.carrier_id.is_(None),
        )
        .group_by(Message.branch_name, Message.cost_center, Message.calendar_name)
        .order_by(Message.branch_name, Message.cost_center, Message.calendar_name)
    )
    lines = tuple(CostLine(*row[:3], *(int(value or 0) for value in row[3:])) for row in rows)
    return Costs(month, lines, _sum(lines))


def _sum(lines: tuple[CostLine, ...]) -> CostLine:
    names = ("sms", "parts", "emails", "cost", "unpriced")
    sms, parts, emails, cost, unpriced = (sum(getattr(line, name) for line in lines) for name in names)
    return CostLine("", "", "", sms, parts, emails, cost, unpriced)


def cost_of(message: Message) -> tuple[int | None, bool]:
    """What a message that left cost, and whether that is only an estimate; None when nobody knows."""
    if message.trial or message.claimed_at is None or message.channel != Channel.SMS:
        return None, False
    if message.price is not None:
        return message.price, False
    gateway = message.gateway
    if gateway is None or gateway.price is None or message.state not in COUNTED:
        return None, False
    return message.parts * gateway.price, True
