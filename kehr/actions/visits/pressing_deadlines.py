"""Coming sweeps that were not announced in time, or soon have to be (C03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select

from kehr.actions.visits.deadline_rules import load_rules
from kehr.actions.visits.deadline_signs import lands_there, signs_where, with_land
from kehr.actions.visits.list_appointments import Stop, load_stops
from kehr.actions.visits.told_in_time import InTime
from kehr.models import Appointment, db
from kehr.rules.law.deadlines import Deadline, LandRule, Sign, pressing_before
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.office_days import office_day

AHEAD_DAYS = 62
"""So far ahead what is late or soon will be is looked for."""
MOST = 3000
"""So many pressing appointments are looked at, the next ones first."""


@dataclass(frozen=True, slots=True)
class Pressing:
    """Coming appointments that are late or soon will be, by start; `cut` when there are more than MOST."""

    signs: Mapping[int, Deadline]
    cut: bool

    def of(self, *signs: Sign) -> list[int]:
        """The appointments with one of these signs, the next first."""
        return [id_ for id_, deadline in self.signs.items() if deadline.sign in signs]


def find_pressing(now: datetime, zone: ZoneInfo) -> Pressing:
    """Coming sweeps whose term is over, or ends within its days of warning."""
    rules, in_time = _asked(now, zone, soon=True)
    if in_time is None:
        return Pressing({}, False)
    wanted = and_(_sweeps(), in_time.candidates(now), ~in_time.fine())
    found = signs_where(wanted, now, zone, MOST + 1, rules)
    kept = dict(list(found.items())[:MOST])
    return Pressing(
        {id_: one for id_, one in kept.items() if one.sign in (Sign.RED, Sign.AMBER)}, len(found) > MOST
    )


@dataclass(frozen=True, slots=True)
class PressingPage:
    """One page of the appointments with one sign, and how many have each."""

    stops: tuple[Stop, ...]
    signs: Mapping[int, Deadline]
    counts: Mapping[Sign, int]
    cut: bool


def list_pressing(now: datetime, zone: ZoneInfo, sign: Sign, page: int, size: int) -> PressingPage:
    """Page `page` (from 1) of the coming appointments that are late (RED) or press (AMBER)."""
    found = find_pressing(now, zone)
    ids = found.of(sign)[(page - 1) * size : page * size]
    stops = tuple(load_stops(Appointment.id.in_(ids))) if ids else ()
    counts = {one: len(found.of(one)) for one in (Sign.RED, Sign.AMBER)}
    return PressingPage(stops, found.signs, counts, found.cut)


def count_late(now: datetime, zone: ZoneInfo) -> int:
    """How many coming appointments were not announced in time; only those are loaded of which the database
    cannot say it.
    """
    rules, in_time = _asked(now, zone, soon=False)
    if in_time is None:
        return 0
    wanted = and_(_sweeps(), in_time.candidates(now))
    query = with_land(select(func.count(Appointment.id))).where(wanted, in_time.late())
    surely = db.session.scalar(query) or 0
    unsure = signs_where(and_(wanted, ~in_time.fine(), ~in_time.late()), now, zone, MOST, rules)
    return surely + sum(one.sign == Sign.RED for one in unsure.values())


def _asked(now: datetime, zone: ZoneInfo, *, soon: bool) -> tuple[dict[str, LandRule], InTime | None]:
    """The rules, and what to ask of the database; a mere recommendation is never late."""
    today, rules, there = office_day(now, zone), load_rules(), lands_there()
    until = {
        land: pressing_before(rule, today, within=rule.warn_days if soon else -1, ahead=AHEAD_DAYS)
        for land, rule in rules.items()
        if land in there and rule.counts and (soon or not rule.advice)
    }
    return rules, InTime(rules, until, today, zone) if until else None


def _sweeps() -> ColumnElement[bool]:
    return and_(Appointment.work_kind != WorkKind.SPECIAL, Appointment.cancelled_at.is_(None))
