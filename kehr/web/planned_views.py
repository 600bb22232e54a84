"""What the four views of planned sends share: their addresses, what they show, and how it is arranged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from babel.dates import format_date, format_interval
from flask import request, session, url_for
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from kehr.actions.facts.send_filter import NO_CALENDAR, STATE_GROUPS, CalendarMark, SendFilter, mark_calendars
from kehr.actions.log.list_log import ORDER
from kehr.actions.log.list_sends import ROWS, Group, Part, Sends
from kehr.models import Message
from kehr.rules.feeds.calendar_spans import Span, name_of
from kehr.rules.terms.messages import State
from kehr.web import sentences
from kehr.web.filters import clock, office
from kehr.words import WORK_KINDS

VIEWS = {
    "monat": lazy_gettext("Monat"),
    "woche": lazy_gettext("Woche"),
    "tag": lazy_gettext("Tag"),
    "liste": lazy_gettext("Liste"),
}
STATE_NAMES = {
    "": lazy_gettext("alle außer zurückgezogenen"),
    "geplant": lazy_gettext("geplant"),
    "freigabe": lazy_gettext("wartet auf Freigabe"),
    "nicht-vorgesehen": lazy_gettext("nicht vorgesehen"),
    "hinaus": lazy_gettext("hinausgegangen"),
    "offen": lazy_gettext("unklar oder nicht angekommen"),
    "zurueckgezogen": lazy_gettext("zurückgezogen"),
}
FEW = 60
"""A day with no more sends than these shows each of them at once."""
IN_CELL = 6
"""So many lines stand in one hour of a week; what is more is reached by the day."""


def read_filter() -> SendFilter:
    """The filter of the address; calendars that it hides are remembered for the next visit."""
    hidden: frozenset[int] = frozenset()
    if "kalender" in request.args:
        shown = set(request.args.getlist("kalender", type=int))
        hidden = frozenset({NO_CALENDAR, *(mark.id for mark in mark_calendars())} - shown)
        session["geplant_ohne"] = sorted(hidden)
    state, work = request.args.get("zustand", ""), request.args.get("arbeit", "")
    return SendFilter(hidden, state if state in STATE_GROUPS else "", work if work in WORK_KINDS else "")


def remembered() -> dict[str, Any]:
    """The address parts that hide what was hidden at the last visit."""
    hidden = frozenset(session.get("geplant_ohne", ()))
    return _calendar_part(hidden, mark_calendars()) if hidden else {}


def kept(wanted: SendFilter, marks: Sequence[CalendarMark]) -> dict[str, Any]:
    """The address parts of a filter, empty ones left out."""
    parts: dict[str, Any] = {"zustand": wanted.states or None, "arbeit": wanted.work or None}
    return parts | (_calendar_part(wanted.hidden, marks) if wanted.hidden else {})


def _calendar_part(hidden: frozenset[int], marks: Sequence[CalendarMark]) -> dict[str, Any]:
    every = [mark.id for mark in marks if mark.id != NO_CALENDAR] + [NO_CALENDAR]
    return {"kalender": [number for number in every if number not in hidden] or [""]}


def span_links(span: Span, today: date, parts: dict[str, Any]) -> dict[str, str]:
    """Where one gets from here: before, after, today, on paper, and the same days in the other views."""
    middle = span.middle(today)

    def to(view: str, name: str) -> str:
        return url_for(f"planned.{PAGES[view]}", name=name, **parts)

    others = {view: to(view, name_of(view, middle)) for view in ("monat", "woche", "tag")}
    return others | {
        "liste": url_for("planned.agenda", tag=middle.isoformat(), **parts),
        "earlier": to(span.view, span.earlier),
        "later": to(span.view, span.later),
        "today": to(span.view, name_of(span.view, today)),
        "here": to(span.view, span.name),
        "paper": url_for("planned.paper", view=span.view, name=span.name, **parts),
    }


PAGES = {"monat": "month", "woche": "week", "tag": "day", "liste": "agenda"}


def span_words(span: Span, today: date) -> str:
    """`März 2026`, `KW 11 · 9.–14. März 2026` or `Dienstag, 10.03.2026 · heute`."""
    locale = get_locale() or "de"
    if span.view == "monat":
        return str(format_date(span.first, "LLLL yyyy", locale=locale))
    if span.view == "woche":
        days = format_interval(span.first, span.last, "yMMMMd", locale=locale)
        return _("KW %(week)s", week=span.first.isocalendar().week) + f" · {days}"
    word = day_name(span.first, today)
    return sentences.spelled_day(span.first) + (f" · {word}" if word else "")


def day_name(day: date, today: date) -> str:
    """A word for the days around today, empty for the others."""
    return {0: _("heute"), 1: _("morgen"), -1: _("gestern")}.get((day - today).days, "")


def filter_words(days: str, wanted: SendFilter, marks: Sequence[CalendarMark]) -> str:
    """The days and the filter as a line of words, for paper."""
    shown = [calendar_name(mark) for mark in marks if mark.shown]
    calendars = _("alle Kalender")
    if any(not mark.shown for mark in marks):
        calendars = _("Kalender %(name)s", name=", ".join(shown)) if shown else _("kein Kalender")
    work = _("nur %(kind)s", kind=sentences.work_word(wanted.work)) if wanted.work else _("alle Arbeiten")
    return " · ".join([days, calendars, str(STATE_NAMES[wanted.states]), work])


def calendar_name(mark: CalendarMark) -> str:
    """Its name; what is about no appointment has none of its own."""
    return mark.name or _("ohne Termin")


@dataclass(frozen=True, slots=True)
class Count:
    """So many sends in one state; `way` is how somebody was told in person."""

    state: str
    trial: bool
    way: str
    count: int


def by_state(groups: Iterable[Group]) -> list[Count]:
    """The sums of some groups by state, from good news to no news."""
    sums: dict[tuple[str, bool, str], int] = {}
    for group in groups:
        key = (group.state, group.trial, group.way)
        sums[key] = sums.get(key, 0) + group.count
    found = [Count(*key, count) for key, count in sums.items()]
    return sorted(found, key=lambda one: (ORDER.index(State(one.state)), one.trial, one.way))


@dataclass(frozen=True, slots=True)
class Cell:
    """One day in a month: its counts by state and by calendar."""

    states: list[Count]
    calendars: list[tuple[CalendarMark, int]]


def month_cells(sends: Sends) -> dict[date, Cell]:
    """The days of a month that have sends."""
    marks = {mark.id: mark for mark in sends.calendars}
    cells = {}
    for day, found in groupby(sends.groups, key=lambda group: group.day):
        groups = list(found)
        counts: dict[int, int] = {}
        for group in groups:
            counts[group.calendar] = counts.get(group.calendar, 0) + group.count
        by_calendar = [(mark, counts[number]) for number, mark in marks.items() if number in counts]
        cells[day] = Cell(by_state(groups), by_calendar)
    return cells


@dataclass(frozen=True, slots=True)
class Grid:
    """A week: its days, the hours in which something leaves, and the lines of each hour of each day."""

    days: list[date]
    hours: list[int]
    lines: dict[tuple[date, int], list[Group]]

    def busy(self, day: date) -> bool:
        """Whether anything leaves or left on this day."""
        return any(one == day for one, _hour in self.lines)


def week_grid(sends: Sends, span: Span, today: date) -> Grid:
    """The week's days without a Sunday on which nothing leaves."""
    company = office()
    open_days = company.window_days if company else []
    lines: dict[tuple[date, int], list[Group]] = {}
    for group in sends.groups:
        lines.setdefault((group.day, group.hour), []).append(group)
    sunday = span.last
    with_sunday = "sun" in open_days or today == sunday or any(day == sunday for day, _hour in lines)
    days = span.days if with_sunday else span.days[:-1]
    return Grid(days, sorted({hour for _day, hour in lines}), lines)


