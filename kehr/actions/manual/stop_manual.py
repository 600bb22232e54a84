"""Stops a send by hand while it goes out, and sends the rest of it again."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.change_state import change_state, event
from kehr.actions.facts.office_facts import load_office
from kehr.actions.manual.send_manual import reason_of
from kehr.models import ManualSend, Message, writing
from kehr.rules.plan.manual_send import (
    about_appointment,
    about_employee,
    about_object,
    begins_before,
    due_moment,
    is_told,
    manual_key,
    too_late_at,
)
from kehr.rules.plan.plan_values import Reason
from kehr.rules.terms.messages import MOVES, Channel, Kind, State
from kehr.rules.terms.office_days import office_day

REST = frozenset({State.WITHDRAWN, State.WITHHELD, State.REFUSED, State.MISSED, State.UNDELIVERED})
"""Who surely did not get it. Of an unclear one nobody knows: that is decided one by one."""
KEPT = (
    *("appointment_id", "about_start", "appointment_start", "work_kind", "uid", "place"),
    *("calendar_id", "calendar_name", "branch_name", "kind", "channel", "recipient", "recipient_name"),
    *("property_id", "property_number", "person_id", "employee_id"),
    *("manual_send_id", "by", "without_consent"),
)
"""What a new message takes over from one whose own story has ended."""


def stop_manual(send_id: int, by: str, now: datetime) -> int:
    """Withdraws what has not left of a send; how many that were. What is on its way is let go."""
    with writing() as session:
        send = session.get_one(ManualSend, send_id)
        query = select(Message).where(Message.manual_send_id == send_id, Message.state == State.PLANNED)
        waiting = list(session.scalars(query))
        if not waiting:
            return 0
        send.stopped_at, send.stopped_by = now, by
        for message in waiting:
            change_state(session, message, State.WITHDRAWN, now, "manual_stopped", {"by": by}, by)
        return len(waiting)


def resend_rest(send_id: int, by: str, now: datetime) -> int:
    """Plans everybody who surely did not get a send once more; how many.

    Each is decided again when it leaves. Who has got the same words today by another send is passed over.
    """
    with writing() as session:
        send = session.get_one(ManualSend, send_id)
        query = select(Message).where(
            Message.manual_send_id == send_id, Message.state.in_(REST), Message.manual_key.is_not(None)
        )
        rest = list(session.scalars(query.order_by(Message.id)))
        office = load_office(addresses=()).office
        due = due_moment(now, office.window, office.zone)
        planned = 0
        for message in rest:
            if _is_stale(message, send, due, now):
                continue
            planned += _again(
                session, message, _key_on(message, send, office_day(due, office.zone)), due, by, now
            )
        if planned:
            send.due_at, send.stopped_at, send.stopped_by = due, None, ""
        return planned


def _is_stale(message: Message, send: ManualSend, due: datetime, now: datetime) -> bool:
    """Whether the appointment it speaks of as coming has begun, or will have before it could leave."""
    start = message.about_start
    return start is not None and (begins_before(due, now, start) or send.at < start <= now)


def _key_on(message: Message, send: ManualSend, day: date) -> str:
    """The key of the same words on another office day."""
    about = ""
    if message.appointment_id is not None and message.about_start is not None:
        about = about_appointment(message.appointment_id, message.about_start)
    elif message.employee_id is not None:
        about = about_employee(message.employee_id)
    elif message.property_id is not None:
        about = about_object(message.property_id)
    channel = Channel(message.channel)
    return manual_key(channel, message.recipient, about, Kind(message.kind), send.text, send.subject, day)


def _again(session: Session, message: Message, key: str, due: datetime, by: str, now: datetime) -> bool:
    """Plans one message again, as itself or, where its own story has ended, as a new one."""
    other = session.scalars(
        select(Message).where(Message.manual_key == key, Message.id != message.id)
    ).one_or_none()
    if other is not None:
        if is_told(State(other.state), only_trial=False):
            return False
        other.manual_key = None
    reason = reason_of(None, by, message.without_consent)
    if State.PLANNED in MOVES[State(message.state)]:
        message.manual_key, message.next_try_at, message.released_at = key, None, now
        message.due_at, message.too_late_at = due, too_late_at(due, message.about_start)
        change_state(session, message, State.PLANNED, now, reason.code, reason.args, by)
        session.flush()
        return True
    message.manual_key = None
    session.flush()
    copy = _copy(message, key, due, reason, now)
    session.add(copy)
    session.flush()
    session.add(event(copy.id, None, State.PLANNED, now, reason.code, reason.args, by))
    return True


def _copy(message: Message, key: str, due: datetime, reason: Reason, now: datetime) -> Message:
    """A new message to the same recipient, with none of what the old one went through."""
    return Message(
        **{name: getattr(message, name) for name in KEPT}
        | {
            "id": secrets.token_hex(16),
            "state": State.PLANNED,
            "reason": reason.code,
            "reason_args": dict(reason.args),
            "manual_key": key,
            "due_at": due,
            "too_late_at": too_late_at(due, message.about_start),
            "released_at": now,
            "created_at": now,
        }
    )
