"""Which start somebody still has in mind who was last told another one than the appointment has now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from kehr.actions.facts.log_filter import looked_at
from kehr.models import Appointment, Message, db
from kehr.rules.plan.planning import TELLING
from kehr.rules.terms.messages import MAYBE_TOLD, Kind

OldStarts = dict[tuple[int, int | None], datetime]
"""By appointment and person; None is whoever is known by the entry alone."""
_CHUNK = 500


def older_starts(appointment_ids: Iterable[int]) -> OldStarts:
    """What these appointments' people last heard, where it is no longer true. Whoever heard of a cancellation
    last has no start in mind; what trial mode recorded nobody heard.
    """
    wanted = sorted(set(appointment_ids))
    heard: dict[tuple[int, int | None], tuple[str, datetime | None, datetime]] = {}
    for at in range(0, len(wanted), _CHUNK):
        query = (
            select(
                Appointment.id,
                Message.person_id,
                Message.kind,
                Message.about_start,
                Appointment.start,
            )
            .join(Appointment, Appointment.id == Message.appointment_id)
            .where(
                Message.appointment_id.in_(wanted[at : at + _CHUNK]),
                Message.kind.in_(TELLING),
                looked_at(Message.state.in_(MAYBE_TOLD)),
                Message.trial.is_(False),
            )
            .order_by(func.coalesce(Message.sent_at, Message.claimed_at), Message.id)
        )
        for appointment_id, person_id, kind, told, start in db.session.execute(query):
            heard[appointment_id, person_id] = (kind, told, start)
    return {
        key: told
        for key, (kind, told, start) in heard.items()
        if told is not None and told != start and kind != Kind.CANCELLED
    }
