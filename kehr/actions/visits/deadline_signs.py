"""The Fristen-Ampel of many appointments at once (C03), in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select, union

from kehr.actions.facts.log_filter import looked_at
from kehr.actions.visits.deadline_rules import load_rules
from kehr.models import Address, Appointment, Branch, Calendar, Company, Message, Person, Property, db
from kehr.rules.law.deadlines import Announced, Deadline, LandRule, sign_of
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import IN_PERSON, Channel, Kind, State
from kehr.rules.terms.office_days import office_day
from kehr.rules.terms.people import AddressKind, Purpose, Role, fits
from kehr.words import NOTICE_TO

NAMING = (Kind.ANNOUNCEMENT, Kind.CONFIRMATION, Kind.REMINDER, Kind.MOVED)
"""Kinds whose text names the start; of what was written by hand the text shows it."""
TOLD_AT = func.coalesce(Message.sent_at, Message.claimed_at, Message.delivered_at)
"""When a message told somebody."""


class _Row(NamedTuple):
    id: int
    start: datetime
    work_kind: str
    property_id: int | None
    person_id: int | None
    land: str
    units: int | None


class _Telling(NamedTuple):
    kind: str
    channel: str
    recipient: str
    person_id: int | None
    at: datetime
    text: str


@dataclass(slots=True)
class _Resident:
    id: int
    role: str
    unit: str
    values: set[str]
    purposes: list[str]

    def hears(self, work: WorkKind) -> bool:
        """Not who wants to hear of main sweeps only (Nur HK), at any other work."""
        only_main = Purpose.MAIN in self.purposes
        return not only_main or any(fits(Purpose(one), work) for one in self.purposes)


def deadline_signs(appointment_ids: Collection[int], now: datetime, zone: ZoneInfo) -> dict[int, Deadline]:
    """The signs by appointment; cancelled ones and work that is no sweep have none."""
    if not appointment_ids:
        return {}
    return signs_where(Appointment.id.in_(appointment_ids), now, zone)


def signs_of_messages(messages: Collection[Message], now: datetime, zone: ZoneInfo) -> dict[str, Deadline]:
    """The signs by message, of those that are about the start which their appointment has now."""
    about = [one for one in messages if one.appointment_id is not None and one.kind in (*NAMING, Kind.MANUAL)]
    ids = {one.appointment_id for one in about if one.appointment_id is not None}
    signs = deadline_signs(ids, now, zone)
    if not signs:
        return {}
    query = select(Appointment.id, Appointment.start).where(Appointment.id.in_(signs))
    starts = {id_: start for id_, start in db.session.execute(query)}
    return {
        one.id: signs[one.appointment_id]
        for one in about
        if one.appointment_id in signs and starts[one.appointment_id] == one.about_start
    }


def land_of() -> ColumnElement[str]:
    """The Land of an appointment: its object's, else its branch's, else the firm's."""
    company = select(Company.land).where(Company.id == 1).scalar_subquery()
    return func.coalesce(func.nullif(Property.land, ""), func.nullif(Branch.land, ""), company, "")


def lands_there() -> frozenset[str]:
    """The Länder that any appointment can be in: asked of nine, a query would be nine times as long."""
    company = select(Company.land).where(Company.id == 1)
    there = union(company, select(Branch.land), select(Property.land))
    return frozenset(db.session.scalars(there))


