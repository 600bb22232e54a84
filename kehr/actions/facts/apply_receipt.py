"""Takes in one word of a gateway about a message: it moves the message's state, or is only kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.change_state import change_state
from kehr.actions.facts.chunks import chunks
from kehr.actions.facts.reported_messages import REFERENCE_LENGTH, ReportedMessages, carried_by
from kehr.gateways.contract import Fate, Receipt
from kehr.models import DeliveryReport, Gateway, Message
from kehr.rules.gateways.delivery import CLOCKS_DIFFER, moved_by
from kehr.rules.terms.messages import Channel, State
from kehr.rules.terms.outside_text import keepable

KEY_LENGTH = 200
WORD_LENGTH = 60
LATE = timedelta(minutes=15)
"""A word that comes this long after the fact says when it was."""


def apply_receipt(session: Session, gateway_id: int, receipt: Receipt, now: datetime) -> bool:
    """Keeps one word inside the caller's write transaction; whether it moved a message's state.

    A repeat is dropped by its key. A final state never moves back: what comes after it is kept and moves
    nothing, and so does what fits no message of ours, or only an earlier try of it. An interim word is noted
    at the message. What a digest carried shares the fate of its carrier.
    """
    return bool(apply_receipts(session, gateway_id, [receipt], now))


def apply_receipts(
    session: Session, gateway_id: int, receipts: Sequence[Receipt], now: datetime
) -> list[Message]:
    """`apply_receipt` for many; the messages that were moved, each as often as it was."""
    gateway = session.get_one(Gateway, gateway_id)
    known = _known_keys(session, gateway_id, receipts)
    messages = ReportedMessages(session, gateway_id, receipts)
    moved: list[Message] = []
    for receipt in receipts:
        key = short_key(receipt.event_key)
        if key in known:
            continue
        known.add(key)
        message = messages.find(receipt)
        elsewhere = message is not None and _of_another_try(message, receipt)
        if message is not None and elsewhere and not message.reference:
            message = None  # the answer to the send will tell whose word it is
        applied = False
        if message is not None and not elsewhere:
            told = [_move(session, one, receipt, gateway.name, now) for one in messages.together(message)]
            applied = any(told)
            moved += [message] if applied else []
        report = _report(gateway_id, key, message, receipt, now)
        report.applied = applied
        session.add(report)
    session.flush()
    return moved


def apply_early_receipts(session: Session, gateway_id: int, message: Message, now: datetime) -> None:
    """Applies final words that were here before the answer told us the message's reference.

    A gateway may push its report while its answer to the send is still on the way.
    """
    if not message.reference:
        return
    early = {_early(Receipt(fate, "", "", reference=message.reference)): fate for fate in Fate}
    query = select(DeliveryReport).where(
        DeliveryReport.gateway_id == gateway_id,
        DeliveryReport.message_id.is_(None),
        DeliveryReport.code.in_(early),
    )
    reports = list(session.scalars(query.order_by(DeliveryReport.id)))
    if not reports:
        return
    session.flush()
    gateway = session.get_one(Gateway, gateway_id)
    together = [message, *carried_by(session, [message.id]).get(message.id, ())]
    for report in reports:
        receipt = Receipt(early[report.code], report.event_key, report.word, at=report.said_at)
        report.applied = any([_move(session, one, receipt, gateway.name, now) for one in together])
        report.message_id = message.id
        report.code = ""


def _known_keys(session: Session, gateway_id: int, receipts: Sequence[Receipt]) -> set[str]:
    known: set[str] = set()
    for chunk in chunks(sorted({short_key(receipt.event_key) for receipt in receipts})):
        query = select(DeliveryReport.event_key).where(
            DeliveryReport.gateway_id == gateway_id, DeliveryReport.event_key.in_(chunk)
        )
        known.update(session.scalars(query))
    return known


def _report(
    gateway_id: int, key: str, message: Message | None, receipt: Receipt, now: datetime
) -> DeliveryReport:
    return DeliveryReport(
        gateway_id=gateway_id,
        event_key=key,
        message_id=message.id if message is not None else None,
        word=keepable(receipt.word, WORD_LENGTH),
        code=keepable(receipt.code, WORD_LENGTH) if message is not None else _early(receipt),
        said_at=receipt.at,
        seen_at=now,
    )


def short_key(key: str) -> str:
    """A provider's key as the database keeps it: one that is too long, or cannot be kept, as its hash."""
    if len(key) <= KEY_LENGTH and key == keepable(key):
        return key
    return "sha256:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _move(session: Session, message: Message, receipt: Receipt, gateway: str, now: datetime) -> bool:
    old = State(message.state)
    _take_it_as_sent(session, message, receipt, now)
    new = moved_by(State(message.state), receipt.fate)
    if new is None:
        if message.state in (State.ACCEPTED, State.SENDING, State.UNCLEAR):
            message.delivery_code = keepable(receipt.word, WORD_LENGTH)
        return message.state != old
    message.delivery_code = keepable(receipt.word, WORD_LENGTH)
    message.next_state_at = None
    at = _moment(receipt, message, now)
    if new == State.DELIVERED:
        message.delivered_at = at
    reason = _reason(old, new, message.channel, at, now)
    change_state(session, message, new, now, reason, _args(receipt, gateway, at))
    return True


