"""Goes through the whole log and its chain, and names the first row that somebody changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from kehr.actions.log.name_break import LOWEST, Broken, name_break, named
from kehr.actions.log.seal_events import COPY_COLUMNS, copies_of, read_events
from kehr.models import ChainHead, EventSeal, Message, MessageEvent, db
from kehr.rules.log.chain import Event, Printed, Seal, content_of, fits, seal_hash

CHUNK = 1000
MOST_WAYS = 8
"""So many hashes at most are tried behind breaks that follow each other."""
SEAL_COLUMNS = (
    EventSeal.event_id,
    EventSeal.message_id,
    EventSeal.content,
    EventSeal.hash,
    EventSeal.sealed_at,
)


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries were followed; `broken` is the first one that does not fit. `passed` are the breaks
    before it that somebody has looked into.
    """

    count: int
    broken: Broken | None = None
    passed: tuple[Broken, ...] = ()


@dataclass(slots=True)
class _Walk:
    """How far the chain has been followed."""

    known: frozenset[str] = frozenset()
    passed: list[Broken] = field(default_factory=list)
    event_id: int = LOWEST
    hash: str = ""
    may_follow: tuple[str, ...] = ("",)
    """On which hashes the next seal may rest: after a break on the one that stands there, or on the one that
    would stand there without it.
    """
    count: int = 0
    sealed_at: datetime | None = None
    events: dict[int, Event] = field(default_factory=dict)
    doubt: Broken | None = None
    """A message that does not fit its newest event: if the chain has lost its end, that is why."""

    def is_new(self, broken: Broken) -> bool:
        """Whether nobody has looked into this break yet; else it is passed by."""
        if broken.mark not in self.known:
            return True
        self.passed.append(broken)
        return False


def verify_log(
    printed: Printed | None = None,
    between: Callable[[], None] | None = None,
    known: Collection[str] = (),
) -> Verified:
    """Follows the chain from its first entry to its end; reads only, a chunk at a time, and calls
    `between` after each.

    A message is compared with the seal of its newest event where that covers what left. What happened
    after the last seal is not looked at: the next round seals it.

    `known` are the marks of breaks that somebody has looked into: behind these it goes on, so that a later
    one is found too.
    """
    walk = _Walk(known=frozenset(known))
    while True:
        with _snapshot() as session:
            seals = _seals(session, walk.event_id)
            broken = _follow(session, walk, seals, printed)
            if broken is None and len(seals) < CHUNK:
                broken = _end(session, walk, printed) or walk.doubt or _unheard(session, walk)
        if broken is not None or len(seals) < CHUNK:
            return Verified(walk.count, broken, tuple(walk.passed))
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
    changed = _changed_message(session, walk, good)
    if changed is not None and changed.code == "chain_text":
        return changed
    walk.doubt = walk.doubt or changed
    return broken


def _fitting(
    session: Session, walk: _Walk, seals: list[Seal], printed: Printed | None
) -> tuple[list[Seal], Broken | None]:
    """The seals that fit, up to the first that does not."""
    sealed = {seal.event_id for seal in seals}
    lonely = [event_id for event_id in sorted(walk.events) if event_id not in sealed]
    for at, seal in enumerate(seals):
        event = walk.events.get(seal.event_id)
        before = next((one for one in walk.may_follow if event and fits(one, event, seal)), None)
        seal_gone = False
        while lonely and lonely[0] < seal.event_id:
            extra = walk.events[lonely.pop(0)]
            broken = name_break(session, walk.hash, walk.event_id, seal, event, extra)
            if walk.is_new(broken):
                return seals[:at], broken
            seal_gone = seal_gone or broken.code == "chain_seal_missing"
        if before is None and not (seal_gone and event is not None):
            broken = name_break(session, walk.may_follow[0], walk.event_id, seal, event, None)
            if walk.is_new(broken):
                return seals[:at], broken
        walk.may_follow = (seal.hash,) if before is not None else _either(walk.may_follow, event, seal)
        walk.event_id, walk.hash, walk.sealed_at = seal.event_id, seal.hash, seal.sealed_at
        walk.count += 1
        if printed and walk.count == printed.number and not seal.hash.startswith(printed.hash):
            return seals[: at + 1], Broken("chain_printed", {"number": printed.number, "hash": seal.hash})
    return seals, None


def _either(before: tuple[str, ...], event: Event | None, seal: Seal) -> tuple[str, ...]:
    """What the next seal may rest on behind a break: this hash as it stands, or as it was."""
    if event is None:
        return (seal.hash,)
    made = {
        seal_hash(one, event, content, seal.sealed_at) for one in before for content in (seal.content, "")
    }
    return (seal.hash, *sorted(made)[:MOST_WAYS])


def _changed_message(session: Session, walk: _Walk, seals: list[Seal]) -> Broken | None:
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
        event, row = walk.events.get(seal.event_id), rows.get(seal.message_id)
        code = _change_of(row, event, seal) if event is not None else ""
        if event is None or not code:
            continue
        broken = named(session, code, seal.message_id, event.id, event.at)
        if walk.is_new(broken):
            return broken
    return None


def _change_of(row: Row[Any] | None, event: Event, seal: Seal) -> str:
    """What is wrong with a message whose newest event this is; empty for nothing."""
    if row is None:
        return "chain_message_removed"
    if not _stands_there(row, event):
        return "chain_state"
    return "chain_text" if seal.content and seal.content != content_of(copies_of(row)) else ""


def _stands_there(row: Row[Any], event: Event) -> bool:
    """Whether a message is in the state of its newest event, and why; an event that changed no state tells
    of something else.
    """
    if row.state != event.new_state:
        return False
    reason = (row.reason, row.reason_args)
    return event.old_state == event.new_state or reason == (event.reason, dict(event.reason_args))


def _end(session: Session, walk: _Walk, printed: Printed | None) -> Broken | None:
    """Whether the chain ends where its head says, and where the paper says."""
    broken = _end_of_chain(session, walk)
    return broken if broken is not None and walk.is_new(broken) else _short(walk, printed)


def _end_of_chain(session: Session, walk: _Walk) -> Broken | None:
    head = session.get(ChainHead, 1)
    if head is None:
        return Broken("chain_head") if walk.count else None
    session.refresh(head)
    if not walk.count and not head.count:
        return None
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
    # Behind a break that somebody has looked into, seals may be missing: then the head counted more.
    count = walk.count if walk.passed else head.count
    ends = (head.event_id, count, head.hash, head.sealed_at)
    if ends != (walk.event_id, walk.count, walk.hash, walk.sealed_at):
        return Broken("chain_head")
    return None


def _short(walk: _Walk, printed: Printed | None) -> Broken | None:
    if printed is None or printed.number <= walk.count:
        return None
    return Broken("chain_short", {"count": walk.count, "number": printed.number})


def _unheard(session: Session, walk: _Walk) -> Broken | None:
    """A message that no event tells of was never written by Kehrbote."""
    told = exists().where(MessageEvent.message_id == Message.id)
    added = select(Message.id).where(~told).order_by(Message.id).limit(len(walk.known) + 1)
    found = (named(session, "chain_message_added", one, 0, None) for one in session.scalars(added).all())
    return next((broken for broken in found if walk.is_new(broken)), None)
