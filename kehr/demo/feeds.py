"""Writes the demo's calendars as ICS files, as they stood on a given day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from kehr.demo.people import Customer, customers

ZONE = ZoneInfo("Europe/Vienna")
DAYS_BACK, DAYS_AHEAD = 21, 24
STOPS_A_DAY = (time(8), time(9), time(10), time(11, 30), time(13, 30), time(15))


@dataclass(frozen=True, slots=True)
class Stop:
    """One appointment of the demo: `plan` is the calendar it stands in."""

    uid: str
    plan: str
    start: datetime
    customer: Customer
    work: str


def stops(today: date) -> Iterator[Stop]:
    """Every appointment, three weeks back to three weeks ahead, working days only."""
    people = customers()
    turn = 0
    for offset in range(-DAYS_BACK, DAYS_AHEAD):
        day = today + timedelta(days=offset)
        if day.weekday() >= 5:
            continue
        for slot in STOPS_A_DAY[: 4 + (day.toordinal() % 3)]:
            customer = people[turn % len(people)]
            main = turn % 7 == 3
            yield Stop(
                uid=f"demo-{day:%Y%m%d}-{slot:%H%M}@kehrbote",
                plan="hauptkehrung" if main else "kehrplan",
                start=datetime.combine(day, slot, ZONE).astimezone(UTC),
                customer=customer,
                work="Hauptkehrung" if main else ("Sonderarbeit" if turn % 11 == 5 else "Kehrung"),
            )
            turn += 1


def write_feeds(folder: Path, today: date, as_of: date) -> None:
    """Writes both calendars as they stood on `as_of`: later changes are not in them yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for plan in ("kehrplan", "hauptkehrung"):
        calendar = Calendar()
        calendar.add("prodid", "-//Kehrbote//Demo//DE")
        calendar.add("version", "2.0")
        for number, stop in enumerate(s for s in stops(today) if s.plan == plan):
            event = _event(stop, number, today, as_of)
            if event is not None:
                calendar.add_component(event)
        draft = folder / f"{plan}.tmp"
        draft.write_bytes(calendar.to_ical())
        draft.replace(folder / f"{plan}.ics")
    (folder / "privat.ics").write_text(
        "<!doctype html><title>Anmelden</title><h1>Anmelden</h1>", encoding="utf-8"
    )


def _event(stop: Stop, number: int, today: date, as_of: date) -> Event | None:
    """The entry of a stop; some are written late, some moved, some cancelled a few days before."""
    day = stop.start.astimezone(ZONE).date()
    if number % 9 == 4 and as_of < day - timedelta(days=8):
        return None
    start = stop.start
    if number % 13 == 6 and as_of >= day - timedelta(days=1):
        start += timedelta(hours=2)
    event = Event()
    event.add("uid", stop.uid)
    event.add("dtstamp", datetime.combine(as_of, time(6), UTC))
    event.add("dtstart", start.astimezone(ZONE))
    event.add("dtend", (start + timedelta(minutes=45)).astimezone(ZONE))
    tag = " #keinsms" if number % 17 == 8 else ""
    event.add(
        "summary", f"{stop.customer.number} {stop.work} {stop.customer.name} {stop.customer.contact}{tag}"
    )
    event.add("location", stop.customer.address)
    if number % 19 == 11 and as_of >= day - timedelta(days=1):
        event.add("status", "CANCELLED")
    return event
