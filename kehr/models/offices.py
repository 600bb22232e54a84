"""The office: company, branches, users, and who may sign in."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kehr.models.accounts import Gateway
from kehr.models.database import db

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Company(db.Model):  # type: ignore[name-defined, misc]
    """The firm's master data and its rules for all messages; one row, id 1.

    `kind_words` adds words that tell the kind of work: WorkKind value -> list of words. At
    `evening_log_at` (office wall time) the day's log is mailed to `evening_log_email`, and filed in the data
    folder with `evening_log_file`.
    """

    __tablename__ = "company"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    town: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    zone: Mapped[str] = mapped_column(String(60), default="Europe/Vienna")
    land: Mapped[str] = mapped_column(String(20), default="")
    trial: Mapped[bool] = mapped_column(default=True)
    own_numbers: Mapped[list[Any]] = mapped_column(default=list)
    own_emails: Mapped[list[Any]] = mapped_column(default=list)
    window_from: Mapped[time] = mapped_column(default=time(8))
    window_to: Mapped[time] = mapped_column(default=time(20))
    window_days: Mapped[list[Any]] = mapped_column(default=lambda: list(WEEKDAYS[:6]))
    window_holidays: Mapped[bool] = mapped_column(default=False)
    settle_minutes: Mapped[int] = mapped_column(default=20)
    release: Mapped[str] = mapped_column(String(20), default="anomalies")
    self_test_sms: Mapped[str] = mapped_column(String(60), default="")
    self_test_email: Mapped[str] = mapped_column(String(200), default="")
    network_allow: Mapped[list[Any]] = mapped_column(default=list)
    public_url: Mapped[str] = mapped_column(String(300), default="")
    kind_words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    monthly_quota: Mapped[int | None]
    evening_log_email: Mapped[str] = mapped_column(String(200), default="")
    evening_log_file: Mapped[bool] = mapped_column(default=False)
    evening_log_at: Mapped[time] = mapped_column(default=time(20, 30))
    wizard_done_at: Mapped[datetime | None]

    MASTER_FIELDS = ("name", "street", "postcode", "town", "phone", "email")

    @property
    def zoneinfo(self) -> ZoneInfo:
        """The office's zone."""
        return ZoneInfo(self.zone)

    @property
    def missing_fields(self) -> tuple[str, ...]:
        """Master data that must be filled before anything real is sent (B03)."""
        return tuple(field for field in self.MASTER_FIELDS if not getattr(self, field).strip())


class Branch(db.Model):  # type: ignore[name-defined, misc]
    """A Filiale: its gateways, sender and texts. `land` empty means the firm's.

    `monthly_quota` is how many SMS may leave in a calendar month of the office (None: no limit). A branch
    is never deleted, because the log names it; `archived_at` takes it out.
    """

    __tablename__ = "branches"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    sms_gateway_id: Mapped[int | None] = mapped_column(ForeignKey("gateways.id"))
    email_gateway_id: Mapped[int | None] = mapped_column(ForeignKey("gateways.id"))
    sender: Mapped[str] = mapped_column(String(200), default="")
    land: Mapped[str] = mapped_column(String(20), default="")
    cost_center: Mapped[str] = mapped_column(String(40), default="")
    monthly_quota: Mapped[int | None]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sms_gateway: Mapped[Gateway | None] = relationship(foreign_keys=[sms_gateway_id])
    email_gateway: Mapped[Gateway | None] = relationship(foreign_keys=[email_gateway_id])


class User(UserMixin, db.Model):  # type: ignore[name-defined, misc]
    """Somebody who may sign in. Roles: admin, office, reader."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(120), unique=True)
    password_hash: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(default=True)
    must_change: Mapped[bool] = mapped_column(default=False)
    session_key: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]

    @property
    def is_active(self) -> bool:
        """Whether this user may be signed in."""
        return self.active

    def get_id(self) -> str:
        """What the session keeps: a new password or role ends the old sessions."""
        return f"{self.id}.{self.session_key}"
