"""The one function that moves a message from state to state, and writes its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kehr.models import Message, MessageEvent
from kehr.rules.terms.messages import State, check_move


def change_state(
    session: Session,
    message: Message,
    state: State,
    now: datetime,
    reason: str = "",
    args: Mapping[str, Any] | None = None,
    by: str = "",
) -> None:
    """Moves `message` within the transaction of `session`. Raises ForbiddenMove."""
    old = State(message.state)
    row = event(message.id, old, state, now, reason, args, by)
    message.state = state
    message.reason = reason
    message.reason_args = dict(args or {})
    session.add(row)


def event(
    message_id: str,
    old: State | None,
    new: State,
    now: datetime,
    reason: str = "",
    args: Mapping[str, Any] | None = None,
    by: str = "",
) -> MessageEvent:
    """The row that tells of one change; `old` None is the birth of a message.

    Raises ForbiddenMove. The same state with another reason is a change too.
    """
    if old is not None and old != new:
        check_move(old, new)
    return MessageEvent(
        message_id=message_id,
        at=now,
        old_state=old or "",
        new_state=new,
        reason=reason,
        reason_args=dict(args or {}),
        by=by,
    )
