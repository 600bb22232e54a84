"""Adds, changes, switches a calendar, and believes its losses on a person's word."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from kehr.actions.facts.row_changes import assign
from kehr.actions.feeds.preview_feed import PreviewFault, read_source
from kehr.models import Branch, Calendar, Company, db, writing
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import CalendarSettings
from kehr.sources.allow import Allow
from kehr.words import sentence

LOSSES = frozenset({"feed_emptied", "feed_lost_many"})
"""Faults of the feed guard that a person may overrule."""


def save_calendar(calendar_id: int | None, settings: CalendarSettings, now: datetime) -> int:
    """Saves what the form says and answers the row's id. Raises SettingsError.

    A new or changed address is really fetched first: what is no calendar is refused with the reason (B13).
    What a new calendar sends first waits for a release (C06).
    """
    _refuse_taken_name(calendar_id, settings.name)
    row = db.session.get(Calendar, calendar_id) if calendar_id is not None else None
    if settings.url is not None and (row is None or row.url != settings.url):
        refuse_unreadable(settings.url)
    with writing() as session:
        row = session.get(Calendar, calendar_id) if calendar_id is not None else None
        row, _ = apply_calendar(session, row, settings, now)
        if calendar_id is None:
            row.new_since = now
        return int(row.id)


def _refuse_taken_name(calendar_id: int | None, name: str) -> None:
    same = db.session.scalar(select(Calendar.id).where(Calendar.name == name))
    if same is not None and same != calendar_id:
        raise SettingsError("name", f"Einen Kalender »{name}« gibt es schon.")


def refuse_unreadable(url: str) -> None:
    """Fetches an address, with no transaction open; raises SettingsError when no calendar comes."""
    company = db.session.get(Company, 1)
    allow = Allow.parse(company.network_allow if company else [])
    db.session.rollback()
    try:
        read_source(url, allow)
    except PreviewFault as fault:
        raise SettingsError("url", sentence(fault.code, {"detail": fault.detail})) from fault


def apply_calendar(
    session: Any, row: Calendar | None, settings: CalendarSettings, now: datetime
) -> tuple[Calendar, list[str]]:
    """Writes the settings into the row (a new one when None) and tells which of them changed.

    Switched on again, or pointed at another host or path, a calendar begins anew: its next good poll
    takes over what is there without confirming it, and nothing older is sent.
    """
    if row is None:
        kind = settings.kind or "ics"
        row = Calendar(name=settings.name, kind=kind, url=settings.url or "", created_at=now, active=True)
        row.fallback_name = row.fallback_location = ""
        session.add(row)
        session.flush()
    was_active, old_url = row.active, row.url
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    branch = values.pop("branch")
    changed = assign(row, values)
    if branch is not None:
        wanted = (
            session.scalar(select(Branch.id).where(Branch.name == branch, Branch.archived_at.is_(None)))
            if branch
            else None
        )
        if row.branch_id != wanted:
            row.branch_id = wanted
            changed.append("branch")
    if row.url != old_url:
        _forget_fetch(row)
    if (row.active and not was_active) or _place(row.url) != _place(old_url):
        row.live_since = row.next_poll_at = None
    session.flush()
    return row, changed


def _forget_fetch(row: Calendar) -> None:
    row.etag = row.last_modified = ""
    row.next_poll_at = None


def _place(url: str) -> tuple[str | None, int | None, str]:
    """What makes it another calendar; a renewed key in the query does not."""
    parts = urlsplit(url)
    return parts.hostname, parts.port, parts.path


def switch_calendar(calendar_id: int, now: datetime, *, active: bool) -> str:
    """Deactivates or reactivates a calendar (B19) and answers its name; doing it twice changes nothing."""
    with writing() as session:
        row = session.get(Calendar, calendar_id)
        apply_calendar(session, row, CalendarSettings(name=row.name, active=active), now)
        return str(row.name)


def accept_losses(calendar_id: int) -> bool:
    """A person's word that the vanished appointments are really gone; the next poll believes it.

    Says False, and changes nothing, unless the calendar rests because of such a loss.
    """
    with writing() as session:
        row = session.get(Calendar, calendar_id)
        if row.faulty_code not in LOSSES:
            return False
        row.accept_losses = True
        row.next_poll_at = None
        return True
