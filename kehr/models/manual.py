"""The manual window: its lists, and what was sent from them by hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kehr.models.database import db


class ManualList(db.Model):  # type: ignore[name-defined, misc]
    """One opening of the manual window: the list somebody looks at. `audience`: customers, employees.

    `closed_how` is empty while it is open, then sent or cancelled. The id is an unguessable token.
    """

    __tablename__ = "manual_lists"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    audience: Mapped[str] = mapped_column(String(20), default="customers")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_how: Mapped[str] = mapped_column(String(20), default="")
    entries: Mapped[list[ManualEntry]] = relationship(
        order_by="ManualEntry.position, ManualEntry.id", cascade="all, delete-orphan"
    )


class ManualEntry(db.Model):  # type: ignore[name-defined, misc]
    """One line of a list: a person at an object (perhaps about an appointment), or an employee."""

    __tablename__ = "manual_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[str] = mapped_column(ForeignKey("manual_lists.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    audience: Mapped[str] = mapped_column(String(20), default="customers")
    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id", ondelete="CASCADE"))
    removed: Mapped[bool] = mapped_column(default=False)


class ManualSend(db.Model):  # type: ignore[name-defined, misc]
    """One confirmed Senden or Alle: text, channel and reason as they were then; it never changes but
    for being stopped. `due_at` lies inside the send window.
    """

    __tablename__ = "manual_sends"
    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[str] = mapped_column(String(32), index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    by: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(String(300), default="")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    without_consent: Mapped[str] = mapped_column(Text, default="")
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str] = mapped_column(String(120), default="")
