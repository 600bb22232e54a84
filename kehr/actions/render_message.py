"""Puts a message into words: for the eye, and at the moment of sending."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from kehr.actions.appointment_facts import load_messages, past_of, text_facts
from kehr.actions.office_facts import OfficeFacts, load_office
from kehr.models import Appointment, Message, MessageRule, db
from kehr.rules.messages import Channel, Kind
from kehr.rules.outgoing import WITH_ENTRY, Composed, EntryFacts, calendar_entry, compose
from kehr.rules.planning import last_told


def compose_message(
    message: Message, row: Appointment, rule: MessageRule, facts: OfficeFacts, now: datetime
) -> Composed:
    """The message as it would leave now."""
    old_start = told_start(message) if message.kind == Kind.MOVED else None
    about = text_facts(row, facts.calendars[row.calendar_id], facts.company, old_start)
    return compose(
        Kind(message.kind), Channel(message.channel), rule.text, rule.subject, about, now, facts.office.zone
    )


def told_start(message: Message) -> datetime | None:
    """The start that this message's recipient was last told, before this message."""
    if message.appointment_id is None:
        return None
    rows = load_messages(message.appointment_id)
    mine = [
        row
        for row in rows
        if row.id != message.id and row.recipient == message.recipient and row.channel == message.channel
    ]
    told = last_told(past_of(mine))
    return told.about_start if told is not None else None


def preview_text(message: Message, now: datetime) -> Composed:
    """What a message that has not left will say when it is due (or now, if it is late).

    What did leave is in the row.
    """
    facts = load_office()
    row = db.session.get_one(Appointment, message.appointment_id)
    rule = db.session.get_one(MessageRule, message.rule_id)
    return compose_message(message, row, rule, facts, max(now, message.due_at))


def entry_file(message: Message, row: Appointment, facts: OfficeFacts, now: datetime) -> bytes | None:
    """The .ics that goes with an e-mail; None for kinds that bring no date."""
    start = message.about_start
    if message.kind not in WITH_ENTRY or start is None:
        return None
    company = facts.company
    earlier = select(Message.id).where(
        Message.appointment_id == row.id, Message.recipient == message.recipient, Message.sent_at.is_not(None)
    )
    sequence = len(list(db.session.scalars(earlier)))
    return calendar_entry(
        EntryFacts(
            uid=f"kehrbote-{row.calendar_id}-{row.id}@kehrbote",
            start=start,
            end=start + (row.end - row.start),
            all_day=row.all_day,
            summary=f"{company.name}: Rauchfangkehrer",
            place=row.place,
            company=company.name,
            phone=company.phone,
            email=company.email,
            cancelled=message.kind == Kind.CANCELLED,
            sequence=sequence,
        ),
        now,
        facts.office.zone,
    )
