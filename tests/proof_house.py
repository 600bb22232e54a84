"""A house whose people were told in every way: what a Beweisblatt has to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kehr.actions.facts.change_state import change_state, event
from kehr.actions.log.seal_events import seal_events
from kehr.models import Appointment, Message, MessageRule, Property, db, writing
from kehr.rules.terms.messages import State
from tests import builders
from tests.conftest import NOON

KARL, EVA = "+436641000001", "+436641000002"
DUE = NOON - timedelta(days=2)


@dataclass(frozen=True, slots=True)
class ProofHouse:
    """The object and its appointment on Thursday."""

    house: Property
    appointment: Appointment


def proof_house(seal: bool = True) -> ProofHouse:
    """Karl got his SMS, Eva a slip for hers that did not arrive, Anna an e-mail; Ida has not agreed."""
    builders.company()
    builders.gateway("LINK")
    house = builders.house()
    builders.person(house, "Mustermann", first_name="Karl", phones=["0664 1000001"])
    builders.person(house, "Šimić", first_name="Eva", unit="Top 1", phones=["0664 1000002"])
    said = {"person_name": "Karl Mustermann", "property_number": "A110010", "wording": "2026-2"}
    builders.consent(KARL, source="form", at=NOON - timedelta(days=40), **said)
    builders.consent(EVA, source="phone", at=NOON - timedelta(days=20), evidence="hat selbst angerufen")
    builders.consent(EVA, granted=False, source="reply", by="", at=NOON - timedelta(hours=20))
    calendar = builders.calendar()
    row = builders.appointment(
        calendar, NOON + timedelta(days=2), property_id=house.id, work_kind="HK", name="Karl Mustermann"
    )
    rule = builders.rule("announcement", days=14)
    reminder = builders.rule("reminder")
    text = (
        "Rauchfangkehrer Probe: Ihr Rauchfangkehrer kommt am Donnerstag, 12.03.2026, zwischen 12:00 und "
        "14:00: Redtenbachergasse 3 (Hauptkehrung). Fragen: +43 7252 12345"
    )
    sent = (State.SENDING, State.ACCEPTED, State.DELIVERED)
    _told(row, house, rule, sent, recipient=KARL, recipient_name="Karl Mustermann", text=text, due_at=DUE)
    lost = (State.SENDING, State.ACCEPTED, State.UNDELIVERED)
    _told(row, house, rule, lost, recipient=EVA, recipient_name="Eva Šimić (Top 1)", text=text, due_at=DUE)
    _told(
        row,
        house,
        rule,
        (State.WITHHELD,),
        ("no_consent", {"address": "+436641000003"}),
        recipient="+436641000003",
        recipient_name="Ida Huber (Top 2)",
        due_at=DUE,
    )
    mail = {"channel": "email", "recipient": "anna@example.at", "recipient_name": "Anna Grüber"}
    subject = "Ihr Termin am Donnerstag, 12.03.2026"
    _told(row, house, reminder, sent[:2], subject=subject, text=text, due_at=NOON, **mail)
    _slip(row, house)
    if seal:
        seal_events(lambda: NOON + timedelta(minutes=1))
    db.session.rollback()
    return ProofHouse(house, row)


def _told(
    row: Appointment,
    house: Property,
    rule: MessageRule,
    states: tuple[State, ...],
    why: tuple[str, dict[str, Any]] = ("", {}),
    **values: Any,
) -> Message:
    due: datetime = values["due_at"]
    message: Message = builders.message(
        row, rule, property_id=house.id, property_number=house.number, work_kind="HK", **values
    )
    moment = due
    with writing() as session:
        row_now = session.get_one(Message, message.id)
        session.add(
            event(message.id, None, State.PLANNED, NOON - timedelta(days=9), "planned_lead", {"days": 2})
        )
        for state in states:
            moment += timedelta(seconds=2)
            reason, args = why
            if state == State.SENDING:
                row_now.claimed_at, row_now.sender, row_now.gateway_name = moment, "+43720111222", "LINK"
            elif state == State.ACCEPTED:
                row_now.sent_at, row_now.reference = moment, f"006214b54400{message.id[:8]}"
                reason = "accepted"
            elif state == State.DELIVERED:
                row_now.delivered_at, reason = moment, "delivered"
                args = {"gateway": "LINK", "told": moment.isoformat()}
            elif state == State.UNDELIVERED:
                reason, args = "undelivered", {"gateway": "LINK", "detail": ""}
            change_state(session, row_now, state, moment, reason, args)
    return message


def _slip(row: Appointment, house: Property) -> None:
    from kehr.actions.send.tell_in_person import Telling, tell
    from kehr.rules.terms.messages import Channel

    eva = next(person for person in house.people if person.unit)
    tell([Telling(row.id, eva.id)], Channel.PAPER, "F. Maier", NOON - timedelta(hours=18))
