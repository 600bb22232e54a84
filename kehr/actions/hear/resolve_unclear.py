"""Asks gateways whether they have the messages of which nobody knows whether they left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from kehr.actions.facts.apply_receipt import apply_early_receipts
from kehr.actions.facts.change_state import change_state
from kehr.actions.facts.reported_messages import carried_by
from kehr.actions.hear.ask_gateway import (
    answer_of,
    claim_questions,
    gateways_that,
    let_others_ask,
    note_silence,
    note_states_answer,
    opened,
)
from kehr.actions.hear.read_states import sent_of
from kehr.actions.money.meters import count_otherwise, give_back
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.record_outcome import again_later, begin_asking, keep_answer
from kehr.gateways.contract import Accepted, GatewayError, NotTaken, Reconciles, Sent
from kehr.gateways.contract import Gateway as Sender
from kehr.models import Gateway, Message, db, writing
from kehr.rules.gateways.delivery import ASKED_FOR, ask_at
from kehr.rules.terms.messages import State

FIRST_AFTER = timedelta(minutes=2)
"""So long after its claim a request may still be on its way; then the gateway surely has it or not."""
AT_ONCE = 100


@dataclass(slots=True)
class UnclearResult:
    """What the questions brought. `unreachable` counts gateways, all else messages."""

    accepted: int = 0
    planned: int = 0
    unreachable: int = 0


def resolve_unclear(now: Callable[[], datetime]) -> UnclearResult:
    """Asks each gateway that can look messages up for those whose outcome is unclear.

    What it took is accepted. What it surely never had is planned again; planning and the claim decide
    whether it may still leave. All else stays for a person, and is asked for again as often as states are.
    """
    result = UnclearResult()
    for gateway_id in gateways_that(lambda abilities: abilities.can_reconcile):
        if not _due(gateway_id, now()) or not claim_questions(gateway_id, now()):
            continue
        try:
            _ask(gateway_id, now, result)
        except GatewayError as error:
            note_silence(gateway_id, error, now())
            result.unreachable += 1
        finally:
            let_others_ask(gateway_id, now())
    if result.planned:
        plan_messages(now())
    return result


def _ask(gateway_id: int, now: Callable[[], datetime], result: UnclearResult) -> None:
    with opened(gateway_id, now) as sender:
        sent = _due(gateway_id, now())
        answers = answer_of(gateway_id, lambda: _look_up(sender, sent))
    with writing() as session:
        note_states_answer(session, gateway_id, now())
        gateway = session.get_one(Gateway, gateway_id)
        for one in sent:
            _settle(session, gateway, one, answers, result, now())
    db.session.expunge_all()


def _look_up(sender: Sender, sent: Sequence[Sent]) -> Mapping[str, Accepted | None]:
    if not isinstance(sender, Reconciles):
        raise TypeError(f"{sender.kind} says that it can look messages up")
    return sender.look_up(sent)


def _due(gateway_id: int, now: datetime) -> list[Sent]:
    never_asked = and_(Message.next_state_at.is_(None), Message.state_asks == 0)
    query = (
        select(Message)
        .where(
            Message.gateway_id == gateway_id,
            Message.state == State.UNCLEAR,
            Message.carrier_id.is_(None),
            Message.claimed_at <= now - FIRST_AFTER,
            or_(
                Message.next_state_at <= now,
                and_(never_asked, Message.claimed_at > now - ASKED_FOR),
            ),
        )
        .order_by(Message.claimed_at, Message.id)
        .limit(AT_ONCE)
    )
    sent = [sent_of(message, now) for message in db.session.scalars(query)]
    db.session.rollback()
    return sent


def _settle(
    session: Session,
    gateway: Gateway,
    asked_for: Sent,
    answers: Mapping[str, Accepted | None],
    result: UnclearResult,
    now: datetime,
) -> None:
    """Applies one answer, unless somebody has decided or it was sent again since it was asked for."""
    message = session.get_one(Message, asked_for.message_id, populate_existing=True)
    if message.state != State.UNCLEAR or message.claimed_at != asked_for.claimed_at:
        return
    together = [message, *carried_by(session, [message.id]).get(message.id, ())]
    unclear = [one for one in together if one.state == State.UNCLEAR]
    if message.id not in answers:
        message.state_asks += 1
        message.next_state_at = ask_at(message.state_asks, asked_for.claimed_at, now)
        return
    answer = answers[message.id]
    if answer is not None:
        count_otherwise(gateway, message, answer.parts)
    else:
        give_back(gateway, message)
    for one in unclear:
        if answer is not None:
            keep_answer(one, gateway, answer)
            change_state(session, one, State.ACCEPTED, now, "looked_up")
        else:
            _plan_again(session, one, gateway, now)
    if answer is not None:
        begin_asking(message, gateway, now)
        apply_early_receipts(session, gateway.id, message, now)
        result.accepted += 1
    else:
        result.planned += 1


def _plan_again(session: Session, message: Message, gateway: Gateway, now: datetime) -> None:
    message.sent_at = None
    message.state_asks = 0
    message.next_state_at = None
    again_later(session, message, NotTaken("not_there"), {"detail": "", "gateway": gateway.name}, now)
