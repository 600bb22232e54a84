"""Lists what leaves, waits and left, day by day, for the page of planned sends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select

from kehr.actions.facts.send_filter import CalendarMark, SendFilter, narrowed, of_calendars
from kehr.actions.log.list_sends import count_sends
from kehr.models import Message, db
from kehr.rules.terms.office_days import day_span, office_day

DAYS = 15
"""Today and the 14 days after it."""
MOST = 250
"""A page shows so many messages; what lies behind is reached by its day."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The messages of one day that are due at the same moment."""

    due_at: datetime
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One office day with its messages, by time."""

    day: date
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """The page: `cut_at` is the day at which the list stops short because it is full; `crowded` the one day
    that alone has more than fit, of which it shows the first `most`.
    """

    first: date
    last: date
    today: date
    days: tuple[Day, ...]
    calendars: tuple[CalendarMark, ...]
    cut_at: date | None
    crowded: date | None = None

    @property
    def most(self) -> int:
        """How many of a crowded day are shown."""
        return MOST

    @property
    def earlier(self) -> date:
        """The first day of the page before."""
        return self.first - timedelta(days=DAYS)

    @property
    def later(self) -> date:
        """The first day of the page after."""
        return self.cut_at or self.last + timedelta(days=1)


def list_planned(now: datetime, zone: ZoneInfo, first: date | None, wanted: SendFilter) -> Planned:
    """The sends of active calendars from office day `first` (today) on."""
    today = office_day(now, zone)
    first = first or today
    last = first + timedelta(days=DAYS - 1)
    calendars = count_sends(first, last, zone, wanted, by_hour=False).calendars
    shown = and_(of_calendars(calendars, wanted.hidden), narrowed(wanted))
    start, end = day_span(first, last, zone)
    rows = _rows(shown, start, end, MOST + 1)
    if len(rows) <= MOST:
        return Planned(first, last, today, _by_day(rows, zone), calendars, None)
    full = office_day(rows[MOST].due_at, zone)
    whole = [row for row in rows if office_day(row.due_at, zone) < full]
    if whole:
        return Planned(first, last, today, _by_day(whole, zone), calendars, full)
    later = full + timedelta(days=1)
    return Planned(first, last, today, _by_day(rows[:MOST], zone), calendars, later, crowded=full)


def _rows(wanted: ColumnElement[bool], start: datetime, end: datetime, most: int) -> list[Message]:
    query = (
        select(Message)
        .where(Message.due_at >= start, Message.due_at < end, wanted)
        .order_by(Message.due_at, Message.kind, Message.recipient_name, Message.id)
        .limit(most)
    )
    return list(db.session.scalars(query))


def _by_day(rows: Iterable[Message], zone: ZoneInfo) -> tuple[Day, ...]:
    days = groupby(rows, key=lambda row: office_day(row.due_at, zone))
    return tuple(Day(day, _by_time(found)) for day, found in days)


def _by_time(rows: Iterable[Message]) -> tuple[Slot, ...]:
    return tuple(Slot(due, tuple(found)) for due, found in groupby(rows, key=lambda row: row.due_at))
