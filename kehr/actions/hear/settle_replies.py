"""Somebody deals with replies: done, to be called back, answered, or taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.models import Reply, writing
from kehr.rules.gateways.replies import ANSWERED, CALL_BACK, DONE, UNDONE, WAITING

DEEDS = (DONE, CALL_BACK, WAITING)
"""What a person may make of a reply; `answered` follows from what was sent."""


def settle_replies(
    reply_ids: Sequence[int], state: str, by: str, now: datetime, *, alone: bool = False
) -> int:
    """Gives replies a state and answers how many changed. Raises ValueError for a state that is none.

    With a reply goes whatever else of the same number is work and came before it, so that three SMS in a
    row are one thing; `alone` leaves those as they are. What came in since the page was read stays.
    """
    if state not in DEEDS:
        raise ValueError(f"unknown state {state!r} of a reply")
    changed = 0
    with writing() as session:
        for reply in _meant(session, reply_ids, alone=alone or state == WAITING):
            if reply.state == state:
                continue
            _move(reply, state, by, now)
            changed += 1
    return changed


def _meant(session: Session, reply_ids: Sequence[int], *, alone: bool) -> list[Reply]:
    asked = list(session.scalars(select(Reply).where(Reply.id.in_(reply_ids)).order_by(Reply.id)))
    if alone:
        return asked
    upto: dict[str, int] = {}
    for reply in asked:
        upto[reply.address] = max(upto.get(reply.address, 0), reply.id)
    found: list[Reply] = []
    for address, last in upto.items():
        query = select(Reply).where(Reply.address == address, Reply.id <= last, Reply.state.in_(UNDONE))
        found += session.scalars(query.order_by(Reply.id))
    return found


def settle_answered(session: Session, addresses: Sequence[str], by: str, now: datetime) -> None:
    """What somebody wrote to one number alone answers what had come from it, in the caller's transaction.

    A message to many answers nobody.
    """
    if len(set(addresses)) != 1:
        return
    query = select(Reply).where(Reply.address == addresses[0], Reply.state.in_(UNDONE))
    for reply in session.scalars(query):
        _move(reply, ANSWERED, by, now)


def _move(reply: Reply, state: str, by: str, now: datetime) -> None:
    reply.state = state
    over = state in (DONE, ANSWERED)
    reply.done_at, reply.done_by = (now, by) if over else (None, by if state == CALL_BACK else "")
