"""Lists what went out and what did not, for the log's page, its print view and its sums."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from kehr.models import Calendar, Gateway, Message, db
from kehr.rules.messages import Channel, State
from kehr.rules.office_days import day_span
from kehr.rules.quota import COUNTED

PAGE = 100
MOST_PRINTED = 3000
ORDER = (
    State.DELIVERED,
    State.ACCEPTED,
    State.SENDING,
    State.UNCLEAR,
    State.UNDELIVERED,
    State.REFUSED,
    State.MISSED,
    State.HELD,
    State.PLANNED,
    State.WITHHELD,
    State.WITHDRAWN,
)
"""From good news to no news."""


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which part of the log: office days from `first` to `last`; empty values do not narrow."""

    first: date
    last: date
    calendar: int | None = None
    branch: str = ""
    state: str = ""
    kind: str = ""
    channel: str = ""
    search: str = ""
    work: str = ""
    cost_center: str = ""


@dataclass(frozen=True, slots=True)
class LogSum:
    """How many messages of the whole selection stand in a state."""

    state: str
    trial: bool
    count: int


@dataclass(frozen=True, slots=True)
class BranchSum:
    """What left for one branch and cost centre: SMS, their parts, e-mails, and what it cost in
    ten-thousandths of a euro as far as prices are known (None: none is).
    """

    branch: str
    cost_center: str
    sms: int
    parts: int
    emails: int
    cost: int | None


@dataclass(frozen=True, slots=True)
class Log:
    """One page of the log, with the sums of everything that the filter selects."""

    messages: tuple[Message, ...]
    sums: tuple[LogSum, ...]
    by_branch: tuple[BranchSum, ...]
    total: int
    page: int
    pages: int


def list_log(wanted: LogFilter, now: datetime, zone: ZoneInfo, page: int = 1, size: int = PAGE) -> Log:
    """Page `page` (from 1) of what fell due or left on the filter's days, oldest first."""
    condition = _condition(wanted, now, zone)
    sums = _sums(condition)
    total = sum(part.count for part in sums)
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    moment = func.coalesce(Message.sent_at, Message.due_at)
    rows = db.session.scalars(
        select(Message)
        .where(condition)
        .order_by(moment, Message.kind, Message.recipient_name, Message.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return Log(tuple(rows), sums, _by_branch(condition), total, page, pages)


def filter_choices() -> tuple[Sequence[tuple[int, str]], Sequence[str]]:
    """The calendars, switched off ones too, and the branches that the log knows."""
    calendars = db.session.execute(select(Calendar.id, Calendar.name).order_by(Calendar.name)).all()
    branches = db.session.scalars(
        select(Message.branch_name).where(Message.branch_name != "").distinct().order_by(Message.branch_name)
    ).all()
    return [(row.id, row.name) for row in calendars], branches


def cost_centers() -> Sequence[str]:
    """The cost centres that the log knows."""
    query = select(Message.cost_center).where(Message.cost_center != "").distinct()
    return db.session.scalars(query.order_by(Message.cost_center)).all()


def _by_branch(condition: ColumnElement[bool]) -> tuple[BranchSum, ...]:
    is_sms = Message.channel == Channel.SMS
    rows = db.session.execute(
        select(
            Message.branch_name,
            Message.cost_center,
            func.count(case((is_sms, 1))),
            func.sum(case((is_sms, Message.parts), else_=0)),
            func.count(case((Message.channel == Channel.EMAIL, 1))),
            func.sum(func.coalesce(Message.price, Message.parts * Gateway.price)),
        )
        .outerjoin(Gateway, Gateway.id == Message.gateway_id)
        .where(condition, Message.state.in_(COUNTED), Message.trial.is_(False), Message.carrier_id.is_(None))
        .group_by(Message.branch_name, Message.cost_center)
        .order_by(Message.branch_name, Message.cost_center)
    )
    return tuple(
        BranchSum(branch, center, sms, int(parts or 0), emails, None if cost is None else int(cost))
        for branch, center, sms, parts, emails, cost in rows
    )


def _condition(wanted: LogFilter, now: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    start, end = day_span(wanted.first, wanted.last, zone)
    happened = or_(
        and_(Message.sent_at >= start, Message.sent_at < end),
        and_(
            Message.sent_at.is_(None),
            Message.due_at >= start,
            Message.due_at < end,
            Message.due_at <= now,
        ),
    )
    parts = [happened]
    if wanted.calendar is not None:
        parts.append(Message.calendar_id == wanted.calendar)
    for column, value in (
        (Message.branch_name, wanted.branch),
        (Message.state, wanted.state),
        (Message.kind, wanted.kind),
        (Message.channel, wanted.channel),
        (Message.work_kind, wanted.work),
        (Message.cost_center, wanted.cost_center),
    ):
        if value:
            parts.append(column == value)
    if wanted.search:
        parts.append(_matches(wanted.search))
    return and_(*parts)


def _matches(search: str) -> ColumnElement[bool]:
    """Name, place or address contain the words; a number is found however it was typed."""
    text = search.strip()
    found = [
        column.icontains(text, autoescape=True)
        for column in (Message.recipient_name, Message.recipient, Message.place)
    ]
    digits = re.sub(r"\D", "", re.sub(r"^\s*(\+|00)", "", text))
    if len(digits) >= 4 and not re.search(r"[^\W\d_]", text):
        found.append(Message.recipient.contains(digits.removeprefix("0")))
    return or_(*found)


def _sums(condition: ColumnElement[bool]) -> tuple[LogSum, ...]:
    rows = db.session.execute(
        select(Message.state, Message.trial, func.count())
        .where(condition)
        .group_by(Message.state, Message.trial)
    )
    return tuple(
        sorted((LogSum(*row) for row in rows), key=lambda part: (ORDER.index(State(part.state)), part.trial))
    )
