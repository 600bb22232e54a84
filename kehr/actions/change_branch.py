"""Adds or changes a Filiale."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from kehr.actions.row_changes import assign
from kehr.models import Branch, Gateway, writing
from kehr.rules.settings_reader import SettingsError
from kehr.rules.settings_values import BranchSettings


def save_branch(branch_id: int | None, settings: BranchSettings, now: datetime) -> int:
    """Saves what the form says and answers the row's id. Raises SettingsError for a name already taken."""
    with writing() as session:
        same = session.scalar(select(Branch.id).where(Branch.name == settings.name))
        if same is not None and same != branch_id:
            raise SettingsError("name", f"Eine Filiale »{settings.name}« gibt es schon.")
        row = session.get(Branch, branch_id) if branch_id is not None else None
        row, _ = apply_branch(session, row, settings, now)
        return int(row.id)


def apply_branch(
    session: Any, row: Branch | None, settings: BranchSettings, now: datetime
) -> tuple[Branch, list[str]]:
    """Writes the settings into the row (a new one when None) and tells which of them changed."""
    if row is None:
        row = Branch(name=settings.name, sender="", land="", created_at=now)
        session.add(row)
    values = {"name": settings.name, "sender": settings.sender, "land": settings.land}
    changed = assign(row, values)
    for key in ("sms_gateway", "email_gateway"):
        name = getattr(settings, key)
        if name is None:
            continue
        wanted = session.scalar(select(Gateway.id).where(Gateway.name == name)) if name else None
        if getattr(row, f"{key}_id") != wanted:
            setattr(row, f"{key}_id", wanted)
            changed.append(key)
    session.flush()
    return row, changed
