"""Which messages are the firm's own tests: they carry a sign and a word wherever messages are listed."""

from __future__ import annotations

from flask import Flask, g

from kehr.models import Calendar, db
from kehr.models.calendars import OWN_TESTS


def is_test(calendar_id: int | None) -> bool:
    """Whether a message of this calendar is a test; the few such calendars are read once a page."""
    return bool(calendar_id) and calendar_id in _own_tests()


def _own_tests() -> frozenset[int]:
    if "own_tests" not in g:
        query = db.select(Calendar.id).where(Calendar.kind.in_(OWN_TESTS))
        g.own_tests = frozenset(db.session.scalars(query))
    found: frozenset[int] = g.own_tests
    return found


def register(app: Flask) -> None:
    """Makes it known to all templates."""
    app.jinja_env.globals.update(is_test=is_test)
