"""Writes down that somebody was told on paper or by telephone: a message that is delivered at once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.appointment_facts import text_facts
from kehr.actions.facts.change_state import event
from kehr.actions.facts.house_facts import load_houses
from kehr.actions.facts.office_facts import OfficeFacts, load_office
from kehr.actions.facts.older_starts import OldStarts, older_starts
from kehr.models import Appointment, Message, writing
from kehr.rules.entries.residents import House
from kehr.rules.terms.messages import IN_PERSON, Channel, Kind, State
from kehr.rules.texts.slip_text import slip_words
from kehr.words import NOTICE_TO

REASONS = {Channel.PAPER: "paper_dropped", Channel.PHONE: "told_by_phone"}
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom of which appointment: a person of its object, else whoever `name` calls, else the house.

    With `notice` it is a notice in the house; then nobody is named. `start` is the one that somebody was
    shown who says so, where that is known: a slip with an old start tells nobody of the new one.
    """

    appointment_id: int
    person_id: int | None = None
    name: str = ""
    kind: Kind = Kind.ANNOUNCEMENT
    notice: bool = False
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """`written` are the ids of the new messages; `known` counts what stood there already, `gone` the
    appointments that are no longer there or cancelled (of these only that can be told), `moved` those that
    have another start by now.
    """

    written: tuple[str, ...] = ()
    known: int = 0
    gone: int = 0
    moved: int = 0


def tell(tellings: Sequence[Telling], channel: Channel, by: str, now: datetime) -> Told:
    """Writes each telling down once, in one transaction: the same again (a double click, two people)
    changes nothing. After a move the new start can be told anew. Raises ValueError for a channel that a
    gateway sends.
    """
    if channel not in IN_PERSON:
        raise ValueError(f"{channel} is sent, not told in person")
    with writing() as session:
        rows = _appointments(session, {one.appointment_id for one in tellings})
        facts, old = load_office(()), older_starts(rows)
        houses = load_houses(row.property_id for row in rows.values())
        known = gone = moved = 0
        wanted: dict[str, Message] = {}
        for one in tellings:
            row = rows.get(one.appointment_id)
            if row is None or (row.cancelled_at is not None and one.kind != Kind.CANCELLED):
                gone += 1
                continue
            if one.start not in (None, row.start):
                moved += 1
                continue
            house = houses.get(row.property_id or 0)
            message = _message(one, channel, row, house, facts, old, by, now)
            known += str(message.manual_key) in wanted
            wanted[str(message.manual_key)] = message
        there = _written(session, list(wanted))
        new = [message for key, message in wanted.items() if key not in there]
        session.add_all(new)
        session.flush()
        for message in new:
            args = {"by": by}
            session.add(event(message.id, None, State.DELIVERED, now, message.reason, args, by))
        return Told(tuple(message.id for message in new), known + len(there), gone, moved)


def _appointments(session: Session, ids: set[int]) -> dict[int, Appointment]:
    found: dict[int, Appointment] = {}
    wanted = sorted(ids)
    for at in range(0, len(wanted), _CHUNK):
        query = select(Appointment).where(Appointment.id.in_(wanted[at : at + _CHUNK]))
        found |= {row.id: row for row in session.scalars(query)}
    return found


def _written(session: Session, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for at in range(0, len(keys), _CHUNK):
        query = select(Message.manual_key).where(Message.manual_key.in_(keys[at : at + _CHUNK]))
        found |= {str(key) for key in session.scalars(query)}
    return found


def _message(
    one: Telling,
    channel: Channel,
    row: Appointment,
    house: House | None,
    facts: OfficeFacts,
    old: OldStarts,
    by: str,
    now: datetime,
) -> Message:
    calendar = facts.calendars[row.calendar_id]
    person = house.person(one.person_id) if house and not one.notice else None
    name = NOTICE_TO if one.notice else (person.full_name or person.unit if person else one.name or row.name)
    before = None if one.notice else old.get((row.id, person.id if person else None))
    about = text_facts(row, calendar, facts.company, house, person, before)
    whom = ", ".join(part for part in (name, person.unit if person else "") if part)
    words = slip_words(about, whom, facts.office.zone, notice=one.notice)
    reason = "notice_posted" if one.notice else REASONS[channel]
    return Message(
        id=secrets.token_hex(16),
        appointment_id=row.id,
        kind=one.kind,
        channel=channel,
        recipient=name[:200],
        about_start=row.start,
        due_at=now,
        too_late_at=now,
        state=State.DELIVERED,
        reason=reason,
        reason_args={"by": by},
        calendar_id=row.calendar_id,
        calendar_name=calendar.name,
        branch_name=calendar.branch.name,
        cost_center=calendar.branch.cost_center,
        uid=row.uid,
        appointment_start=row.start,
        work_kind=row.work_kind,
        property_id=house.id if house else None,
        property_number=house.number if house else row.object_number,
        person_id=person.id if person else None,
        manual_key=_key(one, channel, name if person is None else "", row.start),
        by=by,
        recipient_name=whom[:300],
        place=row.place or (house.address if house else ""),
        text=words.off if one.kind == Kind.CANCELLED else words.text,
        sent_at=now,
        delivered_at=now,
        created_at=now,
    )


def _key(one: Telling, channel: Channel, name: str, start: datetime) -> str:
    """What may exist once: this party, told this start of this appointment in this way."""
    whom = f"person {one.person_id}" if not name else f"name {name.casefold()}"
    told = f"{channel} {one.appointment_id} {one.kind} {whom} {start.isoformat()}"
    return hashlib.sha256(told.encode()).hexdigest()
