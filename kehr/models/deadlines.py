"""Until when a sweep must be announced, as the laws of the Länder say it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.database import db


class DeadlineRule(db.Model):  # type: ignore[name-defined, misc]
    """The rule of one Land, which the office may change.

    `amount` of `unit` (day, week, month) before the appointment is the last day of announcement; None when
    no number is known, then the sign is grey. Within `warn_days` before that last day it is amber. With
    `advice` the number is a recommendation of ours, not the law's: late is amber, never red. In houses of
    more than `posted_over` units a notice must hang `posted_amount` of `posted_unit` before a main sweep,
    whatever was sent. `sureness` is high, medium, low or unknown; `checked_on` the day on which `source` was
    looked at.
    """

    __tablename__ = "deadline_rules"
    land: Mapped[str] = mapped_column(String(20), primary_key=True)
    amount: Mapped[int | None]
    unit: Mapped[str] = mapped_column(String(10), default="day")
    advice: Mapped[bool] = mapped_column(default=False)
    warn_days: Mapped[int] = mapped_column(default=3)
    posted_over: Mapped[int | None]
    posted_amount: Mapped[int | None]
    posted_unit: Mapped[str] = mapped_column(String(10), default="day")
    form: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(300), default="")
    checked_on: Mapped[date | None]
    sureness: Mapped[str] = mapped_column(String(20), default="unknown")
    note: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[str] = mapped_column(String(120), default="")
