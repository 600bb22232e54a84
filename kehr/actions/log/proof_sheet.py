"""Gathers what a Beweisblatt shows: every message about an object or an appointment, and how it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from kehr.models import Appointment, ChainHead, Consent, EventSeal, Message, MessageEvent, Property, db
from kehr.rules.log.chain import COPIES, LEFT, content_of
from kehr.rules.terms.messages import ASKING, IN_PERSON, OPEN, Kind, State

MOST = 100
"""So many messages stand on one sheet, the newest; with fewer days the others come."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """Where the chain ends at the moment of printing."""

    count: int
    event_id: int
    hash: str
    sealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Story:
    """One message with all that happened to it. `consent` is what held for its address when it left;
    `left` tells whether it went out, or may have; `changed` that it no longer fits its newest seal.
    """

    message: Message
    events: tuple[MessageEvent, ...]
    consent: Consent | None
    left: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what left in the order in which it did, then what did not. `total` counts what there is;
    `coming` is planned and stands on no sheet yet.
    """

    house: Property | None
    appointment: Appointment | None
    told: tuple[Story, ...]
    not_told: tuple[Story, ...]
    total: int
    coming: int
    end: ChainEnd | None


def sheet_of_object(property_id: int, start: datetime | None, end: datetime | None) -> Sheet | None:
    """The sheet of an object over the messages from `start` to before `end`; None without such an object."""
    house = db.session.get(Property, property_id)
    if house is None:
        return None
    wanted = [Message.property_id == property_id]
    when = _when()
    wanted += [when >= start] if start is not None else []
    wanted += [when < end] if end is not None else []
    return _sheet(house, None, wanted)


def sheet_of_appointment(appointment_id: int) -> Sheet | None:
    """The sheet of an appointment; None when there is none with this id."""
    row = db.session.get(Appointment, appointment_id)
    if row is None:
        return None
    house = db.session.get(Property, row.property_id) if row.property_id else None
    return _sheet(house, row, [Message.appointment_id == appointment_id])


def chain_end() -> ChainEnd | None:
    """Where the chain ends now; None before the first seal."""
    head = db.session.get(ChainHead, 1)
    return ChainEnd(head.count, head.event_id, head.hash, head.sealed_at) if head and head.count else None


def _when() -> ColumnElement[datetime]:
    moment: ColumnElement[datetime] = func.coalesce(
        Message.sent_at, Message.due_at, type_=Message.due_at.type
    )
    return moment


def _sheet(
    house: Property | None, appointment: Appointment | None, wanted: Sequence[ColumnElement[bool]]
) -> Sheet:
    total = db.session.scalar(select(func.count()).select_from(Message).where(*wanted)) or 0
    newest = (
        select(Message)
        .where(*wanted)
        .order_by(_when().desc(), Message.recipient_name.desc(), Message.id)
        .limit(MOST)
    )
    messages = list(db.session.scalars(newest))[::-1]
    events = _events([message.id for message in messages])
    consents = _consents({message.recipient for message in messages})
    contents = _contents([one[-1].id for one in events.values()])
    stories = [
        Story(
            message,
            tuple(events.get(message.id, ())),
            _consent_at(message, consents.get(message.recipient, ())),
            _has_left(message, events.get(message.id, ())),
            _is_changed(message, events.get(message.id, ()), contents),
        )
        for message in messages
    ]
    coming = [one for one in stories if not one.left and one.message.state in OPEN - {State.WITHHELD}]
    return Sheet(
        house,
        appointment,
        tuple(one for one in stories if one.left),
        tuple(one for one in stories if not one.left and one not in coming),
        total,
        len(coming),
        chain_end(),
    )


def _has_left(message: Message, events: Iterable[MessageEvent]) -> bool:
    return message.state in LEFT | {State.SENDING} or any(event.new_state in LEFT for event in events)


def _contents(ids: Sequence[int]) -> dict[int, str]:
    """Event id -> what its seal says of the message, where it says something."""
    query = select(EventSeal.event_id, EventSeal.content).where(EventSeal.event_id.in_(ids))
    return {event_id: content for event_id, content in db.session.execute(query) if content}


def _is_changed(message: Message, events: Sequence[MessageEvent], contents: Mapping[int, str]) -> bool:
    """Whether somebody changed it past Kehrbote: the whole check is `verify_log`, this is about one row."""
    if not events or message.state != events[-1].new_state:
        return True
    sealed = contents.get(events[-1].id)
    return sealed is not None and sealed != content_of({name: getattr(message, name) for name in COPIES})


def _events(ids: Sequence[str]) -> dict[str, list[MessageEvent]]:
    found: dict[str, list[MessageEvent]] = {}
    query = select(MessageEvent).where(MessageEvent.message_id.in_(ids)).order_by(MessageEvent.id)
    for event in db.session.scalars(query):
        found.setdefault(event.message_id, []).append(event)
    return found


def _consents(addresses: Iterable[str]) -> dict[str, list[Consent]]:
    """Every row about these addresses, oldest first."""
    found: dict[str, list[Consent]] = {}
    known = sorted(address for address in addresses if address)
    for at in range(0, len(known), _CHUNK):
        query = select(Consent).where(Consent.address.in_(known[at : at + _CHUNK])).order_by(Consent.id)
        for row in db.session.scalars(query):
            found.setdefault(row.address, []).append(row)
    return found


def _consent_at(message: Message, rows: Iterable[Consent]) -> Consent | None:
    """The newest word about its address, and about what it was for, before the message left."""
    if message.channel in IN_PERSON:
        return None
    purpose = "feedback" if Kind(message.kind) in ASKING else "appointment"
    moment = message.claimed_at or message.sent_at or message.due_at
    before = [row for row in rows if row.purpose == purpose and row.at <= moment]
    return before[-1] if before else None
