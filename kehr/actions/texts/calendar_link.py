"""Gives each message the link under which its appointment comes into a calendar, and opens such links."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.house_facts import load_houses
from kehr.actions.texts.render_message import entry_of, told_before
from kehr.models import Appointment, CalendarLink, Company, Message, db
from kehr.rules.texts.calendar_link import ALPHABET, link_of, opens_until, stand_in, token_length
from kehr.rules.texts.outgoing import Composed

TRAILING = ".,;:!?)»\"'"
"""What a phone may take for a part of a link at the end of a sentence."""


def put_link(
    session: Session, message: Message, composed: Composed, company: Company, now: datetime
) -> Composed:
    """The text with the message's own link in the place of its stand-in, inside the claim's transaction.

    A message that is claimed again keeps the link that it was given first.
    """
    dots = stand_in(company.public_url, company.missing_fields)
    if not dots or message.appointment_id is None or dots not in composed.text + composed.subject:
        return composed
    given = session.scalar(select(CalendarLink).where(CalendarLink.message_id == message.id))
    link = given or _new_link(session, message, company, now)
    address = link_of(company.public_url, link.token)
    return replace(
        composed, text=composed.text.replace(dots, address), subject=composed.subject.replace(dots, address)
    )


def _new_link(session: Session, message: Message, company: Company, now: datetime) -> CalendarLink:
    row = session.get_one(Appointment, message.appointment_id)
    length = token_length(company.public_url)
    token = _token(length)
    while session.get(CalendarLink, token) is not None:
        token = _token(length)
    link = CalendarLink(
        token=token,
        message_id=message.id,
        appointment_id=row.id,
        created_at=now,
        expires_at=opens_until(row.end),
    )
    session.add(link)
    session.flush()
    return link


def _token(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What somebody gets who opens a link: an .ics file, and whether it says that the date is off."""

    content: bytes
    cancelled: bool


def open_link(token: str, now: datetime) -> OpenedLink | None:
    """The appointment behind a link as it is now; None when there is none, or its time is over.

    A link opens until a day after the end of its appointment, the old one or, after a move, the new one.
    """
    asked = token.rstrip(TRAILING)
    if not set(asked) <= set(ALPHABET):
        return None  # PostgreSQL would not even look for a null character.
    link = db.session.get(CalendarLink, asked)
    company = db.session.get(Company, 1)
    if link is None or company is None:
        return None
    row = db.session.get_one(Appointment, link.appointment_id)
    if now >= max(link.expires_at, opens_until(row.end)):
        return None
    house = load_houses([row.property_id]).get(row.property_id or 0)
    message = db.session.get_one(Message, link.message_id)
    cancelled = row.cancelled_at is not None
    # Where the truth is another than what was told, the file must count as newer than the last one.
    newer = int(cancelled or row.start != message.about_start)
    sequence = told_before(message) + newer
    return OpenedLink(entry_of(row, house, company, row.start, sequence, cancelled, now), cancelled)
