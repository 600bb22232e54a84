"""Asks gateways what became of the messages that they took."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.apply_receipt import apply_receipts
from kehr.actions.facts.change_state import change_state
from kehr.actions.facts.chunks import chunks
from kehr.actions.facts.reported_messages import carried_by
from kehr.actions.hear.ask_gateway import (
    answer_of,
    claim_questions,
    gateways_that,
    keep_claim,
    let_others_ask,
    note_silence,
    note_states_answer,
    opened,
    states_due,
)
from kehr.actions.plan.plan_messages import plan_messages
from kehr.gateways.contract import Gateway as Sender
from kehr.gateways.contract import GatewayError, PollsStates, Receipt, Sent
from kehr.models import Message, db, writing
from kehr.rules.gateways.delivery import ask_at
from kehr.rules.terms.messages import State

ASKED_AT_ONCE = 2000
"""So many messages are asked for in one step: gateways that list by time need fewer pages for more."""
APPLIED_AT_ONCE = 500
"""So many answers are applied in one transaction, so that others who write need not wait long."""


@dataclass(slots=True)
class StatesResult:
    """What one round of questions brought. `unreachable` counts gateways, all else messages."""

    asked: int = 0
    delivered: int = 0
    undelivered: int = 0
    unreachable: int = 0


@dataclass(frozen=True, slots=True)
class _Question:
    """One message to ask for, after so many questions before."""

    sent: Sent
    asks: int


def read_states(now: Callable[[], datetime]) -> StatesResult:
    """Asks each gateway that can be polled for the messages whose time has come.

    Gateways come one after the other, the network is used with no transaction open, and the answers are
    applied in short transactions. A gateway that does not answer is asked again later for the same
    messages; whoever dies between asking and applying leaves them due.
    """
    result = StatesResult()
    for gateway_id in gateways_that(lambda abilities: abilities.polls_states):
        if not _due(gateway_id, now(), 1) or not claim_questions(gateway_id, now()):
            continue
        try:
            _ask(gateway_id, now, result)
        except GatewayError as error:
            note_silence(gateway_id, error, now())
            result.unreachable += 1
        finally:
            let_others_ask(gateway_id, now())
    if result.undelivered:
        plan_messages(now())  # it may go on as an e-mail
    return result


def _ask(gateway_id: int, now: Callable[[], datetime], result: StatesResult) -> None:
    with opened(gateway_id, now) as sender:
        while questions := _due(gateway_id, now(), ASKED_AT_ONCE):
            sent = [question.sent for question in questions]
            receipts = answer_of(gateway_id, partial(_states_of, sender, sent))
            for start in range(0, len(receipts), APPLIED_AT_ONCE):
                _apply(gateway_id, receipts[start : start + APPLIED_AT_ONCE], now(), result)
            with writing() as session:
                note_states_answer(session, gateway_id, now())
                keep_claim(session, gateway_id, now())
                _ask_again_later(session, questions, now())
            result.asked += len(questions)
            db.session.expunge_all()


def _apply(gateway_id: int, receipts: Sequence[Receipt], now: datetime, result: StatesResult) -> None:
    with writing() as session:
        keep_claim(session, gateway_id, now)
        moved = apply_receipts(session, gateway_id, receipts, now)
        result.delivered += sum(message.state == State.DELIVERED for message in moved)
        result.undelivered += sum(message.state == State.UNDELIVERED for message in moved)
    db.session.expunge_all()


def _states_of(sender: Sender, sent: Sequence[Sent]) -> list[Receipt]:
    if not isinstance(sender, PollsStates):
        raise TypeError(f"{sender.kind} says that it can be asked for states")
    return sender.read_states(sent)


def _due(gateway_id: int, now: datetime, most: int) -> list[_Question]:
    """What is to be asked for now, the oldest first: gateways that list by time need fewer pages."""
    query = (
        select(Message)
        .where(states_due(gateway_id, now))
        .order_by(Message.claimed_at, Message.id)
        .limit(most)
    )
    questions = [
        _Question(sent_of(message, now), message.state_asks) for message in db.session.scalars(query)
    ]
    db.session.rollback()
    return questions


def sent_of(message: Message, now: datetime) -> Sent:
    """What a gateway can be asked by."""
    claimed_at = message.claimed_at or message.sent_at or now
    return Sent(message.id, message.reference, message.recipient, message.text, claimed_at)


def _ask_again_later(session: Session, questions: Sequence[_Question], now: datetime) -> None:
    """Moves on what has no final word yet; whom another process has asked for meanwhile stays."""
    asks = {question.sent.message_id: question.asks for question in questions}
    for chunk in chunks(sorted(asks)):
        waiting = select(Message).where(Message.id.in_(chunk), Message.state == State.ACCEPTED)
        for message in session.scalars(waiting):
            if message.state_asks == asks[message.id]:
                _move_on(session, message, now)


def _move_on(session: Session, message: Message, now: datetime) -> None:
    taken_at = message.sent_at or message.claimed_at or now
    message.state_asks += 1
    message.next_state_at = ask_at(message.state_asks, taken_at, now)
    if message.next_state_at is not None:
        return
    for one in (message, *carried_by(session, [message.id]).get(message.id, ())):
        if one.state == State.ACCEPTED:
            change_state(session, one, State.ACCEPTED, now, "no_word")
