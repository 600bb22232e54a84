"""Who was told of an appointment at the door or by telephone alone, and must hear that it is called off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from kehr.models import Appointment, Message
from kehr.rules.messages import IN_PERSON, MAYBE_TOLD, SENT_BY_GATEWAY, Channel, Kind
from kehr.rules.plan_values import NeedsCall
from kehr.rules.planning import TELLING
from kehr.words import NOTICE_TO


def called_off(session: Session, now: datetime) -> list[NeedsCall]:
    """Those whom no message reaches, because none told them: they have a slip in their hands, and somebody
    must call. Whoever was written to as well gets the cancellation, or a call of its own.
    """
    sent = aliased(Message)
    written_to = exists().where(
        sent.appointment_id == Message.appointment_id,
        sent.channel.in_(SENT_BY_GATEWAY),
        sent.state.in_(MAYBE_TOLD),
        sent.trial.is_(False),
        sent.kind.in_(TELLING),
        or_(Message.person_id.is_(None), sent.person_id == Message.person_id),
    )
    query = (
        select(Appointment.id, Message.channel, Message.recipient, Appointment.start)
        .join(Appointment, Appointment.id == Message.appointment_id)
        .where(
            Appointment.cancelled_at.is_not(None),
            Appointment.start > now,
            Message.channel.in_(IN_PERSON),
            Message.kind.in_(TELLING - {Kind.CANCELLED}),
            Message.about_start == Appointment.start,
            Message.recipient.not_in(("", NOTICE_TO)),
            ~written_to,
        )
        .order_by(Message.appointment_id, Message.recipient, Message.id)
    )
    found: dict[tuple[int, str], NeedsCall] = {}
    for about, channel, name, start in session.execute(query):
        call = NeedsCall(about, Channel(channel), name, start, start, cancelled=True)
        found.setdefault((about, name), call)
    return list(found.values())
