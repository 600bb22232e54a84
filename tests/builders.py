"""Rows with sensible values, so that a test says only what it is about."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from kehr.models import (
    Appointment,
    Branch,
    Calendar,
    Company,
    Gateway,
    Message,
    MessageRule,
    User,
    db,
)
from tests.conftest import NOON


def company(**values: Any) -> Company:
    """A firm in Steyr whose master data are complete, out of trial mode."""
    defaults: dict[str, Any] = {
        "id": 1,
        "name": "Rauchfangkehrer Probe",
        "street": "Redtenbachergasse 3",
        "postcode": "4400",
        "town": "Steyr",
        "phone": "+43 7252 12345",
        "email": "office@example.at",
        "land": "OÖ",
        "trial": False,
        "wizard_done_at": NOON - timedelta(days=30),
    }
    return _kept(Company(**defaults | values))


def gateway(name: str = "sandbox", **values: Any) -> Gateway:
    """A sandbox gateway without limit."""
    return _kept(
        Gateway(**{"name": name, "kind": "sandbox", "max_per_minute": 0, "created_at": NOON} | values)
    )


def branch(name: str = "Steyr", **values: Any) -> Branch:
    """A branch that sends through the given gateways."""
    return _kept(Branch(**{"name": name, "sender": "+43720111222", "created_at": NOON} | values))


def calendar(name: str = "Kehrplan Steyr", **values: Any) -> Calendar:
    """A calendar that has been live for a month and takes a number in the entry as consent."""
    defaults: dict[str, Any] = {
        "name": name,
        "url": "https://calendar.example.at/kehrplan.ics",
        "consent": "calendar",
        "live_since": NOON - timedelta(days=30),
        "last_good_at": NOON,
        "created_at": NOON - timedelta(days=30),
    }
    return _kept(Calendar(**defaults | values))


def rule(kind: str = "reminder", **values: Any) -> MessageRule:
    """An active firm-wide reminder, two days before at 17:00."""
    defaults: dict[str, Any] = {
        "kind": kind,
        "active": True,
        "active_since": NOON - timedelta(days=30),
        "channel": "sms",
        "days": 2 if kind == "reminder" else 0,
        "at": time(17),
        "text": "#Wochentag, #Datum um #Uhrzeit: #Ort. #Firma, #Telefon",
        "created_at": NOON - timedelta(days=30),
    }
    return _kept(MessageRule(**defaults | values))


def appointment(calendar: Calendar, start: datetime, **values: Any) -> Appointment:
    """An hour's appointment of Karl Mustermann, known since the calendar went live."""
    seen = values.pop("seen", NOON - timedelta(days=30))
    defaults: dict[str, Any] = {
        "calendar_id": calendar.id,
        "uid": f"{secrets.token_hex(6)}@example.at",
        "start": start,
        "end": start + timedelta(hours=1),
        "summary": "Karl Mustermann 0664 1000001",
        "name": "Karl Mustermann",
        "phones": [{"e164": "+436641000001", "type": "mobile", "country": "AT", "typed": "0664 1000001"}],
        "place": "Redtenbachergasse 3, 4400 Steyr",
        "baseline": True,
        "first_seen_at": seen,
        "changed_at": seen,
    }
    return _kept(Appointment(**defaults | values))


def message(appointment: Appointment, rule: MessageRule, **values: Any) -> Message:
    """A planned SMS about an appointment, due two days before it."""
    defaults: dict[str, Any] = {
        "id": secrets.token_hex(16),
        "appointment_id": appointment.id,
        "kind": rule.kind,
        "rule_id": rule.id,
        "channel": "sms",
        "recipient": "+436641000001",
        "about_start": appointment.start,
        "due_at": appointment.start - timedelta(days=2),
        "too_late_at": appointment.start,
        "state": "planned",
        "calendar_id": appointment.calendar_id,
        "calendar_name": appointment.calendar.name,
        "uid": appointment.uid,
        "appointment_start": appointment.start,
        "recipient_name": appointment.name,
        "place": appointment.place,
        "created_at": NOON,
    }
    return _kept(Message(**defaults | values))


def user(login: str = "office", role: str = "admin", **values: Any) -> User:
    """A user; tests sign in through the session, not through the password."""
    defaults: dict[str, Any] = {"login": login, "role": role, "session_key": "k", "created_at": NOON}
    return _kept(User(**defaults | values))


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.commit()
    return row
