"""Who may ask a gateway now, and what it means when it does not answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from kehr.actions.facts.gateway_queue import sender_of
from kehr.actions.facts.raise_alarm import close_alarm, open_alarm
from kehr.gateways.contract import Abilities, GatewayError
from kehr.gateways.contract import Gateway as Sender
from kehr.gateways.registry import abilities_of
from kehr.models import Gateway, Message, db, writing
from kehr.rules.terms.messages import State

HELD_FOR = timedelta(minutes=2)
"""Whoever asks keeps the others away for so long, and says so again with each batch."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=5)
"""A gateway that does not answer is asked again after as long as it has been silent, within these."""
TOLD_AFTER = timedelta(minutes=15)
"""A gateway that has been silent for so long needs somebody."""

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


def gateways_that(can: Callable[[Abilities], bool]) -> list[int]:
    """The ids of the accounts whose gateway can do this."""
    rows = db.session.execute(select(Gateway.id, Gateway.kind, Gateway.options).order_by(Gateway.id)).all()
    db.session.rollback()
    return [row.id for row in rows if can(abilities_of(row.kind, row.options))]


def claim_questions(gateway_id: int, now: datetime) -> bool:
    """Takes the right to ask one account for states; False while somebody else has it, or it rests.

    `states_asked_at` lies ahead while somebody is asking. If that process dies, its right ends by itself,
    and nothing of what it asked for is lost: a message is only done with when its answer is applied.
    """
    with writing() as session:
        claimed: Any = session.execute(
            update(Gateway)
            .where(
                Gateway.id == gateway_id,
                or_(
                    Gateway.states_asked_at.is_(None),
                    Gateway.states_asked_at <= now,
                    Gateway.states_asked_at > now + LONGEST_PAUSE,  # a clock that was ahead
                ),
            )
            .values(states_asked_at=now + HELD_FOR)
        )
        return bool(claimed.rowcount == 1)


def keep_claim(session: Session, gateway_id: int, now: datetime) -> None:
    """Goes on asking, within the caller's transaction."""
    session.get_one(Gateway, gateway_id).states_asked_at = now + HELD_FOR


def let_others_ask(gateway_id: int, now: datetime) -> None:
    """Gives the right back; a gateway that did not answer rests first."""
    with writing() as session:
        gateway = session.get_one(Gateway, gateway_id)
        gateway.states_asked_at = now + _pause(gateway.unreachable_since, now)


def _pause(silent_since: datetime | None, now: datetime) -> timedelta:
    if silent_since is None:
        return timedelta(0)
    silent = now - silent_since
    pause = min(max(silent, FIRST_PAUSE), LONGEST_PAUSE)
    return min(pause, TOLD_AFTER - silent) if silent < TOLD_AFTER else pause


@contextmanager
def opened(gateway_id: int, now: Callable[[], datetime]) -> Iterator[Sender]:
    """The gateway of an account, for as long as it is asked. Raises Misconfigured."""
    sender = sender_of(db.session.get_one(Gateway, gateway_id), now)
    db.session.rollback()
    try:
        yield sender
    finally:
        sender.close()


def answer_of(gateway_id: int, question: Callable[[], Answer]) -> Answer:
    """Asks, with no transaction open. Raises GatewayError.

    Whatever else goes wrong inside the gateway is one too: asking changes nothing, so it may be asked
    again.
    """
    try:
        return question()
    except GatewayError:
        raise
    except Exception as error:
        log.exception("gateway %s broke its contract when it was asked", gateway_id)
        raise GatewayError("asking_broke", type(error).__name__) from error


def note_silence(gateway_id: int, error: GatewayError, now: datetime) -> None:
    """A gateway that could not be asked: its trouble begins, and is told when it lasts."""
    if error.code == "simulated_clock":
        return
    with writing() as session:
        gateway = session.get_one(Gateway, gateway_id)
        gateway.unreachable_since = gateway.unreachable_since or now
        gateway.unreachable_code = error.code
        if now - gateway.unreachable_since >= TOLD_AFTER and not gateway.stopped_code:
            args = {
                "gateway": gateway.name,
                "since": gateway.unreachable_since.isoformat(),
                "code": error.code,
                "detail": error.detail,
            }
            open_alarm(session, _key(gateway_id), "gateway_unreachable", args, now)


def note_states_answer(session: Session, gateway_id: int, now: datetime) -> None:
    """A gateway that answered about messages, within the caller's transaction.

    Its trouble is over unless the last question for replies had no answer: one part may work alone.
    """
    gateway = session.get_one(Gateway, gateway_id)
    asked, read = gateway.replies_asked_at, gateway.replies_until
    if asked is None or (read is not None and read >= asked):
        _end_silence(session, gateway, now)


def note_replies_answer(session: Session, gateway_id: int, now: datetime) -> None:
    """A gateway that gave its replies: its trouble is over unless it rests after a question for states."""
    gateway = session.get_one(Gateway, gateway_id)
    rests = gateway.states_asked_at is not None and gateway.states_asked_at > now
    if (
        not rests
        or session.scalars(select(Message.id).where(states_due(gateway_id, now)).limit(1)).first() is None
    ):
        _end_silence(session, gateway, now)


def states_due(gateway_id: int, now: datetime) -> ColumnElement[bool]:
    """The messages whose state is to be asked for now."""
    return and_(
        Message.gateway_id == gateway_id,
        Message.state == State.ACCEPTED,
        Message.next_state_at <= now,
        Message.carrier_id.is_(None),
    )


def _end_silence(session: Session, gateway: Gateway, now: datetime) -> None:
    if gateway.unreachable_since is None:
        return
    gateway.unreachable_since = None
    gateway.unreachable_code = ""
    close_alarm(session, _key(gateway.id), now)


def forget_silence(now: datetime) -> None:
    """Ends the trouble of accounts that are not asked any more, because they are of another kind now."""
    silent = list(db.session.scalars(select(Gateway.id).where(Gateway.unreachable_since.is_not(None))))
    db.session.rollback()
    if not silent:
        return
    asked = gateways_that(lambda can: can.polls_states or can.polls_replies or can.can_reconcile)
    for gateway_id in set(silent) - set(asked):
        with writing() as session:
            _end_silence(session, session.get_one(Gateway, gateway_id), now)


def _key(gateway_id: int) -> str:
    return f"unreachable:{gateway_id}"
