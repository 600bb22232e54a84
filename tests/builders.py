"""Rows with sensible values, so that a test says only what it is about."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from kehr.actions.people.search_lines import refresh_search_lines
from kehr.models import (
    Address,
    Appointment,
    Branch,
    Calendar,
    Company,
    Consent,
    Employee,
    Gateway,
    Message,
    MessageRule,
    Person,
    Property,
    Reply,
    User,
    db,
)
from kehr.rules.gateways.replies import kind_of
from kehr.rules.terms.people import key_of
from kehr.rules.terms.phones import normalise
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


def house(number: str = "A110010", **values: Any) -> Property:
    """An object in Redtenbachergasse, without people."""
    defaults: dict[str, Any] = {
        "number": number,
        "number_key": key_of(number),
        "street": "Redtenbachergasse 3",
        "postcode": "4400",
        "town": "Steyr",
        "created_at": NOON,
        "changed_at": NOON,
    }
    return _kept(Property(**defaults | values))


def person(house: Property, name: str = "Mustermann", **values: Any) -> Person:
    """Somebody at an object: its own address, or with `unit` a party. `phones`, `emails` and `fax` are
    as typed; a phone or an e-mail may also be a pair of text and purpose.
    """
    phones, emails, fax = values.pop("phones", ()), values.pop("emails", ()), values.pop("fax", "")
    unit = values.get("unit", "")
    defaults: dict[str, Any] = {
        "property_id": house.id,
        "unit_key": key_of(unit),
        "role": "party" if unit else "owner",
        "position": len(house.people),
        "name": name,
        "created_at": NOON,
        "changed_at": NOON,
    }
    row = Person(**defaults | values)
    row.addresses = [_address("phone", at, one) for at, one in enumerate(phones, 1)]
    row.addresses += [_address("email", at, one) for at, one in enumerate(emails, 1)]
    row.addresses += [_address("fax", 1, fax)] if fax else []
    _kept(row)
    refresh_search_lines(db.session, [house.id])
    db.session.commit()
    return row


def _address(kind: str, position: int, given: Any) -> Address:
    typed, purpose = given if isinstance(given, tuple) else (given, "all")
    values: dict[str, Any] = {"value": typed.lower()}
    if kind != "email":
        number = normalise(typed)
        values = {"value": number.e164, "type": number.type, "country": number.country}
    return Address(kind=kind, position=position, typed=typed, purpose=purpose, **values)


def consent(address: str, granted: bool = True, **values: Any) -> Consent:
    """A tick of one number or e-mail address that somebody said on the phone."""
    defaults: dict[str, Any] = {"granted": granted, "at": NOON, "by": "office", "source": "phone"}
    return _kept(Consent(address=address, **defaults | values))


def employee(name: str = "Maier", **values: Any) -> Employee:
    """An employee with a mobile number."""
    defaults: dict[str, Any] = {
        "first_name": "Franz",
        "name": name,
        "mobile_typed": "0664 1000123",
        "mobile": "+436641000123",
        "created_at": NOON,
    }
    return _kept(Employee(**defaults | values))


def reply(text: str = "Geht es auch um 11?", through: Gateway | None = None, **values: Any) -> Reply:
    """An SMS that Karl Mustermann sent an hour before noon; its kind follows from its words."""
    account = through or db.session.scalars(db.select(Gateway).limit(1)).first() or gateway()
    kind = kind_of(text)
    defaults: dict[str, Any] = {
        "gateway_id": account.id,
        "event_key": secrets.token_hex(8),
        "address": "+436641000001",
        "recipient": "+43720111222",
        "text": text,
        "said_at": NOON - timedelta(hours=1),
        "seen_at": NOON - timedelta(hours=1),
        "kind": kind,
        "state": "open" if kind == "open" else "done",
        "name": "Karl Mustermann",
    }
    return _kept(Reply(**defaults | values))
