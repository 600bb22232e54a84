"""What limits the SMS that may leave: the month's quota of firm and branch, and the counter of a gateway.

Everything here is asked and changed inside the write transaction that claims, so that it holds for any
number of senders at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select, true
from sqlalchemy.orm import Session

from kehr.actions.facts.log_filter import looked_at
from kehr.actions.facts.office_facts import BranchFacts, OfficeFacts
from kehr.actions.facts.raise_alarm import open_alarm
from kehr.models import Branch, Calendar, Gateway, ManualSend, Message, MessageEvent
from kehr.rules.plan.quota import COUNTED, fits, month_of, month_span
from kehr.rules.terms.messages import Channel, State

COMPANY = "quota:company"
"""The firm's quota; a branch's is `quota:branch:3`, the counter of a gateway `counter:2`."""

EARLIER = timedelta(days=31)
"""So long before a month a message may have been claimed that somebody has sent again in it."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A quota as it stands: of the firm, or of the branch `branch_id`, called `name`."""

    key: str
    name: str
    limit: int
    used: int
    month: str
    branch_id: int | None = None


def meters_of(message: Message, branch: BranchFacts, gateway: Gateway) -> frozenset[str]:
    """The keys of what may stand against this message."""
    if message.channel != Channel.SMS:
        return frozenset()
    keys = {COMPANY, f"counter:{gateway.id}"}
    return frozenset(keys if branch.id is None else keys | {f"quota:branch:{branch.id}"})


def take_from_meters(
    session: Session,
    message: Message,
    parts: int,
    branch: BranchFacts,
    gateway: Gateway,
    facts: OfficeFacts,
    now: datetime,
) -> str:
    """Takes the parts of a message that is about to be claimed; the key of what has no room, else empty.

    What has no room becomes an open trouble, and nothing is taken.
    """
    if message.channel != Channel.SMS:
        return ""
    for meter in quotas_of(session, facts, branch, now):
        if not fits(meter.limit, meter.used, parts):
            open_alarm(session, meter.key, _code("quota_full", meter), _args(meter, parts), now)
            return meter.key
    if gateway.counter is None:
        return ""
    if gateway.counter < parts:
        args = {"gateway": gateway.name, "count": gateway.counter, "needs": parts}
        open_alarm(session, f"counter:{gateway.id}", "counter_empty", args, now)
        return f"counter:{gateway.id}"
    gateway.counter -= parts
    return ""


def give_back(gateway: Gateway, message: Message) -> None:
    """Returns to the counter what a claimed message took, because the gateway surely did not take it."""
    if gateway.counter is not None and message.channel == Channel.SMS:
        gateway.counter += message.parts


def take_again(session: Session, message: Message) -> None:
    """Takes from the counter what was given back for a refused message, because it left after all."""
    gateway = session.get(Gateway, message.gateway_id) if message.gateway_id is not None else None
    if gateway is None or gateway.counter is None or message.carrier_id is not None:
        return
    if message.channel == Channel.SMS:
        gateway.counter = max(0, gateway.counter - message.parts)


def count_otherwise(gateway: Gateway, message: Message, parts: int | None) -> None:
    """Follows the gateway where it counts the parts of a message otherwise than the claim did."""
    if gateway.counter is not None and message.channel == Channel.SMS and parts:
        gateway.counter = max(0, gateway.counter + message.parts - parts)


