"""What the office hears of the watched folder and its FTP server: each trouble once, until it is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kehr.actions.facts.raise_alarm import close_alarm, find_open, open_alarm
from kehr.actions.imports.drop_folder import ftp_state
from kehr.models import Alarm, DropFolder, db, writing
from kehr.rules.imports.import_columns import ImportKind

FOLDER = "drop:folder"
FTP = "drop:ftp"
FILES = "drop:file:"
"""Begins the key of a notice about files; the rest is customers, appointments or unknown."""
UNKNOWN = "unknown"


def note_file(kind: str, args: Mapping[str, Any], now: datetime) -> None:
    """Tells of a file that was refused (`problem`) or of rows that were (`count`); ends when all is well."""
    key = f"{FILES}{kind}"
    with writing() as session:
        if not args["problem"] and not args["count"]:
            close_alarm(session, key, now)
            return
        code = "drop_refused" if args["problem"] else "drop_rows_rejected"
        alarm = open_alarm(session, key, code, args, now)
        alarm.code, alarm.args = code, dict(args)


def file_notices() -> list[Alarm]:
    """The open notices about files."""
    query = select(Alarm).where(Alarm.key.startswith(FILES), Alarm.closed_at.is_(None))
    return list(db.session.scalars(query.order_by(Alarm.id)))


def dismiss_files(now: datetime) -> int:
    """A person has seen what was refused; how many notices end."""
    ended = 0
    with writing() as session:
        for kind in (*ImportKind, UNKNOWN):
            if find_open(session, f"{FILES}{kind}") is not None:
                close_alarm(session, f"{FILES}{kind}", now)
                ended += 1
    return ended


def note_folder(fault: str, folder: Path, now: datetime) -> None:
    """Tells that the folder is folder_missing or folder_closed; nothing means that it is well."""
    if not fault:
        _close(FOLDER, now)
        return
    with writing() as session:
        open_alarm(session, FOLDER, f"drop_{fault}", {"folder": str(folder)}, now)


def note_ftp(row: DropFolder, now: datetime) -> None:
    """Tells of a server that is wanted and cannot serve."""
    state = ftp_state()
    if not row.ftp_active or state.state in ("off", "serving"):
        _close(FTP, now)
        return
    if find_open(db.session(), FTP) is None:
        with writing() as session:
            args = {"port": state.port, "detail": state.detail}
            open_alarm(session, FTP, f"ftp_{state.state}", args, now)


def _close(key: str, now: datetime) -> None:
    if find_open(db.session(), key) is not None:
        with writing() as session:
            close_alarm(session, key, now)
