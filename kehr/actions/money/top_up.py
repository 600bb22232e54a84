"""Counts the SMS that are left at a gateway which tells no balance itself (A52)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kehr.actions.money.watch_meters import watch_meters
from kehr.models import Gateway, TopUp, db, writing
from kehr.rules.plan.quota import MOST

LONGEST_NOTE = 200
SHOWN = 50
_WHOLE = re.compile(r"[0-9]{1,8}|[0-9]{1,3}(?:[. ][0-9]{3}){1,2}")
"""Points and spaces only where they part thousands: 1.5 is no order of fifteen."""


class TopUpRefused(ValueError):
    """What was typed is no order; `fault` is a code: not_whole, too_few, too_many, note_long."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def top_up(gateway_id: int, typed: str, note: str, by: str, now: datetime) -> int:
    """Raises the counter at once by as many SMS as were typed, and notes who did; how many are left now.

    Where nothing was counted, counting begins. Raises TopUpRefused.
    """
    count = _count(typed)
    if len(note) > LONGEST_NOTE:
        raise TopUpRefused("note_long")
    with writing() as session:
        gateway = session.get_one(Gateway, gateway_id)
        left = (gateway.counter or 0) + count
        if left > MOST:
            raise TopUpRefused("too_many")
        gateway.counter = left
        session.add(TopUp(gateway_id=gateway_id, count=count, note=note.strip(), at=now, by=by))
    watch_meters(now)
    return left


def stop_counting(gateway_id: int, now: datetime) -> None:
    """Counts no more: sending is not held up by a counter. What was ordered stays in the list."""
    with writing() as session:
        session.get_one(Gateway, gateway_id).counter = None
    watch_meters(now)


@dataclass(frozen=True, slots=True)
class Orders:
    """The latest top-ups of a gateway, newest first, and how many there are."""

    rows: tuple[TopUp, ...]
    total: int


def list_orders(gateway_id: int) -> Orders:
    """What was ordered for a gateway."""
    query = select(TopUp).where(TopUp.gateway_id == gateway_id).order_by(TopUp.id.desc())
    rows: Sequence[TopUp] = db.session.scalars(query).all()
    return Orders(tuple(rows[:SHOWN]), len(rows))


def _count(typed: str) -> int:
    if not _WHOLE.fullmatch(typed.strip()):
        raise TopUpRefused("not_whole")
    count = int(typed.replace(".", "").replace(" ", ""))
    if count < 1:
        raise TopUpRefused("too_few")
    if count > MOST:
        raise TopUpRefused("too_many")
    return count
