"""Calendars, what was last fetched of them, and the appointments they brought."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from kehr.models.database import db
from kehr.models.offices import Branch

SELF_TEST = "test"
"""The kind of the one calendar that brings a pseudo-appointment a day (A32)."""
OWN_VISITS = "testvisits"
"""The kind of the one calendar of the appointments that somebody made to test (B46)."""
OWN_TESTS = (SELF_TEST, OWN_VISITS)
"""What goes to the firm itself: no customer's, and in no sum."""


class Calendar(db.Model):  # type: ignore[name-defined, misc]
    """A source of appointments, how to read its entries, and how its last polls went.

    `kind` is ics (a calendar behind an address), file (lists that are imported; never polled) or one of
    the firm's own tests.

    `live_since` is the moment of the last take-over after switching on; what fell due before it is
    never sent. `faulty_code` is empty while the feed is well. `new_since` is set while the first send of a
    calendar that was added at the desk waits for its release (C06).
    """

    __tablename__ = "calendars"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(10), default="ics")
    url: Mapped[str] = mapped_column(String(2000), default="")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    color: Mapped[str] = mapped_column(String(20), default="#2f6f4f")
    active: Mapped[bool] = mapped_column(default=True)
    poll_minutes: Mapped[int] = mapped_column(default=15)
    phone_field: Mapped[str] = mapped_column(String(20), default="summary")
    name_field: Mapped[str] = mapped_column(String(20), default="summary")
    location_field: Mapped[str] = mapped_column(String(20), default="location")
    fallback_name: Mapped[str] = mapped_column(String(200), default="")
    fallback_location: Mapped[str] = mapped_column(String(200), default="")
    consent: Mapped[str] = mapped_column(String(20), default="customer")
    live_since: Mapped[datetime | None]
    next_poll_at: Mapped[datetime | None]
    last_poll_at: Mapped[datetime | None]
    last_good_at: Mapped[datetime | None]
    last_full_at: Mapped[datetime | None]
    expanded_until: Mapped[datetime | None]
    expanded_with: Mapped[str] = mapped_column(String(300), default="")
    etag: Mapped[str] = mapped_column(String(500), default="")
    last_modified: Mapped[str] = mapped_column(String(100), default="")
    faulty_code: Mapped[str] = mapped_column(String(60), default="")
    faulty_detail: Mapped[str] = mapped_column(Text, default="")
    faulty_since: Mapped[datetime | None]
    accept_losses: Mapped[bool] = mapped_column(default=False)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    new_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    branch: Mapped[Branch | None] = relationship()


class FeedCopy(db.Model):  # type: ignore[name-defined, misc]
    """The last good copy of a feed (compressed) and the index of its entries, in step with the rows."""

    __tablename__ = "feed_copies"
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    entry_index: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    taken_at: Mapped[datetime]


class Appointment(db.Model):  # type: ignore[name-defined, misc]
    """One occurrence of one entry, as last read, with what was recognised in it.

    `recurrence_id` is empty for single entries. `changed_at` is when its start last changed (or when
    it was first seen); `missing_since` the first good fetch without it; `cancelled_at` when it was
    cancelled for sure (C02). `hold_code` keeps its moved/cancelled messages for a person's release.
    `property_id` is the object it was found to belong to, `person_id` the one party it is for (None: the
    whole house); `match_by` says how: number, phone, address, hand, or ambiguous (several fit, none is
    taken); `match_confidence` in percent.
    """

    __tablename__ = "appointments"
    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    uid: Mapped[str] = mapped_column(String(1000))
    recurrence_id: Mapped[str] = mapped_column(String(40), default="")
    start: Mapped[datetime]
    end: Mapped[datetime]
    all_day: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    location: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    categories: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(String(20), default="confirmed")
    sequence: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(300), default="")
    phones: Mapped[list[Any]] = mapped_column(default=list)
    emails: Mapped[list[Any]] = mapped_column(default=list)
    place: Mapped[str] = mapped_column(String(500), default="")
    object_number: Mapped[str] = mapped_column(String(40), default="")
    work_kind: Mapped[str] = mapped_column(String(20), default="Kehrung")
    no_sms: Mapped[bool] = mapped_column(default=False)
    no_email: Mapped[bool] = mapped_column(default=False)
    salutation: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(60), default="")
    first_name: Mapped[str] = mapped_column(String(120), default="")
    baseline: Mapped[bool] = mapped_column(default=False)
    first_seen_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    missing_since: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    hold_code: Mapped[str] = mapped_column(String(40), default="")
    hold_key: Mapped[str] = mapped_column(String(60), default="")
    property_id: Mapped[int | None] = mapped_column(ForeignKey("properties.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    match_by: Mapped[str] = mapped_column(String(20), default="")
    match_confidence: Mapped[int] = mapped_column(default=0)
    calendar: Mapped[Calendar] = relationship()

    __table_args__ = (
        UniqueConstraint("calendar_id", "uid", "recurrence_id"),
        Index("ix_appointments_start", "start"),
        Index("ix_appointments_property_start", "property_id", "start"),
        Index("ix_appointments_person", "person_id"),
    )
