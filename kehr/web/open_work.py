"""How many things wait for somebody: the number in the menu, and the same one on the start page.

It counts the entries of "Wartet auf Sie": a bundle is one, each message is one, and all appointments that
were not announced in time are one together.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask, current_app, request
from werkzeug.wrappers import Response

from kehr import clock
from kehr.actions.decide.waiting_work import count_waiting
from kehr.actions.run.show_today import Today
from kehr.actions.visits.pressing_deadlines import count_late
from kehr.web.filters import office_zone

KEPT = timedelta(minutes=1)
"""So long a count of late appointments serves the menu: looking through all sweeps of a term takes longer
than most pages, and what comes from outside is on the start page in any case."""


class LateCount:
    """How many appointments are late, as it was last counted in this process."""

    def __init__(self) -> None:
        self._last: tuple[datetime, int] | None = None

    def lately(self, now: datetime) -> int:
        """The number, counted within the last minute; a clock set back counts anew."""
        last = self._last
        if last is None or not timedelta(0) <= now - last[0] < KEPT:
            last = self.remember(now, count_late(now, office_zone()))
        return last[1]

    def remember(self, now: datetime, count: int) -> tuple[datetime, int]:
        """Keeps what somebody has just counted."""
        self._last = (now, count)
        return self._last

    def reset(self) -> None:
        """Forgets it: somebody did something."""
        self._last = None


def register(app: Flask) -> None:
    """Keeps the count at the app, and forgets it after each deed."""
    app.extensions["late_count"] = LateCount()
    app.after_request(_forget_after_deeds)


def _forget_after_deeds(response: Response) -> Response:
    if request.method not in ("GET", "HEAD"):
        _late().reset()
    return response


def _late() -> LateCount:
    late: LateCount = current_app.extensions["late_count"]
    return late


def open_work() -> int:
    """The number for the menu."""
    now = clock.now()
    return count_waiting(now) + (1 if _late().lately(now) else 0)


def open_on(today: Today) -> int:
    """The same for the start page, of what it shows; the menu beside it takes over what it counted."""
    _late().remember(today.now, today.late)
    return sum(waiting.entries for waiting in today.waiting) + (1 if today.late else 0)
