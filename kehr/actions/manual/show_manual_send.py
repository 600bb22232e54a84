"""How a send by hand is getting on: counts by state while it goes out, and who did not get it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from kehr.actions.manual.stop_manual import REST
from kehr.models import Gateway, ManualList, ManualSend, Message, db
from kehr.rules.terms.messages import State

MOST_SHOWN = 200
RUNNING = frozenset({State.PLANNED, State.SENDING})
NOT_ARRIVED = REST | {State.UNCLEAR}


@dataclass(frozen=True, slots=True)
class SendView:
    """A send. `counts` are by state, those of trial mode apart; `not_arrived` the first of those who did
    not get it, for sure or perhaps. `stopped_gateway` rests, so that nothing moves until somebody looks.
    """

    send: ManualSend
    counts: tuple[tuple[State, bool, int], ...]
    not_arrived: tuple[Message, ...]
    stopped_gateway: str

    def count(self, *states: State) -> int:
        """How many messages stand in one of these states."""
        return sum(number for state, _trial, number in self.counts if state in states)

    @property
    def total(self) -> int:
        """All messages of the send."""
        return sum(number for _state, _trial, number in self.counts)

    @property
    def running(self) -> int:
        """How many still wait or are on their way."""
        return self.count(*RUNNING)

    @property
    def waiting(self) -> int:
        """How many could still be stopped."""
        return self.count(State.PLANNED)

    @property
    def rest(self) -> int:
        """How many surely did not get it."""
        return self.count(*REST)


def show_manual_send(send_id: int) -> SendView | None:
    """The send as it stands now; None when there is none of that id."""
    send = db.session.get(ManualSend, send_id)
    if send is None:
        return None
    # A row that handed its key to a newer try of the same message is history.
    own = and_(Message.manual_send_id == send_id, Message.manual_key.is_not(None))
    counted = db.session.execute(
        select(Message.state, Message.trial, func.count()).where(own).group_by(Message.state, Message.trial)
    )
    order = {state: position for position, state in enumerate(State)}
    counts = sorted(
        ((State(state), trial, number) for state, trial, number in counted),
        key=lambda count: (order[count[0]], count[1]),
    )
    return SendView(send, tuple(counts), _not_arrived(own), _stopped_gateway(own))


def _not_arrived(own: ColumnElement[bool]) -> tuple[Message, ...]:
    query = select(Message).where(own, Message.state.in_(NOT_ARRIVED))
    return tuple(db.session.scalars(query.order_by(Message.recipient_name, Message.id).limit(MOST_SHOWN)))


def _stopped_gateway(own: ColumnElement[bool]) -> str:
    query = (
        select(Gateway.name)
        .join(Message, Message.gateway_id == Gateway.id)
        .where(own, Message.state == State.PLANNED, Gateway.stopped_code != "")
    )
    return db.session.scalars(query.limit(1)).first() or ""


@dataclass(frozen=True, slots=True)
class Recent:
    """One line of what was done in the manual window: sent (`send_id`, how many, how many did not get it)
    or cancelled.
    """

    at: datetime
    by: str
    title: str
    send_id: int | None
    messages: int = 0
    rest: int = 0


def recent_by_hand(since: datetime, most: int = 10) -> Sequence[Recent]:
    """What was sent by hand or cancelled since, newest first (A49)."""
    missing = func.sum(case((Message.state.in_(NOT_ARRIVED), 1), else_=0))
    sends = db.session.execute(
        select(ManualSend, func.count(Message.id), missing)
        .join(Message, Message.manual_send_id == ManualSend.id)
        .where(ManualSend.at >= since, Message.manual_key.is_not(None))
        .group_by(ManualSend.id)
        .order_by(ManualSend.id.desc())
        .limit(most)
    )
    found = [
        Recent(send.at, send.by, send.title, send.id, number, int(rest or 0)) for send, number, rest in sends
    ]
    found += cancelled_by_hand(since, None, most)
    return sorted(found, key=lambda line: line.at, reverse=True)[:most]


def cancelled_by_hand(since: datetime, until: datetime | None, most: int = 50) -> list[Recent]:
    """The lists that were closed without sending in [since, until), the last first (A49)."""
    query = select(ManualList).where(ManualList.closed_how == "cancelled", ManualList.closed_at >= since)
    if until is not None:
        query = query.where(ManualList.closed_at < until)
    rows = db.session.scalars(query.order_by(ManualList.closed_at.desc()).limit(most))
    return [Recent(row.closed_at, row.by, row.title, None) for row in rows if row.closed_at]
