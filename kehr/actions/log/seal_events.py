"""Seals what happened, in order of id: each event gets the next link of the chain."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from kehr.actions.facts.raise_alarm import open_alarm
from kehr.models import ChainHead, EventSeal, Message, MessageEvent, writing
from kehr.rules.log.chain import COPIES, LEFT, Event, content_of, seal_hash
from kehr.rules.terms.messages import State

BATCH = 500
"""So many events are sealed in one write transaction, so that nobody who sends waits for long."""

CHAIN = "chain"
"""The key of the alarm that the chain is broken."""

EVENT_COLUMNS = (
    MessageEvent.id,
    MessageEvent.message_id,
    MessageEvent.at,
    MessageEvent.old_state,
    MessageEvent.new_state,
    MessageEvent.reason,
    MessageEvent.reason_args,
    MessageEvent.by,
)
COPY_COLUMNS = tuple(getattr(Message, name) for name in COPIES)


@dataclass(frozen=True, slots=True)
class SealResult:
    """How many events got their seal; `refused` when the head lies behind seals that there are."""

    sealed: int = 0
    refused: bool = False

    def as_dict(self) -> dict[str, int]:
        """For printing."""
        return asdict(self)


def seal_events(now: Callable[[], datetime], seconds: float | None = None) -> SealResult:
    """Seals all events that have no seal yet; after `seconds` the rest is left to the next round.

    Any number of processes may do this at once, and be killed at any moment:

    1. `writing()` lets one writer in after the other. Every event is written inside it, and gets its id
       there; so whoever is inside sees every event that there is, and a lower id than the highest one seen
       can never appear later: its transaction has ended already, one way or the other.
    2. Seals and the head move in the same transaction, or not at all.
    3. An event below the head never gets a seal afterwards; `verify_log` names it. A head that somebody
       moved back or took away is not repaired: that would hide it.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    total = 0
    while True:
        with writing() as session:
            head = _head(session)
            if head is None:
                open_alarm(session, CHAIN, "chain_broken", {"code": "chain_head"}, now())
                return SealResult(total, refused=True)
            sealed = _seal_batch(session, head, now())
        total += sealed
        if sealed < BATCH or (ends is not None and time.monotonic() > ends):
            return SealResult(total)


def _head(session: Session) -> ChainHead | None:
    """Where to go on; the first head of a new chain. None when there are seals beyond the head."""
    head: ChainHead | None = session.get(ChainHead, 1)
    newest = session.scalar(select(func.max(EventSeal.event_id))) or 0
    if head is None and not newest:
        head = ChainHead(id=1, event_id=0, count=0, hash="")
        session.add(head)
    return None if head is None or newest > head.event_id else head


def _seal_batch(session: Session, head: ChainHead, now: datetime) -> int:
    events = read_events(session, head.event_id, limit=BATCH)
    if not events:
        return 0
    contents = _contents(session, events)
    before, rows = head.hash, []
    for event in events:
        content = contents.get(event.id, "")
        before = seal_hash(before, event, content, now)
        rows.append(
            {
                "event_id": event.id,
                "message_id": event.message_id,
                "content": content,
                "hash": before,
                "sealed_at": now,
            }
        )
    session.execute(insert(EventSeal), rows)
    head.event_id, head.count, head.hash, head.sealed_at = events[-1].id, head.count + len(rows), before, now
    return len(rows)


def read_events(
    session: Session, after: int, until: int | None = None, limit: int | None = None
) -> list[Event]:
    """The events after one id, in order."""
    query = select(*EVENT_COLUMNS).where(MessageEvent.id > after).order_by(MessageEvent.id).limit(limit)
    if until is not None:
        query = query.where(MessageEvent.id <= until)
    return [Event(*row) for row in session.execute(query)]


def copies_of(row: Row[Any]) -> Mapping[str, Any]:
    """The sealed columns of a row that has them."""
    return {name: getattr(row, name) for name in COPIES}


def _contents(session: Session, events: Sequence[Event]) -> dict[int, str]:
    """Event id -> digest of what left, for events since which their message has not been opened again.

    What was planned again meanwhile may have changed since it left: that event is sealed without.
    """
    left = [event for event in events if event.new_state in LEFT]
    ids = sorted({event.message_id for event in left})
    if not ids:
        return {}
    opened: dict[str, int] = {}
    later = select(MessageEvent.id, MessageEvent.message_id).where(
        MessageEvent.message_id.in_(ids),
        MessageEvent.id > left[0].id,
        MessageEvent.new_state.in_([state for state in State if state not in LEFT]),
    )
    for event_id, message_id in session.execute(later):
        opened[message_id] = max(event_id, opened.get(message_id, 0))
    rows = session.execute(select(Message.id, *COPY_COLUMNS).where(Message.id.in_(ids)))
    digests = {row.id: content_of(copies_of(row)) for row in rows}
    return {
        event.id: digests[event.message_id]
        for event in left
        if event.message_id in digests and opened.get(event.message_id, 0) < event.id
    }
