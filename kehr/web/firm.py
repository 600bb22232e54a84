"""The firm that a form of its settings shows."""

from __future__ import annotations

from kehr import clock
from kehr.actions.setup.first_run import ensure_office
from kehr.models import Company, db


def firm() -> Company:
    """The firm's row; made with what an office starts with where there is none yet."""
    company = db.session.get(Company, 1)
    if company is None:
        ensure_office(clock.now())
        company = db.session.get_one(Company, 1)
    return company
