"""What was missed and nobody has dealt with yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_

from kehr.models import Message
from kehr.rules.terms.messages import State

SHOWN_FOR = timedelta(days=14)
"""So long what was missed can be caught up on; an office may be shut for a week."""


def missed_now(now: datetime) -> ColumnElement[bool]:
    """What was missed within a fortnight and is not dealt with."""
    return missed_between(now - SHOWN_FOR, now)


def missed_between(since: Any, now: Any) -> ColumnElement[bool]:
    """What was due after `since` and until `now`, missed and is not dealt with; each a moment or a parameter
    of the query.
    """
    within = and_(Message.due_at > since, Message.due_at <= now)
    return and_(Message.state == State.MISSED, Message.dealt_at.is_(None), within)
