"""Puts a message into words: for the eye, and at the moment of sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from sqlalchemy import func, select

from kehr.actions.facts.appointment_facts import load_messages, past_of, text_facts
from kehr.actions.facts.house_facts import load_houses
from kehr.actions.facts.office_facts import OfficeFacts, load_office
from kehr.actions.texts.manual_text import compose_manual
from kehr.models import Appointment, Company, Message, MessageRule, db
from kehr.rules.entries.residents import Holder, House
from kehr.rules.plan.planning import last_told
from kehr.rules.terms.appointments import WorkKind
from kehr.rules.terms.messages import Channel, Kind
from kehr.rules.terms.people import AddressKind
from kehr.rules.texts.calendar_link import with_link
from kehr.rules.texts.outgoing import WITH_ENTRY, Composed, EntryFacts, calendar_entry, compose
from kehr.rules.texts.text import TextFacts


def compose_message(
    message: Message,
    row: Appointment,
    rule: MessageRule,
    facts: OfficeFacts,
    house: House | None,
    now: datetime,
    text: str = "",
    subject: str = "",
) -> Composed:
    """The message as it would leave now, on its own: with this text, that which a person gave it, or the
    rule's.
    """
    about = facts_of_message(message, row, facts, house)
    return put_into_words(message, rule, about, facts.office.zone, now, text, subject)


def put_into_words(
    message: Message,
    rule: MessageRule,
    about: TextFacts,
    zone: tzinfo,
    now: datetime,
    text: str = "",
    subject: str = "",
) -> Composed:
    """The message with what can be said of its appointment: by this text, its own, or the rule's."""
    kind, channel = Kind(message.kind), Channel(message.channel)
    text = text or message.own_text or rule.text
    text = with_link(text) if appends_link(rule, channel, about) else text
    subject = subject or message.own_subject or rule.subject
    return compose(kind, channel, text, subject, about, now, zone)


def appends_link(rule: MessageRule, channel: Channel, about: TextFacts) -> bool:
    """Whether the calendar link stands at the end: an e-mail brings the appointment as a file instead."""
    return rule.ical_link and channel == Channel.SMS and bool(about.calendar_link)


def facts_of_message(
    message: Message, row: Appointment, facts: OfficeFacts, house: House | None
) -> TextFacts:
    """What can be said of a message's appointment to its recipient."""
    old_start = told_start(message) if message.kind == Kind.MOVED else None
    return facts_with(message, row, facts, house, old_start)


def facts_with(
    message: Message, row: Appointment, facts: OfficeFacts, house: House | None, old_start: datetime | None
) -> TextFacts:
    """The same, where somebody knows already which start the recipient was told before.

    What is cancelled is the start that the recipient knows, even where the entry moved before it went.
    """
    holder = holder_of(message, row, house)
    about = text_facts(
        row,
        facts.calendars[row.calendar_id],
        facts.company,
        house,
        holder.person if holder else None,
        old_start,
        Channel(message.channel),
    )
    if message.kind != Kind.CANCELLED or message.about_start in (None, row.start):
        return about
    return replace(about, start=message.about_start, end=message.about_start + (row.end - row.start))


def holder_of(message: Message, row: Appointment, house: House | None) -> Holder | None:
    """Whose number or address it is at the object; None when only the entry names it."""
    if house is None:
        return None
    kind = AddressKind.PHONE if message.channel == Channel.SMS else AddressKind.EMAIL
    return house.told_at(kind, message.recipient, WorkKind(row.work_kind), row.person_id)


def told_start(message: Message) -> datetime | None:
    """The start that this message's recipient was last told, before this message."""
    if message.appointment_id is None:
        return None
    rows = load_messages(message.appointment_id)
    heard = {(message.channel, message.recipient)}
    heard |= {(row.channel, row.recipient) for row in rows if row.id == message.second_of}
    mine = [row for row in rows if row.id != message.id and (row.channel, row.recipient) in heard]
    told = last_told(past_of(mine))
    return told.about_start if told is not None else None


def preview_text(message: Message, now: datetime, text: str = "", subject: str = "") -> Composed:
    """What a message that has not left will say when it is due (or now, if it is late); with `text` or
    `subject` what it would say with these.

    What did leave is in the row.
    """
    facts = load_office(addresses=())
    moment = max(now, message.due_at)
    if message.manual_send_id is not None:
        return compose_manual(message, facts, moment, text, subject)
    row = db.session.get_one(Appointment, message.appointment_id)
    rule = db.session.get_one(MessageRule, message.rule_id)
    house = load_houses([row.property_id]).get(row.property_id or 0)
    return compose_message(message, row, rule, facts, house, moment, text, subject)


def entry_file(
    message: Message, row: Appointment, house: House | None, facts: OfficeFacts, now: datetime
) -> bytes | None:
    """The .ics that goes with an e-mail; None for kinds that bring no date."""
    start = message.about_start
    if message.kind not in WITH_ENTRY or start is None:
        return None
    told = told_before(message)
    return entry_of(row, house, facts.company, start, told, message.kind == Kind.CANCELLED, now)


def told_before(message: Message) -> int:
    """How often this recipient has heard of the appointment: each file for a calendar counts up."""
    earlier = select(func.count()).where(
        Message.appointment_id == message.appointment_id,
        Message.recipient == message.recipient,
        Message.sent_at.is_not(None),
    )
    return db.session.scalar(earlier) or 0


def entry_of(
    row: Appointment,
    house: House | None,
    company: Company,
    start: datetime,
    sequence: int,
    cancelled: bool,
    now: datetime,
) -> bytes:
    """An appointment that begins at `start`, as an .ics file for a customer's calendar."""
    return calendar_entry(
        EntryFacts(
            uid=f"kehrbote-{row.calendar_id}-{row.id}@kehrbote",
            start=start,
            end=start + (row.end - row.start),
            all_day=row.all_day,
            summary=f"{company.name}: Rauchfangkehrer",
            place=row.place or (house.address if house else ""),
            company=company.name,
            phone=company.phone,
            email=company.email,
            cancelled=cancelled,
            sequence=sequence,
        ),
        now,
        company.zoneinfo,
    )
