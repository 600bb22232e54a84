"""Reads one VEVENT as far as it can be read: when it is, what it repeats or replaces, what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from kehr.rules.feeds.feed_lines import Property, read_lines
from kehr.rules.feeds.feed_problems import Note, ProblemCode
from kehr.rules.feeds.feed_text import ZONE_LINE
from kehr.rules.feeds.feed_times import Unreadable, midnight, read_duration, read_time
from kehr.rules.feeds.feed_zones import Zones

_SERIES_NAMES = ("RRULE", "RDATE", "RECURRENCE-ID")
_ONE_DAY = timedelta(days=1)

Lines = dict[str, list[Property]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One VEVENT with a readable start: a date when it lasts all day, else an aware time in its own zone.

    `length` is what its end leaves, never negative; `replaces` is its RECURRENCE-ID as written.
    """

    uid: str
    start: date | datetime
    length: timedelta
    sequence: int
    lines: Lines
    zone: tzinfo
    replaces: date | datetime | None = None
    from_then_on: bool = False

    @property
    def all_day(self) -> bool:
        """Whether it has a date and no time."""
        return not isinstance(self.start, datetime)

    @property
    def in_series(self) -> bool:
        """Whether it repeats or replaces one of a series."""
        return any(name in self.lines for name in _SERIES_NAMES)


def read_entry(uid: str, block: str, zones: Zones, note: Note) -> Entry | None:
    """The event in one unfolded block, or None when it has no readable start; `note` hears what is wrong."""
    lines = read_lines(block)
    floating = _floating_zone(lines, zones, note)
    first = lines.get("DTSTART")
    if not first or not first[0].value.strip():
        note(ProblemCode.NO_START, _first_text(lines, "SUMMARY"))
        return None
    try:
        start = read_moment(first[0], zones, floating, note)
    except Unreadable:
        note(ProblemCode.START_UNREADABLE, first[0].value)
        return None
    if "RRULE" in lines and ZONE_LINE in lines and isinstance(start, datetime) and start.tzinfo is UTC:
        start = start.astimezone(floating)
    zone = start.tzinfo if isinstance(start, datetime) else None
    length = _length(lines, start, zones, floating, note)
    entry = Entry(uid, start, length, _sequence(lines), lines, zone or floating)
    return _with_replaced(entry, zones, note) if "RECURRENCE-ID" in lines else entry


def _with_replaced(entry: Entry, zones: Zones, note: Note) -> Entry:
    replaced = entry.lines["RECURRENCE-ID"][0]
    try:
        when = read_moment(replaced, zones, entry.zone, note)
    except Unreadable:
        note(ProblemCode.RECURRENCE_ID_UNREADABLE, replaced.value)
        return replace(entry, replaces=entry.start)
    later = replaced.parameter("RANGE").upper() == "THISANDFUTURE"
    return replace(entry, replaces=when, from_then_on=later)


def read_moment(source: Property, zones: Zones, floating: tzinfo, note: Note) -> date | datetime:
    """The date or aware time of a property; an unknown zone is noted and read as the office's.

    Raises Unreadable.
    """
    zone, date_only = floating, False
    if source.parameters:
        date_only = source.parameter("VALUE").upper() == "DATE"
        name = source.parameter("TZID")
        if name and not date_only:
            zone = _known_zone(name, zones, note)
    return read_time(source.value, zone, date_only)


def read_moments(
    properties: list[Property], zones: Zones, entry: Entry, note: Note
) -> Iterator[date | datetime]:
    """The dates and times of EXDATE or RDATE lines, of a period its start; unreadable ones are noted."""
    for source in properties:
        for value in source.value.split(","):
            if not value.strip():
                continue
            try:
                yield read_moment(Property(value.split("/")[0], source.parameters), zones, entry.zone, note)
            except Unreadable:
                note(ProblemCode.DATES_UNREADABLE, value)


def _known_zone(name: str, zones: Zones, note: Note) -> tzinfo:
    zone = zones.find(name)
    if zone is None:
        note(ProblemCode.UNKNOWN_ZONE, name)
        return zones.office
    return zone


def _floating_zone(lines: Lines, zones: Zones, note: Note) -> tzinfo:
    said = lines.get(ZONE_LINE)
    return _known_zone(said[0].value, zones, note) if said else zones.office


def _length(lines: Lines, start: date | datetime, zones: Zones, floating: tzinfo, note: Note) -> timedelta:
    none = timedelta(0) if isinstance(start, datetime) else _ONE_DAY
    said = lines.get("DTEND") or lines.get("DURATION")
    if not said or not said[0].value.strip():
        return none
    source = said[0]
    try:
        if "DTEND" in lines:
            length = _between(start, read_moment(source, zones, floating, note), zones.office)
        else:
            length = _nominal(start, read_duration(source.value))
    except (Unreadable, OverflowError):
        note(ProblemCode.END_UNREADABLE, source.value)
        return none
    if length < timedelta(0):
        note(ProblemCode.END_BEFORE_START, source.value)
    return length if length > timedelta(0) else none


def _between(start: date | datetime, end: date | datetime, office: tzinfo) -> timedelta:
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        return end - start
    first = start if isinstance(start, datetime) else midnight(start, office)
    last = end if isinstance(end, datetime) else midnight(end, office)
    return last.astimezone(UTC) - first.astimezone(UTC)


def _nominal(start: date | datetime, length: timedelta) -> timedelta:
    """Days count on the wall clock of the start, so that a day over the change of clocks stays a day."""
    if not isinstance(start, datetime):
        return timedelta(days=max(length.days, 1)) if length > timedelta(0) else length
    return (start + length).astimezone(UTC) - start.astimezone(UTC)


def _sequence(lines: Lines) -> int:
    text = _first_text(lines, "SEQUENCE")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _first_text(lines: Lines, name: str) -> str:
    found = lines.get(name)
    return found[0].text() if found else ""
