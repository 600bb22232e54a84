"""Changes the office's own words for the kinds of work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from kehr.actions.plan.plan_messages import plan_messages
from kehr.actions.visits.entry_fields import read_again
from kehr.models import Appointment, Company, db, writing
from kehr.rules.entries.kind_words import check_kind_words


class WordsRefused(ValueError):
    """Words that are not stored; `faults` holds a German sentence for each kind at fault."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def change_kind_words(typed: Mapping[str, str], now: datetime) -> int | None:
    """Stores the words, reads the coming entries again and plans anew.

    Answers how many entries are read differently, None when the words were the same. All or nothing:
    raises WordsRefused.
    """
    checked = check_kind_words(typed)
    if checked.faults:
        raise WordsRefused(checked.faults)
    with writing() as session:
        company = session.get_one(Company, 1)
        if (company.kind_words or {}) == checked.words:
            return None
        company.kind_words = checked.words
        session.flush()
        changed = read_again(session, now)
    plan_messages(now)
    return changed


def count_kinds(now: datetime) -> dict[str, int]:
    """How many coming appointments there are of each kind of work."""
    query = (
        select(Appointment.work_kind, func.count())
        .where(Appointment.start > now, Appointment.cancelled_at.is_(None))
        .group_by(Appointment.work_kind)
    )
    return {kind: count for kind, count in db.session.execute(query)}
