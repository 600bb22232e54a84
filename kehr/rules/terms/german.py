"""Dates and times as an Austrian office writes them. Every moment is read in the zone that is given."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


def weekday(day: date) -> str:
    """`Donnerstag`."""
    return WEEKDAYS[day.weekday()]


def full_date(day: date) -> str:
    """`12.03.2026`."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def short_day(day: date) -> str:
    """`Do, 12.03.`, for lists and sentences on screens."""
    return f"{weekday(day)[:2]}, {day.day:02}.{day.month:02}."


def clock(moment: datetime, zone: tzinfo) -> str:
    """`10:00`, the wall clock in `zone`."""
    return moment.astimezone(zone).strftime("%H:%M")


def day_word(day: date, today: date) -> str:
    """`heute`, `morgen`, `übermorgen`; any other day as its date, so that it is true on its own (C11)."""
    words = {today + timedelta(days=n): word for n, word in enumerate(("heute", "morgen", "übermorgen"))}
    return words.get(day, full_date(day))


def time_span(start: datetime, end: datetime, zone: tzinfo) -> str:
    """`10:00-12:00`; only `10:00` without a length, `ab 10:00` when it ends on another day."""
    if end <= start:
        return clock(start, zone)
    if end.astimezone(zone).date() != start.astimezone(zone).date():
        return f"ab {clock(start, zone)}"
    return f"{clock(start, zone)}-{clock(end, zone)}"
