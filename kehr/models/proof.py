"""What proves that the log was not changed: a seal on each event, and where the chain ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.database import db


class EventSeal(db.Model):  # type: ignore[name-defined, misc]
    """The seal on one event, in order of its id: `hash` covers the seal before, the event and `content`.

    `content` is the digest of what left with the message as it stood then, empty before anything left.
    There is no foreign key: that an event is gone must show.
    """

    __tablename__ = "event_seals"
    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[str] = mapped_column(String(32), index=True)
    content: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


class ChainHead(db.Model):  # type: ignore[name-defined, misc]
    """Where the chain ends; one row, id 1. It shows when its last links were cut off."""

    __tablename__ = "chain_head"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(default=0)
    count: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
    sealed_at: Mapped[datetime | None]


class EveningLog(db.Model):  # type: ignore[name-defined, misc]
    """A day's log that was mailed or filed, once; `fault` says why a try failed.

    `day` is the office's day, `way` is email or file.
    """

    __tablename__ = "evening_logs"
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    way: Mapped[str] = mapped_column(String(10), primary_key=True)
    claimed_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(String(60), default="")


class SelfTest(db.Model):  # type: ignore[name-defined, misc]
    """The self test of one day on one channel, once (A32). `day` is the office's day."""

    __tablename__ = "self_tests"
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    message_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
