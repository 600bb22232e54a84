"""The anomaly brake (C06): what a person looks at before it leaves, because today is not like other days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from kehr.rules.plan.plan_values import Reason, Wanted
from kehr.rules.plan.wishes import Case

WEEKS = 8
"""So many weeks back the same weekday is looked at."""
ENOUGH_DAYS = 4
"""With fewer days on which anything left nobody can say what is usual."""
TIMES = 3
FLOOR = 20
"""So many messages a day are never too many: a small office is not bothered."""
DAYS_AHEAD = 3
"""Today and the days after it that are measured: early enough to look before they leave."""


@dataclass(frozen=True, slots=True)
class TooMuch:
    """More messages than usual on a day: `count` of them, where `usual` is the median of that weekday."""

    count: int
    usual: int


def too_much(count: int, history: Sequence[int], released: int = 0) -> TooMuch | None:
    """Whether `count` automatic messages on one day wait for a person.

    `history` are the sums of the same weekday in the weeks before; days without any do not count.
    `released` is how many a person has seen and let go that day: only twice as many hold it again.
    """
    days = [sent for sent in history if sent > 0]
    if count <= FLOOR or count <= 2 * released or len(days) < ENOUGH_DAYS:
        return None
    usual = median(days)
    return TooMuch(count, round(usual)) if count > TIMES * usual else None


def measured_days(today: date) -> list[date]:
    """The days whose volume is measured."""
    return [today + timedelta(days=number) for number in range(DAYS_AHEAD)]


def same_weekdays(day: date) -> list[date]:
    """That weekday in the weeks before."""
    return [day - timedelta(weeks=number) for number in range(1, WEEKS + 1)]


def held_by_brake(w: Wanted, leaves: datetime, case: Case) -> Reason | None:
    """Why this message waits for its first release or for that of its day, None when it does not.

    A new text is a new question: what was released before the change waits again. Who wrote this one
    message's text himself has seen it.
    """
    mine = [p for p in case.own if (p.kind, p.rule_id, p.about_start) == (w.kind, w.rule_id, w.about_start)]
    since = next((rule.text_new_since for rule in case.rules if rule.id == w.rule_id), None)
    if since is not None and not any(
        (p.own is not None and p.own.asked is not None)
        or (p.released_at is not None and p.released_at >= since)
        for p in mine
    ):
        return Reason("text_new", {"kind": w.kind})
    if any(p.released for p in mine):
        return None
    if case.appointment.first is not None:
        return case.appointment.first
    if not case.office.full_days:
        return None
    return case.office.full_days.get(leaves.astimezone(case.office.zone).date())
