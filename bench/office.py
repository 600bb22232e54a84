"""A seeded office on a fresh database of its own, for measurements."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert

from kehr import create_app
from kehr.models import (
    Address,
    Appointment,
    Branch,
    Calendar,
    Company,
    Consent,
    Gateway,
    MessageRule,
    Person,
    Property,
    db,
)
from kehr.settings import Settings
from kehr.worker import settle_memory

NOW = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
"""Tuesday noon in Vienna: every measurement begins here."""
BEFORE = NOW - timedelta(days=60)
DATABASE = "kehrbote.db"
TOKEN = "token-of-the-bench"
TEXT = "Erinnerung: #Wochentag, #Datum um #Uhrzeit kommt der Rauchfangkehrer: #Ort. #Firma, #Telefon"


@contextmanager
def office(base_url: str = "") -> Iterator[Flask]:
    """An app inside its context, on a migrated SQLite file with a firm, a branch and a live calendar.

    With `base_url` its SMS leave through LINK's interface there, else they stay in the sandbox.
    """
    with tempfile.TemporaryDirectory(prefix="kehr-bench-") as folder:
        app = app_in(Path(folder), screens=False)
        with app.app_context():
            upgrade()
            _master_data(base_url)
            settle_memory()
            yield app
            db.session.remove()
            db.engine.dispose()


def app_in(data: Path, *, screens: bool) -> Flask:
    """An app whose data lie in this folder, in a SQLite file `kehrbote.db`."""
    (data / "run").mkdir()
    url = f"sqlite:///{data / DATABASE}"
    settings = Settings(data, 8080, url, "redis://127.0.0.1:1", "a key for measurements")
    return create_app(settings, screens=screens)


def _master_data(base_url: str) -> None:
    db.session.add(
        Company(
            id=1,
            name="Rauchfangkehrer Probe",
            street="Redtenbachergasse 3",
            postcode="4400",
            town="Steyr",
            phone="+43 7252 12345",
            email="office@example.at",
            trial=False,
            network_allow=["127.0.0.1"],
        )
    )
    gateway = Gateway(name="Gateway", kind="sandbox", max_per_minute=0, created_at=BEFORE)
    if base_url:
        gateway.kind, gateway.base_url, gateway.secret = "linkmobility", base_url, TOKEN
        gateway.senders = [{"address": "+43720111222", "type": "international"}]
    db.session.add(gateway)
    db.session.flush()
    branch = Branch(name="Steyr", sms_gateway_id=gateway.id, sender="+43720111222", created_at=BEFORE)
    db.session.add(branch)
    db.session.flush()
    calendar = Calendar(
        name="Kehrplan", url="https://calendar.example.at/k.ics", branch_id=branch.id, consent="customer"
    )
    calendar.live_since = calendar.last_good_at = calendar.created_at = BEFORE
    db.session.add(calendar)
    db.session.commit()


def add_rules(days: tuple[int, ...]) -> None:
    """Active reminders, so many days before at 17:00."""
    for number in days:
        db.session.add(
            MessageRule(
                kind="reminder",
                active=True,
                active_since=BEFORE,
                days=number,
                at=time(17),
                text=TEXT,
                created_at=BEFORE,
            )
        )
    db.session.commit()


def add_appointments(
    count: int, numbers_each: int, first: datetime, days: int, *, at_objects: bool = False
) -> None:
    """`count` appointments over `days` days, each with so many ticked mobile numbers of its own.

    They stand in the entry, or with `at_objects` in the master data: a person for each number.
    """
    rows, consents = [], []
    for serial in range(count):
        start = first + timedelta(days=serial % days, minutes=15 * (serial // days % 32))
        phones = [f"+43664{1_000_000 + serial * numbers_each + n}" for n in range(numbers_each)]
        rows.append(_at_object(serial, start) if at_objects else _appointment(serial, start, phones))
        consents += [
            {"address": phone, "granted": True, "at": BEFORE, "by": "office", "source": "form"}
            for phone in phones
        ]
    if at_objects:
        _add_objects(count, numbers_each)
    db.session.execute(insert(Appointment), rows)
    db.session.execute(insert(Consent), consents)
    db.session.commit()


def _add_objects(count: int, people_each: int) -> None:
    seen = {"created_at": BEFORE, "changed_at": BEFORE}
    houses, people, addresses = [], [], []
    for serial in range(count):
        number, street = f"A{serial:06d}", f"Redtenbachergasse {serial % 90 + 1}"
        houses.append({"id": serial + 1, "number": number, "number_key": number.lower(), "street": street})
        for place in range(people_each):
            person = serial * people_each + place
            unit = f"Top {place}" if place else ""
            names = {"name": f"Muster{person}", "unit": unit, "unit_key": unit.lower().replace(" ", "")}
            people.append({"id": person + 1, "property_id": serial + 1, "position": place, **names})
            value = f"+43664{1_000_000 + person}"
            number_of = {"person_id": person + 1, "kind": "phone", "typed": value, "value": value}
            addresses.append(number_of | {"type": "mobile", "country": "AT"})
    db.session.execute(insert(Property), [house | seen for house in houses])
    db.session.execute(insert(Person), [person | seen for person in people])
    db.session.execute(insert(Address), addresses)


def _at_object(serial: int, start: datetime) -> dict[str, object]:
    """An entry that names nobody: whoever is at the object is told."""
    number = f"A{serial:06d}"
    found = {"property_id": serial + 1, "match_by": "number", "match_confidence": 100}
    entry = {"summary": f"{number} Kehrung", "object_number": number, "name": "", "phones": []}
    return _appointment(serial, start, [""]) | found | entry


def _appointment(serial: int, start: datetime, phones: list[str]) -> dict[str, object]:
    return {
        "calendar_id": 1,
        "uid": f"{serial:06d}@bench.example.at",
        "start": start,
        "end": start + timedelta(minutes=30),
        "summary": f"Karl Muster{serial} {phones[0]}",
        "name": f"Karl Muster{serial}",
        "phones": [{"e164": phone, "type": "mobile", "country": "AT", "typed": phone} for phone in phones],
        "place": f"Redtenbachergasse {serial % 90 + 1}, 4400 Steyr",
        "baseline": True,
        "first_seen_at": BEFORE,
        "changed_at": BEFORE,
    }