def _of_another_try(message: Message, receipt: Receipt) -> bool:
    """Whether a bad end may be that of an earlier try of a message that somebody had sent again.

    Our id is the same in every try, the gateway's own is not. Of a delivery that does not matter: the
    person has it.
    """
    if receipt.fate != Fate.UNDELIVERED or not receipt.reference:
        return False
    if message.reference:
        return message.reference != keepable(receipt.reference, REFERENCE_LENGTH)
    return message.tries > 1 and message.state in (State.SENDING, State.UNCLEAR)


def _take_it_as_sent(session: Session, message: Message, receipt: Receipt, now: datetime) -> None:
    """Who tells of a message has taken it, whatever we believed.

    The word may be faster than the answer to the send, it may come while the outcome was unclear, or
    after somebody has had the message planned again: then it must not leave a second time.
    """
    state, final = State(message.state), receipt.fate != Fate.UNDERWAY
    tried = message.claimed_at is not None
    if state == State.PLANNED and tried and receipt.fate == Fate.DELIVERED:
        change_state(session, message, State.SENDING, now, "taken_after_all")
    elif not (state == State.SENDING and final) and not (state == State.UNCLEAR and not final):
        return
    message.sent_at = message.sent_at or message.claimed_at or now
    message.reference = message.reference or keepable(receipt.reference, REFERENCE_LENGTH)
    message.next_try_at = None
    reason = "accepted" if state == State.SENDING else "taken_after_all"
    change_state(session, message, State.ACCEPTED, now, reason)


def _moment(receipt: Receipt, message: Message, now: datetime) -> datetime:
    """When it happened, by the gateway's clock as far as that can be right; else the moment we heard."""
    sent_at = message.sent_at or now
    if receipt.at is None or receipt.at < sent_at - CLOCKS_DIFFER:
        return now
    return min(max(receipt.at, sent_at), now)


def _reason(old: State, new: State, channel: str, at: datetime, now: datetime) -> str:
    if new == State.UNDELIVERED:
        return "bounced" if channel == Channel.EMAIL else "undelivered"
    if old == State.UNCLEAR:
        return "delivered_after_all"
    return "reported_late" if now - at >= LATE else "delivered"


def _args(receipt: Receipt, gateway: str, at: datetime) -> dict[str, str]:
    detail = ", ".join(part for part in (keepable(receipt.word), keepable(receipt.code)) if part)
    return {"gateway": gateway, "detail": detail[: 2 * WORD_LENGTH], "since": at.isoformat()}


def _early(receipt: Receipt) -> str:
    """How a word is kept that fits no message yet: by its fate and the gateway's own id."""
    if not receipt.reference:
        return keepable(receipt.code, WORD_LENGTH)
    return f"{receipt.fate}:{keepable(receipt.reference)}"[:WORD_LENGTH]
