"""Notes that somebody who knew something untrue of his appointment was called, as the office was asked to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from kehr.actions.facts.raise_alarm import CALL, find_open
from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.send.tell_in_person import Telling, tell
from kehr.models import Message, db
from kehr.rules.terms.messages import Channel, Kind


def note_call(key: str, by: str, now: datetime) -> bool:
    """Writes the call of this alarm down as a message of channel `phone`; whether it was open.

    What was said is the truth that the alarm named: where the appointment has moved again since, nothing is
    written, and the alarm asks for another call.
    """
    alarm = find_open(db.session(), key) if key.startswith(CALL) else None
    if alarm is None:
        return False
    about, recipient = int(alarm.args["appointment_id"]), str(alarm.args["recipient"])
    cancelled = alarm.code == "needs_call_cancelled"
    query = select(Message).where(Message.appointment_id == about, Message.recipient == recipient)
    last = db.session.scalars(query.order_by(Message.due_at.desc(), Message.id).limit(1)).first()
    telling = Telling(
        about,
        last.person_id if last is not None else None,
        (last.recipient_name if last is not None else "") or recipient,
        Kind.CANCELLED if cancelled else Kind.MOVED,
        start=None if cancelled else datetime.fromisoformat(alarm.args["truth"]),
    )
    db.session.rollback()
    told = tell([telling], Channel.PHONE, by, now)
    plan_messages(now)
    return bool(told.written)
