"""Adds to the ledger of consent: a tick, an untick, or a number that stands in an entry."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.plan_messages import plan_messages
from kehr.models import Appointment, Calendar, Consent, writing

WORDING = "2026-1"
"""Version of the sentence that names data transfer to the gateway and notification by SMS or e-mail."""
SOURCES = frozenset({"form", "phone", "in_person"})


def grant(address: str, source: str, by: str, evidence: str, now: datetime) -> None:
    """Ticks one number or e-mail address. Raises ValueError for an unknown source."""
    _record(address, True, source, by, evidence, now)


def revoke(address: str, source: str, by: str, evidence: str, now: datetime) -> None:
    """Unticks one number or e-mail address; what is planned is withdrawn by the planning that follows."""
    _record(address, False, source, by, evidence, now)


def _record(address: str, granted: bool, source: str, by: str, evidence: str, now: datetime) -> None:
    if source not in SOURCES or not address:
        raise ValueError(f"unknown source {source!r} of consent, or no address")
    with writing() as session:
        newest = session.scalars(
            select(Consent).where(Consent.address == address).order_by(Consent.id.desc()).limit(1)
        ).first()
        same = newest is not None and newest.granted == granted and newest.source == source
        if not same:
            session.add(
                Consent(
                    address=address,
                    granted=granted,
                    at=now,
                    by=by,
                    source=source,
                    evidence=evidence,
                    wording=WORDING,
                )
            )
    plan_messages(now)


def record_calendar_consent(
    session: Session, calendar: Calendar, appointment: Appointment, now: datetime
) -> None:
    """Where the calendar's setting says so, a number in the entry counts as consent, recorded as such.

    An address that is in the ledger already keeps its own story: an opt-out is not revived.
    """
    if calendar.consent != "calendar":
        return
    addresses = [phone["e164"] for phone in appointment.phones if phone["type"] == "mobile"]
    addresses += appointment.emails
    if not addresses:
        return
    known = set(session.scalars(select(Consent.address).where(Consent.address.in_(addresses))))
    for address in dict.fromkeys(addresses):
        if address not in known:
            session.add(
                Consent(
                    address=address,
                    granted=True,
                    at=now,
                    by="",
                    source="calendar",
                    evidence=f"{calendar.name}: {appointment.summary} ({appointment.uid})",
                    wording="calendar",
                )
            )
    session.flush()
