"""Which messages belong into a part of the log, said so that the database finds them by their day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, not_, or_
from sqlalchemy.orm import InstrumentedAttribute

from kehr.actions.facts.customers_only import of_customers
from kehr.models import Message
from kehr.rules.terms.messages import SENT_BY_GATEWAY, Channel
from kehr.rules.terms.office_days import day_span
from kehr.words import NOTICE_TO


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which part of the log: office days from `first` to `last`; empty values do not narrow.

    `employee` is whom a message went to, `by` the login of who sent it or wrote it down by hand. `sort` is
    one of SORTS (kehr.words).
    """

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
    employee: int | None = None
    by: str = ""
    sort: str = ""


def log_condition(wanted: LogFilter, now: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """What left on the filter's days, or fell due on them and did not leave; and what narrows it.

    Only the days go by an index. The rest is looked at row by row: without statistics SQLite takes any
    equality for rarer than a span of days, and would walk through all delivered messages of ten years.
    """
    return and_(or_(*_happened(wanted, now, zone)), *_narrowed(wanted))


def log_halves(
    wanted: LogFilter, now: datetime, zone: ZoneInfo
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The two halves of `log_condition`: what left, and what did not; no message is in both."""
    left, stayed = _happened(wanted, now, zone)
    narrowed = _narrowed(wanted)
    return and_(left, *narrowed), and_(stayed, *narrowed)


def _happened(
    wanted: LogFilter, now: datetime, zone: ZoneInfo
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    start, end = day_span(wanted.first, wanted.last, zone)
    due = and_(Message.due_at >= start, Message.due_at < end, Message.due_at <= now)
    return (
        and_(Message.sent_at >= start, Message.sent_at < end),
        and_(due, looked_at(Message.sent_at.is_(None))),
    )


def _narrowed(wanted: LogFilter) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    for number, wish in ((Message.calendar_id, wanted.calendar), (Message.employee_id, wanted.employee)):
        if wish is not None:
            parts.append(func.coalesce(number, 0) == wish)
    for column, value in (
        (Message.branch_name, wanted.branch),
        (Message.state, wanted.state),
        (Message.kind, wanted.kind),
        (Message.channel, wanted.channel),
        (Message.work_kind, wanted.work),
        (Message.cost_center, wanted.cost_center),
        (Message.by, wanted.by),
    ):
        if value:
            parts.append(func.coalesce(column, "") == value)
    if wanted.sort:
        parts.append(looked_at(_of_sort(wanted.sort)))
    if wanted.search:
        parts.append(_matches(wanted.search))
    return parts


def _of_sort(sort: str) -> ColumnElement[bool]:
    """Each message is of one sort; what was told on the telephone is of none."""
    slip, notice = Message.channel == Channel.PAPER, Message.recipient == NOTICE_TO
    sent, ours = Message.channel.in_(SENT_BY_GATEWAY), not_(of_customers(Message.calendar_id))
    return {
        "customers": and_(sent, Message.trial.is_(False), not_(ours)),
        "trial": and_(sent, Message.trial, not_(ours)),
        "tests": ours,
        "slips": and_(slip, not_(notice), not_(ours)),
        "notices": and_(slip, notice, not_(ours)),
    }[sort]


def looked_at(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition, but never answered by an index."""
    return case((condition, 1), else_=0) == 1


def _matches(search: str) -> ColumnElement[bool]:
    """Name, place, address or object number contain the words; a number is found however it was typed."""
    text = search.strip()
    columns: tuple[InstrumentedAttribute[Any], ...] = (
        Message.recipient_name,
        Message.recipient,
        Message.place,
        Message.property_number,
    )
    found = [column.icontains(text, autoescape=True) for column in columns]
    digits = re.sub(r"\D", "", re.sub(r"^\s*(\+|00)", "", text))
    if len(digits) >= 4 and not re.search(r"[^\W\d_]", text):
        found.append(Message.recipient.contains(digits.removeprefix("0")))
    return or_(*found)
