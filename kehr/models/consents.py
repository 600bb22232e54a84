"""Who agreed to be told on which number or address, as a ledger that is only ever added to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.database import db


class Consent(db.Model):  # type: ignore[name-defined, misc]
    """One tick or untick of one number or e-mail address; the newest row counts.

    `source` is form, phone, in_person or calendar (the number stood in the entry of a calendar whose
    setting says that this is consent).
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

    __table_args__ = (Index("ix_consents_address_id", "address", "id"),)


class SharedNumber(db.Model):  # type: ignore[name-defined, misc]
    """A person's word that one number may stand for these different names."""

    __tablename__ = "shared_numbers"
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(200), index=True)
    names: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120), default="")
