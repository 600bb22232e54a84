"""The watched folder and the FTP server that fills it: what is set, and what the server is told of it."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from kehr.actions.facts.row_changes import assign, told
from kehr.actions.imports.import_profiles import apply_profile
from kehr.models import Company, DropFolder, db, writing
from kehr.models.accounts import UnreadableSecret
from kehr.rules.forms.settings_reader import SettingsError
from kehr.rules.forms.settings_values import ImportSettings
from kehr.rules.imports.drop_names import REFUSED, TAKEN
from kehr.rules.settings.ftp_wish import (
    STATE_FILE,
    WISH_FILE,
    BrokenText,
    FtpState,
    FtpWish,
    password_check,
    read_state,
    salt_of,
)
from kehr.settings import ROOT

USUAL_PORT = 2121
USUAL = "eingang"
"""The folder in KEHR_DATA that is watched when none is named."""
SYSTEM = ("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "proc", "run", "sbin", "sys", "usr")
FAULTS = {
    "folder_missing": "Den Ordner »{folder}« gibt es nicht. Legen Sie ihn zuerst an.",
    "folder_closed": "In den Ordner »{folder}« darf Kehrbote nicht schreiben. Erlauben Sie es ihm.",
}
FIELDS = (
    "active",
    "folder",
    "at",
    "minutes",
    "customers_profile",
    "appointments_profile",
    "ftp_active",
    "ftp_port",
    "ftp_user",
)


def drop_folder() -> DropFolder:
    """What is set, or what a new office begins with."""
    found = db.session.get(DropFolder, 1)
    return found if found is not None else _fresh()


def _fresh() -> DropFolder:
    names = ("folder", "customers_profile", "appointments_profile", "ftp_user", "ftp_secret_box")
    texts = dict.fromkeys(names, "")
    flags = dict.fromkeys(("active", "look_now", "ftp_active"), False)
    return DropFolder(id=1, at=time(6), minutes=0, ftp_port=USUAL_PORT, last_look_at=None, **texts, **flags)


def office_zone() -> ZoneInfo:
    """The office's zone, Vienna before the first run."""
    company = db.session.get(Company, 1)
    return company.zoneinfo if company is not None else ZoneInfo("Europe/Vienna")


def folder_of(row: DropFolder) -> Path:
    """The watched folder; the usual one is made when it is not there."""
    if row.folder:
        return Path(row.folder)
    folder: Path = current_app.config["KEHR"].data / USUAL
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def folder_fault(folder: Path) -> str:
    """Why nothing can be taken from this folder: folder_missing, folder_closed, or nothing.

    Makes the folders inside it to which files go.
    """
    if not folder.is_dir():
        return "folder_missing"
    for inner in (folder, folder / TAKEN, folder / REFUSED):
        with suppress(OSError):
            inner.mkdir(exist_ok=True)
        if not inner.is_dir() or inner.is_symlink() or not os.access(inner, os.R_OK | os.W_OK | os.X_OK):
            return "folder_closed"
    return ""


def save_drop_folder(settings: ImportSettings, now: datetime) -> list[str]:
    """Saves what the form says and tells the FTP server; answers what changed. Raises SettingsError.

    Unlike a settings file the form is refused when the folder is not there.
    """
    check_folder(settings.folder, "folder")
    if settings.folder:
        fault = folder_fault(Path(settings.folder))
        if fault:
            raise SettingsError("folder", FAULTS[fault].format(folder=settings.folder))
    with writing() as session:
        changed = apply_import(session, settings, now)
    write_wish()
    return changed


def check_folder(folder: str | None, key: str) -> None:
    """Refuses what is no folder, and folders whose files are not meant for taking. Raises SettingsError."""
    if not folder:
        return
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise SettingsError(key, f"»{folder}« ist kein Ordner.")
    real = path.resolve()
    data: Path = current_app.config["KEHR"].data.resolve()
    own = (data / USUAL).resolve()
    ours = any(real == one or one in real.parents for one in (data, ROOT.resolve())) and real != own
    if ours or len(real.parts) < 2 or real.parts[1] in SYSTEM:
        sentence = f"In »{folder}« liegen Dateien der Anlage selbst. Nehmen Sie einen eigenen, leeren Ordner."
        raise SettingsError(key, sentence)


def apply_import(session: Any, settings: ImportSettings, now: datetime) -> list[str]:
    """Writes `[import]` into the rows and tells what changed, one line each; never a secret."""
    lines: list[str] = []
    for profile in settings.profiles:
        lines += apply_profile(session, profile, now)
    row = session.get(DropFolder, 1)
    if row is None:
        row = _fresh()
        session.add(row)
    was_active, before = row.active, row.folder
    changed = assign(row, {name: getattr(settings, name) for name in FIELDS})
    if settings.ftp_password and settings.ftp_password != _stored_password(row):
        row.ftp_password = settings.ftp_password
        changed.append("ftp_password")
    if (row.active and not was_active) or row.folder != before:
        row.last_look_at = None
    return lines + told("Überwachter Ordner", changed, new=False)


def _stored_password(row: DropFolder) -> str:
    try:
        return row.ftp_password
    except UnreadableSecret:
        return ""


def write_wish() -> FtpWish:
    """Tells the FTP server what is wanted of it; the file changes only when the wish does."""
    row = drop_folder()
    password = _stored_password(row)
    salt = salt_of(row.ftp_secret_box) if password else ""
    wish = FtpWish(
        active=bool(row.ftp_active and password and row.ftp_user),
        port=row.ftp_port,
        user=row.ftp_user,
        salt=salt,
        check=password_check(password, salt) if password else "",
        folder=str(folder_of(row).resolve()),
    )
    db.session.rollback()
    data: Path = current_app.config["KEHR"].data
    text = wish.as_text()
    with suppress(OSError, UnicodeDecodeError):
        if (data / WISH_FILE).read_text(encoding="utf-8") == text:
            return wish
    partial = data / f".{WISH_FILE}.{os.getpid()}"
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(data / WISH_FILE)
    return wish


def ftp_state() -> FtpState:
    """How the FTP server says that it is; off when it has never said anything."""
    data: Path = current_app.config["KEHR"].data
    try:
        return read_state((data / STATE_FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BrokenText):
        return FtpState("off")
