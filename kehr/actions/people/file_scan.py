"""What a person does with a scanned form: choose its object, enter its ticks, or put it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kehr.actions.people.consent_state import consent_states
from kehr.actions.people.record_consent import APPOINTMENT, FEEDBACK, Tick, write_ticks
from kehr.actions.people.tick_address import ConsentRefused, refuse_another, refuse_revival
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Address, Person, Property, Scan, writing
from kehr.rules.visits.consent_form import MOST_NOTE

AGREED, WITHDRAWN, EMPTY = "ja", "nein", "leer"
"""What can stand at a box: ticked, struck out, or left as it was."""


def choose_object(scan_id: int, property_id: int) -> None:
    """Files a form to an object by hand. Raises ConsentRefused."""
    with writing() as session:
        scan = _open_scan(session, scan_id)
        if session.get(Property, property_id) is None:
            raise ConsentRefused("object_gone")
        scan.property_id = property_id
        scan.note = "by_hand"


def put_away(scan_id: int, note: str, by: str, now: datetime) -> None:
    """Ends a form that holds no ticks, with the reason. Raises ConsentRefused."""
    if not note:
        raise ConsentRefused("no_note", "ablage_vermerk")
    if len(note) > MOST_NOTE:
        raise ConsentRefused("note_long", "ablage_vermerk")
    with writing() as session:
        _done(_open_scan(session, scan_id), note, by, now)


def enter_ticks(
    scan_id: int,
    choices: Mapping[int, str],
    given_on: date,
    note: str,
    by: str,
    now: datetime,
    zone: ZoneInfo,
    asked: Mapping[int, str] | None = None,
    seen: Mapping[int, str] | None = None,
) -> int:
    """Writes what stands on the form, by address id, in one step; how many rows that made. `choices` are
    about appointments, `asked` about being asked for feedback; `seen` are the addresses as they were shown.

    The form is done with it, and everything is planned anew. Raises ConsentRefused before anything is
    written; its field is the address that stands in the way.
    """
    by_purpose = {APPOINTMENT: _chosen(choices), FEEDBACK: _chosen(asked or {})}
    if not any(by_purpose.values()):
        raise ConsentRefused("nothing_chosen", "auswahl")
    if len(note) > MOST_NOTE:
        raise ConsentRefused("note_long", "note")
    with writing() as session:
        scan = _open_scan(session, scan_id)
        if scan.property_id is None:
            raise ConsentRefused("no_object")
        ticks: list[Tick] = []
        for purpose, chosen in by_purpose.items():
            addresses = _addresses(session, scan, list(chosen), seen or {})
            states = consent_states([address.value for address in addresses], purpose)
            for address in addresses:
                granted = chosen[address.id] == AGREED
                if granted:
                    refuse_revival(states[address.value], given_on, note, zone)
                tick = _tick(address, granted, scan, given_on, note, by)
                ticks.append(replace(tick, purpose=purpose))
        written = write_ticks(session, ticks, now)
        _done(scan, note, by, now)
    plan_messages(now)
    return written


def _chosen(choices: Mapping[int, str]) -> dict[int, str]:
    """What stands there beside what was left as it was."""
    chosen = {key: choice for key, choice in choices.items() if choice != EMPTY}
    if not set(chosen.values()) <= {AGREED, WITHDRAWN}:
        raise ConsentRefused("unknown_choice", "auswahl")
    return chosen


def _open_scan(session: Session, scan_id: int) -> Scan:
    """The form, unless somebody was quicker."""
    scan = session.get(Scan, scan_id)
    if scan is None or scan.done_at is not None:
        raise ConsentRefused("already_done")
    return scan


def _addresses(session: Session, scan: Scan, wanted: list[int], seen: Mapping[int, str]) -> list[Address]:
    """The chosen addresses, all of which must still stand at the object as they were seen, and be valid."""
    found = list(
        session.scalars(
            select(Address)
            .join(Person, Person.id == Address.person_id)
            .where(Person.property_id == scan.property_id, Address.id.in_(wanted), Address.kind != "fax")
            .order_by(Address.id)
        )
    )
    if len(found) != len(wanted):
        raise ConsentRefused("address_elsewhere", "auswahl")
    for address in found:
        refuse_another(address, seen.get(address.id, ""))
    if not all(address.value for address in found):
        raise ConsentRefused("no_address", "auswahl")
    return found


def _tick(address: Address, granted: bool, scan: Scan, given_on: date, note: str, by: str) -> Tick:
    person = address.person
    return Tick(
        address.value,
        granted,
        "form",
        by,
        evidence=note or scan.file_name,
        given_on=given_on,
        person_name=person.full_name,
        property_number=person.house.number,
        scan_id=scan.id,
        wording=scan.wording,
    )


def _done(scan: Scan, note: str, by: str, now: datetime) -> None:
    scan.done_at, scan.done_by, scan.note = now, by, note
