"""Says what was done to a link of the chain that does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kehr.actions.log.seal_events import COPY_COLUMNS, copies_of, read_events
from kehr.models import ChainHead, EventSeal, Message
from kehr.rules.log.chain import Event, Seal, content_of, fits, mark_of_break, seal_hash

CHUNK = 5000
OF_MESSAGES = frozenset({"chain_text", "chain_state", "chain_message_removed", "chain_message_added"})
"""These are found at a message; the others at an event or its seal."""
LOWEST = -(2**31)
"""Below every id, also those that only a hand can write."""


@dataclass(frozen=True, slots=True)
class Broken:
    """What was changed: `code` and `args` lead to its sentence; `mark` is the same as long as it is this
    change and no other.
    """

    code: str
    args: dict[str, Any] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Its name; what concerns the whole chain has none beyond its code."""
        return str(self.args.get("mark", self.code))


def named(
    session: Session, code: str, message_id: str, event_id: int, at: datetime | None, **more: Any
) -> Broken:
    """What was found at one event, with its message in the words of the log."""
    columns = (Message.kind, Message.recipient_name, Message.recipient)
    row = session.execute(select(*columns).where(Message.id == message_id)).first()
    kind, name, recipient = row or ("Nachricht", message_id, "gelöscht")
    args = {
        "event": event_id,
        "exact": at.isoformat() if at else "",
        "message": message_id,
        "kind": kind,
        "name": name or "unbekannt",
        "recipient": recipient or "ohne Adresse",
        "mark": mark_of_break(code, _stands(session, code, message_id, event_id)),
    }
    return Broken(code, args | more)


def _stands(session: Session, code: str, message_id: str, event_id: int) -> list[Any]:
    """What is in the place of a break now: the message, or the event and its seal."""
    found: list[Any] = [event_id, message_id]
    if code in OF_MESSAGES:
        columns = (Message.state, Message.reason, *COPY_COLUMNS)
        row = session.execute(select(*columns).where(Message.id == message_id)).first()
        return [*found, row.state, row.reason, content_of(copies_of(row))] if row is not None else found
    for event in read_events(session, event_id - 1, until=event_id):
        found += [event.message_id, event.at, event.old_state, event.new_state, event.reason]
        found += [dict(event.reason_args), event.by]
    seal = session.execute(_seals().where(EventSeal.event_id == event_id)).first()
    return [*found, *seal] if seal is not None else found


def name_break(
    session: Session, before: str, last_id: int, seal: Seal, event: Event | None, extra: Event | None
) -> Broken:
    """Why `seal` does not follow the seal with the hash `before`, which stood on event `last_id`.

    `event` is the one with the seal's id, if there is one; `extra` one below it that has no seal.
    """
    if extra is not None:
        # Where the next seal still follows the one before, no seal was there in between.
        added = event is not None and fits(before, event, seal)
        code = "chain_added" if added else "chain_seal_missing"
        return named(session, code, extra.message_id, extra.id, extra.at)
    if event is None:
        return named(session, "chain_removed", seal.message_id, seal.event_id, seal.sealed_at)
    if _only_the_seal(session, before, seal, event):
        return _at(session, "chain_seal_changed", event)
    other = _swapped(session, before, seal, event)
    if other:
        return _at(session, "chain_swapped", event, other=other)
    missing = _missing(session)
    if missing > 0 and seal.event_id > last_id + 1:
        return _at(session, "chain_gap", event, count=missing)
    return _at(session, "chain_changed", event)


def _at(session: Session, code: str, event: Event, **more: Any) -> Broken:
    return named(session, code, event.message_id, event.id, event.at, **more)


def _only_the_seal(session: Session, before: str, seal: Seal, event: Event) -> bool:
    """Whether the event is as it was, because what follows still rests on it."""
    if fits(before, event, replace(seal, message_id=event.message_id)):
        return True
    contents = {seal.content, ""}
    row = session.execute(select(*COPY_COLUMNS).where(Message.id == event.message_id)).first()
    contents |= {content_of(copies_of(row))} if row is not None else set()
    hashes = {seal_hash(before, event, content, seal.sealed_at) for content in contents}
    if seal.hash in hashes:
        return True
    following = session.execute(_seals().where(EventSeal.event_id > seal.event_id).limit(1)).first()
    if following is None:
        head = session.get(ChainHead, 1)
        return head is not None and head.hash in hashes
    next_seal = Seal(*following)
    next_events = read_events(session, next_seal.event_id - 1, until=next_seal.event_id)
    return any(fits(one, event, next_seal) for one in hashes for event in next_events)


def _swapped(session: Session, before: str, seal: Seal, event: Event) -> int:
    """The event whose place this one took, or whose seal it carries; 0 for none."""
    for other in _all_events(session):
        moved = replace(other, id=seal.event_id)
        if other.id != event.id and fits(before, moved, replace(seal, message_id=moved.message_id)):
            return other.id
    for strange in _all_seals(session):
        if strange.hash == seal_hash(before, event, strange.content, strange.sealed_at):
            return strange.event_id
    return 0


def _all_events(session: Session) -> Iterator[Event]:
    last = LOWEST
    while True:
        events = read_events(session, last, limit=CHUNK)
        yield from events
        if len(events) < CHUNK:
            return
        last = events[-1].id


def _all_seals(session: Session) -> Iterator[Seal]:
    last = LOWEST
    while True:
        rows = session.execute(_seals().where(EventSeal.event_id > last).limit(CHUNK)).all()
        yield from (Seal(*row) for row in rows)
        if len(rows) < CHUNK:
            return
        last = rows[-1].event_id


def _seals() -> Any:
    columns = (
        EventSeal.event_id,
        EventSeal.message_id,
        EventSeal.content,
        EventSeal.hash,
        EventSeal.sealed_at,
    )
    return select(*columns).order_by(EventSeal.event_id)


def _missing(session: Session) -> int:
    """How many seals fewer there are than the head counted."""
    head = session.get(ChainHead, 1)
    there = session.scalar(select(func.count()).select_from(EventSeal)) or 0
    return head.count - there if head is not None else 0
