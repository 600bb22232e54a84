"""Lists the held messages of one bundle, so that a person can look before releasing them."""

from __future__ import annotations

from sqlalchemy import func, select

from kehr.actions.decide.waiting_work import bundle_key
from kehr.models import Appointment, Message, db
from kehr.rules.terms.messages import State

MOST = 500


def list_bundle(key: str) -> tuple[list[Message], int]:
    """The first 500 held messages of bundle `key` by appointment, and how many there are."""
    wanted = (
        select(Message)
        .join(Appointment, Appointment.id == Message.appointment_id)
        .where(Message.state == State.HELD, bundle_key() == key)
    )
    rows = list(
        db.session.scalars(wanted.order_by(Message.appointment_start, Message.recipient_name).limit(MOST))
    )
    if len(rows) < MOST:
        return rows, len(rows)
    return rows, db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
