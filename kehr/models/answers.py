"""What comes back: reports on deliveries, replies, and the links that customers open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kehr.models.accounts import Gateway
from kehr.models.database import db
from kehr.models.messages import Message


class DeliveryReport(db.Model):  # type: ignore[name-defined, misc]
    """One word of a gateway about one message, kept once: `event_key` is the provider's id of it.

    `message_id` is None when no message of ours fits; `applied` whether it moved the message's state.
    """

    __tablename__ = "delivery_reports"
    id: Mapped[int] = mapped_column(primary_key=True)
    gateway_id: Mapped[int] = mapped_column(ForeignKey("gateways.id"))
    event_key: Mapped[str] = mapped_column(String(200))
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"), index=True)
    word: Mapped[str] = mapped_column(String(60), default="")
    code: Mapped[str] = mapped_column(String(60), default="")
    applied: Mapped[bool] = mapped_column(default=False)
    said_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("gateway_id", "event_key"),)


class Reply(db.Model):  # type: ignore[name-defined, misc]
    """An SMS that somebody sent to one of our numbers, kept once by the provider's id.

    `kind` is stop, thanks or open; `state` is open, call_back, answered or done. `address` is the sender in
    E.164. The message is the last one that went to this address before it; person, object and appointment
    follow from it.
    """

    __tablename__ = "replies"
    id: Mapped[int] = mapped_column(primary_key=True)
    gateway_id: Mapped[int] = mapped_column(ForeignKey("gateways.id"))
    event_key: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="open")
    name: Mapped[str] = mapped_column(String(400), default="")
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id", ondelete="SET NULL"))
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(String(120), default="")
    gateway: Mapped[Gateway] = relationship()
    message: Mapped[Message | None] = relationship()

    __table_args__ = (
        UniqueConstraint("gateway_id", "event_key"),
        Index("ix_replies_state", "state", "said_at"),
        Index("ix_replies_address", "address", "said_at"),
        Index("ix_replies_message", "message_id"),
        Index("ix_replies_property", "property_id", "said_at"),
        Index("ix_replies_person", "person_id"),
    )


class CalendarLink(db.Model):  # type: ignore[name-defined, misc]
    """The link under which a message's appointment comes into a calendar: unguessable, and it expires."""

    __tablename__ = "calendar_links"
    token: Mapped[str] = mapped_column(String(24), primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), unique=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
