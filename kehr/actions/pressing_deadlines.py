"""Coming sweeps that were not announced in time, or soon have to be (C03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, literal

from kehr.actions.deadline_rules import load_rules
from kehr.actions.deadline_signs import land_of, signs_where
from kehr.actions.list_appointments import Stop, load_stops
from kehr.models import Appointment
from kehr.models.database import UtcDateTime
from kehr.rules.appointments import WorkKind
from kehr.rules.deadlines import Deadline, LandRule, Sign, pressing_before
from kehr.rules.office_days import day_start, office_day

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


def find_pressing(now: datetime, zone: ZoneInfo, *, soon: bool = False) -> Pressing:
    """Coming sweeps whose term is over; with `soon` also those whose term ends within its days of warning."""
    today, rules = office_day(now, zone), load_rules()
    ends = {
        land: day_start(_pressing_day(rule, today, soon=soon), zone)
        for land, rule in rules.items()
        if rule.counts
    }
    if not ends:
        return Pressing({}, False)
    before = case(
        *((land_of() == land, literal(end, UtcDateTime())) for land, end in ends.items()),
        else_=literal(now, UtcDateTime()),
    )
    wanted = and_(
        Appointment.start > now,
        Appointment.start < max(ends.values()),
        Appointment.start < before,
        Appointment.work_kind != WorkKind.SPECIAL,
    )
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
    found = find_pressing(now, zone, soon=True)
    ids = found.of(sign)[(page - 1) * size : page * size]
    stops = tuple(load_stops(Appointment.id.in_(ids))) if ids else ()
    counts = {one: len(found.of(one)) for one in (Sign.RED, Sign.AMBER)}
    return PressingPage(stops, found.signs, counts, found.cut)


def count_late(now: datetime, zone: ZoneInfo) -> int:
    """How many coming appointments were not announced in time."""
    return len(find_pressing(now, zone).of(Sign.RED))


def _pressing_day(rule: LandRule, today: date, *, soon: bool) -> date:
    within = rule.warn_days if soon else -1
    return pressing_before(rule, today, within=within, ahead=AHEAD_DAYS)
