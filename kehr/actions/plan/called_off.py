"""Who was told of an appointment at the door or by telephone alone, and must hear that it is called off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from kehr.actions.facts.chunks import chunks
from kehr.actions.facts.log_filter import looked_at
from kehr.models import Appointment, Message
from kehr.rules.plan.plan_values import NeedsCall
from kehr.rules.plan.planning import TELLING
from kehr.rules.terms.messages import IN_PERSON, MAYBE_TOLD, SENT_BY_GATEWAY, Channel, Kind
from kehr.words import NOTICE_TO


def called_off(session: Session, now: datetime) -> list[NeedsCall]:
    """Those whom no message reaches, because none told them: they have a slip in their hands, and somebody
    must call. Whoever was written to as well gets the cancellation, or a call of its own.
    """
    off = select(Appointment.id).where(
        Appointment.start > now, looked_at(Appointment.cancelled_at.is_not(None))
    )
    ids = list(session.scalars(off))
    found: dict[tuple[int, str], NeedsCall] = {}
    for part in chunks(ids):
        for about, channel, name, start in session.execute(_told_in_person(part)):
            call = NeedsCall(about, Channel(channel), name, start, start, cancelled=True)
            found.setdefault((about, name), call)
    return list(found.values())


def _told_in_person(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """What told somebody in person of the start that one of these appointments had."""
    sent = aliased(Message)
    written_to = exists().where(
        sent.appointment_id == Message.appointment_id,
        sent.channel.in_(SENT_BY_GATEWAY),
        sent.state.in_(MAYBE_TOLD),
        sent.trial.is_(False),
        sent.kind.in_(TELLING),
        or_(Message.person_id.is_(None), sent.person_id == Message.person_id),
    )
    return (
        select(Appointment.id, Message.channel, Message.recipient, Appointment.start)
        .join(Appointment, Appointment.id == Message.appointment_id)
        .where(
            Message.appointment_id.in_(ids),
            Message.channel.in_(IN_PERSON),
            Message.kind.in_(TELLING - {Kind.CANCELLED}),
            Message.about_start == Appointment.start,
            Message.recipient.not_in(("", NOTICE_TO)),
            ~written_to,
        )
        .order_by(Message.appointment_id, Message.recipient, Message.id)
    )
