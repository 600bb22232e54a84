"""The sweep's list of one day, and what he ticked on it typed back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, select

from kehr.actions.facts.office_facts import load_office
from kehr.actions.facts.older_starts import older_starts
from kehr.actions.send.tell_in_person import Telling, tell
from kehr.actions.visits.list_appointments import Stop, load_stops
from kehr.actions.visits.slip_round import slips_for
from kehr.models import Appointment, VisitNote, db, writing
from kehr.rules.entries.residents import HousePerson
from kehr.rules.terms.messages import Channel, State
from kehr.rules.terms.office_days import day_span
from kehr.rules.visits.day_list import Best, Note, Told, changed_notes, stand_of
from kehr.rules.visits.slips import walk_key
from kehr.words import NOTICE_TO

MOST = 300
WORDS = frozenset(str(note) for note in Note)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop of the day: who is asked for there, how its parties stand, and what was typed back.

    `slip` when a slip was dropped in for the start that it has now.
    """

    stop: Stop
    name: str
    phone: str
    stand: tuple[tuple[Told, int], ...]
    notes: Mapping[Note, VisitNote]
    slip: bool

    @property
    def id(self) -> int:
        """The id of its appointment."""
        return self.stop.appointment.id


@dataclass(frozen=True, slots=True)
class DayList:
    """The stops of a day in the order in which one walks; `cut` when there are more than fit."""

    day: date
    visits: tuple[Visit, ...]
    cut: bool = False


def day_list(
    day: date, zone: ZoneInfo, calendar_id: int | None = None, *, by_street: bool = False
) -> DayList:
    """The list by time, those of the same time by street and house number; or all by street."""
    start, end = day_span(day, day, zone)
    wanted = [Appointment.start >= start, Appointment.start < end, Appointment.cancelled_at.is_(None)]
    if calendar_id is not None:
        wanted.append(Appointment.calendar_id == calendar_id)
    stops = load_stops(and_(*wanted), MOST + 1)
    visits = _visits(stops[:MOST])
    return DayList(day, tuple(sorted(visits, key=lambda v: _order(v, by_street))), len(stops) > MOST)


def one_visit(appointment_id: int) -> Visit | None:
    """One stop as the list shows it; None when it is gone or cancelled."""
    stops = load_stops(and_(Appointment.id == appointment_id, Appointment.cancelled_at.is_(None)))
    return _visits(stops)[0] if stops else None


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody saw of a stop when he ticked: its start, and the words that were ticked already."""

    start: datetime | None = None
    words: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class TypedBack:
    """How many stops changed, and how many slips were not written down because their stop has moved."""

    changed: int = 0
    moved: int = 0


def note_visits(
    ticked: Mapping[int, Collection[str]], by: str, now: datetime, shown: Mapping[int, Shown] | None = None
) -> TypedBack:
    """Types back what was ticked: by appointment the words of Note, and `slip`.

    What is no longer ticked is taken away again, but of what somebody else typed meanwhile nothing: `shown`
    is what the page said before. A slip that was dropped in stays. Appointments that are gone are left out.
    """
    seen = shown or {}
    wanted = {id_: _notes_of(words) for id_, words in ticked.items()}
    before = {id_: _notes_of(one.words) for id_, one in seen.items() if one.words is not None}
    changed = _write(wanted, before, by, now)
    starts = {id_: one.start for id_, one in seen.items()}
    tellings = _tellings([id_ for id_, words in ticked.items() if "slip" in words], starts)
    told = tell(tellings, Channel.PAPER, by, now) if tellings else None
    if told is None:
        return TypedBack(len(changed))
    dropped = {telling.appointment_id for telling in tellings} if told.written else set()
    return TypedBack(len(changed | dropped), told.moved)


def _notes_of(words: Collection[str]) -> set[Note]:
    return {Note(word) for word in words if word in WORDS}


def _write(
    wanted: Mapping[int, Collection[Note]], before: Mapping[int, Collection[Note]], by: str, now: datetime
) -> set[int]:
    changed = set()
    with writing() as session:
        there = set(session.scalars(select(Appointment.id).where(Appointment.id.in_(wanted))))
        known = _notes(list(wanted))
        for id_ in sorted(there):
            new, gone = changed_notes(known.get(id_, {}), wanted[id_], before.get(id_))
            for word in sorted(new):
                session.add(VisitNote(appointment_id=id_, word=word, at=now, by=by))
            if gone:
                session.execute(
                    delete(VisitNote).where(VisitNote.appointment_id == id_, VisitNote.word.in_(gone))
                )
            if new or gone:
                changed.add(id_)
    return changed


def _tellings(ids: Collection[int], starts: Mapping[int, datetime | None]) -> list[Telling]:
    """Whom a slip at these stops tells: everybody who needs one, else the first of its parties. Where one
    was dropped in for this start already, nobody.
    """
    if not ids:
        return []
    facts, found = load_office(()), []
    stops = load_stops(and_(Appointment.id.in_(ids), Appointment.cancelled_at.is_(None)))
    old = older_starts(ids)
    for stop in stops:
        row = stop.appointment
        start = starts.get(row.id)
        needed = slips_for(stop, facts, old)
        if needed:
            found += [Telling(row.id, slip.person_id, start=start) for slip in needed]
        elif not _has_slip(stop):
            found.append(Telling(row.id, stop.parties[0].person_id, start=start))
    return found


def _visits(stops: list[Stop]) -> list[Visit]:
    notes = _notes([stop.appointment.id for stop in stops])
    return [_visit(stop, notes.get(stop.appointment.id, {})) for stop in stops]


def _visit(stop: Stop, notes: Mapping[Note, VisitNote]) -> Visit:
    row, house = stop.appointment, stop.house
    person = (house.person(row.person_id) or (house.people[0] if house.people else None)) if house else None
    bests = [
        Best(State(party.best.state), party.best.channel, party.best.trial) if party.best else None
        for party in stop.parties
    ]
    name = person.full_name if person and person.full_name else row.name
    return Visit(stop, name, _phone(person, row), stand_of(bests), notes, _has_slip(stop))


def _phone(person: HousePerson | None, row: Appointment) -> str:
    known = [*person.mobiles, *person.phones] if person else []
    if known:
        return known[0].value
    return str(row.phones[0]["e164"]) if row.phones else ""


def _has_slip(stop: Stop) -> bool:
    return any(
        message.channel == Channel.PAPER and message.recipient != NOTICE_TO
        for party in stop.parties
        for message in party.messages
    )


def _order(visit: Visit, by_street: bool) -> tuple[object, ...]:
    row, house = visit.stop.appointment, visit.stop.house
    street, _comma, town = row.place.partition(",")
    walk = walk_key(house.town, house.street) if house else walk_key(town, street)
    return (walk, row.start, row.id) if by_street else (row.start, walk, row.id)


def _notes(ids: list[int]) -> dict[int, dict[Note, VisitNote]]:
    found: dict[int, dict[Note, VisitNote]] = defaultdict(dict)
    for at in range(0, len(ids), _CHUNK):
        query = select(VisitNote).where(VisitNote.appointment_id.in_(ids[at : at + _CHUNK]))
        for note in db.session.scalars(query):
            found[note.appointment_id][Note(note.word)] = note
    return found
