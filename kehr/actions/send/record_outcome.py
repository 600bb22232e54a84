"""Records what came of a call to a gateway, and stops a queue that only makes things worse."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.apply_receipt import apply_early_receipts
from kehr.actions.facts.change_state import change_state, event
from kehr.actions.facts.raise_alarm import open_alarm
from kehr.actions.money.meters import count_otherwise, give_back
from kehr.gateways.contract import Accepted, GatewayError, Misconfigured, NotTaken, Refused
from kehr.gateways.registry import abilities_of
from kehr.models import Gateway, Message
from kehr.rules.gateways.delivery import ask_at
from kehr.rules.terms.messages import MAYBE_TOLD, State
from kehr.rules.terms.timing import next_try

REFUSALS_IN_ROW = 5
"""So many refusals one after the other are the account's fault, not that of the recipients."""

LEFT = MAYBE_TOLD | {State.UNDELIVERED}

Outcome = Accepted | GatewayError


def record_outcome(
    session: Session, message_id: str, gateway_id: int, outcome: Outcome, now: datetime
) -> State | None:
    """Writes one outcome inside the caller's transaction; the state it led to.

    None when the row is no longer `sending`: somebody else found it abandoned and has decided, or the
    gateway's report was faster than its answer. Its reference is kept all the same.
    """
    message = session.get_one(Message, message_id, populate_existing=True)
    gateway = session.get_one(Gateway, gateway_id)
    if message.state != State.SENDING:
        if isinstance(outcome, Accepted) and message.state in LEFT and not message.reference:
            count_otherwise(gateway, message, outcome.parts)
            keep_late_answer(session, message, gateway, outcome, now)
        return None
    state = _settle_gateway(session, gateway, outcome, now)
    _settle_counter(gateway, message, outcome)
    for one in (message, *_carried(session, message)):
        _settle(session, one, gateway, outcome, now)
    if isinstance(outcome, Accepted):
        begin_asking(message, gateway, now)
        apply_early_receipts(session, gateway_id, message, now)
    return state


def begin_asking(message: Message, gateway: Gateway, now: datetime) -> None:
    """From now on the gateway is asked what became of a message that it took, if it can be."""
    message.state_asks = 0
    polls = abilities_of(gateway.kind, gateway.options).polls_states
    message.next_state_at = ask_at(0, message.sent_at or now, now) if polls else None


def _settle_counter(gateway: Gateway, message: Message, outcome: Outcome) -> None:
    """What the gateway did not take counts no more; what it took counts as the gateway says."""
    if isinstance(outcome, Accepted):
        count_otherwise(gateway, message, outcome.parts)
    elif isinstance(outcome, (Refused, NotTaken)):
        give_back(gateway, message)


def _carried(session: Session, carrier: Message) -> list[Message]:
    """What left inside this message: it shares its fate."""
    query = select(Message).where(Message.carrier_id == carrier.id, Message.state == State.SENDING)
    return list(session.scalars(query.order_by(Message.id).execution_options(populate_existing=True)))


def _settle_gateway(session: Session, gateway: Gateway, outcome: Outcome, now: datetime) -> State:
    """What the outcome says of the gateway; the state to which it leads a message."""
    if isinstance(outcome, Accepted):
        gateway.last_ok_at = now
        gateway.refused_in_row = 0
        return State.ACCEPTED
    if isinstance(outcome, Refused):
        _count_refusal(session, gateway, outcome, now)
        return State.REFUSED
    if isinstance(outcome, Misconfigured):
        stop_gateway(session, gateway, outcome.code, outcome.detail, now)
    return State.PLANNED if isinstance(outcome, NotTaken) else State.UNCLEAR


def keep_answer(message: Message, gateway: Gateway, outcome: Accepted) -> None:
    """The gateway's own id, its count and what it costs; a digest is counted and paid once."""
    message.reference = outcome.reference
    if message.carrier_id is not None:
        return
    message.parts = outcome.parts or message.parts
    message.price = outcome.price
    if outcome.price is None and gateway.price is not None:
        message.price = message.parts * gateway.price


def keep_late_answer(
    session: Session, message: Message, gateway: Gateway, outcome: Accepted, now: datetime
) -> None:
    """The answer came after the state was known. An event of its own gets it sealed (C08)."""
    keep_answer(message, gateway, outcome)
    state = State(message.state)
    session.add(event(message.id, state, state, now, "answered_late", {"reference": message.reference}))


def _settle(session: Session, message: Message, gateway: Gateway, outcome: Outcome, now: datetime) -> None:
    if isinstance(outcome, Accepted):
        keep_answer(message, gateway, outcome)
        message.sent_at = now
        change_state(session, message, State.ACCEPTED, now, "accepted")
        return
    args = {"detail": outcome.detail, "gateway": gateway.name}
    if isinstance(outcome, Refused):
        change_state(session, message, State.REFUSED, now, outcome.code, args)
    elif isinstance(outcome, NotTaken):
        again_later(session, message, outcome, args, now)
    else:
        message.sent_at = message.claimed_at
        message.state_asks, message.next_state_at = 0, None
        change_state(session, message, State.UNCLEAR, now, outcome.code, args)


def again_later(
    session: Session, message: Message, outcome: NotTaken, args: dict[str, str], now: datetime
) -> None:
    """Plans what was surely not sent for its next try, or lets it expire when that would be too late."""
    message.carrier_id = None
    details = {"tries": message.tries, "code": outcome.code, **args}
    change_state(session, message, State.PLANNED, now, "planned_retry", details)
    if isinstance(outcome, Misconfigured):
        return
    message.next_try_at = next_try(message.tries, now, message.too_late_at)
    if message.next_try_at is None:
        change_state(session, message, State.MISSED, now, "too_late", {"due": message.due_at.isoformat()})


def _count_refusal(session: Session, gateway: Gateway, outcome: Refused, now: datetime) -> None:
    gateway.refused_in_row += 1
    if gateway.refused_in_row >= REFUSALS_IN_ROW:
        stop_gateway(session, gateway, "refused_in_row", outcome.detail, now)


def stop_gateway(session: Session, gateway: Gateway, code: str, detail: str, now: datetime) -> None:
    """Lets a queue rest until a person has looked, and opens its trouble."""
    if gateway.stopped_code:
        return
    gateway.stopped_code = code
    gateway.stopped_detail = detail
    gateway.stopped_at = now
    args = {"gateway": gateway.name, "code": code, "detail": detail, "count": gateway.refused_in_row}
    open_alarm(session, f"gateway:{gateway.id}", "gateway_stopped", args, now)
