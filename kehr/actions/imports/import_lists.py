"""The lists that imported appointments go to: calendars that files fill instead of an address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from kehr.actions.feeds.change_calendar import apply_calendar
from kehr.models import Calendar, db, writing
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import CalendarSettings

LONGEST = 120


def file_lists() -> list[Calendar]:
    """All lists that files fill, by name."""
    return list(db.session.scalars(select(Calendar).where(Calendar.kind == "file").order_by(Calendar.name)))


def check_list_name(name: str) -> str:
    """The name as it is kept. Raises SettingsError with the key `list_name`."""
    name = " ".join(name.split())
    if not name:
        raise SettingsError("list_name", "Der Name der Liste fehlt. Tragen Sie einen ein.")
    if len(name) > LONGEST:
        raise SettingsError("list_name", f"Höchstens {LONGEST} Zeichen, hier sind es {len(name)}.")
    if not name.isprintable():
        raise SettingsError("list_name", "Steuerzeichen gehen hier nicht.")
    if db.session.scalar(select(Calendar.id).where(Calendar.name == name)) is not None:
        sentence = f"Einen Kalender »{name}« gibt es schon. Nehmen Sie einen anderen Namen."
        raise SettingsError("list_name", sentence)
    return name


def new_list(name: str, branch: str, now: datetime) -> int:
    """Makes a list and answers its id. Raises SettingsError."""
    name = check_list_name(name)
    with writing() as session:
        row, _ = apply_calendar(session, None, CalendarSettings(name, kind="file", branch=branch), now)
        return int(row.id)
