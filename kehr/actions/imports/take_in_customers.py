"""Takes a customers' list in: objects, the people in them, their numbers, and who agreed to be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.facts.chunks import chunks
from kehr.actions.imports.import_houses import (
    AddressState,
    HouseState,
    PersonState,
    load_houses,
    zeros_lost,
)
from kehr.actions.imports.import_results import AT_ONCE, Progress, RowResult, Source, record_rows
from kehr.actions.imports.write_houses import write_houses
from kehr.actions.people.record_consent import APPOINTMENT, Tick, adds, write_ticks
from kehr.models import Consent, db, writing
from kehr.rules.imports.import_customers import CustomerRow, RowAddress
from kehr.rules.imports.import_values import Note
from kehr.rules.terms.german import full_date
from kehr.rules.terms.people import AddressKind, Purpose, Role
from kehr.words import sentence

_NEW_HOUSE: dict[str, Any] = {
    "street": "",
    "country": "A",
    "postcode": "",
    "town": "",
    "land": "",
    "units": None,
    "note": "",
}
_NEW_PERSON = dict.fromkeys(
    ("salutation", "title", "first_name", "name", "name2", "name3", "sms_name", "www"), ""
)


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A line of the file: what was read, or why it is rejected."""

    line: int
    row: CustomerRow | None
    rejected: RowResult | None = None


@dataclass(slots=True)
class _Desk:
    """What is known while rows are decided: objects, the ledger, and what is to be written."""

    source: Source
    column: str
    zone: ZoneInfo
    zeros: dict[str, str]
    ticked: frozenset[str]
    houses: dict[str, HouseState] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    ledger: dict[str, tuple[bool, str, date]] = field(default_factory=dict)
    ticks: list[Tick] = field(default_factory=list)


def check_customers(
    lines: Sequence[CustomerLine], source: Source, column: str, zone: ZoneInfo
) -> list[RowResult]:
    """What each line would do; nothing is written."""
    desk = _desk(db.session(), lines, source, column, zone)
    results = []
    for chunk in chunks(lines, AT_ONCE):
        _load(db.session(), desk, chunk)
        results += [_decide(desk, line) for line in chunk]
    return results


def apply_customers(
    lines: Sequence[CustomerLine],
    source: Source,
    column: str,
    zone: ZoneInfo,
    run_id: int,
    now: datetime,
    progress: Progress | None,
) -> list[RowResult]:
    """Does it, some hundred lines a transaction, each with what became of its lines."""
    desk = _desk(db.session(), lines, source, column, zone)
    results: list[RowResult] = []
    for chunk in chunks(lines, AT_ONCE):
        with writing() as session:
            desk.houses, desk.absent, desk.ledger, desk.ticks = {}, set(), {}, []
            _load(session, desk, chunk)
            done = [_decide(desk, line) for line in chunk]
            write_houses(session, desk.houses.values(), now)
            write_ticks(session, desk.ticks, now)
            record_rows(session, run_id, done)
        results += done
        if progress is not None:
            progress(len(results), len(lines))
    return results


def _desk(
    session: Session, lines: Sequence[CustomerLine], source: Source, column: str, zone: ZoneInfo
) -> _Desk:
    """Where one line of the file ticks a number, another line without a tick takes nothing away."""
    ticked = frozenset(
        address.value
        for line in lines
        if line.row is not None
        for address in line.row.addresses
        if address.granted and address.value
    )
    return _Desk(source, column, zone, zeros_lost(session), ticked)


def _load(session: Session, desk: _Desk, lines: Sequence[CustomerLine]) -> None:
    rows = [line.row for line in lines if line.row is not None]
    keys = {row.number_key for row in rows} - desk.houses.keys() - desk.absent
    loaded = load_houses(session, keys)
    desk.houses |= loaded
    desk.absent |= keys - loaded.keys()
    addresses = {a.value for row in rows for a in row.addresses if a.granted is not None and a.value}
    for house in loaded.values():
        for person in house.people.values():
            addresses |= {a.values["value"] for a in person.addresses.values() if a.values["value"]}
    for chunk in chunks(sorted(addresses - desk.ledger.keys())):
        query = select(Consent.address, Consent.granted, Consent.source, Consent.at)
        for address, granted, source, at in session.execute(
            query.where(Consent.address.in_(chunk), Consent.purpose == APPOINTMENT).order_by(Consent.id)
        ):
            desk.ledger[address] = (granted, source, at.astimezone(desk.zone).date())


