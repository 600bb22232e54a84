"""What a person decides about a message: send it again, note it as sent, let it go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kehr.actions.facts.change_state import change_state
from kehr.actions.money.meters import take_again
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Message, SharedNumber, writing
from kehr.rules.terms.messages import State

AGAIN = frozenset({State.UNCLEAR, State.REFUSED})


class NotNow(ValueError):
    """The message no longer stands where this decision makes sense; `state` is where it stands."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def send_again(message_id: str, by: str, now: datetime) -> None:
    """Plans an unclear or refused message once more, at the next allowed moment. Raises NotNow.

    It leaves only if it is still true then; the planning that follows says so if not.
    """
    with writing() as session:
        for message in _together(session, message_id):
            message.next_try_at = None
            message.sent_at = None
            message.carrier_id = None
            message.state_asks, message.next_state_at = 0, None
            message.dealt_at, message.dealt_by = None, ""
            change_state(session, message, State.PLANNED, now, "planned_again", {"by": by}, by)
    plan_messages(now)


def mark_sent(message_id: str, by: str, now: datetime) -> None:
    """Notes an unclear or refused message as sent, on a person's word. Raises NotNow."""
    with writing() as session:
        for message in _together(session, message_id):
            if message.state == State.REFUSED:
                take_again(session, message)
            message.sent_at = message.sent_at or message.claimed_at or now
            change_state(session, message, State.ACCEPTED, now, "marked_sent", {"by": by}, by)
    plan_messages(now)


def _together(session: Session, message_id: str) -> list[Message]:
    """The message, and all that left in one digest with it and ended alike. Raises NotNow."""
    message = session.get_one(Message, message_id)
    if message.state not in AGAIN:
        raise NotNow(message.state)
    carrier = message.carrier_id or message.id
    query = select(Message).where(
        or_(Message.id == carrier, Message.carrier_id == carrier), Message.state.in_(AGAIN)
    )
    return list(session.scalars(query.order_by(Message.id)))


def release(message_ids: Iterable[str], by: str, now: datetime) -> int:
    """Lets held messages go; how many were still held. What left its hold in between stays as it is."""
    with writing() as session:
        query = select(Message).where(Message.id.in_(list(message_ids)), Message.state == State.HELD)
        held = list(session.scalars(query.with_for_update()))
        let_go(session, held, by, now)
    plan_messages(now)
    return len(held)


def let_go(session: Session, held: Iterable[Message], by: str, now: datetime) -> None:
    """Plans held messages on a person's word; a number that several share is taken as theirs."""
    known: set[str] = set()
    for message in held:
        if message.reason == "number_shared" and message.recipient not in known:
            args = message.reason_args
            session.add(SharedNumber(address=args["address"], names=args["names"], at=now, by=by))
            known.add(message.recipient)
        message.released_at = now
        change_state(session, message, State.PLANNED, now, "released", {"by": by}, by)
