"""Files that bring customers or appointments: how to read them, what came of each, where they are left."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.accounts import open_box, shut_box
from kehr.models.database import db


class ImportProfile(db.Model):  # type: ignore[name-defined, misc]
    """Which column of a file means what: heading as written -> field name.

    `kind`: customers, appointments.
    """

    __tablename__ = "import_profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    created_at: Mapped[datetime]


class ImportRun(db.Model):  # type: ignore[name-defined, misc]
    """One file on its way in. States: uploaded, checking, checked, applying, done, failed, cancelled.

    `way` is how it came: upload, folder, ftp, command. A file whose `sha256` was applied before with the
    same columns is "bereits importiert". `problem` is the German sentence of a failure.
    """

    __tablename__ = "import_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), default="")
    way: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(default=0)
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    profile_name: Mapped[str] = mapped_column(String(120), default="")
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    state: Mapped[str] = mapped_column(String(20), default="uploaded")
    problem: Mapped[str] = mapped_column(Text, default="")
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    by: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str] = mapped_column(String(120), default="")
    applied_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_import_runs_sha256", "sha256"), Index("ix_import_runs_at", "at"))


class ImportRow(db.Model):  # type: ignore[name-defined, misc]
    """What one line of a file did, or would do: created, changed, unchanged, rejected; and why."""

    __tablename__ = "import_rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_runs.id", ondelete="CASCADE"))
    line: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_import_rows_run_id_line", "run_id", "line"),)


class DropFolder(db.Model):  # type: ignore[name-defined, misc]
    """The watched folder and the FTP server that fills it; one row, id 1. `at` is office wall time.

    `folder` empty means `eingang` in the data folder. `minutes` 0 means once a day at `at`.
    """

    __tablename__ = "drop_folder"
    id: Mapped[int] = mapped_column(primary_key=True)
    active: Mapped[bool] = mapped_column(default=False)
    folder: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[time] = mapped_column(default=time(6))
    minutes: Mapped[int] = mapped_column(default=0)
    customers_profile: Mapped[str] = mapped_column(String(120), default="")
    appointments_profile: Mapped[str] = mapped_column(String(120), default="")
    last_look_at: Mapped[datetime | None]
    look_now: Mapped[bool] = mapped_column(default=False)
    ftp_active: Mapped[bool] = mapped_column(default=False)
    ftp_port: Mapped[int] = mapped_column(default=2121)
    ftp_user: Mapped[str] = mapped_column(String(60), default="")
    ftp_secret_box: Mapped[str] = mapped_column(Text, default="")

    @property
    def ftp_password(self) -> str:
        """The password of the one FTP user. Raises UnreadableSecret."""
        return open_box(self.ftp_secret_box, "FTP")

    @ftp_password.setter
    def ftp_password(self, value: str) -> None:
        self.ftp_secret_box = shut_box(value)


class DroppedFile(db.Model):  # type: ignore[name-defined, misc]
    """A file in the watched folder as it was at the last look; taken only when two looks agree."""

    __tablename__ = "dropped_files"
    name: Mapped[str] = mapped_column(String(300), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    looked_at: Mapped[datetime]
