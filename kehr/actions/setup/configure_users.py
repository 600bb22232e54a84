"""Users of a settings file: new logins get their password, known ones keep theirs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kehr.actions.facts.row_changes import assign, told
from kehr.actions.setup.hash_password import hash_password
from kehr.actions.setup.read_secret import read_secret
from kehr.models import User, db
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import UserSettings


def read_passwords(users: Sequence[UserSettings], folder: Path) -> dict[str, str]:
    """The start passwords of logins that do not exist yet, from their files. Raises SettingsError."""
    known = set(db.session.scalars(select(User.login)))
    return {
        user.login: read_secret(folder / user.password_file, f"users[{index}].password_file")
        for index, user in enumerate(users)
        if user.login not in known and user.password_file
    }


def apply_users(
    session: Any, users: Sequence[UserSettings], passwords: Mapping[str, str], now: datetime
) -> list[str]:
    """Adds logins and changes roles; tells what it did. Raises SettingsError when nobody would be left."""
    lines: list[str] = []
    for index, settings in enumerate(users):
        row = session.scalar(select(User).where(User.login == settings.login))
        if row is None:
            session.add(_new_user(settings, passwords.get(settings.login, ""), now))
            lines.append(f"Benutzer »{settings.login}«: {_how_added(settings, passwords)}")
        else:
            changed = assign(row, {"role": settings.role, "active": settings.active})
            if changed:
                row.session_key = secrets.token_hex(16)
            lines += told(f"Benutzer »{settings.login}«", changed, new=False)
        session.flush()
        admins = select(User.id).where(User.role == "admin", User.active.is_(True))
        if row is not None and session.scalar(admins.limit(1)) is None:
            raise SettingsError(f"users[{index}].role", "Dann bliebe niemand, der Einstellungen ändern darf.")
    return lines


def _new_user(settings: UserSettings, password: str, now: datetime) -> User:
    """Without password the row has one that nobody knows, until somebody sets one."""
    kept = settings.password_hash or hash_password(password or secrets.token_urlsafe(32))
    return User(
        login=settings.login,
        role=settings.role,
        active=settings.active is not False,
        password_hash=kept,
        must_change=not settings.password_hash,
        session_key=secrets.token_hex(16),
        created_at=now,
    )


def _how_added(settings: UserSettings, passwords: Mapping[str, str]) -> str:
    if settings.password_hash or settings.login in passwords:
        return "angelegt"
    return "angelegt, noch ohne Kennwort"