def _decide(desk: _Desk, line: CustomerLine) -> RowResult:
    """Changes the states as the line says, and tells what that makes of it."""
    if line.row is None:
        return line.rejected or RowResult(line.line, "rejected")
    row = line.row
    house = desk.houses.get(row.number_key)
    if house is None and row.number_key in desk.zeros:
        args = {"typed": row.number, "known": desk.zeros[row.number_key], "column": desk.column}
        reason = sentence("number_zeros_lost", args)
        return RowResult(line.line, "rejected", row.number, row.name, reason)
    new = house is None
    if house is None:
        house = HouseState(row.number_key, {"number": row.number, **_NEW_HOUSE}, changed=True)
        desk.houses[row.number_key] = house
    changed = _change_house(house, row)
    person = house.people.get(row.unit_key)
    if person is None and _says_somebody(row):
        person = _new_person(house, row)
        new = True
    notes = list(row.notes)
    if person is not None:
        changed |= _change_person(person, row)
        for address in row.addresses:
            changed |= _change_address(person, address)
            changed |= _tick(desk, line.line, row, house, person, address, notes)
    outcome = "created" if new else "changed" if changed else "unchanged"
    name = person.full_name if person is not None else ""
    return RowResult(line.line, outcome, house.values["number"], name, _spoken(notes))


def _says_somebody(row: CustomerRow) -> bool:
    return bool(row.unit_key or any(row.person.values()) or any(a.typed for a in row.addresses))


def _change_house(house: HouseState, row: CustomerRow) -> bool:
    """A party's row fills what is empty of the object, and changes nothing that is known."""
    differing = {
        name: value
        for name, value in row.house.items()
        if house.values[name] != value and (not row.unit_key or not house.values[name])
    }
    if not row.unit_key and house.values["number"] != row.number:
        differing["number"] = row.number
    if row.unit_key and house.id is not None:
        differing.pop("country", None)
    house.values |= differing
    house.changed |= bool(differing)
    return bool(differing)


def _new_person(house: HouseState, row: CustomerRow) -> PersonState:
    position = max((p.values["position"] for p in house.people.values()), default=-1) + 1
    role = row.role or (Role.PARTY if row.unit_key else Role.OWNER)
    values = {"unit": row.unit, "role": role.value, "position": position if row.unit_key else 0}
    person = PersonState(row.unit_key, {**values, **_NEW_PERSON}, changed=True)
    house.people[row.unit_key] = person
    return person


def _change_person(person: PersonState, row: CustomerRow) -> bool:
    wanted: dict[str, str] = dict(row.person)
    if row.unit_key:
        wanted["unit"] = row.unit
    if row.role is not None:
        wanted["role"] = row.role.value
    differing = {name: value for name, value in wanted.items() if person.values[name] != value}
    person.values |= differing
    person.changed |= bool(differing)
    return bool(differing)


def _change_address(person: PersonState, said: RowAddress) -> bool:
    state = person.addresses.get(said.slot)
    there = state is not None and not state.gone
    if said.typed is None:
        if state is None or not there or said.purpose in (None, state.values["purpose"]):
            return False
        state.values["purpose"] = str(said.purpose)
        state.changed = True
        return True
    if not said.typed:
        if state is None or not there:
            return False
        state.gone = True
        return True
    kept = state.values["purpose"] if state is not None and there else str(Purpose.ALL)
    wanted = {
        "typed": said.typed,
        "value": said.value,
        "type": said.type,
        "country": said.country,
        "purpose": str(said.purpose) if said.purpose is not None else kept,
    }
    if state is None:
        person.addresses[said.slot] = AddressState(wanted, changed=True)
        return True
    if there and state.values == wanted:
        return False
    state.values, state.changed, state.gone = wanted, True, False
    return True


def _tick(
    desk: _Desk,
    line: int,
    row: CustomerRow,
    house: HouseState,
    person: PersonState,
    said: RowAddress,
    notes: list[Note],
) -> bool:
    """Adds what the row says of consent to what is written into the ledger; whether that is news."""
    state = person.addresses.get(said.slot)
    value = state.values["value"] if state is not None and not state.gone else ""
    if said.granted is None or not value or said.slot[0] == AddressKind.FAX:
        return False
    if not said.granted and value in desk.ticked:
        return False
    known = desk.ledger.get(value)
    if said.granted and known is not None and not known[0] and known[1] != "import":
        notes.append(
            Note(
                "tick_withdrawn",
                {"address": state.values["typed"] if state else value, "day": full_date(known[2])},
            )
        )
        return False
    evidence = f"Datei {desk.source.file_name}, Zeile {line}"
    tick = Tick(
        value,
        said.granted,
        "import",
        desk.source.by,
        evidence,
        row.given_on if said.granted else None,
        person.full_name,
        house.values["number"],
    )
    if not adds(tick, known[:2] if known is not None else None):
        return False
    desk.ticks.append(tick)
    desk.ledger[value] = (said.granted, "import", date.min)
    return True


def _spoken(notes: Iterable[Note]) -> str:
    return " ".join(sentence(note.code, note.args) for note in notes)
