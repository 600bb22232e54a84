"""What the list of calendars shows: each with its messages, its last poll and what lies ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from kehr.actions.feeds.change_calendar import LOSSES
from kehr.models import Appointment, Calendar, MessageRule, db
from kehr.models.calendars import OWN_TESTS
from kehr.rules.terms.addresses import masked
from kehr.rules.terms.messages import RULE_KINDS, Kind
from kehr.rules.terms.nearest import Scoped, applying

SHOWN_KINDS = tuple(kind.value for kind in RULE_KINDS)


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """One calendar of the list; `kinds` says for each kind whether anything of it is sent (B29)."""

    row: Calendar
    address: str
    kinds: tuple[tuple[str, bool], ...]
    ahead: int
    loss: bool


def list_calendars(now: datetime, only: int | None = None) -> list[CalendarLine]:
    """All calendars in the order they were added, or `only` that one."""
    query = select(Calendar).options(joinedload(Calendar.branch)).order_by(Calendar.id)
    query = query.where(Calendar.kind.not_in(OWN_TESTS))
    if only is not None:
        query = query.where(Calendar.id == only)
    rules = list(db.session.scalars(select(MessageRule).where(MessageRule.archived_at.is_(None))))
    ahead = _ahead(now)
    return [
        CalendarLine(
            row=row,
            address=masked(row.url),
            kinds=_kinds(row, rules),
            ahead=ahead.get(row.id, 0),
            loss=row.faulty_code in LOSSES,
        )
        for row in db.session.scalars(query)
    ]


def _kinds(row: Calendar, rules: list[MessageRule]) -> tuple[tuple[str, bool], ...]:
    scoped = [Scoped(rule.id, Kind(rule.kind), rule.branch_id, rule.calendar_id) for rule in rules]
    ids = set(applying(scoped, row.id, row.branch_id))
    active = {rule.kind for rule in rules if rule.id in ids and rule.active}
    return tuple((kind, row.active and kind in active) for kind in SHOWN_KINDS)


def _ahead(now: datetime) -> dict[int, int]:
    # Grouped by no column of an index, or SQLite would go through all of them in its order.
    calendar = func.coalesce(Appointment.calendar_id, 0)
    query = (
        select(calendar, func.count())
        .where(Appointment.start > now, Appointment.cancelled_at.is_(None))
        .group_by(calendar)
    )
    return {calendar_id: count for calendar_id, count in db.session.execute(query)}
