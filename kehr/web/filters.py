"""How moments and numbers are written on screens: in the office's zone, in the reader's language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Flask, g
from flask_babel import get_locale

from kehr.models import Company, db
from kehr.rules.terms.phones import pretty

DEFAULT_ZONE = "Europe/Vienna"


def office() -> Company | None:
    """The firm, read once a request; None before the first run."""
    if "office" not in g:
        g.office = db.session.get(Company, 1)
    company: Company | None = g.office
    return company


def office_zone() -> ZoneInfo:
    """The office's zone, Vienna before the first run."""
    company = office()
    return company.zoneinfo if company else ZoneInfo(DEFAULT_ZONE)


def when(moment: datetime | str | None) -> str:
    """`Di, 10.03. 17:00`. Moments are aware, or ISO 8601 text of one; none is a dash."""
    return _written(moment, "ccc, dd.MM. HH:mm")


def day(moment: datetime | str | None) -> str:
    """`Di, 10.03.2026`."""
    return _written(moment, "ccc, dd.MM.yyyy")


def clock(moment: datetime | str | None) -> str:
    """`17:00`."""
    return _written(moment, "HH:mm")


def phone(address: str) -> str:
    """A number as people dial it; anything else, such as an e-mail address, as it is."""
    return pretty(address) if address.startswith("+") else address


def _written(moment: datetime | str | None, pattern: str) -> str:
    if not moment:
        return "–"
    aware = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    if aware.tzinfo is None:
        raise ValueError(f"naive time {moment!r}")
    return format_datetime(aware, pattern, tzinfo=office_zone(), locale=get_locale() or "de")


def register(app: Flask) -> None:
    """Makes the filters known to all templates."""
    app.jinja_env.filters.update(when=when, day=day, clock=clock, phone=phone)
