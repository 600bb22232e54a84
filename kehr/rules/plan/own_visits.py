"""When a test appointment may be (B46): ahead, and late enough that its message can leave before it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta, tzinfo

from kehr.rules.plan.plan_values import Reason

MOST_A_DAY = 10
"""So many test appointments a day; each costs an SMS."""
FURTHEST = timedelta(days=365)
EARLIEST = timedelta(hours=1)
STEP = timedelta(minutes=15)


def why_not_at(start: datetime, leaves: datetime, now: datetime) -> Reason | None:
    """Why no test appointment can begin then, None when it can. `leaves` is when its message would leave."""
    if start <= now:
        return Reason("visit_over")
    if start > now + FURTHEST:
        return Reason("visit_far")
    if start <= leaves:
        return Reason("visit_before_window", {"due": leaves.isoformat()})
    return None


def next_start(leaves: datetime, taken: Collection[datetime], zone: tzinfo) -> datetime:
    """The first full quarter of an hour that is free, an hour after its message can leave."""
    local = (leaves + EARLIEST).astimezone(zone)
    begun = timedelta(minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond)
    start = leaves + EARLIEST - begun + (STEP if begun else timedelta())
    while start in taken:
        start += STEP
    return start
