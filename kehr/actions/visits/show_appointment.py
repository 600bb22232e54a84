"""One appointment with everybody it concerns, and the objects that it could belong to instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select

from kehr.actions.facts.house_facts import load_houses
from kehr.actions.people.match_appointments import find_candidates
from kehr.actions.people.search_objects import search_objects
from kehr.actions.visits.list_appointments import Stop, load_stops, unmatched_condition
from kehr.models import Appointment, db
from kehr.rules.entries.residents import House

OFFERED = 8
"""So many objects are offered at once; a better search narrows them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An appointment and the objects that it could belong to."""

    stop: Stop
    houses: tuple[House, ...]


def show_stop(appointment_id: int) -> Stop | None:
    """One appointment, cancelled ones too; None when there is none."""
    stops = load_stops(Appointment.id == appointment_id)
    return stops[0] if stops else None


def offer_houses(stop: Stop, search: str) -> tuple[House, ...]:
    """The objects that a search finds; without search those that the entry could mean."""
    if search.strip():
        ids: Sequence[int] = [hit.property_id for hit in search_objects(search, OFFERED)]
    else:
        ids = find_candidates([stop.appointment.id]).get(stop.appointment.id, ())[:OFFERED]
    houses = load_houses(ids)
    return tuple(houses[id_] for id_ in ids if id_ in houses)


def list_unmatched(now: datetime, days: int, page: int, size: int) -> tuple[list[Choice], int]:
    """The coming appointments without object, a page of them with what they could mean, and how many."""
    wanted = _ahead(now, days)
    total = db.session.scalar(select(func.count()).select_from(Appointment).where(wanted)) or 0
    stops = load_stops(wanted, size, (page - 1) * size)
    found = find_candidates([stop.appointment.id for stop in stops])
    short = {id_: ids[:OFFERED] for id_, ids in found.items()}
    houses = load_houses(house_id for ids in short.values() for house_id in ids)
    return [
        Choice(stop, tuple(houses[i] for i in short.get(stop.appointment.id, ()) if i in houses))
        for stop in stops
    ], total


def _ahead(now: datetime, days: int) -> ColumnElement[bool]:
    return and_(
        unmatched_condition(), Appointment.start > now, Appointment.start < now + timedelta(days=days)
    )
