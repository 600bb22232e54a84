"""What proves that the log was not changed: a seal on each event, and where the chain ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.database import db


class EventSeal(db.Model):  # type: ignore[name-defined, misc]
    """The seal on one event, in order of its id (kehr/rules/log/chain.py).

    `hash` is the SHA-256 of the hash before it, of the event (id, message, moment, old and new state, reason
    with its arguments, who), of `content`, and of `sealed_at`. `content` is the digest of the message as it
    stood when the event was sealed: to whom and as whom it went, subject and wording, kind, channel, work,
    the start it speaks of and the appointment's, entry, place, calendar, branch, gateway and its reference,
    `sent_at` and `delivered_at`, whether it was only a trial, went without consent and for which reason, and
    who wrote it. It is empty before anything left. What is not covered: due times, prices, and the ledger of
    consents, which the database itself keeps from being changed. There is no foreign key: that an event is
    gone must show.
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


class ChainNote(db.Model):  # type: ignore[name-defined, misc]
    """What somebody found who looked into a break of the chain. Rows are only added; the break stays one.

    `mark` names the break and what stands there, so that another change in the same place is another break.
    `gone_at` is when a check no longer met it.
    """

    __tablename__ = "chain_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text)
    mark: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    gone_at: Mapped[datetime | None]


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
