"""What hangs on an appointment besides its messages: its code for the telephone, and what the sweep noted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.database import db


class PhoneCode(db.Model):  # type: ignore[name-defined, misc]
    """The short code of one appointment that somebody says on the telephone (C05).

    No two rows have the same code; after `free_at` the row may go and its code be given again.
    """

    __tablename__ = "phone_codes"
    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), unique=True)
    given_at: Mapped[datetime]
    free_at: Mapped[datetime]


class VisitNote(db.Model):  # type: ignore[name-defined, misc]
    """What was typed back from the sweep's day list: `word` is called, absent or done."""

    __tablename__ = "visit_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)
    word: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120), default="")

    __table_args__ = (UniqueConstraint("appointment_id", "word"),)
