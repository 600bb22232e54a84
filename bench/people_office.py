"""An office that knows a whole town: filled once, kept as a file, copied for each measurement."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import insert, text

from bench import people_data
from bench.office import BEFORE, DATABASE, NOW, TEXT, app_in, office
from bench.people_data import KINDS, House, Somebody, houses, mobile_of
from kehr.actions.people import search_lines
from kehr.actions.people.search_lines import refresh_search_lines
from kehr.models import (
    Address,
    Appointment,
    Consent,
    Message,
    MessageRule,
    Person,
    Property,
    User,
    db,
    writing,
)
from kehr.rules.terms import search_text
from kehr.rules.terms.people import key_of
from kehr.settings import ROOT

CACHE = Path(__file__).parent / "cache"
HOUSES = 20_000
PEOPLE = 50_000
VIENNA = ZoneInfo("Europe/Vienna")
WORKS = {"Kehrung": "Kehrung", "Hauptkehrung": "HK", "Sonderarbeit": "Sonderarbeit"}
_VISITS = (-400, -200, 30)
"""Days from now of the three appointments of each house, which lie within a hundred days after."""


@contextmanager
def town(count: int = HOUSES, *, visited: bool = True, screens: bool = True) -> Iterator[Flask]:
    """The app, outside its context, on a copy of its own of an office that knows `count` houses; with
    `visited` also three appointments of each and what was said of the two past ones.
    """
    with tempfile.TemporaryDirectory(prefix="kehr-bench-") as folder:
        shutil.copy(_filled(count, visited), Path(folder) / DATABASE)
        app = app_in(Path(folder), screens=screens)
        yield app
        with app.app_context():
            db.engine.dispose()


def _filled(count: int, visited: bool) -> Path:
    """The database file, made anew when what decides its content has changed."""
    sources = [Path(str(module.__file__)) for module in (people_data, search_lines, search_text)]
    sources += [Path(__file__), *sorted((ROOT / "migrations" / "versions").glob("*.py"))]
    state = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    name = f"town-{count}{'-visited' if visited else ''}"
    kept = CACHE / f"{name}-{state}.db"
    if not kept.exists():
        CACHE.mkdir(exist_ok=True)
        for old in CACHE.glob(f"{name}-????????????.db"):
            old.unlink()
        with office():
            known = list(houses(count))
            _fill_houses(known)
            if visited:
                _fill_visits(known)
            db.session.execute(text("COMMIT"))
            db.session.execute(text("VACUUM INTO :file"), {"file": str(kept)})
    return kept


def _fill_houses(known: list[House]) -> None:
    """Houses, people, numbers, the ledger and one user, in bulk."""
    with writing() as session:
        session.add(User(login="office", role="office", session_key="k", created_at=BEFORE))
        session.execute(insert(Property), [_house(house) for house in known])
        session.execute(insert(Person), [_person(house, one) for house in known for one in house.people])
        session.execute(insert(Address), [row for house in known for row in _addresses(house)])
        session.execute(insert(Consent), [row for house in known for row in _consents(house)])
        refresh_search_lines(session, [house.serial + 1 for house in known])


def _fill_visits(known: list[House]) -> None:
    """Appointments, and the messages about those that are over."""
    rule = MessageRule(kind="reminder", active=True, active_since=BEFORE, days=2, at=time(17), text=TEXT)
    rule.created_at = BEFORE
    with writing() as session:
        session.add(rule)
        session.flush()
        session.execute(insert(Appointment), [row for house in known for row in _appointments(house)])
        told = [row for house in known for row in _messages(house, int(rule.id))]
        session.execute(insert(Message), told)


def _house(house: House) -> dict[str, Any]:
    return {
        "id": house.serial + 1,
        "number": house.number,
        "number_key": key_of(house.number),
        "street": house.street,
        "postcode": house.postcode,
        "town": house.town,
        "created_at": BEFORE,
        "changed_at": BEFORE,
    }


def _person(house: House, one: Somebody) -> dict[str, Any]:
    return {
        "id": one.serial + 1,
        "property_id": house.serial + 1,
        "unit": one.unit,
        "unit_key": key_of(one.unit),
        "role": "party" if one.unit else "owner",
        "position": house.people.index(one),
        "salutation": one.salutation,
        "first_name": one.first_name,
        "name": one.name,
        "created_at": BEFORE,
        "changed_at": BEFORE,
    }


def _addresses(house: House) -> Iterator[dict[str, Any]]:
    for one in house.people:
        row = {"person_id": one.serial + 1, "purpose": "main" if one.unit else "all"}
        phones = [(one.mobile, mobile_of(one.serial), "mobile")] if one.mobile else []
        if one.landline:
            phones.append((one.landline, "+43" + one.landline[1:].replace(" ", ""), "landline"))
        for position, (typed, value, type_) in enumerate(phones, 1):
            number = {"kind": "phone", "position": position, "typed": typed, "value": value}
            yield row | number | {"type": type_, "country": "AT"}
        if one.email:
            mail = {"kind": "email", "position": 1, "typed": one.email, "value": one.email}
            yield row | mail | {"type": "", "country": ""}


def _consents(house: House) -> Iterator[dict[str, Any]]:
    for one in house.people:
        told = [mobile_of(one.serial)] if one.mobile_ticked else []
        told += [one.email] if one.email_ticked else []
        for address in told:
            yield {"address": address, "granted": True, "at": BEFORE, "by": "office", "source": "form"}


def _appointments(house: House) -> Iterator[dict[str, Any]]:
    for visit, days in enumerate(_VISITS):
        start = _start(house, days)
        seen = min(start, BEFORE) - timedelta(days=60)
        yield {
            "id": house.serial * len(_VISITS) + visit + 1,
            "calendar_id": 1,
            "uid": f"{house.serial:06d}-{visit}@bench.example.at",
            "start": start,
            "end": start + timedelta(minutes=30),
            "summary": f"{house.number} {_kind(house, visit)}",
            "object_number": house.number,
            "work_kind": WORKS[_kind(house, visit)],
            "place": f"{house.street}, {house.postcode} {house.town}",
            "baseline": True,
            "first_seen_at": seen,
            "changed_at": seen,
            "property_id": house.serial + 1,
            "match_by": "number",
            "match_confidence": 100,
        }


def _messages(house: House, rule_id: int) -> Iterator[dict[str, Any]]:
    """What its ticked people were told of the two past visits; the coming one is not planned yet."""
    for visit, days in enumerate(_VISITS[:-1]):
        start = _start(house, days)
        left = start - timedelta(days=2)
        for one in house.people:
            if not one.mobile_ticked:
                continue
            yield {
                "id": f"{visit:08x}{one.serial:024x}",
                "appointment_id": house.serial * len(_VISITS) + visit + 1,
                "kind": "reminder",
                "rule_id": rule_id,
                "channel": "sms",
                "recipient": mobile_of(one.serial),
                "about_start": start,
                "due_at": left,
                "too_late_at": start,
                "state": "delivered",
                "calendar_id": 1,
                "calendar_name": "Kehrplan",
                "branch_name": "Steyr",
                "appointment_start": start,
                "work_kind": WORKS[_kind(house, visit)],
                "property_id": house.serial + 1,
                "person_id": one.serial + 1,
                "property_number": house.number,
                "recipient_name": f"{one.first_name} {one.name}",
                "place": f"{house.street}, {house.postcode} {house.town}",
                "text": f"Erinnerung: {start:%d.%m.%Y} kommt der Rauchfangkehrer: {house.street}.",
                "sender": "+43720111222",
                "gateway_id": 1,
                "gateway_name": "Gateway",
                "parts": 1,
                "claimed_at": left,
                "sent_at": left,
                "delivered_at": left,
                "created_at": left,
            }


def _start(house: House, days: int) -> datetime:
    day = (NOW + timedelta(days=days + house.serial % 100)).astimezone(VIENNA).date()
    return datetime.combine(day, time(8 + house.serial // 100 % 8, 15 * (house.serial % 4)), VIENNA)


def _kind(house: House, visit: int) -> str:
    return KINDS[(house.serial + visit) % len(KINDS)]
