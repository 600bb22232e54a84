"""A page of thirty rows asks no more queries than one of five: nothing is looked up row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from kehr.models import db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn

FEW, MANY = 5, 30
FIRST = NOON + timedelta(days=1)
PAGES = (
    "/heute",
    "/nachholen",
    "/objekte",
    "/posteingang",
    "/posteingang?gruppe=offen",
    "/termine",
    "/termine?ansicht=woche",
    "/termine/druck",
    "/termine/fristen?ampel=rot",
    "/termine/nicht-benachrichtigt?gruppe=termine",
    "/termine/ohne-objekt",
    "/tagesliste/2026-03-11",
    "/tagesliste/2026-03-11/druck",
    "/zettel",
    "/zettel/druck",
    "/geplant/liste",
    "/geplant/monat/2026-03",
    "/geplant/woche/2026-W11",
    "/geplant/tag/2026-03-10",
    "/geplant/liste/2026-03-10/druck",
    "/protokoll",
    "/protokoll/druck",
    "/protokoll.csv",
    "/vorschau",
    "/kosten",
    "/datenqualitaet?gruppe=ohne-beleg",
    "/datenqualitaet?gruppe=kein-weg",
    "/datenqualitaet?gruppe=doppelt",
)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def fill(first: int, last: int) -> None:
    """Houses with one person each, of whom one after the other got his message, waits, lacks a consent,
    was missed, answered, or has no number at all; and entries without an object.
    """
    calendar, rule = db.session.get_one(builders.Calendar, 1), db.session.get_one(builders.MessageRule, 1)
    gateway_id = db.session.scalars(db.select(builders.Gateway.id)).one()
    states = ("delivered", "planned", "withheld", "missed", "delivered", "accepted")
    for number in range(first, last):
        house = builders.house(f"A{number}")
        phone = f"+43664{2_000_000 + number}"
        phones = [phone] if number % 6 != 4 else []
        person = builders.person(house, f"Huber{number}", phones=phones, emails=[f"h{number}@example.at"])
        builders.consent(phone)
        place = {"property_id": house.id, "match_by": "number"} if number % 5 else {}
        row = builders.appointment(calendar, FIRST, phones=[], name=f"Huber{number}", **place)
        state = states[number % len(states)]
        left = state in ("delivered", "accepted")
        gone = {"sent_at": NOON - timedelta(hours=1), "claimed_at": NOON - timedelta(hours=1)}
        due = NOON + timedelta(hours=2) if state == "planned" else NOON - timedelta(hours=2)
        values = gone | {"gateway_id": gateway_id, "parts": 1, "text": "Wir kommen."} if left else {}
        sent = builders.message(
            row, rule, recipient=phone, state=state, due_at=due, property_id=house.id, **values
        )
        builders.reply(address=phone, message_id=sent.id, property_id=house.id, person_id=person.id)


@pytest.fixture
def client(app: Flask, at: Clock, sign_in: SignIn) -> FlaskClient:
    """An admin of an office with one gateway that names no price for what it takes."""
    builders.company(land="NÖ")
    builders.gateway(price=750)
    builders.calendar(consent="customer")
    builders.rule()
    return sign_in("admin")


def queries(client: FlaskClient, path: str) -> int:
    """How many queries one request asks that remembers nothing of those before."""
    db.session.remove()
    with counted() as seen:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(seen)


def test_thirty_rows_ask_no_more_queries_than_five(client: FlaskClient) -> None:
    fill(0, FEW)
    few = {path: queries(client, path) for path in PAGES}
    fill(FEW, MANY)
    many = {path: queries(client, path) for path in PAGES}
    assert {path: (few[path], many[path]) for path in PAGES if many[path] > few[path]} == {}
