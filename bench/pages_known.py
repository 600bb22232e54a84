"""One address that is asked, and what of the office the addresses name."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from bench.office import NOW
from bench.people_data import House
from kehr.actions.decide.waiting_work import find_waiting
from kehr.models import Address, Appointment, Message, Person, PhoneCode, Reply, Scan, db

HTMX = True


@dataclass(frozen=True, slots=True)
class Ask:
    """One address: what stands in its path, its query, and whether HTMX asks for a part of the page.

    `part` tells apart what is measured on its own, such as the log of a day and that of a year.
    """

    args: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    fragment: bool = False
    part: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Known:
    """What the addresses name."""

    houses: list[House]
    objects: list[int]
    parties: list[tuple[int, int]]
    coming: list[int]
    past: list[int]
    messages: dict[str, list[str]]
    replies: list[int]
    addresses: list[int]
    codes: list[str]
    scans: list[int]
    bundles: list[str]


def load_known(houses: list[House], seed: int = 17) -> Known:
    """Some of everything, the same each time."""
    choose = random.Random(seed)

    def some(column: Any, *wanted: ColumnElement[bool], most: int = 40) -> list[Any]:
        found = sorted(db.session.scalars(select(column).where(*wanted).limit(4_000)))
        return choose.sample(found, min(most, len(found)))

    parties = db.session.execute(select(Person.property_id, Person.id).where(Person.unit != "").limit(4_000))
    states = ("planned", "held", "withheld", "delivered", "refused", "undelivered", "unclear", "missed")
    objects = choose.choices(houses, k=30) + [house for house in houses[:300] if len(house.people) > 3][:10]
    return Known(
        houses=houses,
        objects=[house.serial + 1 for house in objects],
        parties=[(row[0], row[1]) for row in choose.sample(parties.all(), 20)],
        coming=some(Appointment.id, Appointment.start > NOW, Appointment.start < NOW + timedelta(days=30)),
        past=some(Appointment.id, Appointment.start < NOW, Appointment.start > NOW - timedelta(days=300)),
        messages={state: some(Message.id, Message.state == state, most=8) for state in states}
        | {"paper": some(Message.id, Message.channel == "paper", most=8)},
        replies=[*some(Reply.id, most=15), *some(Reply.id, Reply.state == "open", most=5)],
        addresses=some(Address.id, most=20),
        codes=some(PhoneCode.code, most=20),
        scans=some(Scan.id, most=20),
        bundles=[waiting.key for waiting in find_waiting(NOW) if waiting.what == "held"],
    )
