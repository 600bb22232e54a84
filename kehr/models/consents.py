"""Who agreed to be told on which number or address, as a ledger that is only ever added to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.database import db


class Consent(db.Model):  # type: ignore[name-defined, misc]
    """One tick or untick of one number or e-mail address; the newest row counts, and none ever changes.

    `source` is form, phone, in_person, reply (an SMS that said STOP), import (a column of a file) or
    calendar (the number stood in the entry of a calendar whose setting says that this is consent).
    `purpose` is appointment, or feedback: a request for feedback counts as advertising and is agreed to on
    its own. `given_on` is the day on the paper, if known. Person and object are copies of what they were
    called then. The database refuses to change or delete a row.
    """

    __tablename__ = "consents"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(200))
    granted: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(String(20))
    evidence: Mapped[str] = mapped_column(Text, default="")
    wording: Mapped[str] = mapped_column(String(40), default="")
    given_on: Mapped[date | None]
    person_name: Mapped[str] = mapped_column(String(400), default="")
    property_number: Mapped[str] = mapped_column(String(40), default="")
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("scans.id"))
    purpose: Mapped[str] = mapped_column(String(20), default="appointment")

    __table_args__ = (Index("ix_consents_address_id", "address", "id"),)


class SharedNumber(db.Model):  # type: ignore[name-defined, misc]
    """A person's word that one number may stand for these different names."""

    __tablename__ = "shared_numbers"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(200), index=True)
    names: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120), default="")


class Scan(db.Model):  # type: ignore[name-defined, misc]
    """A scanned consent form. It lies under its hash in the data folder; without object it is in the tray.

    `done_at` is when a person had entered its ticks (or said that it holds none).
    """

    __tablename__ = "scans"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    file_name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id", ondelete="SET NULL"))
    wording: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120), default="")
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(Text, default="")
