"""The Zettelrunde: everybody whom no message reached, in walking order, and what was dropped in already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from kehr.actions.facts.appointment_facts import text_facts
from kehr.actions.facts.office_facts import CalendarFacts, NoOffice, OfficeFacts, load_office
from kehr.actions.facts.older_starts import OldStarts, older_starts
from kehr.actions.visits.deadline_rules import load_rules
from kehr.actions.visits.list_appointments import Stop, load_stops
from kehr.actions.visits.told_parties import Party
from kehr.models import Appointment, Branch, Calendar, Message, Property, db
from kehr.rules.entries.residents import House
from kehr.rules.terms.appointments import NumberType, WorkKind
from kehr.rules.terms.messages import Channel, State
from kehr.rules.terms.office_days import day_span
from kehr.rules.terms.people import Role
from kehr.rules.texts.slip_text import SlipWords, slip_words
from kehr.rules.visits.slips import Door, Heard, Why, needs_notice, slips_of, walk_key
from kehr.words import NOTICE_TO

MOST = 1000
"""A round looks at so many appointments."""
ONE_ROUND = 14
"""So many days a round covers at most by default."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class RoundFilter:
    """Office days, and of which calendar or branch; None means all."""

    first: date
    last: date
    calendar_id: int | None = None
    branch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip or notice. `key` names it in a form: `12-34` for a person, `12-0` for the house, `12-a` for
    a notice. `code` and `args` say why; a notice has none. `moved_at` is when its appointment got another
    start than the one it was entered with.
    """

    key: str
    appointment_id: int
    start: datetime
    work_kind: str
    number: str
    house_id: int | None
    address: str
    person_id: int | None
    whom: str
    words: SlipWords
    walk: tuple[Any, ...]
    code: str = ""
    args: Mapping[str, Any] | None = None
    moved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Doorway:
    """One house of the round with its slips."""

    key: str
    address: str
    number: str
    house_id: int | None
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True)
class SlipRound:
    """What is still to be dropped in or posted, and the telling rows of what was. `looked_at` counts the
    appointments; `cut` when there are more than a round looks at.
    """

    doorways: tuple[Doorway, ...]
    notices: tuple[Slip, ...]
    done: tuple[Message, ...]
    looked_at: int
    cut: bool

    @property
    def slips(self) -> tuple[Slip, ...]:
        """All slips in walking order."""
        return tuple(slip for doorway in self.doorways for slip in doorway.slips)


def slip_round(wanted: RoundFilter, zone: ZoneInfo) -> SlipRound:
    """The round for the appointments of these days, in a fixed number of queries."""
    start, end = day_span(wanted.first, wanted.last, zone)
    within = [Appointment.start >= start, Appointment.start < end, Appointment.cancelled_at.is_(None)]
    if wanted.calendar_id is not None:
        within.append(Appointment.calendar_id == wanted.calendar_id)
    if wanted.branch_id is not None:
        of_branch = select(Calendar.id).where(Calendar.branch_id == wanted.branch_id)
        within.append(Appointment.calendar_id.in_(of_branch))
    try:
        facts = load_office(())
    except NoOffice:
        return SlipRound((), (), (), 0, False)
    stops = load_stops(and_(*within), MOST + 1)
    cut, stops = len(stops) > MOST, stops[:MOST]
    done = _done([stop.appointment.id for stop in stops])
    old = older_starts(stop.appointment.id for stop in stops)
    slips = [slip for stop in stops for slip in slips_for(stop, facts, old)]
    notices = _notices(stops, done, facts)
    return SlipRound(_doorways(slips), notices, done, len(stops), cut)


def slips_for(stop: Stop, facts: OfficeFacts, old: OldStarts) -> list[Slip]:
    """The slips that one appointment needs; `old` are the starts that its parties still have in mind."""
    calendar = facts.calendars[stop.appointment.calendar_id]
    parties = [party for party in stop.parties if not _is_notice(party)]
    doors = [_door(party, stop) for party in parties]
    return [_slip(stop, parties[at], calendar, facts, old, why) for at, why in slips_of(doors)]


def _is_notice(party: Party) -> bool:
    best = party.best
    return best is not None and best.channel == Channel.PAPER and best.recipient == NOTICE_TO


def _door(party: Party, stop: Stop) -> Door:
    person = stop.house.person(party.person_id) if stop.house else None
    heard = tuple(Heard(State(one.state), one.trial, one.reason, one.recipient) for one in party.messages)
    if person is None:
        known = stop.house is None or bool(stop.house.people)
        return Door(heard, known=known or bool(heard))
    landline = next((a.value for a in person.phones if a.type == NumberType.LANDLINE), "")
    return Door(heard, bool(person.mobiles or person.emails), landline, person.role == Role.MANAGER)


def _slip(
    stop: Stop,
    party: Party,
    calendar: CalendarFacts,
    facts: OfficeFacts,
    old: OldStarts,
    why: Why | None = None,
) -> Slip:
    """The slip of one party; without a reason it is a notice for the house."""
    row, house = stop.appointment, stop.house
    person = house.person(party.person_id) if house else None
    street, town = (house.street, house.town) if house else _entry_place(row.place)
    whom = ", ".join(part for part in (_addressed(party, person), party.unit) if part)
    about = text_facts(row, calendar, facts.company, house, person, old.get((row.id, party.person_id)))
    mark = str(party.person_id or 0) if why else "a"
    return Slip(
        key=f"{row.id}-{mark}",
        appointment_id=row.id,
        start=row.start,
        work_kind=row.work_kind,
        number=house.number if house else row.object_number,
        house_id=house.id if house else None,
        address=house.address if house else row.place,
        person_id=party.person_id,
        whom=whom,
        words=slip_words(about, whom, facts.office.zone, notice=why is None),
        walk=(*walk_key(town, street), row.start, *walk_key("", "", party.unit)),
        code=why.code if why else "",
        args=why.args if why else None,
        moved_at=row.changed_at if row.changed_at > row.first_seen_at else None,
    )


def _addressed(party: Party, person: Any) -> str:
    """`Frau Mag. Anna Steiner`; for a house where nobody is known, who lives there."""
    if person is None or not person.full_name:
        return party.name
    return " ".join(part for part in (person.salutation, person.title, person.full_name) if part)


def _entry_place(place: str) -> tuple[str, str]:
    street, _comma, town = place.partition(",")
    return street.strip(), town.strip()


def _doorways(slips: Sequence[Slip]) -> tuple[Doorway, ...]:
    def door(slip: Slip) -> tuple[Any, ...]:
        return (*slip.walk[:5], slip.house_id or 0, slip.address)

    ordered = sorted(slips, key=lambda slip: (*door(slip), slip.walk[5:]))
    found = []
    for at, (_key, group) in enumerate(groupby(ordered, key=door)):
        own = tuple(group)
        found.append(Doorway(str(at), own[0].address, own[0].number, own[0].house_id, own))
    return tuple(found)


def _notices(stops: Sequence[Stop], done: Sequence[Message], facts: OfficeFacts) -> tuple[Slip, ...]:
    """One notice a house and appointment where the law of its Land wants one and none hangs yet."""
    hanging = {one.appointment_id for one in done if one.recipient == NOTICE_TO}
    rules = load_rules()
    lands = _pairs(select(Branch.id, Branch.land))
    houses = _lands_and_units([stop.house.id for stop in stops if stop.house])
    found = []
    for stop in stops:
        row = stop.appointment
        if stop.house is None or row.id in hanging:
            continue
        calendar = facts.calendars[row.calendar_id]
        land, units = houses.get(stop.house.id, ("", None))
        land = land or lands.get(calendar.branch.id or 0, "") or facts.company.land
        rule = rules.get(land)
        units = units if units is not None else _flats_at_least(stop.house)
        if needs_notice(units, rule.posted_over if rule else None, WorkKind(row.work_kind)):
            found.append(_slip(stop, Party(NOTICE_TO), calendar, facts, {}))
    return tuple(sorted(found, key=lambda slip: (slip.walk, slip.appointment_id)))


def _flats_at_least(house: House) -> int:
    """Where nobody entered the number of flats: the parties that are known, as for the deadline's sign."""
    return sum(bool(person.unit) and person.role != Role.MANAGER for person in house.people)


