"""Lists appointments by day, each with what everybody concerned was told or will be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select

from kehr.actions.facts.customers_only import of_customers
from kehr.actions.facts.house_facts import load_houses
from kehr.actions.facts.office_facts import CalendarFacts, NoOffice, load_office
from kehr.actions.facts.send_filter import CalendarMark, mark_calendars
from kehr.actions.visits.deadline_signs import deadline_signs
from kehr.actions.visits.told_parties import Party, load_told, parties_of, untold_condition
from kehr.models import Appointment, db
from kehr.rules.entries.residents import House
from kehr.rules.law.deadlines import Deadline
from kehr.rules.terms.office_days import day_span, office_day

MOST = 600
"""A page shows so many appointments; what lies behind is reached by its day."""
STANDS = ("", "niemand", "nicht-alle")
"""All; nobody is or will be told; somebody is not."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One appointment with its object (None: none was found) and the people it concerns."""

    appointment: Appointment
    house: House | None
    parties: tuple[Party, ...]

    @property
    def told(self) -> bool:
        """Whether anybody is told or will be."""
        return any(party.told for party in self.parties)

    @property
    def all_told(self) -> bool:
        """Whether everybody is told or will be."""
        return bool(self.parties) and all(party.told for party in self.parties)


@dataclass(frozen=True, slots=True)
class StopDay:
    """One office day with its appointments, by time."""

    day: date
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """What the page shows: `sums` counts parties by state and trial, None for who is told nothing;
    `deadlines` are the signs of the Fristen-Ampel by appointment.
    """

    first: date
    last: date
    today: date
    days: tuple[StopDay, ...]
    marks: dict[int, CalendarMark]
    total: int
    sums: dict[tuple[str | None, bool], int]
    deadlines: dict[int, Deadline]

    @property
    def shown(self) -> int:
        """How many appointments are on the page."""
        return sum(len(day.stops) for day in self.days)


def usual_day(now: datetime, zone: ZoneInfo) -> date:
    """The next day after today that has appointments; today when none is ahead."""
    today = office_day(now, zone)
    start = db.session.scalar(
        select(func.min(Appointment.start)).where(
            Appointment.start >= day_span(today, today, zone)[1],
            Appointment.cancelled_at.is_(None),
            of_customers(Appointment.calendar_id),
        )
    )
    return office_day(start, zone) if start is not None else today


def list_appointments(
    now: datetime, zone: ZoneInfo, first: date, last: date, kind: str = "", stand: str = "", most: int = MOST
) -> Listed:
    """The appointments from office day `first` to `last` that stand; `kind` and `stand` narrow them."""
    start, end = day_span(first, last, zone)
    wanted = and_(Appointment.start >= start, Appointment.start < end, Appointment.cancelled_at.is_(None))
    wanted = and_(wanted, of_customers(Appointment.calendar_id))
    if kind:
        wanted = and_(wanted, Appointment.work_kind == kind)
    if stand == "niemand":
        wanted = and_(wanted, untold_condition())
    total = db.session.scalar(select(func.count()).select_from(Appointment).where(wanted)) or 0
    stops = load_stops(wanted, most)
    if stand == "nicht-alle":
        stops = [stop for stop in stops if not stop.all_told]
        total = len(stops) if total <= most else total
    by_day = groupby(stops, key=lambda stop: office_day(stop.appointment.start, zone))
    days = tuple(StopDay(day, tuple(found)) for day, found in by_day)
    marks = {mark.id: mark for mark in mark_calendars()}
    deadlines = deadline_signs([stop.appointment.id for stop in stops], now, zone)
    return Listed(first, last, office_day(now, zone), days, marks, total, _sums(stops), deadlines)


def load_stops(wanted: ColumnElement[bool], most: int | None = None, offset: int = 0) -> list[Stop]:
    """The appointments that fit, by start, with everybody they concern; in a fixed number of queries."""
    rows = list(
        db.session.scalars(
            select(Appointment)
            .where(wanted, of_customers(Appointment.calendar_id))
            .order_by(Appointment.start, Appointment.name, Appointment.id)
            .limit(most)
            .offset(offset)
        )
    )
    houses = load_houses(row.property_id for row in rows)
    told = load_told([row.id for row in rows])
    calendars = calendar_facts()
    return [
        Stop(row, house, parties_of(row, house, told.get(row.id, ()), calendars.get(row.calendar_id)))
        for row in rows
        for house in (houses.get(row.property_id) if row.property_id is not None else None,)
    ]


def calendar_facts() -> dict[int, CalendarFacts]:
    """The calendars with the messages that are on; none before the first run."""
    try:
        return load_office(()).calendars
    except NoOffice:
        return {}


def _sums(stops: Collection[Stop]) -> dict[tuple[str | None, bool], int]:
    sums: dict[tuple[str | None, bool], int] = {}
    for stop in stops:
        for party in stop.parties:
            key = (party.best.state, party.best.trial) if party.best else (None, False)
            sums[key] = sums.get(key, 0) + 1
    return sums


def unmatched_condition() -> ColumnElement[bool]:
    """Customers' appointments without object that nobody has said to belong to none."""
    return and_(
        Appointment.property_id.is_(None),
        Appointment.match_by != "hand",
        Appointment.cancelled_at.is_(None),
        of_customers(Appointment.calendar_id),
    )


def count_unmatched(now: datetime, days: int) -> int:
    """How many appointments of the coming days have no object; 0 in an office that keeps no objects."""
    from kehr.models import Property

    if db.session.scalar(select(Property.id).limit(1)) is None:
        return 0
    wanted = and_(
        unmatched_condition(), Appointment.start > now, Appointment.start < now + timedelta(days=days)
    )
    return db.session.scalar(select(func.count()).select_from(Appointment).where(wanted)) or 0
