"""Planning 2,000 appointments with three rules and two recipients each, and planning them again."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from bench.office import NOW, add_appointments, add_rules, office
from kehr.actions.plan_messages import PlanResult, plan_messages
from kehr.models import Message, db

APPOINTMENTS = 2_000
DAYS = (1, 3, 7)
RECIPIENTS = 2
FIRST = NOW + timedelta(days=10)
MESSAGES = APPOINTMENTS * len(DAYS) * RECIPIENTS


def measure(runs: int = 5) -> list[dict[str, object]]:
    """The seconds of the second planning, which changes nothing, beside those of the first."""
    first, again = [], []
    for _ in range(runs):
        one, other = measure_once()
        first.append(one)
        again.append(other)
    ours, theirs = statistics.median(again), statistics.median(first)
    return [
        {
            "measure": f"planning {MESSAGES} messages again",
            "ours": round(ours, 3),
            "unit": "s",
            "against": "the first planning",
            "theirs": round(theirs, 3),
            "ratio": round(ours / theirs, 3),
            "runs": runs,
        }
    ]


def measure_once() -> tuple[float, float]:
    """Seconds of the first and of the second planning of one fresh office."""
    with office():
        add_rules(DAYS)
        add_appointments(APPOINTMENTS, RECIPIENTS, FIRST, days=50)
        first, made = _timed(lambda: plan_messages(NOW))
        again, changed = _timed(lambda: plan_messages(NOW + timedelta(seconds=20)))
        count = db.session.scalar(select(func.count()).select_from(Message))
        if (made.created, count) != (MESSAGES, MESSAGES) or changed != PlanResult():
            raise SystemExit(f"Planning did not do what is measured: {made}, {changed}, {count} messages.")
        return first, again


def _timed(deed: Callable[[], PlanResult]) -> tuple[float, PlanResult]:
    began = time.perf_counter()
    result = deed()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    print(measure())
