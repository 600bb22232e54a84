"""Writes the demo's objects, people, numbers, consents and employees into an empty office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kehr.actions.people.record_consent import Tick, write_ticks
from kehr.actions.people.search_lines import refresh_search_lines
from kehr.actions.setup.change_employees import save_employee
from kehr.demo.people import OPTED_OUT, House, Somebody, houses
from kehr.models import Address, Person, Property, writing
from kehr.rules.terms.appointments import NumberType
from kehr.rules.terms.people import INVALID, key_of
from kehr.rules.terms.phones import BadNumber, normalise

_SAID = {
    "form": (timedelta(days=120), "Formular im Ordner 2026"),
    "phone": (timedelta(days=45), "am Telefon gefragt"),
    "in_person": (timedelta(days=20), "beim Kehren gefragt"),
}
"""How long before the demo begins people agreed in that way, and what proves it."""
_EMPLOYEES: tuple[dict[str, str], ...] = (
    {"salutation": "Herr", "first_name": "Georg", "name": "Lindner", "mobile": "0664 1000901"},
    {"salutation": "Herr", "first_name": "Markus", "name": "Prinz", "mobile": "0664/1000 902"},
    {"salutation": "Frau", "first_name": "Julia", "name": "Rader", "mobile": "+43 664 1000903"},
    {"salutation": "Frau", "first_name": "Hannelore", "name": "Buchner", "email": "buero@example.at"},
)


def write_master_data(since: datetime) -> None:
    """Everything the office knew when the demo began."""
    with writing() as session:
        known = houses()
        session.execute(insert(Property), [_house(house, since) for house in known])
        ids = {key: id_ for id_, key in session.execute(select(Property.id, Property.number_key))}
        people = [
            (house, place, one, ids[key_of(house.number)])
            for house in known
            for place, one in enumerate(house.people)
        ]
        session.execute(
            insert(Person), [_person(one, place, house_id, since) for _h, place, one, house_id in people]
        )
        flats = {
            (house_id, unit): id_
            for id_, house_id, unit in session.execute(select(Person.id, Person.property_id, Person.unit))
        }
        session.execute(
            insert(Address),
            [
                {"person_id": flats[house_id, one.unit], **address}
                for _house, _place, one, house_id in people
                for address in _addresses(one)
            ],
        )
        _write_consents(session, since)
        refresh_search_lines(session, ids.values())
    for typed in _EMPLOYEES:
        save_employee(None, {**typed, "active": True}, since)


def _house(house: House, since: datetime) -> dict[str, Any]:
    return {
        "number": house.number,
        "number_key": key_of(house.number),
        "street": house.street,
        "postcode": house.postcode,
        "town": house.town,
        "units": house.units,
        "note": house.note,
        "created_at": since,
        "changed_at": since,
    }


def _person(one: Somebody, place: int, house_id: int, since: datetime) -> dict[str, Any]:
    names = ("salutation", "title", "first_name", "name", "name2", "sms_name", "unit", "role")
    return {
        "property_id": house_id,
        "unit_key": key_of(one.unit),
        "position": place,
        "created_at": since,
        "changed_at": since,
    } | {name: getattr(one, name) for name in names}


def _addresses(one: Somebody) -> Iterator[dict[str, Any]]:
    for position, typed in enumerate(one.phones, 1):
        yield _number("phone", position, typed, "main" if one.main else "all")
    if one.fax:
        yield _number("fax", 1, one.fax, "all")
    for position, typed in enumerate(one.emails, 1):
        yield {
            "kind": "email",
            "position": position,
            "typed": typed,
            "value": typed.lower(),
            "type": "",
            "country": "",
            "purpose": one.purpose,
        }


def _number(kind: str, position: int, typed: str, purpose: str) -> dict[str, Any]:
    row = {"kind": kind, "position": position, "typed": typed, "purpose": purpose}
    try:
        number = normalise(typed)
    except BadNumber:
        return row | {"value": "", "type": INVALID, "country": ""}
    return row | {"value": number.e164, "type": number.type, "country": number.country}


def _write_consents(session: Session, since: datetime) -> None:
    for source, (ago, evidence) in _SAID.items():
        write_ticks(session, _ticks(source, evidence, since - ago), since - ago)
    no = Tick(
        normalise(OPTED_OUT).e164,
        granted=False,
        source="phone",
        by="office",
        evidence="Frau Huber möchte keine SMS.",
        person_name="Ida Huber",
        property_number=next(h.number for h in houses() if OPTED_OUT in h.people[0].phones),
    )
    write_ticks(session, [no], since)


def _ticks(source: str, evidence: str, at: datetime) -> Iterator[Tick]:
    for house in houses():
        for one in house.people:
            if one.said != source:
                continue
            for address in _addresses(one):
                if address["kind"] == "email" or address["type"] == NumberType.MOBILE:
                    yield Tick(
                        address["value"],
                        granted=True,
                        source=source,
                        by="office",
                        evidence=evidence,
                        given_on=at.date() - timedelta(days=3) if source == "form" else None,
                        person_name=one.full_name,
                        property_number=house.number,
                    )
