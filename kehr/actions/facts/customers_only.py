"""Keeps the firm's own tests out of what is counted and listed as customers' appointments and messages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from kehr.models import Calendar
from kehr.models.calendars import OWN_TESTS


def of_customers(calendar_id: Any) -> ColumnElement[bool]:
    """Rows whose calendar is not one of the firm's own tests; those without a calendar count."""
    own = select(Calendar.id).where(Calendar.kind.in_(OWN_TESTS))
    return or_(calendar_id.is_(None), calendar_id.not_in(own))
