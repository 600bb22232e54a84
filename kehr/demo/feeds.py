"""Writes the demo's calendars as ICS files, as they stood on a given day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from kehr.demo.people import House, apartments, houses

ZONE = ZoneInfo("Europe/Vienna")
DAYS_BACK, DAYS_AHEAD = 21, 24
STOPS_A_DAY = (time(8), time(9), time(10), time(11, 30), time(13, 30), time(15))
FULL_DAY_STOPS = 40
_FULL_DAY_AFTER = 4
"""So many days ahead, or the next working day, lies the day with many stops."""
_STRANGERS = (
    (5, time(16), "Kehrung Ferienhaus Wurm", "Am Berg 7, 4595 Waldneukirchen"),
    (9, time(16, 30), "Besichtigung Neubau Pointinger 0664 1000998", "Baustelle Resthof"),
)
"""Entries of nobody the office knows: days ahead, time, title and place."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One appointment of the demo: `plan` is the calendar it stands in."""

    uid: str
    plan: str
    start: datetime
    title: str
    place: str


def full_day(today: date) -> date:
    """The working day with a stop every quarter of an hour."""
    return _working_day(today + timedelta(days=_FULL_DAY_AFTER))


def stops(today: date) -> Iterator[Stop]:
    """Every appointment, three weeks back to three weeks ahead, working days only."""
    turn = count()
    for offset in range(-DAYS_BACK, DAYS_AHEAD):
        day = today + timedelta(days=offset)
        if day.weekday() >= 5:
            continue
        slots = STOPS_A_DAY[: 4 + (day.toordinal() % 3)]
        if day == full_day(today):
            slots = tuple(time(7 + n // 4, n % 4 * 15) for n in range(FULL_DAY_STOPS))
        for slot in slots:
            yield _stop(next(turn), day, slot)
        if day == _working_day(today - timedelta(days=4)):
            yield from _managed_houses(day)
    for ahead, slot, title, place in _STRANGERS:
        day = _working_day(today + timedelta(days=ahead))
        yield Stop(f"demo-fremd-{ahead}@kehrbote", "kehrplan", _moment(day, slot), title, place)


def _managed_houses(day: date) -> Iterator[Stop]:
    """The four houses of one manager on one day: he gets one message about all of them."""
    for place, house in enumerate(apartments()[:4]):
        slot = time(7, 15 * place)
        yield Stop(_uid(day, slot), "hauptkehrung", _moment(day, slot), f"{house.number} Hauptkehrung", "")


def _stop(turn: int, day: date, slot: time) -> Stop:
    """The homes take turns; every seventh stop is a main sweep, in a house of parties every other time."""
    homes = houses()[: -len(apartments())]
    main = turn % 7 == 3
    house = homes[turn % len(homes)]
    if turn % 14 == 10:
        house = apartments()[turn // 14 % len(apartments())]
    work = "Hauptkehrung" if main else ("Sonderarbeit" if turn % 11 == 5 else "Kehrung")
    title, place = _written(turn, house, work)
    return Stop(_uid(day, slot), "hauptkehrung" if main else "kehrplan", _moment(day, slot), title, place)


def _written(turn: int, house: House, work: str) -> tuple[str, str]:
    """Title and place, as different hands write them: most name the number of the object, some the
    telephone, some only name and address.
    """
    own = house.people[0]
    phone = next(iter((*own.phones, *own.emails)), "")
    if turn % 5 == 1 and phone.startswith("0664 1"):
        return f"{work} {own.name} {phone}", ""
    if turn % 5 == 3:
        return f"{work} {own.full_name}", house.address
    if turn % 5 == 4:
        return f"{house.number} {work} {own.full_name} {phone}".strip(), house.address
    return f"{house.number} {work}", house.address


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
    """The entry of a stop; some are written late, some moved, some cancelled a few days before.

    The day with many stops stays whole.
    """
    day = stop.start.astimezone(ZONE).date()
    changes = day != full_day(today)
    if changes and number % 9 == 4 and as_of < day - timedelta(days=8):
        return None
    start = stop.start
    if changes and number % 13 == 6 and as_of >= day - timedelta(days=1):
        start += timedelta(hours=2)
    event = Event()
    event.add("uid", stop.uid)
    event.add("dtstamp", datetime.combine(as_of, time(6), UTC))
    event.add("dtstart", start.astimezone(ZONE))
    length = 45 if changes else 15
    event.add("dtend", (start + timedelta(minutes=length)).astimezone(ZONE))
    event.add("summary", stop.title + (" #keinsms" if number % 17 == 8 else ""))
    if stop.place:
        event.add("location", stop.place)
    if changes and number % 19 == 11 and as_of >= day - timedelta(days=1):
        event.add("status", "CANCELLED")
    return event


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def _moment(day: date, slot: time) -> datetime:
    return datetime.combine(day, slot, ZONE).astimezone(UTC)


def _uid(day: date, slot: time) -> str:
    return f"demo-{day:%Y%m%d}-{slot:%H%M}@kehrbote"