def _pairs(query: Any) -> dict[Any, Any]:
    return {key: value for key, value in db.session.execute(query)}


def _lands_and_units(ids: Sequence[int]) -> dict[int, tuple[str, int | None]]:
    found: dict[int, tuple[str, int | None]] = {}
    wanted = sorted(set(ids))
    for at in range(0, len(wanted), _CHUNK):
        query = select(Property.id, Property.land, Property.units).where(
            Property.id.in_(wanted[at : at + _CHUNK])
        )
        found |= {id_: (land, units) for id_, land, units in db.session.execute(query)}
    return found


def _done(ids: Sequence[int]) -> tuple[Message, ...]:
    """What was dropped in or posted for the starts that these appointments have now, the newest first."""
    found: list[Message] = []
    for at in range(0, len(ids), _CHUNK):
        query = (
            select(Message)
            .join(Appointment, Appointment.id == Message.appointment_id)
            .where(
                Message.appointment_id.in_(ids[at : at + _CHUNK]),
                Message.channel == Channel.PAPER,
                Message.about_start == Appointment.start,
            )
        )
        found += db.session.scalars(query)
    return tuple(sorted(found, key=lambda one: (one.created_at, one.id), reverse=True))


def calendars_and_branches() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """What a round can be narrowed to."""
    calendars = db.session.execute(select(Calendar.id, Calendar.name).where(Calendar.active))
    branches = db.session.execute(select(Branch.id, Branch.name).where(Branch.archived_at.is_(None)))
    return (
        sorted(((id_, name) for id_, name in calendars), key=lambda one: one[1].casefold()),
        sorted(((id_, name) for id_, name in branches), key=lambda one: one[1].casefold()),
    )
