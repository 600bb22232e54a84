"""Goes through the whole log and its chain, and names the first row that somebody changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from kehr.actions.name_break import LOWEST, Broken, name_break, named
from kehr.actions.seal_events import COPY_COLUMNS, copies_of, read_events
from kehr.models import ChainHead, EventSeal, Message, MessageEvent, db
from kehr.rules.chain import Event, Printed, Seal, content_of, fits

CHUNK = 1000
SEAL_COLUMNS = (
    EventSeal.event_id,
    EventSeal.message_id,
    EventSeal.content,
    EventSeal.hash,
    EventSeal.sealed_at,
)


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries fit; `broken` is the first one that does not."""

    count: int
    broken: Broken | None = None


@dataclass(slots=True)
class _Walk:
    """How far the chain has been followed."""

    event_id: int = LOWEST
    hash: str = ""
    count: int = 0
    sealed_at: datetime | None = None
    events: dict[int, Event] = field(default_factory=dict)
    doubt: Broken | None = None
    """A message that does not fit its newest event: if the chain has lost its end, that is why."""


def verify_log(printed: Printed | None = None, between: Callable[[], None] | None = None) -> Verified:
    """Follows the chain from its first entry to its end; reads only, a chunk at a time, and calls
    `between` after each.

    A message is compared with the seal of its newest event where that covers what left. What happened
    after the last seal is not looked at: the next round seals it.
    """
    walk = _Walk()
    while True:
        with _snapshot() as session:
            seals = _seals(session, walk.event_id)
            broken = _follow(session, walk, seals, printed)
            if broken is None and len(seals) < CHUNK:
                broken = _end(session, walk, printed) or walk.doubt or _unheard(session)
        if broken is not None or len(seals) < CHUNK:
            return Verified(walk.count, broken)
        if between is not None:
            between()


@contextmanager
def _snapshot() -> Iterator[Session]:
    """Reads that all see the same moment, so that whoever writes meanwhile looks like no change."""
    db.session.rollback()
    bind = db.session.get_bind()
    if bind.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield db.session()
    finally:
        db.session.rollback()


def _seals(session: Session, after: int) -> list[Seal]:
    query = select(*SEAL_COLUMNS).where(EventSeal.event_id > after).order_by(EventSeal.event_id)
    return [Seal(*row) for row in session.execute(query.limit(CHUNK))]


def _follow(session: Session, walk: _Walk, seals: list[Seal], printed: Printed | None) -> Broken | None:
    if not seals:
        return None
    events = read_events(session, walk.event_id, until=seals[-1].event_id)
    walk.events = {event.id: event for event in events}
    good, broken = _fitting(session, walk, seals, printed)
    changed = _changed_message(session, walk.events, good)
    if changed is not None and changed.code == "chain_text":
        return changed
    walk.doubt = walk.doubt or changed
    return broken


def _fitting(
    session: Session, walk: _Walk, seals: list[Seal], printed: Printed | None
) -> tuple[list[Seal], Broken | None]:
    """The seals that fit, up to the first that does not."""
    sealed = {seal.event_id for seal in seals}
    unsealed = (event_id for event_id in sorted(walk.events) if event_id not in sealed)
    lonely = next(unsealed, None)
    for at, seal in enumerate(seals):
        event = walk.events.get(seal.event_id)
        skipped = lonely is not None and lonely < seal.event_id
        if skipped or event is None or not fits(walk.hash, event, seal):
            extra = walk.events[lonely] if skipped and lonely is not None else None
            return seals[:at], name_break(session, walk.hash, walk.event_id, seal, event, extra)
        walk.event_id, walk.hash, walk.sealed_at = seal.event_id, seal.hash, seal.sealed_at
        walk.count += 1
        if printed and walk.count == printed.number and not seal.hash.startswith(printed.hash):
            return seals[: at + 1], Broken("chain_printed", {"number": printed.number, "hash": seal.hash})
    return seals, None


def _changed_message(session: Session, events: dict[int, Event], seals: list[Seal]) -> Broken | None:
    """The first message that is not what its newest event, and the seal on it, say."""
    ids = sorted({seal.message_id for seal in seals})
    query = select(MessageEvent.message_id, func.max(MessageEvent.id)).group_by(MessageEvent.message_id)
    found = session.execute(query.where(MessageEvent.message_id.in_(ids)))
    newest: dict[str, int] = {message_id: event_id for message_id, event_id in found}
    last = [seal for seal in seals if newest.get(seal.message_id) == seal.event_id]
    wanted = [seal.message_id for seal in last]
    columns = (Message.id, Message.state, Message.reason, Message.reason_args, *COPY_COLUMNS)
    rows = {row.id: row for row in session.execute(select(*columns).where(Message.id.in_(wanted)))}
    for seal in last:
        event, row = events[seal.event_id], rows.get(seal.message_id)
        if row is None:
            return named(session, "chain_message_removed", seal.message_id, event.id, event.at)
        if not _stands_there(row, event):
            return named(session, "chain_state", seal.message_id, event.id, event.at)
        if seal.content and seal.content != content_of(copies_of(row)):
            return named(session, "chain_text", seal.message_id, event.id, event.at)
    return None


def _stands_there(row: Row[Any], event: Event) -> bool:
    """Whether a message is in the state of its newest event, and why; an event that changed no state tells
    of something else.
    """
    if row.state != event.new_state:
        return False
    reason = (row.reason, row.reason_args)
    return event.old_state == event.new_state or reason == (event.reason, dict(event.reason_args))


def _end(session: Session, walk: _Walk, printed: Printed | None) -> Broken | None:
    """Whether the chain ends where its head says."""
    head = session.get(ChainHead, 1)
    if head is None:
        return Broken("chain_head") if walk.count else _short(walk, printed)
    session.refresh(head)
    if not walk.count and not head.count:
        return _short(walk, printed)
    if head.event_id > walk.event_id:
        left = read_events(session, walk.event_id, until=head.event_id, limit=1)
        if left:
            event = left[0]
            return named(session, "chain_seal_missing", event.message_id, event.id, event.at)
        missing: dict[str, Any] = {"count": head.count - walk.count, "other": head.event_id}
        last = walk.events.get(walk.event_id)
        if last is None:
            return Broken("chain_emptied", missing)
        return named(session, "chain_cut", last.message_id, last.id, last.at, **missing)
    ends = (head.event_id, head.count, head.hash, head.sealed_at)
    if ends != (walk.event_id, walk.count, walk.hash, walk.sealed_at):
        return Broken("chain_head")
    return _short(walk, printed)


def _short(walk: _Walk, printed: Printed | None) -> Broken | None:
    if printed is None or printed.number <= walk.count:
        return None
    return Broken("chain_short", {"count": walk.count, "number": printed.number})


def _unheard(session: Session) -> Broken | None:
    """A message that no event tells of was never written by Kehrbote."""
    told = exists().where(MessageEvent.message_id == Message.id)
    message_id = session.scalar(select(Message.id).where(~told).order_by(Message.id).limit(1))
    return named(session, "chain_message_added", message_id, 0, None) if message_id else None
