"""Lists what leaves, waits and left, day by day, for the page of planned sends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select

from kehr.models import Calendar, Message, db
from kehr.rules.messages import State
from kehr.rules.office_days import day_span, office_day

DAYS = 15
"""Today and the 14 days after it."""
MOST = 400
"""A page shows so many messages; what lies behind is reached by its day."""

STATE_GROUPS: dict[str, frozenset[State]] = {
    "geplant": frozenset({State.PLANNED, State.SENDING}),
    "freigabe": frozenset({State.HELD}),
    "nicht-vorgesehen": frozenset({State.WITHHELD}),
    "hinaus": frozenset({State.ACCEPTED, State.DELIVERED}),
    "offen": frozenset({State.UNCLEAR, State.REFUSED, State.UNDELIVERED, State.MISSED}),
    "zurueckgezogen": frozenset({State.WITHDRAWN}),
}
USUAL = frozenset(State) - {State.WITHDRAWN}
"""Shown when no state is chosen: what was withdrawn leaves nobody with a question."""


@dataclass(frozen=True, slots=True)
class CalendarMark:
    """A calendar as it is marked in lists: by colour and, for those who cannot see it, by letter."""

    id: int
    name: str
    color: str
    letter: str
    shown: bool = True


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
    """The page: `cut_at` is the day at which the list stops short because it is full."""

    first: date
    last: date
    today: date
    days: tuple[Day, ...]
    calendars: tuple[CalendarMark, ...]
    cut_at: date | None

    @property
    def earlier(self) -> date:
        """The first day of the page before."""
        return self.first - timedelta(days=DAYS)

    @property
    def later(self) -> date:
        """The first day of the page after."""
        return self.cut_at or self.last + timedelta(days=1)


def list_planned(
    now: datetime,
    zone: ZoneInfo,
    first: date | None = None,
    calendar_ids: frozenset[int] = frozenset(),
    states: str = "",
    work: str = "",
) -> Planned:
    """The sends of active calendars from office day `first` (today) on; empty filters show all, also
    what was written by hand about no appointment. `work` is a kind of work.
    """
    today = office_day(now, zone)
    first = first or today
    last = first + timedelta(days=DAYS - 1)
    marks = mark_calendars(calendar_ids)
    shown = [mark.id for mark in marks if mark.shown]
    of_calendars: ColumnElement[bool] = Message.calendar_id.in_(shown)
    if not calendar_ids:
        of_calendars = or_(of_calendars, Message.calendar_id.is_(None))
    wanted = and_(of_calendars, Message.state.in_(STATE_GROUPS.get(states, USUAL)))
    if work:
        wanted = and_(wanted, Message.work_kind == work)
    start, end = day_span(first, last, zone)
    rows = _rows(wanted, start, end, MOST + 1)
    cut_at = None
    if len(rows) > MOST:
        rows, cut_at = _whole_days(rows, wanted, zone)
    return Planned(first, last, today, _by_day(rows, zone), marks, cut_at)


def _rows(wanted: ColumnElement[bool], start: datetime, end: datetime, most: int | None) -> list[Message]:
    query = (
        select(Message)
        .where(Message.due_at >= start, Message.due_at < end, wanted)
        .order_by(Message.due_at, Message.kind, Message.recipient_name, Message.id)
        .limit(most)
    )
    return list(db.session.scalars(query))


def _whole_days(
    rows: list[Message], wanted: ColumnElement[bool], zone: ZoneInfo
) -> tuple[list[Message], date]:
    """A full page ends before the day that did not fit; a day that alone fills a page is shown whole."""
    overflow = office_day(rows[MOST].due_at, zone)
    whole = [row for row in rows if office_day(row.due_at, zone) < overflow]
    if whole:
        return whole, overflow
    return _rows(wanted, *day_span(overflow, overflow, zone), None), overflow + timedelta(days=1)


def mark_calendars(chosen: frozenset[int] = frozenset()) -> tuple[CalendarMark, ...]:
    """All active calendars by name, each with a letter of its own where its name has one to spare."""
    taken: set[str] = set()
    marks = []
    found = db.session.execute(
        select(Calendar.id, Calendar.name, Calendar.color).where(Calendar.active).order_by(Calendar.name)
    )
    for row in found:
        letters = [letter.upper() for letter in row.name if letter.isalnum()] or ["?"]
        letter = next((letter for letter in letters if letter not in taken), letters[0])
        taken.add(letter)
        marks.append(CalendarMark(row.id, row.name, row.color, letter, not chosen or row.id in chosen))
    return tuple(marks)


def _by_day(rows: Iterable[Message], zone: ZoneInfo) -> tuple[Day, ...]:
    days = groupby(rows, key=lambda row: office_day(row.due_at, zone))
    return tuple(Day(day, _by_time(found)) for day, found in days)


def _by_time(rows: Iterable[Message]) -> tuple[Slot, ...]:
    return tuple(Slot(due, tuple(found)) for due, found in groupby(rows, key=lambda row: row.due_at))
