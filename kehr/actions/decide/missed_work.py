"""What was missed and nobody has dealt with yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_

from kehr.models import Message
from kehr.rules.terms.messages import State

SHOWN_FOR = timedelta(days=14)
"""So long what was missed can be caught up on; an office may be shut for a week."""


def missed_now(now: datetime) -> ColumnElement[bool]:
    """What was missed within a fortnight and is not dealt with."""
    within = and_(Message.due_at > now - SHOWN_FOR, Message.due_at <= now)
    return and_(Message.state == State.MISSED, Message.dealt_at.is_(None), within)
