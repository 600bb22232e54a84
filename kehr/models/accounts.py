"""Accounts at gateways: secrets encrypted at rest, and whether their queue runs."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.database import db


class Gateway(db.Model):  # type: ignore[name-defined, misc]
    """One account at one gateway. `max_per_minute` 0 means no limit.

    `stopped_code` says why its queue rests; nothing leaves through it until somebody lets it run. Money is
    in ten-thousandths of a euro: `price` of one part (None: unknown), `balance` as the gateway told it at
    `balance_at`. `counter` is how many SMS are left where the gateway tells no balance; None: not counted.
    `hook_secret` is the unguessable part of the address to which the gateway reports. `unreachable_since`
    is set while asking it for states or replies fails; `replies_until` is up to when replies were read.
    """

    __tablename__ = "gateways"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    base_url: Mapped[str] = mapped_column(String(500), default="")
    secret_box: Mapped[str] = mapped_column(Text, default="")
    senders: Mapped[list[Any]] = mapped_column(default=list)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    max_per_minute: Mapped[int] = mapped_column(default=60)
    stopped_code: Mapped[str] = mapped_column(String(60), default="")
    stopped_detail: Mapped[str] = mapped_column(Text, default="")
    stopped_at: Mapped[datetime | None]
    refused_in_row: Mapped[int] = mapped_column(default=0)
    last_ok_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    check_code: Mapped[str] = mapped_column(String(60), default="")
    check_detail: Mapped[str] = mapped_column(Text, default="")
    price: Mapped[int | None]
    balance: Mapped[int | None]
    balance_at: Mapped[datetime | None]
    counter: Mapped[int | None]
    hook_secret: Mapped[str] = mapped_column(String(64), default="", index=True)
    states_asked_at: Mapped[datetime | None]
    replies_asked_at: Mapped[datetime | None]
    replies_until: Mapped[datetime | None]
    unreachable_since: Mapped[datetime | None]
    unreachable_code: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]

    @property
    def secret(self) -> str:
        """The token or password. Raises UnreadableSecret when the key of this box has changed."""
        return open_box(self.secret_box, self.name)

    @secret.setter
    def secret(self, value: str) -> None:
        self.secret_box = shut_box(value)


class TopUp(db.Model):  # type: ignore[name-defined, misc]
    """SMS that somebody bought for a gateway that tells no balance itself."""

    __tablename__ = "top_ups"
    id: Mapped[int] = mapped_column(primary_key=True)
    gateway_id: Mapped[int] = mapped_column(ForeignKey("gateways.id"), index=True)
    count: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120), default="")


class UnreadableSecret(ValueError):
    """A stored secret that this box's key does not open."""


def open_box(box: str, name: str) -> str:
    """What was shut in. Raises UnreadableSecret, which says `name`, when this box's key has changed."""
    if not box:
        return ""
    try:
        return _box().decrypt(box.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecret(name) from error


def shut_box(value: str) -> str:
    """A secret as the database keeps it; empty stays empty."""
    return _box().encrypt(value.encode()).decode() if value else ""


def _box() -> Fernet:
    key = hashlib.sha256(b"kehrbote gateway secrets\0" + current_app.config["SECRET_KEY"].encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
