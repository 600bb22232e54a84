"""Takes in an SMS that somebody sent to one of our numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.apply_receipt import short_key
from kehr.actions.people.record_consent import Tick, write_ticks
from kehr.gateways.contract import IncomingReply
from kehr.models import Address, Gateway, Message, Reply
from kehr.rules.gateways.delivery import CLOCKS_DIFFER
from kehr.rules.gateways.replies import DONE, OPEN, STOP, WAITING, kind_of
from kehr.rules.terms.messages import Channel, State
from kehr.rules.terms.outside_text import keepable
from kehr.rules.terms.phones import BadNumber, normalise

REACHED = (State.SENDING, State.ACCEPTED, State.DELIVERED, State.UNDELIVERED, State.UNCLEAR)
_LONGEST = 200


def keep_reply(session: Session, gateway_id: int, reply: IncomingReply, now: datetime) -> Reply | None:
    """Keeps one reply inside the caller's write transaction; None when it was here already.

    It belongs to the last message that went to this address before it. A STOP takes back the consent of
    the address in the same transaction; what is planned goes with the planning that must follow
    (`plan_messages`). Whoever says STOP or thanks leaves no work, unless a STOP comes from a number that we
    do not know: then it holds nothing back, and a person must find out which number is meant.
    """
    key = short_key(reply.event_key)
    if _is_known(session, gateway_id, key):
        return None
    address = _number(reply.sender)
    message = _last_message(session, address, min(reply.at, now))
    row = Reply(
        gateway_id=gateway_id,
        event_key=key,
        address=address,
        recipient=keepable(reply.recipient, _LONGEST),
        text=keepable(reply.text),
        said_at=min(reply.at, now),
        seen_at=now,
        kind=kind_of(reply.text),
    )
    number = _name_it(session, row, message)
    work = row.kind == OPEN or (row.kind == STOP and not _is_ours(session, address))
    row.state, row.done_at = (WAITING, None) if work else (DONE, now)
    session.add(row)
    session.flush()
    if row.kind == STOP and address:
        _take_back(session, row, number, now)
    return row


def _is_known(session: Session, gateway_id: int, key: str) -> bool:
    """Whether this reply is here, through this account or another that hears the same phone or provider.

    Two accounts may share a phone with two SIM cards: its inbox is one.
    """
    heard = session.get_one(Gateway, gateway_id)
    same = select(Gateway.id).where(Gateway.kind == heard.kind, Gateway.base_url == heard.base_url)
    known = select(Reply.id).where(Reply.gateway_id.in_(same), Reply.event_key == key)
    return session.scalars(known.limit(1)).first() is not None


def _number(sender: str) -> str:
    """E.164 where it is a number, however the gateway spells it; else what stands there."""
    spelled = keepable(sender).strip()
    try:
        return normalise(f"+{spelled}" if spelled.isdigit() and spelled[:1] != "0" else spelled).e164
    except BadNumber:
        return spelled[:_LONGEST]


def _last_message(session: Session, address: str, at: datetime) -> Message | None:
    """The last SMS that really went there; of a digest the message that carried the others."""
    query = (
        select(Message)
        .where(
            Message.recipient == address,
            Message.channel == Channel.SMS,
            Message.state.in_(REACHED),
            Message.trial.is_(False),
            Message.claimed_at <= at + CLOCKS_DIFFER,
        )
        .order_by(Message.claimed_at.desc(), Message.carrier_id.is_not(None), Message.id)
    )
    return session.scalars(query.limit(1)).first()


def _is_ours(session: Session, address: str) -> bool:
    """Whether anything went or goes to this number, or it stands at an object."""
    told = select(Message.id).where(Message.recipient == address).limit(1)
    noted = select(Address.id).where(Address.value == address).limit(1)
    return any(session.scalars(query).first() is not None for query in (told, noted))


def _name_it(session: Session, row: Reply, message: Message | None) -> str:
    """Fills in whose reply it is; the number of the object.

    Without a message a number that belongs to exactly one person still says who it is.
    """
    if message is not None:
        row.message_id, row.appointment_id = message.id, message.appointment_id
        row.person_id, row.property_id = message.person_id, message.property_id
        row.name = message.recipient_name
        return message.property_number
    query = select(Address).where(Address.value == row.address, Address.kind == "phone")
    people = {found.person_id: found.person for found in session.scalars(query.limit(2))}
    if len(people) != 1 or not row.address:
        return ""
    (person,) = people.values()
    row.person_id, row.property_id, row.name = person.id, person.property_id, person.full_name
    return person.house.number


def _take_back(session: Session, row: Reply, number: str, now: datetime) -> None:
    tick = Tick(
        row.address,
        False,
        "reply",
        evidence=row.text[:2000],
        wording="",
        person_name=row.name,
        property_number=number,
    )
    write_ticks(session, [tick], now)