@dataclass(frozen=True, slots=True)
class KindBlock:
    """The sends of one hour and kind: how many in which state, and the rows that are shown of them."""

    hour: int
    kind: str
    count: int
    states: list[Count]
    rows: Part | None

    @property
    def key(self) -> str:
        """Its place in the address."""
        return f"{self.hour:02}.{self.kind}"


def day_blocks(sends: Sends, shown: dict[str, Part]) -> list[tuple[int, list[KindBlock]]]:
    """A day by hour and kind; `shown` are the rows of the opened ones by key."""
    blocks = []
    for hour, found in groupby(sends.groups, key=lambda group: group.hour):
        kinds = []
        ordered = sorted(found, key=lambda group: group.kind)
        for kind, several in groupby(ordered, key=lambda group: group.kind):
            groups = list(several)
            count = sum(group.count for group in groups)
            rows = shown.get(f"{hour:02}.{kind}")
            kinds.append(KindBlock(hour, kind, count, by_state(groups), rows))
        blocks.append((hour, kinds))
    return blocks


def parts_of(messages: Iterable[Message]) -> dict[str, Part]:
    """Messages of one day by hour and kind."""
    found: dict[str, list[Message]] = {}
    for message in messages:
        found.setdefault(f"{clock(message.due_at)[:2]}.{message.kind}", []).append(message)
    return {key: Part(tuple(several), 0, len(several)) for key, several in found.items()}


def part_pages(part: Part) -> list[int]:
    """The pages of a long block, none when one is enough."""
    pages = -(-part.total // ROWS)
    return list(range(1, pages + 1)) if pages > 1 else []
