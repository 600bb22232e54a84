"""Gathers one conversation: what we sent to a number and what came back, and who that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from kehr.actions.people.consent_state import ConsentState, consent_states
from kehr.models import Address, Appointment, Message, MessageEvent, Person, Property, Reply, db
from kehr.rules.gateways.replies import STOP, UNDONE
from kehr.rules.terms.messages import MAYBE_TOLD, State

MOST = 100
"""So many of the newest replies and messages are shown of one number."""
STOPS_WITHIN = timedelta(minutes=10)
WENT_OUT = MAYBE_TOLD | {State.UNDELIVERED, State.REFUSED}
WILL_LEAVE = (State.PLANNED, State.HELD)


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a conversation: what we sent, or what they answered."""

    at: datetime
    message: Message | None = None
    reply: Reply | None = None
    stopped: int = 0

    @property
    def is_stop(self) -> bool:
        """Whether this reply ended the messages; `stopped` were held back by it."""
        return self.reply is not None and self.reply.kind == STOP


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody at whose object the number stands; `address_id` is where its consent is kept."""

    address_id: int
    person_id: int
    name: str
    unit: str
    property_id: int
    number: str
    street: str


@dataclass(frozen=True, slots=True)
class ConversationView:
    """All of one number. `open` are the replies that are work; `planned` messages are still to leave.

    `appointment` is the one that the newest reply which names any is about. `writable` tells how the
    manual window opens for this number: a field of its form and the value, None when nobody is known.
    """

    address: str
    name: str
    said: tuple[Said, ...]
    open: tuple[Reply, ...]
    holders: tuple[Holder, ...]
    appointment: Appointment | None
    consent: ConsentState
    planned: int
    writable: tuple[str, int] | None


def show_conversation(reply_id: int) -> ConversationView | None:
    """The conversation to which this reply belongs."""
    asked = db.session.get(Reply, reply_id)
    return _view(asked.address) if asked is not None else None


def replies_to(message: Message) -> list[Reply]:
    """What was answered to one message, in order."""
    return list(
        db.session.scalars(
            select(Reply).where(Reply.message_id == message.id).order_by(Reply.said_at, Reply.id).limit(MOST)
        )
    )


def replies_at(property_id: int, most: int = 10) -> list[Reply]:
    """The newest replies of people at an object."""
    query = select(Reply).where(Reply.property_id == property_id)
    return list(db.session.scalars(query.order_by(Reply.said_at.desc(), Reply.id.desc()).limit(most)))


def _view(address: str) -> ConversationView:
    newest = select(Reply).where(Reply.address == address)
    replies = list(db.session.scalars(newest.order_by(Reply.said_at.desc(), Reply.id.desc()).limit(MOST)))
    holders = _holders(address)
    appointment_id = next((reply.appointment_id for reply in replies if reply.appointment_id), None)
    appointment = db.session.get(Appointment, appointment_id) if appointment_id else None
    person_id = next((reply.person_id for reply in replies if reply.person_id), None)
    return ConversationView(
        address=address,
        name=next((reply.name for reply in replies if reply.name), "") or _name(holders),
        said=tuple(_said(address, replies)),
        open=tuple(reply for reply in reversed(replies) if reply.state in UNDONE),
        holders=holders,
        appointment=appointment,
        consent=consent_states([address]).get(address, ConsentState()),
        planned=_planned(address),
        writable=_writable(address, person_id, holders, appointment),
    )


def _name(holders: tuple[Holder, ...]) -> str:
    return holders[0].name if holders else ""


def _said(address: str, replies: list[Reply]) -> list[Said]:
    """Both sides in the order of the clock; what we sent stands before what came in the same second."""
    moment = func.coalesce(Message.sent_at, Message.claimed_at, Message.due_at)
    sent = db.session.scalars(
        select(Message)
        .where(Message.recipient == address, Message.state.in_(WENT_OUT))
        .order_by(moment.desc(), Message.id.desc())
        .limit(MOST)
    )
    lines = [Said(m.sent_at or m.claimed_at or m.due_at, message=m) for m in sent]
    lines += [Said(r.said_at, reply=r, stopped=_stopped(r) if r.kind == STOP else 0) for r in replies]
    return sorted(lines, key=lambda one: (one.at, one.reply is not None, one.reply.id if one.reply else 0))


def _stopped(reply: Reply) -> int:
    """How many messages to this number a STOP held back."""
    query = (
        select(func.count(func.distinct(MessageEvent.message_id)))
        .join(Message, Message.id == MessageEvent.message_id)
        .where(
            Message.recipient == reply.address,
            MessageEvent.reason == "revoked",
            MessageEvent.old_state.in_(WILL_LEAVE),
            MessageEvent.at >= reply.seen_at,
            MessageEvent.at <= reply.seen_at + STOPS_WITHIN,
        )
    )
    return db.session.scalar(query) or 0


def _planned(address: str) -> int:
    query = select(func.count()).where(Message.recipient == address, Message.state.in_(WILL_LEAVE))
    return db.session.scalar(query) or 0


def _holders(address: str) -> tuple[Holder, ...]:
    rows = db.session.execute(
        select(
            Address.id,
            Person.id,
            Person.first_name,
            Person.name,
            Person.unit,
            Property.id,
            Property.number,
            Property.street,
        )
        .join(Person, Person.id == Address.person_id)
        .join(Property, Property.id == Person.property_id)
        .where(Address.value == address, Address.kind != "fax")
        .order_by(Property.number_key, Person.position, Person.id)
        .limit(6)
    )
    return tuple(
        Holder(address_id, person_id, f"{first} {name}".strip(), unit, house_id, number, street)
        for address_id, person_id, first, name, unit, house_id, number, street in rows
    )


def _writable(
    address: str, person_id: int | None, holders: tuple[Holder, ...], appointment: Appointment | None
) -> tuple[str, int] | None:
    """The person of the last reply if the number is still theirs, else whoever has it, else the entry."""
    known = [holder.person_id for holder in holders]
    if known:
        return "person", person_id if person_id in known else known[0]
    if appointment is not None and any(phone["e164"] == address for phone in appointment.phones):
        return "termin", appointment.id
    return None
