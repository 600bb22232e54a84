"""Planning 2,000 appointments with three rules and two recipients each, and planning them again.

Once the recipients stand in the entries, once they are the people at each appointment's object.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from bench.office import NOW, add_appointments, add_rules, office
from kehr.actions.plan.plan_messages import PlanResult, plan_messages
from kehr.models import Message, db

APPOINTMENTS = 2_000
DAYS = (1, 3, 7)
RECIPIENTS = 2
FIRST = NOW + timedelta(days=10)
MESSAGES = APPOINTMENTS * len(DAYS) * RECIPIENTS


def measure(runs: int = 5) -> list[dict[str, object]]:
    """The seconds of the second planning, which changes nothing, beside those of the first."""
    took: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for _ in range(runs):
        for at_objects, times in took.items():
            times.append(measure_once(at_objects))
    rows: list[dict[str, object]] = []
    for at_objects, times in took.items():
        theirs, ours = (statistics.median(column) for column in zip(*times, strict=True))
        rows.append(
            {
                "measure": f"planning {MESSAGES} messages again" + (" at objects" if at_objects else ""),
                "ours": round(ours, 3),
                "unit": "s",
                "against": "the first planning",
                "theirs": round(theirs, 3),
                "ratio": round(ours / theirs, 3),
                "runs": runs,
            }
        )
    return rows


def measure_once(at_objects: bool = False) -> tuple[float, float]:
    """Seconds of the first and of the second planning of one fresh office."""
    with office():
        add_rules(DAYS)
        add_appointments(APPOINTMENTS, RECIPIENTS, FIRST, days=50, at_objects=at_objects)
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
