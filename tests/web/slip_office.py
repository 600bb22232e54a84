"""An office with ten appointments of which four were not told: the Zettelrunde of mission row C04."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kehr.actions.people.match_appointments import match_coming
from kehr.actions.plan.plan_messages import plan_messages
from kehr.models import Message, db
from tests import builders
from tests.conftest import NOON

MONDAY = datetime(2026, 3, 16, 7, 0, tzinfo=UTC)
"""Monday, 16.03.2026, 08:00 in Vienna."""
STREETS = (
    "Stadtplatz 10",
    "Stadtplatz 2",
    "Stadtplatz 2a",
    "Ennser Straße 4",
    "Ennser Straße 12",
    "Sierninger Straße 1",
    "Haratzmüllerstraße 7/3",
    "Haratzmüllerstraße 7/2",
    "Wehrgrabengasse 7",
    "Redtenbachergasse 3",
)
NAMES = (
    "Eva Huber",
    "Ida Leitner",
    "Anna Grüber",
    "Josef Öhlinger",
    "Sabine Baumgartner",
    "Franz Steiner",
    "Karl Moser",
    "Maria Wieser",
    "Georg Hofer",
    "Lisa Kern",
)


def ten_appointments() -> None:
    """6 delivered, 1 undelivered, 2 without consent, 1 with a landline only: four slips."""
    builders.company()
    builders.gateway()
    builders.rule("announcement", days=6, text="#Firma kommt am #Datum um #Uhrzeit. Fragen: #Telefon")
    calendar = builders.calendar(consent="customer")
    for n, (street, name) in enumerate(zip(STREETS, NAMES, strict=True)):
        house = builders.house(f"B{n:03}", street=street)
        first, _blank, last = name.partition(" ")
        phone = "07252 53123" if n == 9 else f"0664 20000{n:02}"
        builders.person(house, last, first_name=first, salutation="Frau" if n % 2 else "Herr", phones=[phone])
        if n < 7:
            builders.consent(f"+4366420000{n:02}")
        builders.appointment(
            calendar,
            MONDAY + timedelta(minutes=30 * n),
            summary=f"B{n:03} Kehrung {last}",
            object_number=f"B{n:03}",
            name=name,
            phones=[],
            place="",
        )
    match_coming(NOON)
    plan_messages(NOON)
    planned = db.session.scalars(db.select(Message).where(Message.state == "planned")).all()
    for message in sorted(planned, key=lambda one: one.recipient):
        message.sent_at = NOON
        message.state = "undelivered" if message.recipient.endswith("06") else "delivered"
        message.reason = "undelivered" if message.state == "undelivered" else "delivered"
    db.session.commit()
