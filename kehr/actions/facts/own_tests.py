"""The firm's own tests: whom they may go to, its own number and address alone; and their calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.models import Calendar, Company, MessageRule
from kehr.rules.plan.recipients import Contact
from kehr.rules.terms.messages import SENT_BY_GATEWAY, Channel, Kind


def own_addresses(company: Company) -> dict[str, str]:
    """The firm's number and e-mail address for tests, by channel."""
    addresses = {Channel.SMS.value: company.self_test_sms, Channel.EMAIL.value: company.self_test_email}
    return {channel: address for channel, address in addresses.items() if address}


def own_contact(row: Any, company: Company) -> Contact:
    """Whom a test appointment is for: what its entry names, as far as it still is the firm's own."""
    own = {address.casefold() for address in own_addresses(company).values()}
    phones = [(phone["e164"], phone["type"]) for phone in row.phones if phone["e164"] in own]
    return Contact(phones, [address for address in row.emails if address.casefold() in own])


def own_calendar(
    session: Session, kind: str, name: str, live_since: datetime, now: datetime, **values: Any
) -> Calendar:
    """The one calendar of this kind, made where it is missing. It is not active, so that it stands in no list
    of calendars; planning takes it all the same.
    """
    row = session.scalars(select(Calendar).where(Calendar.kind == kind)).first()
    if row is None:
        taken = set(session.scalars(select(Calendar.name).where(Calendar.name.startswith(name))))
        names = (name if not number else f"{name} {number}" for number in range(len(taken) + 1))
        row = Calendar(
            kind=kind,
            name=next(free for free in names if free not in taken),
            active=False,
            consent="calendar",
            live_since=live_since,
            created_at=now,
            **values,
        )
        session.add(row)
        session.flush()
    return row


def own_rule(
    session: Session,
    calendar: Calendar,
    kind: Kind,
    addresses: Mapping[str, str],
    text: str,
    subject: str,
    now: datetime,
) -> MessageRule:
    """The one message about its entries, by all channels that there are addresses for."""
    row = session.scalars(select(MessageRule).where(MessageRule.calendar_id == calendar.id)).first()
    if row is None:
        row = MessageRule(
            calendar_id=calendar.id,
            kind=kind,
            active=True,
            active_since=calendar.live_since,
            text=text,
            subject=subject,
            created_at=now,
        )
        session.add(row)
    row.channel = "both" if len(addresses) == len(SENT_BY_GATEWAY) else next(iter(addresses))
    return row
