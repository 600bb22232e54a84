"""One measured import in a fresh process: `python -m bench.import_run WAY KIND FILE`.

WAY is ours (apply_file), dry (check_file) or bare (csv and executemany). KIND is customers or appointments.
Prints as JSON the seconds, the megabytes above what it held before, and how many rows there are afterwards.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select

from bench.office import NOW, office
from bench.peak import Peak
from bench.people_office import town
from kehr.actions.imports.take_in_file import apply_file, check_file
from kehr.models import Address, Appointment, Consent, Person, Property, SearchLine, db
from kehr.worker import settle_memory

VIENNA = ZoneInfo("Europe/Vienna")
COUNTED = (Property, Person, Address, Consent, SearchLine, Appointment)
_PHONES = (("Tel1", "Tel1 Einwilligung"), ("Tel2", "Tel2 Einwilligung"))


def ours(content: bytes, kind: str) -> None:
    """The whole import, with somebody who is told how far it is."""
    told: list[int] = []
    apply_file(content, "liste.csv", kind, None, None, "", "command", NOW, lambda at, _of: told.append(at))
    if not told:
        raise SystemExit("Nobody was told how far the import is.")


def dry(content: bytes, kind: str) -> None:
    """The dry run."""
    result = check_file(content, "liste.csv", kind, None, None, NOW)
    if result.rejected:
        raise SystemExit(next(row.reason for row in result.rows if row.outcome == "rejected"))


def bare(content: bytes, kind: str) -> None:
    """The same rows into the same tables: csv, then executemany in one transaction. Nothing is checked."""
    path = str(current_app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///")
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    connection.execute("BEGIN IMMEDIATE")
    (_bare_customers if kind == "customers" else _bare_appointments)(connection, rows)
    connection.execute("COMMIT")
    connection.close()


def _bare_customers(connection: sqlite3.Connection, rows: Iterator[dict[str, str]]) -> None:
    now = NOW.isoformat()
    houses: dict[str, tuple[Any, ...]] = {}
    people, addresses, consents, lines = [], [], [], []
    for serial, row in enumerate(rows, 1):
        number, unit = row["Nummer"], row["Partei"]
        house = houses.setdefault(
            number,
            (len(houses) + 1, number, number.lower(), row["Straße"], row["PLZ"], row["Ort"], now, now),
        )
        names = (row["Anrede"], row["Vorname"], row["Name"])
        people.append((serial, house[0], unit, unit.lower().replace(" ", ""), row["Rolle"], *names, now, now))
        digits = ""
        for position, (phone, tick) in enumerate(_PHONES, 1):
            if row[phone]:
                value = "+43" + "".join(c for c in row[phone] if c.isdigit()).removeprefix("43").lstrip("0")
                addresses.append((serial, "phone", position, row[phone], value, "mobile", "AT", "all"))
                digits += " " + value[3:]
                if row[tick]:
                    consents.append((value, 1, now, "import", row["Name"], number))
        if row["eMail"]:
            addresses.append((serial, "email", 1, row["eMail"], row["eMail"], "", "", "appointment"))
            if row["eMail Einwilligung"]:
                consents.append((row["eMail"], 1, now, "import", row["Name"], number))
        text = f"{number} {row['Vorname']} {row['Name']} {row['Straße']} {row['PLZ']} {row['Ort']}".lower()
        lines.append((house[0], serial, text, digits))
    _insert(
        connection,
        "properties (id, number, number_key, street, postcode, town, created_at, changed_at, country, land, "
        "note)",
        ((*house, "A", "", "") for house in houses.values()),
    )
    _insert(
        connection,
        "people (id, property_id, unit, unit_key, role, salutation, first_name, name, created_at, "
        "changed_at, position, title, name2, name3, sms_name, www)",
        ((*person, 0, "", "", "", "", "") for person in people),
    )
    _insert(
        connection, "addresses (person_id, kind, position, typed, value, type, country, purpose)", addresses
    )
    _insert(
        connection,
        'consents (address, granted, at, source, person_name, property_number, "by", evidence, wording)',
        ((*consent, "", "", "") for consent in consents),
    )
    _insert(connection, "search_lines (property_id, person_id, text, digits)", lines)


def _bare_appointments(connection: sqlite3.Connection, rows: Iterator[dict[str, str]]) -> None:
    houses = dict(connection.execute("SELECT number_key, id FROM properties"))
    now = NOW.isoformat()
    found = []
    for row in rows:
        start, end = (
            datetime.strptime(f"{row['Datum']} {row[clock]}", "%d.%m.%Y %H:%M").replace(tzinfo=VIENNA)
            for clock in ("Beginn", "Ende")
        )
        title = f"{row['Nummer']} {row['Art']}"
        house = houses.get(row["Nummer"].lower())
        found.append(
            (
                *(1, row["Termin-Nr"], "", start.isoformat(), end.isoformat(), 0, title, "", row["Ort"], ""),
                *("[]", "confirmed", 0, "", "[]", "[]", row["Ort"], row["Nummer"], row["Art"], 0, 0),
                *("", "", "", 1, now, now, "", "", house, "number", 100),
            )
        )
    _insert(
        connection,
        'appointments (calendar_id, uid, recurrence_id, start, "end", all_day, summary, description, '
        "location, contact, categories, status, sequence, name, phones, emails, place, object_number, "
        "work_kind, no_sms, no_email, salutation, title, first_name, baseline, first_seen_at, changed_at, "
        "hold_code, hold_key, property_id, match_by, match_confidence)",
        found,
    )


def _insert(connection: sqlite3.Connection, table: str, rows: Any) -> None:
    marks = ", ".join("?" * (table.count(",") + 1))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


WAYS: dict[str, Callable[[bytes, str], None]] = {"ours": ours, "dry": dry, "bare": bare}


@contextmanager
def _office(kind: str, houses: int) -> Iterator[None]:
    """Customers come into an empty office, appointments into one that knows all the customers."""
    if kind == "customers":
        with office():
            yield
        return
    with town(houses, visited=False, screens=False) as app, app.app_context():
        settle_memory()
        yield
        db.session.remove()


def main(way: str, kind: str, file: str, houses: str) -> None:
    """Does it once."""
    content = Path(file).read_bytes()
    with _office(kind, int(houses)):
        peak = Peak()
        began = time.perf_counter()
        WAYS[way](content, kind)
        seconds = time.perf_counter() - began
        memory = peak.megabytes
        db.session.rollback()
        rows = {
            table.__tablename__: db.session.scalar(select(func.count()).select_from(table))
            for table in COUNTED
        }
    print(json.dumps({"seconds": seconds, "memory": memory, "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
