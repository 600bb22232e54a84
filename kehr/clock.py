"""The only reader of the clock, and the only place that knows the simulated one."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

_STARTED = time.monotonic()


def simulated_start() -> datetime | None:
    """The aware moment at which KEHR_CLOCK starts this process's clock, or None on the real one.

    Raises ValueError with a sentence when KEHR_CLOCK is no aware ISO 8601 moment.
    """
    raw = os.environ.get("KEHR_CLOCK", "").strip()
    if not raw:
        return None
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as error:
        raise ValueError(_wrong(raw)) from error
    if moment.tzinfo is None:
        raise ValueError(_wrong(raw))
    return moment.astimezone(UTC)


def _wrong(raw: str) -> str:
    return f"KEHR_CLOCK={raw!r} is no moment with a zone, such as 2026-03-02T10:00:00+01:00."


def now() -> datetime:
    """This moment in aware UTC: the simulated clock where one is set, else the machine's."""
    start = simulated_start()
    if start is None:
        return datetime.now(UTC)
    return start + timedelta(seconds=time.monotonic() - _STARTED)
