"""What needs somebody: shown on the start page, told once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.database import db


class Alarm(db.Model):  # type: ignore[name-defined, misc]
    """One trouble from its beginning to its end. `key` names the thing that is in trouble.

    `told_at` is when the office's mail about it left (or was recorded in trial mode); a trouble that
    goes on is not told again.
    """

    __tablename__ = "alarms"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    told_note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_alarms_key_closed", "key", "closed_at"),)


class Heartbeat(db.Model):  # type: ignore[name-defined, misc]
    """When a part of the machine last did its round: `tick`, `poll`, `worker`."""

    __tablename__ = "heartbeats"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
