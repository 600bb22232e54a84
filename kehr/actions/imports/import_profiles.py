"""How the columns of a list are read, remembered under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kehr.actions.facts.row_changes import assign, told
from kehr.models import Calendar, DropFolder, ImportProfile, db, writing
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import ProfileSettings

LONGEST = 120


def fitting_profile(headings: Sequence[str], kind: str) -> ImportProfile | None:
    """The profile all of whose columns are in a file with these headings; the one with most columns.

    An empty `kind` means any.
    """
    there = set(headings)
    query = select(ImportProfile).order_by(ImportProfile.id.desc())
    if kind:
        query = query.where(ImportProfile.kind == kind)
    fitting = [row for row in db.session.scalars(query) if row.columns and set(row.columns) <= there]
    return max(fitting, key=lambda row: len(row.columns), default=None)


def list_profiles(kind: str = "") -> list[ImportProfile]:
    """All profiles, or those of one kind, by name."""
    query = select(ImportProfile).order_by(ImportProfile.name)
    if kind:
        query = query.where(ImportProfile.kind == kind)
    return list(db.session.scalars(query))


def named_profile(name: str) -> ImportProfile | None:
    """The profile of this name."""
    found: ImportProfile | None = db.session.scalar(select(ImportProfile).where(ImportProfile.name == name))
    return found


def check_profile_name(name: str, kind: str, replaces: str = "") -> str:
    """The name as it is kept. Raises SettingsError with the key `profile_name`.

    A name that exists is refused unless it is the one of the profile in use (`replaces`).
    """
    name = " ".join(name.split())
    if not name:
        raise SettingsError("profile_name", "Der Name des Profils fehlt. Tragen Sie einen ein.")
    if len(name) > LONGEST:
        raise SettingsError("profile_name", f"Höchstens {LONGEST} Zeichen, hier sind es {len(name)}.")
    if not name.isprintable():
        raise SettingsError("profile_name", "Steuerzeichen gehen hier nicht.")
    row = named_profile(name)
    if row is not None and (name != replaces or row.kind != kind):
        sentence = f"Ein Profil »{name}« gibt es schon. Nehmen Sie einen anderen Namen."
        raise SettingsError("profile_name", sentence)
    return name


def save_profile(
    name: str, kind: str, columns: Mapping[str, str], calendar_id: int | None, now: datetime
) -> None:
    """Remembers columns under a name that `check_profile_name` has let pass."""
    with writing() as session:
        row = session.scalar(select(ImportProfile).where(ImportProfile.name == name))
        _write(session, row, ProfileSettings(name, kind, columns), calendar_id, now)


def drop_profile(profile_id: int) -> str | None:
    """Forgets a profile and answers its name; None when it is gone. Raises SettingsError while it is used."""
    with writing() as session:
        row = session.get(ImportProfile, profile_id)
        if row is None:
            return None
        folder = session.get(DropFolder, 1)
        if folder is not None and row.name in (folder.customers_profile, folder.appointments_profile):
            sentence = (
                f"»{row.name}« wird beim überwachten Ordner verwendet. Wählen Sie dort zuerst ein anderes."
            )
            raise SettingsError("profile_name", sentence)
        session.delete(row)
        return str(row.name)


def apply_profile(session: Any, settings: ProfileSettings, now: datetime) -> list[str]:
    """Writes a profile of a settings file and tells what changed."""
    row = session.scalar(select(ImportProfile).where(ImportProfile.name == settings.name))
    calendar_id = None
    if settings.calendar:
        calendar_id = session.scalar(select(Calendar.id).where(Calendar.name == settings.calendar))
    changed = _write(session, row, settings, calendar_id, now)
    return told(f"Profil »{settings.name}«", changed, new=row is None)


def _write(
    session: Any, row: ImportProfile | None, settings: ProfileSettings, calendar_id: int | None, now: datetime
) -> list[str]:
    if row is None:
        row = ImportProfile(name=settings.name, kind=settings.kind, columns={}, created_at=now)
        session.add(row)
    changed = assign(row, {"columns": dict(settings.columns)})
    if row.calendar_id != calendar_id:
        row.calendar_id = calendar_id
        changed.append("calendar")
    session.flush()
    return changed