def with_land(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A query of appointments with what `land_of` reads."""
    return (
        query.join(Calendar, Calendar.id == Appointment.calendar_id)
        .outerjoin(Branch, Branch.id == Calendar.branch_id)
        .outerjoin(Property, Property.id == Appointment.property_id)
    )


def surely_told() -> ColumnElement[bool]:
    """Messages that told somebody of the start that their appointment has now. What trial mode recorded told
    nobody; of an unclear or failed message nobody knows that it did.
    """
    return and_(
        looked_at(Message.state.in_((State.ACCEPTED, State.DELIVERED))),
        Message.trial == false(),
        Message.about_start == Appointment.start,
    )


def signs_where(
    wanted: ColumnElement[bool],
    now: datetime,
    zone: ZoneInfo,
    most: int | None = None,
    rules: Mapping[str, LandRule] | None = None,
) -> dict[int, Deadline]:
    """The signs of the appointments that fit, by start; at most so many."""
    rows = _rows(wanted, most)
    if not rows:
        return {}
    rules = load_rules() if rules is None else rules
    residents = _residents({row.property_id for row in rows if row.property_id is not None})
    tellings = _tellings([row.id for row in rows])
    today, found = office_day(now, zone), {}
    for row in rows:
        rule, people = rules.get(row.land), residents.get(row.property_id or 0, ())
        work = WorkKind(row.work_kind)
        announced = _announced(row, work, people, tellings.get(row.id, ()), zone)
        units = row.units if row.units is not None else _flats_at_least(people, rule)
        deadline = sign_of(rule, units, work, office_day(row.start, zone), announced, today)
        if deadline is not None:
            found[row.id] = deadline
    return found


def _rows(wanted: ColumnElement[bool], most: int | None) -> list[_Row]:
    row = Appointment
    columns = (row.id, row.start, row.work_kind, row.property_id, row.person_id, land_of(), Property.units)
    query = (
        with_land(select(*columns))
        .where(wanted, row.cancelled_at.is_(None))
        .order_by(row.start, row.id)
        .limit(most)
    )
    return [_Row._make(one) for one in db.session.execute(query)]


def _residents(property_ids: Collection[int]) -> dict[int, list[_Resident]]:
    """The people of these objects with their addresses."""
    found: dict[int, list[_Resident]] = defaultdict(list)
    query = (
        select(
            Person.property_id,
            Person.id,
            Person.role,
            Person.unit,
            Address.value,
            Address.purpose,
            Address.kind,
        )
        .outerjoin(Address, Address.person_id == Person.id)
        .where(Person.property_id.in_(property_ids))
        .order_by(Person.property_id, Person.position, Person.id)
    )
    for property_id, id_, role, unit, value, purpose, kind in db.session.execute(query):
        people = found[property_id]
        if not people or people[-1].id != id_:
            people.append(_Resident(id_, role, unit, set(), []))
        if value and kind != AddressKind.FAX:
            people[-1].values.add(value)
            people[-1].purposes.append(purpose)
    return found


def _tellings(appointment_ids: Sequence[int]) -> dict[int, list[_Telling]]:
    """By appointment what told somebody of the start that it has now, the first first."""
    found: dict[int, list[_Telling]] = defaultdict(list)
    message = Message
    by_hand = message.kind == Kind.MANUAL
    query = (
        select(
            message.appointment_id,
            message.kind,
            message.channel,
            message.recipient,
            message.person_id,
            TOLD_AT.label("at"),
            case((by_hand, message.text), else_=""),
        )
        .join(Appointment, Appointment.id == message.appointment_id)
        .where(
            message.appointment_id.in_(appointment_ids),
            message.kind.in_((*NAMING, Kind.MANUAL)),
            surely_told(),
            TOLD_AT.is_not(None),
        )
        .order_by("at")
    )
    for appointment_id, *told in db.session.execute(query):
        found[appointment_id].append(_Telling._make(told))
    return found


def _announced(
    row: _Row, work: WorkKind, people: Sequence[_Resident], tellings: Iterable[_Telling], zone: ZoneInfo
) -> Announced:
    """Since when each party that is to be told knows this start."""
    day = office_day(row.start, zone)
    naming = [one for one in tellings if one.kind != Kind.MANUAL or f"{day:%d.%m.}" in one.text]
    posted = next((office_day(one.at, zone) for one in naming if _is_notice(one)), None)
    meant = [one for one in people if row.person_id is None or one.id == row.person_id]
    meant = [one for one in meant if one.hears(work)] or meant
    if len(meant) <= 1:
        return Announced((office_day(naming[0].at, zone) if naming else None,), posted)
    return Announced(tuple(_told_on(one, naming, zone) for one in meant), posted)


def _told_on(person: _Resident, naming: Iterable[_Telling], zone: ZoneInfo) -> date | None:
    for one in naming:
        whole_house = one.channel in IN_PERSON and one.person_id is None
        if whole_house or one.person_id == person.id or one.recipient in person.values:
            return office_day(one.at, zone)
    return None


def _is_notice(one: _Telling) -> bool:
    return one.channel == Channel.PAPER and one.recipient == NOTICE_TO


def _flats_at_least(people: Sequence[_Resident], rule: LandRule | None) -> int | None:
    """Where nobody entered the number of flats: the parties that are known, if they are enough to decide."""
    flats = sum(bool(one.unit) and one.role != Role.MANAGER for one in people)
    over = rule.posted_over if rule is not None else None
    return flats if over is not None and flats > over else None
