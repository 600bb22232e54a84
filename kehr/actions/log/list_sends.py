"""Counts what leaves and left in a month, a week or a day, and reads the sends of one hour and kind.

However many sends a day has, a page takes the same number of queries: the database counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select

from kehr.actions.facts.in_person import how_in_person
from kehr.actions.facts.send_filter import (
    NO_CALENDAR,
    CalendarMark,
    SendFilter,
    mark_calendars,
    narrowed,
    of_calendars,
)
from kehr.models import Message, db
from kehr.rules.terms.office_days import day_span, day_start

ROWS = 100
"""So many sends of one hour and kind are shown at once."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Group:
    """Sends of one day, hour, calendar, kind and state. A single one has its id and whom it is for.

    `way` is how somebody was told in person, empty for what a gateway sends.
    """

    day: date
    hour: int
    calendar: int
    kind: str
    state: str
    trial: bool
    way: str
    count: int
    message_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Sends:
    """The counted sends of some days, and the calendars with how many each has, the hidden ones too."""

    groups: tuple[Group, ...]
    calendars: tuple[CalendarMark, ...]

    @property
    def total(self) -> int:
        """How many sends are shown."""
        return sum(group.count for group in self.groups)


@dataclass(frozen=True, slots=True)
class Part:
    """Some sends of one hour and kind: those from number `offset` on, of so many."""

    messages: tuple[Message, ...]
    offset: int
    total: int


def count_sends(first: date, last: date, zone: ZoneInfo, wanted: SendFilter, *, by_hour: bool) -> Sends:
    """The sends of active calendars that are due from `first` to `last`.

    With `by_hour` by hour and kind; else by day alone, with hour 0 and no kind.
    """
    ends = _hour_ends(first, last, zone) if by_hour else _day_ends(first, last, zone)
    bucket = case(*((Message.due_at < end, number) for number, end in enumerate(ends))).label("bucket")
    kind = Message.kind if by_hour else func.min(Message.kind)
    calendar = func.coalesce(Message.calendar_id, NO_CALENDAR).label("calendar")
    counted = select(
        bucket,
        calendar,
        kind.label("of_kind"),
        Message.state,
        Message.trial,
        how_in_person(Message.channel).label("way"),
        func.count(),
        func.min(Message.id),
        func.min(Message.recipient_name),
    )
    grouping: list[Any] = ["bucket", "calendar", Message.state, Message.trial, "way"]
    grouping += [Message.kind] if by_hour else []
    marks = mark_calendars()
    query = counted.where(_due(first, last, zone), of_calendars(marks), narrowed(wanted)).group_by(*grouping)
    starts = [(end - HOUR).astimezone(zone) for end in ends]
    groups = []
    for number, *row in db.session.execute(query):
        hour = starts[number].hour if by_hour else 0
        groups.append(Group(starts[number].date(), hour, *row))
    return Sends(
        tuple(sorted((g for g in groups if g.calendar not in wanted.hidden), key=_order)),
        _counted(marks, groups, wanted.hidden),
    )


def sends_of(
    day: date, hour: int, kind: str, zone: ZoneInfo, wanted: SendFilter, offset: int = 0, most: int = ROWS
) -> Part:
    """The sends of one hour and kind, by time and name, `most` of them from number `offset` on."""
    starts = [end - HOUR for end in _hour_ends(day, day, zone) if (end - HOUR).astimezone(zone).hour == hour]
    if not starts:
        return Part((), 0, 0)
    meant = and_(
        Message.due_at >= starts[0],
        Message.due_at < starts[-1] + HOUR,
        Message.kind == kind,
        *_shown(wanted),
    )
    total = db.session.scalar(select(func.count()).where(meant)) or 0
    offset = min(max(offset, 0), max(total - 1, 0) // most * most)
    query = select(Message).where(meant).order_by(*_BY_TIME).offset(offset).limit(most)
    return Part(tuple(db.session.scalars(query)), offset, total)


def all_sends(first: date, last: date, zone: ZoneInfo, wanted: SendFilter, most: int) -> tuple[Message, ...]:
    """Every send of these days, at most so many, by time and name."""
    query = select(Message).where(_due(first, last, zone), *_shown(wanted)).order_by(*_BY_TIME).limit(most)
    return tuple(db.session.scalars(query))


_BY_TIME = (Message.due_at, Message.kind, Message.recipient_name, Message.id)


def _order(group: Group) -> tuple[date, int, int, str, str, str]:
    return (group.day, group.hour, group.calendar, group.kind, group.state, group.way)


def _due(first: date, last: date, zone: ZoneInfo) -> ColumnElement[bool]:
    start, end = day_span(first, last, zone)
    return and_(Message.due_at >= start, Message.due_at < end)


def _shown(wanted: SendFilter) -> tuple[ColumnElement[bool], ...]:
    return of_calendars(mark_calendars(), wanted.hidden), narrowed(wanted)


def _day_ends(first: date, last: date, zone: ZoneInfo) -> list[datetime]:
    return [day_start(first + timedelta(days=number + 1), zone) for number in range((last - first).days + 1)]


def _hour_ends(first: date, last: date, zone: ZoneInfo) -> list[datetime]:
    """The end of each hour of these office days; a day on which the clock changes has 23 or 25."""
    start, end = day_span(first, last, zone)
    return [start + number * HOUR for number in range(1, int((end - start) / HOUR) + 1)]


def _counted(
    marks: Sequence[CalendarMark], groups: Sequence[Group], hidden: frozenset[int]
) -> tuple[CalendarMark, ...]:
    """The calendars with their counts; what has none stands last, where there is any of it."""
    counts = {mark.id: 0 for mark in marks} | {NO_CALENDAR: 0}
    for group in groups:
        counts[group.calendar] += group.count
    found = [replace(mark, count=counts[mark.id], shown=mark.id not in hidden) for mark in marks]
    if counts[NO_CALENDAR] or NO_CALENDAR in hidden:
        found.append(CalendarMark(NO_CALENDAR, "", "", "–", NO_CALENDAR not in hidden, counts[NO_CALENDAR]))
    return tuple(found)
