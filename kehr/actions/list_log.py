"""Lists what went out and what did not, for the log's page, its print view, its files and its sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, not_, select

from kehr.actions.customers_only import of_customers
from kehr.actions.log_filter import LogFilter, log_condition, looked_at
from kehr.models import Branch, Calendar, Employee, Gateway, Message, db
from kehr.rules.messages import IN_PERSON, Channel, State
from kehr.rules.quota import COUNTED
from kehr.words import NOTICE_TO

PAGE = 100
MOST_PRINTED = 5000
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
class LogSum:
    """How many messages of the whole selection read alike. Each message is in exactly one.

    What was told in person has its `channel`, and a notice its `recipient`; both are empty for what a gateway
    sends. `test` is the daily self test, which no customer got.
    """

    state: str
    trial: bool
    count: int
    channel: str = ""
    recipient: str = ""
    test: bool = False


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


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen in the filters: calendars and employees by id, switched off ones too; branches and
    cost centres of today and of the days shown; who wrote something by hand on them.
    """

    calendars: Sequence[tuple[int, str]]
    branches: Sequence[str]
    cost_centers: Sequence[str]
    employees: Sequence[tuple[int, str]]
    logins: Sequence[str]


def list_log(wanted: LogFilter, now: datetime, zone: ZoneInfo, page: int = 1, size: int = PAGE) -> Log:
    """Page `page` (from 1) of what fell due or left on the filter's days, oldest first."""
    condition = log_condition(wanted, now, zone)
    sums = _sums(condition)
    total = sum(part.count for part in sums)
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    rows = messages_of(_ids(condition, size, (page - 1) * size))
    return Log(tuple(rows), sums, _by_branch(condition), total, page, pages)


def log_ids(wanted: LogFilter, now: datetime, zone: ZoneInfo, most: int) -> list[str]:
    """The ids of the first `most` messages of a selection, in the order of the log."""
    return _ids(log_condition(wanted, now, zone), most, 0)


def messages_of(ids: Sequence[str]) -> list[Message]:
    """The messages of these ids, in this order."""
    found = {
        message.id: message for message in db.session.scalars(select(Message).where(Message.id.in_(ids)))
    }
    return [found[one] for one in ids if one in found]


def messages_in_parts(ids: Sequence[str], size: int) -> Iterator[list[Message]]:
    """The messages of these ids, so many at a time; those of the part before leave the memory."""
    for at in range(0, len(ids), size):
        part = messages_of(ids[at : at + size])
        yield part
        for message in part:
            db.session.expunge(message)


def filter_choices(wanted: LogFilter, now: datetime, zone: ZoneInfo) -> Choices:
    """What the filters offer for the days of `wanted`; what is chosen is always among it."""
    days = log_condition(LogFilter(wanted.first, wanted.last), now, zone)
    copies = db.session.execute(
        select(Message.branch_name, Message.cost_center, Message.by).where(days).distinct()
    ).all()
    branches = db.session.execute(select(Branch.name, Branch.cost_center)).all()
    calendars = db.session.execute(select(Calendar.id, Calendar.name).order_by(Calendar.name)).all()
    employees = db.session.scalars(select(Employee).order_by(Employee.name, Employee.first_name))
    return Choices(
        calendars=[(row.id, row.name) for row in calendars],
        branches=_some({row[0] for row in copies} | {row[0] for row in branches} | {wanted.branch}),
        cost_centers=_some({row[1] for row in copies} | {row[1] for row in branches} | {wanted.cost_center}),
        employees=[(row.id, row.full_name) for row in employees],
        logins=_some({row[2] for row in copies} | {wanted.by}),
    )


def _some(values: set[str]) -> list[str]:
    return sorted(value for value in values if value)


def _ids(condition: ColumnElement[bool], most: int, offset: int) -> list[str]:
    moment = func.coalesce(Message.sent_at, Message.due_at)
    query = select(Message.id).where(condition)
    ordered = query.order_by(moment, Message.kind, Message.recipient_name, Message.id)
    return list(db.session.scalars(ordered.limit(most).offset(offset)))


def _by_branch(condition: ColumnElement[bool]) -> tuple[BranchSum, ...]:
    is_sms = Message.channel == Channel.SMS
    counted = looked_at(Message.state.in_(COUNTED) & Message.trial.is_(False) & Message.carrier_id.is_(None))
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
        .where(condition, counted)
        .group_by(Message.branch_name, Message.cost_center)
        .order_by(Message.branch_name, Message.cost_center)
    )
    return tuple(
        BranchSum(branch, center, sms, int(parts or 0), emails, None if cost is None else int(cost))
        for branch, center, sms, parts, emails, cost in rows
        if sms or emails
    )


def _sums(condition: ColumnElement[bool]) -> tuple[LogSum, ...]:
    is_notice = and_(Message.channel == Channel.PAPER, Message.recipient == NOTICE_TO)
    rows = db.session.execute(
        select(
            Message.state,
            Message.trial,
            func.count(),
            case((Message.channel.in_(IN_PERSON), Message.channel), else_="").label("told_by"),
            case((is_notice, Message.recipient), else_="").label("told_whom"),
            not_(of_customers(Message.calendar_id)).label("test"),
        )
        .where(condition)
        .group_by(Message.state, Message.trial, "told_by", "told_whom", "test")
    )
    return tuple(sorted((LogSum(*row) for row in rows), key=_place))


def _place(part: LogSum) -> tuple[bool, str, str, int, bool]:
    """What gateways sent, from good news to no news; what was told in person; the self test."""
    return part.test, part.channel, part.recipient, ORDER.index(State(part.state)), part.trial
