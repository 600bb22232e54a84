"""The Nachholliste (C11): whether what was missed may still be sent, because it is still true."""

from __future__ import annotations

from datetime import datetime

from kehr.rules.plan.plan_values import Reason
from kehr.rules.terms.messages import Kind


def why_not_now(
    kind: Kind,
    about: datetime | None,
    start: datetime | None,
    now: datetime,
    *,
    cancelled: bool = False,
    missing: bool = False,
) -> Reason | None:
    """Why a missed message cannot simply be sent now, None when it can.

    `about` is the start it was to speak of, `start` the one that holds now (None: there is no appointment).
    """
    if about is None or start is None:
        return Reason("catch_up_free")
    if cancelled or kind == Kind.CANCELLED:
        return Reason("catch_up_cancelled")
    if missing:
        return Reason("catch_up_missing")
    if about != start:
        return Reason("catch_up_moved", {"new": start.isoformat()})
    if start <= now:
        return Reason("catch_up_over", {"start": start.isoformat()})
    return None