def used_in(session: Session, month: str, zone: ZoneInfo, branch: Branch | None = None) -> int:
    """The parts of SMS that were claimed in a month and left, or may have; of all, or of one branch.

    What a person had sent again because nobody knew whether it left may have left twice, and counts twice.
    """
    start, end = month_span(month, zone)
    by_gateway = Message.gateway_id.in_(select(Gateway.id))
    real = and_(
        Message.channel == Channel.SMS,
        Message.trial.is_(False),
        Message.carrier_id.is_(None),
        true() if branch is None else _sent_by(branch),
    )
    parts = select(func.coalesce(func.sum(Message.parts), 0)).where(real)
    within = and_(by_gateway, Message.claimed_at >= start, Message.claimed_at < end)
    once = parts.where(within, looked_at(Message.state.in_(COUNTED)))
    left_before = or_(Message.tries > 1, Message.state.not_in(COUNTED))
    # The reason stands in the query itself: only so the few events of that reason are found by their index.
    before = parts.join(MessageEvent, MessageEvent.message_id == Message.id).where(
        looked_at(and_(by_gateway, Message.claimed_at >= start - EARLIER, left_before)),
        MessageEvent.old_state == State.UNCLEAR,
        MessageEvent.reason == literal_column("'planned_again'"),
        MessageEvent.at >= start,
        MessageEvent.at < end,
    )
    return int(session.scalar(once) or 0) + int(session.scalar(before) or 0)


def _sent_by(branch: Branch) -> ColumnElement[bool]:
    """What left in a branch's name, even when the branch was called otherwise then.

    The log keeps the name of that day. A name that no branch had then is an old one: whose it was, the
    calendar or the window tells from which the message came.
    """
    bore_it = select(Branch.id).where(
        Branch.name == Message.branch_name, Branch.created_at <= Message.claimed_at
    )
    calendars = select(Calendar.id).where(Calendar.branch_id == branch.id)
    sends = select(ManualSend.id).where(ManualSend.branch_id == branch.id)
    from_it = or_(Message.calendar_id.in_(calendars), Message.manual_send_id.in_(sends))
    renamed = and_(Message.branch_name != "", ~exists(bore_it), from_it)
    mine = and_(Message.branch_name == branch.name, Message.claimed_at >= branch.created_at)
    return or_(mine, renamed)


def all_quotas(session: Session, limit: int | None, zone: ZoneInfo, now: datetime) -> list[Meter]:
    """Every quota that there is, the firm's (`limit`) first."""
    month = month_of(now, zone)
    found = []
    if limit is not None:
        found.append(Meter(COMPANY, "", limit, used_in(session, month, zone), month))
    query = select(Branch).where(Branch.monthly_quota.is_not(None), Branch.archived_at.is_(None))
    found += [branch_meter(session, row, month, zone) for row in session.scalars(query.order_by(Branch.id))]
    return found


def quotas_of(session: Session, facts: OfficeFacts, branch: BranchFacts, now: datetime) -> list[Meter]:
    """The quotas that a branch's message counts in when it leaves now."""
    zone = facts.office.zone
    month = month_of(now, zone)
    found = []
    if facts.company.monthly_quota is not None:
        used = used_in(session, month, zone)
        found.append(Meter(COMPANY, "", facts.company.monthly_quota, used, month))
    row = session.get(Branch, branch.id) if branch.id is not None else None
    if row is not None and row.monthly_quota is not None:
        found.append(branch_meter(session, row, month, zone))
    return found


def branch_meter(session: Session, row: Branch, month: str, zone: ZoneInfo) -> Meter:
    """The quota of a branch in a month."""
    used = used_in(session, month, zone, row)
    return Meter(f"quota:branch:{row.id}", row.name, row.monthly_quota or 0, used, month, row.id)


def warning_of(meter: Meter) -> tuple[str, str, dict[str, Any]]:
    """Key, code and arguments of the warning that a quota is nearly used: one for each month and limit."""
    key = f"quota_warning:{meter.key.partition(':')[2]}:{meter.month}:{meter.limit}"
    return key, _code("quota_warning", meter), _args(meter, 1)


def fullness_of(meter: Meter) -> tuple[str, str, dict[str, Any]]:
    """Key, code and arguments of the trouble that a quota is used up."""
    return meter.key, _code("quota_full", meter), _args(meter, 1)


def _code(code: str, meter: Meter) -> str:
    return code if meter.branch_id is None else f"{code}_branch"


def _args(meter: Meter, needs: int) -> dict[str, Any]:
    args = {"limit": meter.limit, "used": meter.used, "month": meter.month, "needs": needs}
    return args if meter.branch_id is None else args | {"branch": meter.name}
