"""Expands one series with recurring-ical-events, given clean values only: its dates, not its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from icalendar import Calendar, Event
from icalendar.prop import vDDDLists, vDDDTypes, vRecur
from recurring_ical_events import CalendarQuery

from kehr.rules.feeds.feed_entry import Entry, read_moments
from kehr.rules.feeds.feed_problems import Note, ProblemCode
from kehr.rules.feeds.feed_rule import CleanRule, RuleRefused, clean_rule
from kehr.rules.feeds.feed_times import Unreadable, day_of
from kehr.rules.feeds.feed_zones import Zones

_PAD = timedelta(days=2)
_WHICH = "X-KEHR-ENTRY"
_LIBRARY_ERRORS = (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError)

Moment = date | datetime


class Hit(NamedTuple):
    """One occurrence of an entry: when it is, and which one of its series it was at first."""

    entry: Entry
    start: Moment
    original: Moment


def expand_series(
    master: Entry | None, overrides: list[Entry], window: tuple[datetime, datetime], zones: Zones, note: Note
) -> list[Hit]:
    """The occurrences of one series about the window: at least all that start in it, at most two days more.

    A rule that cannot be read or is refused is noted; then the first date of the series stands alone.
    """
    rules = list(_rules(master, zones, note)) if master else []
    replaced = [_as_of_series(entry, master, zones.office) for entry in overrides]
    events = [
        _event(number, entry, moment)
        for number, (entry, moment) in enumerate(zip(overrides, replaced, strict=True))
    ]
    if master:
        events.append(_master_event(len(overrides), master, rules, zones, note))
    entries = [*overrides, *([master] if master else [])]
    try:
        hits = list(_query(events, entries, replaced, window))
    except _LIBRARY_ERRORS as error:
        note(ProblemCode.RULE_UNREADABLE, str(error))
        return [Hit(entry, entry.start, entry.replaces or entry.start) for entry in entries]
    stop = max((rule.stop for rule in rules if rule.stop), default=None)
    return [hit for hit in hits if not stop or _utc(hit.original, zones.office) <= stop]


def _rules(master: Entry, zones: Zones, note: Note) -> Iterator[CleanRule]:
    for line in master.lines.get("RRULE", ()):
        if not line.value.strip():
            continue
        try:
            yield clean_rule(line.value, master.start, zones.office)
        except RuleRefused:
            note(ProblemCode.RULE_REFUSED, line.value)
        except Unreadable:
            note(ProblemCode.RULE_UNREADABLE, line.value)


def _as_of_series(entry: Entry, master: Entry | None, office: tzinfo) -> Moment:
    """The RECURRENCE-ID in the kind of the series: a date finds the occurrence of that day."""
    replaced = entry.replaces or entry.start
    if master is None:
        return replaced
    if not isinstance(master.start, datetime):
        return day_of(replaced, office)
    if isinstance(replaced, datetime):
        return replaced.astimezone(master.start.tzinfo)
    return datetime.combine(replaced, master.start.timetz())


def _event(number: int, entry: Entry, replaced: Moment | None) -> Event:
    event = Event()
    event["UID"] = entry.uid
    event["SEQUENCE"] = entry.sequence
    event["DTSTART"] = vDDDTypes(entry.start)
    event[_WHICH] = number
    if replaced is not None:
        event["RECURRENCE-ID"] = vDDDTypes(replaced)
        if _goes_on(entry, replaced):
            event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
    return event


def _goes_on(entry: Entry, replaced: Moment) -> bool:
    return entry.from_then_on and isinstance(entry.start, datetime) == isinstance(replaced, datetime)


def _master_event(number: int, master: Entry, rules: list[CleanRule], zones: Zones, note: Note) -> Event:
    event = _event(number, master, None)
    if rules:
        event["RRULE"] = [vRecur.from_ical(rule.text) for rule in rules]
    for name in ("RDATE", "EXDATE"):
        said = read_moments(master.lines.get(name, []), zones, master, note)
        moments = [_in_kind(moment, master, zones.office, name) for moment in said]
        if moments:
            event[name] = [vDDDLists([moment]) for moment in moments]
    return event


def _in_kind(moment: Moment, master: Entry, office: tzinfo, name: str) -> Moment:
    if not isinstance(master.start, datetime):
        return day_of(moment, office)
    if isinstance(moment, datetime):
        return moment.astimezone(master.start.tzinfo)
    return moment if name == "EXDATE" else datetime.combine(moment, master.start.timetz())


def _query(
    events: list[Event], entries: list[Entry], replaced: list[Moment], window: tuple[datetime, datetime]
) -> Iterator[Hit]:
    calendar = Calendar()
    calendar.subcomponents.extend(events)
    for event in CalendarQuery(calendar).between(window[0] - _PAD, window[1] + _PAD):
        number: int = event[_WHICH]
        entry, start, original = entries[number], event["DTSTART"].dt, event["RECURRENCE-ID"].dt
        if number < len(replaced) and _goes_on(entry, replaced[number]):
            original = start - (_like(entry.start, replaced[number]) - replaced[number])
        yield Hit(entry, start, original)


def _like(start: Moment, replaced: Moment) -> Moment:
    if isinstance(start, datetime) and isinstance(replaced, datetime):
        return start.astimezone(replaced.tzinfo)
    return start


def _utc(moment: Moment, office: tzinfo) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=office).astimezone(UTC)
