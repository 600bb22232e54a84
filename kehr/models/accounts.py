"""Accounts at gateways: secrets encrypted at rest, and whether their queue runs."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kehr.models.database import db


class Gateway(db.Model):  # type: ignore[name-defined, misc]
    """One account at one gateway. `max_per_minute` 0 means no limit.

    `stopped_code` says why its queue rests; nothing leaves through it until somebody lets it run.
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
    created_at: Mapped[datetime]

    @property
    def secret(self) -> str:
        """The token or password. Raises UnreadableSecret when the key of this box has changed."""
        return open_box(self.secret_box, self.name)

    @secret.setter
    def secret(self, value: str) -> None:
        self.secret_box = shut_box(value)


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
