"""What a person said about which object an entry belongs to; remembered for entries like it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.database import db


class MatchCorrection(db.Model):  # type: ignore[name-defined, misc]
    """Entries of one calendar with this `mark` belong to this object, or (None) to none at all.

    `mark` is `rules.matching.mark_of` what the entry says. `person_id` narrows it to one party.
    """

    __tablename__ = "match_corrections"
    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id", ondelete="CASCADE"))
    mark: Mapped[str] = mapped_column(String(64))
    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120), default="")

    __table_args__ = (UniqueConstraint("calendar_id", "mark"),)
