"""Whether an appointment was announced in time, asked of the database where one party is to be told.

Thousands of sweeps fall into the terms of a Land, nearly all of them in houses with one party. For these the
database decides as the rule does; the others are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal, or_, select

from kehr.actions.visits.deadline_signs import NAMING, TOLD_AT, land_of, surely_told
from kehr.models import Appointment, Message, Person
from kehr.models.database import UtcDateTime
from kehr.rules.law.deadlines import LandRule
from kehr.rules.terms.messages import Kind
from kehr.rules.terms.office_days import day_start

BY_HAND = (*NAMING, Kind.MANUAL)


class InTime:
    """The conditions for starts from `today` on, each Land's until the day in `until`."""

    def __init__(
        self, rules: Mapping[str, LandRule], until: Mapping[str, date], today: date, zone: ZoneInfo
    ) -> None:
        """`rules` of the Länder that `until` names."""
        self._ends = {land: day_start(day, zone) for land, day in until.items()}
        plain = [land for land in until if rules[land].posted_over is None]
        self._cuts = {land: _cuts(rules[land], today, until[land], zone) for land in plain}

    def candidates(self, now: datetime) -> ColumnElement[bool]:
        """Coming starts before the end of their Land."""
        before = case(
            *((land_of() == land, _moment(end)) for land, end in self._ends.items()), else_=_moment(now)
        )
        latest = max(self._ends.values())
        return and_(Appointment.start > now, Appointment.start < latest, Appointment.start < before)

    def fine(self) -> ColumnElement[bool]:
        """Surely announced in time."""
        return and_(self._plain(), self._told(NAMING))

    def late(self) -> ColumnElement[bool]:
        """Surely not announced in time."""
        return and_(self._plain(), ~self._told(BY_HAND))

    def _plain(self) -> ColumnElement[bool]:
        """One party, in a Land where what was sent counts."""
        people = select(func.count()).where(Person.property_id == Appointment.property_id)
        one_party = or_(
            Appointment.person_id.is_not(None),
            Appointment.property_id.is_(None),
            people.correlate(Appointment).scalar_subquery() <= 1,
        )
        return and_(land_of().in_(self._cuts), one_party)

    def _told(self, kinds: Collection[Kind]) -> ColumnElement[bool]:
        ends = [
            (and_(land_of() == land, Appointment.start < end), _moment(cut))
            for land, cuts in self._cuts.items()
            for end, cut in cuts
        ]
        if not ends:
            return false()
        told = exists().where(
            Message.appointment_id == Appointment.id,
            Message.kind.in_(kinds),
            surely_told(),
            case(*ends) > TOLD_AT,
        )
        return told.correlate_except(Message)


def _cuts(rule: LandRule, today: date, until: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """For each start day the end of it, and the end of its last day of announcement."""
    found = []
    for step in range((until - today).days):
        start_day = today + timedelta(days=step)
        last_day = rule.last_day(start_day)
        if last_day is not None:
            one = timedelta(days=1)
            found.append((day_start(start_day + one, zone), day_start(last_day + one, zone)))
    return found


def _moment(moment: datetime) -> ColumnElement[datetime]:
    return literal(moment, UtcDateTime())
