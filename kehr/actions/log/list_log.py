"""Lists what went out and what did not, for the log's page, its print view, its files and its sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Subquery, and_, case, func, not_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from kehr.actions.facts.customers_only import of_customers
from kehr.actions.facts.in_person import how_in_person
from kehr.actions.facts.log_filter import LogFilter, log_condition, log_halves
from kehr.models import Branch, Calendar, Employee, Gateway, Message, db
from kehr.rules.plan.quota import COUNTED
from kehr.rules.terms.messages import Channel, State
from kehr.words import NOTICE_TO

PAGE = 100
MOST_PRINTED = 5000
SUMMED_DAYS, SUMMED = 100, 20_000
"""A quarter is always counted whole; of more days no more than so many messages."""
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
_NEEDED = (
    *("state", "trial", "branch_name", "cost_center", "by"),
    *("channel", "recipient", "calendar_id", "carrier_id", "parts", "price", "gateway_id"),
)
_ORDER = ("moment", "kind", "recipient_name", "id")
_Halves = tuple[ColumnElement[bool], ColumnElement[bool]]


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
    """One page of the log, with the sums of everything that the filter selects. `names` are branch, cost
    centre and login as they stand in it. With `more` there are more than `total` messages, and no sums.
    """

    messages: tuple[Message, ...]
    sums: tuple[LogSum, ...]
    by_branch: tuple[BranchSum, ...]
    total: int
    page: int
    pages: int
    names: frozenset[tuple[str, str, str]] = frozenset()
    more: bool = False


class _Counted(NamedTuple):
    """Messages that are alike in how they read (see LogSum), branch, cost centre and who wrote them by hand:
    how many, and what left of them.
    """

    state: str
    trial: bool
    channel: str
    recipient: str
    test: bool
    branch: str
    cost_center: str
    by: str
    number: int
    sms: int
    parts: int | None
    emails: int
    cost: int | None


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
    many_days = (wanted.last - wanted.first).days >= SUMMED_DAYS
    counted = _counted(log_condition(wanted, now, zone), SUMMED + 1 if many_days else None)
    names = frozenset((row.branch, row.cost_center, row.by) for row in counted)
    total = sum(row.number for row in counted)
    more = many_days and total > SUMMED
    if more:
        counted, total = [], SUMMED
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    halves, offset = log_halves(wanted, now, zone), (page - 1) * size
    ids = _ids(halves, size, offset) if more else _page_ids(halves, total, size, offset)
    rows = tuple(messages_of(ids))
    return Log(rows, _sums(counted), _by_branch(counted), total, page, pages, names, more)


def log_ids(wanted: LogFilter, now: datetime, zone: ZoneInfo, most: int) -> list[str]:
    """The ids of the first `most` messages of a selection, in the order of the log."""
    return _ids(log_halves(wanted, now, zone), most, 0)


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


def filter_choices(wanted: LogFilter, now: datetime, zone: ZoneInfo, shown: Log) -> Choices:
    """What the filters offer for the days of `wanted`, of which `shown` is the log; what is chosen is always
    among it. Of more days than are counted whole they offer what the log names.
    """
    days = LogFilter(wanted.first, wanted.last)
    known = wanted == days or (wanted.last - wanted.first).days >= SUMMED_DAYS
    copies = shown.names if known else _names(log_condition(days, now, zone))
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


def _names(condition: ColumnElement[bool]) -> frozenset[tuple[str, str, str]]:
    query = select(Message.branch_name, Message.cost_center, Message.by).where(condition).distinct()
    return frozenset((branch, center, by) for branch, center, by in db.session.execute(query))


def _page_ids(halves: _Halves, total: int, size: int, offset: int) -> list[str]:
    """The ids of one page, read from the end that is nearer to it."""
    size = min(size, total - offset)
    if size <= 0:
        return []
    behind = total - offset - size
    if behind >= offset:
        return _ids(halves, size, offset)
    return _ids(halves, size, behind, backwards=True)[::-1]


def _ids(halves: _Halves, most: int, offset: int, *, backwards: bool = False) -> list[str]:
    """Of each half only as many are read, in the order of its index, as can stand before the last wanted."""
    parts = [
        _half(moment, condition, most + offset, backwards)
        for moment, condition in zip((Message.sent_at, Message.due_at), halves, strict=True)
    ]
    both = union_all(*(select(part) for part in parts)).subquery()
    order = (column.desc() if backwards else column for column in (both.c[name] for name in _ORDER))
    query = select(both.c.id).order_by(*order).limit(most).offset(offset)
    return list(db.session.scalars(query))


def _half(
    moment: InstrumentedAttribute[Any], condition: ColumnElement[bool], most: int, backwards: bool
) -> Subquery:
    columns = (moment.label("moment"), Message.kind, Message.recipient_name, Message.id)
    order = (moment, *columns[1:])
    wanted = select(*columns).where(condition)
    ordered = wanted.order_by(*((one.desc() for one in order) if backwards else order))
    return ordered.limit(most).subquery()


def _counted(condition: ColumnElement[bool], most: int | None) -> list[_Counted]:
    """Counts a selection, or so many of it, in one look through its rows, by all that is told apart below."""
    needed = (getattr(Message, name) for name in _NEEDED)
    row = select(*needed).where(condition).limit(most).subquery().c
    is_sms = row.channel == Channel.SMS
    left = row.state.in_(COUNTED) & row.trial.is_(False) & row.carrier_id.is_(None)
    is_notice = and_(row.channel == Channel.PAPER, row.recipient == NOTICE_TO)
    columns = (
        row.state,
        row.trial,
        how_in_person(row.channel).label("told_by"),
        case((is_notice, row.recipient), else_="").label("told_whom"),
        not_(of_customers(row.calendar_id)).label("test"),
        row.branch_name,
        row.cost_center,
        row.by,
    )
    rows = db.session.execute(
        select(
            *columns,
            func.count(),
            func.count(case((left & is_sms, 1))),
            func.sum(case((left & is_sms, row.parts), else_=0)),
            func.count(case((left & (row.channel == Channel.EMAIL), 1))),
            func.sum(case((left, func.coalesce(row.price, row.parts * Gateway.price)))),
        )
        .outerjoin(Gateway, Gateway.id == row.gateway_id)
        .group_by("state", "trial", "told_by", "told_whom", "test", "branch_name", "cost_center", "by")
    )
    return [_Counted._make(one) for one in rows]


def _by_branch(counted: Iterable[_Counted]) -> tuple[BranchSum, ...]:
    found: dict[tuple[str, str], BranchSum] = {}
    for row in counted:
        key = (row.branch, row.cost_center)
        before = found.get(key, BranchSum(*key, 0, 0, 0, None))
        costs = [int(cost) for cost in (before.cost, row.cost) if cost is not None]
        found[key] = BranchSum(
            *key,
            before.sms + row.sms,
            before.parts + int(row.parts or 0),
            before.emails + row.emails,
            sum(costs) if costs else None,
        )
    return tuple(found[key] for key in sorted(found) if found[key].sms or found[key].emails)


def _sums(counted: Iterable[_Counted]) -> tuple[LogSum, ...]:
    found: Counter[LogSum] = Counter()
    for row in counted:
        found[LogSum(row.state, row.trial, 0, row.channel, row.recipient, row.test)] += row.number
    return tuple(sorted((replace(part, count=count) for part, count in found.items()), key=_place))


def _place(part: LogSum) -> tuple[bool, str, str, int, bool]:
    """What gateways sent, from good news to no news; what was told in person; the self test."""
    return part.test, part.channel, part.recipient, ORDER.index(State(part.state)), part.trial
