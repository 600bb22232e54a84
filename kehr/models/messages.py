"""Messages, the rules that want them, and the events that tell their story."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kehr.models.accounts import Gateway
from kehr.models.calendars import Appointment
from kehr.models.database import db
from kehr.models.manual import ManualSend


def _where_set(name: str, column: str) -> Index:
    """An index of the rows that have something in this column. Of a million messages few have: one of all
    rows would be chosen for those that have nothing, and lead through nearly all of them.
    """
    there = text(f"{column} IS NOT NULL")
    return Index(name, column, sqlite_where=there, postgresql_where=there)


class MessageRule(db.Model):  # type: ignore[name-defined, misc]
    """When to send what: the firm's default, or an override of one branch or one calendar.

    `days` are before the appointment (feedback: after it); `at` is office wall time. `active_since`
    is when it was last switched on. Rules are never deleted, because messages name them;
    `archived_at` takes one out.
    With `second_channel` an SMS that is refused or not delivered is followed by an e-mail (C20).
    `text_new_since` is set while the first send of a text that was changed at the desk waits for its
    release (C06).
    """

    __tablename__ = "rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    kind: Mapped[str] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(default=False)
    active_since: Mapped[datetime | None]
    channel: Mapped[str] = mapped_column(String(10), default="sms")
    days: Mapped[int] = mapped_column(default=0)
    at: Mapped[time] = mapped_column(default=time(17))
    text: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(String(300), default="")
    ical_link: Mapped[bool] = mapped_column(default=False)
    second_channel: Mapped[bool] = mapped_column(default=False)
    text_new_since: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Message(db.Model):  # type: ignore[name-defined, misc]
    """One message to one recipient: about one start of one appointment, or written by hand.

    The unique constraints are the promise of at most one: `uq_messages_identity` for what planning
    wants, `manual_key` for what a person sends (whom, about what, which text, which day). A manual
    message has a `manual_send_id` and no rule; without appointment it has no start either. `carrier_id`
    is the message that carried this one in a digest; `second_of` the SMS that this e-mail stands in for.
    `price` of all parts is in ten-thousandths of a euro, None when unknown. `next_state_at` is when the
    gateway is asked for its delivery state, after `state_asks` times; `delivery_code` is its last word.
    `own_text` and `own_subject` replace the rule's for this one message; `own_due_at` its due time.
    `dealt_at` and `dealt_by` tell when a person said what shall become of it, and who. On an open message
    (planned, withheld, held) they mean "withheld by hand": planning keeps it from leaving until somebody
    lets it go, which empties both. On one that was refused, not delivered or missed they mean "settled":
    nothing is left to do about it, and it no longer waits. Neither changes what the log says of it.
    From the claim on, everything that left is copied here, so that the log never changes when master data
    do.
    """

    __tablename__ = "messages"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"))
    kind: Mapped[str] = mapped_column(String(20))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("rules.id"))
    channel: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str] = mapped_column(String(200))
    about_start: Mapped[datetime | None]
    due_at: Mapped[datetime]
    too_late_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(60), default="")
    reason_args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    released_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    trial: Mapped[bool] = mapped_column(default=False)
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    calendar_name: Mapped[str] = mapped_column(String(120), default="")
    branch_name: Mapped[str] = mapped_column(String(120), default="")
    uid: Mapped[str] = mapped_column(String(1000), default="")
    appointment_start: Mapped[datetime | None]
    work_kind: Mapped[str] = mapped_column(String(20), default="")
    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id", ondelete="SET NULL"))
    property_number: Mapped[str] = mapped_column(String(40), default="")
    manual_send_id: Mapped[int | None] = mapped_column(ForeignKey("manual_sends.id"))
    manual_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    by: Mapped[str] = mapped_column(String(120), default="")
    without_consent: Mapped[str] = mapped_column(Text, default="")
    carrier_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    recipient_name: Mapped[str] = mapped_column(String(300), default="")
    place: Mapped[str] = mapped_column(String(500), default="")
    subject: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    sender: Mapped[str] = mapped_column(String(200), default="")
    gateway_id: Mapped[int | None] = mapped_column(ForeignKey("gateways.id"))
    gateway_name: Mapped[str] = mapped_column(String(120), default="")
    reference: Mapped[str] = mapped_column(String(300), default="")
    parts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str] = mapped_column(String(120), default="")
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    price: Mapped[int | None]
    cost_center: Mapped[str] = mapped_column(String(40), default="")
    next_state_at: Mapped[datetime | None]
    state_asks: Mapped[int] = mapped_column(default=0)
    delivery_code: Mapped[str] = mapped_column(String(60), default="")
    second_of: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    own_text: Mapped[str] = mapped_column(Text, default="")
    own_subject: Mapped[str] = mapped_column(String(500), default="")
    own_due_at: Mapped[datetime | None]
    dealt_at: Mapped[datetime | None]
    dealt_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    appointment: Mapped[Appointment | None] = relationship()
    rule: Mapped[MessageRule | None] = relationship()
    gateway: Mapped[Gateway | None] = relationship()
    manual_send: Mapped[ManualSend | None] = relationship()

    __table_args__ = (
        UniqueConstraint(
            "appointment_id",
            "kind",
            "rule_id",
            "channel",
            "recipient",
            "about_start",
            name="uq_messages_identity",
        ),
        Index("ix_messages_state_due", "state", "due_at"),
        Index("ix_messages_due", "due_at"),
        Index("ix_messages_sent", "sent_at"),
        Index("ix_messages_gateway_claimed", "gateway_id", "claimed_at"),
        Index("ix_messages_recipient", "recipient"),
        Index("ix_messages_property_due", "property_id", "due_at"),
        _where_set("ix_messages_manual_send", "manual_send_id"),
        _where_set("ix_messages_carrier", "carrier_id"),
        _where_set("ix_messages_next_state", "next_state_at"),
        Index("ix_messages_gateway_reference", "gateway_id", "reference"),
        _where_set("ix_messages_second_of", "second_of"),
        Index("ix_messages_person", "person_id"),
    )


AGAIN = text("reason = 'planned_again'")
"""The few events of messages that somebody had sent again: the month's quota asks for them."""


class MessageEvent(db.Model):  # type: ignore[name-defined, misc]
    """One change of state of one message: append-only. `by` is a login, or empty for the system."""

    __tablename__ = "message_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), index=True)
    at: Mapped[datetime]
    old_state: Mapped[str] = mapped_column(String(20), default="")
    new_state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(60), default="")
    reason_args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    by: Mapped[str] = mapped_column(String(120), default="")

    __table_args__ = (Index("ix_message_events_again", "at", sqlite_where=AGAIN, postgresql_where=AGAIN),)
