"""The inbox as it looks: open work first, a conversation, a STOP, nothing yet; and the warnings of texts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from selenium.webdriver.common.keys import Keys

from kehr.models import Message, MessageRule, Reply, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.stack.browser import Page
from tests.stack.seen import PICTURES, picture

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("office"),
]

REMINDER = "Erinnerung: übermorgen, 12.03.2026 um 10:00 kommt der Rauchfangkehrer. Bitte Zugang ermöglichen."


@pytest.fixture
def office(app: Flask, at: Clock) -> None:
    """Four customers who were reminded yesterday."""
    builders.company()
    gateway = builders.gateway(
        "LINK", kind="linkmobility", senders=[{"address": "KEHRER", "type": "alphanumeric"}]
    )
    branch = builders.branch(sms_gateway_id=gateway.id, sender="KEHRER")
    calendar = builders.calendar(branch_id=branch.id, consent="customer")
    rule = builders.rule()
    for number, (first, name) in enumerate((("Karl", "Mustermann"), ("Eva", "Šimić"), ("Ida", "Huber")), 1):
        house = builders.house(f"A11001{number}", street=f"Haratzmüllerstraße {number * 7}")
        person = builders.person(house, name, first_name=first, phones=[f"0664 100000{number}"])
        builders.consent(f"+43664100000{number}")
        row = builders.appointment(
            calendar, NOON + timedelta(days=2, hours=number), property_id=house.id, person_id=person.id
        )
        about = {"property_id": house.id, "person_id": person.id, "property_number": house.number}
        sent = NOON - timedelta(days=1, minutes=number)
        builders.message(
            row,
            rule,
            recipient=f"+43664100000{number}",
            recipient_name=person.full_name,
            state="delivered",
            text=REMINDER,
            sent_at=sent,
            claimed_at=sent,
            **about,
        )


def answer(number: int, text: str, minutes: int, **values: object) -> Reply:
    """What one of the customers answered, so many minutes ago."""
    message = db.session.scalars(
        db.select(Message).where(Message.recipient == f"+43664100000{number}")
    ).first()
    assert message is not None
    said = NOON - timedelta(minutes=minutes)
    about = {
        "message_id": message.id,
        "appointment_id": message.appointment_id,
        "name": message.recipient_name,
    }
    about |= {"person_id": message.person_id, "property_id": message.property_id}
    return builders.reply(text, address=message.recipient, said_at=said, seen_at=said, **about | values)


# C25
def test_the_inbox_is_worked_through(page: Page) -> None:
    page.open("/posteingang")
    picture(page, "posteingang-leer")
    answer(1, "Geht es auch um 11?", 95)
    answer(1, "Oder am Freitag? Da bin ich den ganzen Tag zu Hause.", 90)
    called = answer(2, "Bitte um Rückruf wegen der Therme", 60, state="call_back", done_by="anna")
    answer(3, "Danke, passt 👍", 30)
    stopped = builders.reply("Bitte STOP", address="+436641000009", name="Fritz Weg", said_at=NOON)
    builders.consent("+436641000009", False, source="reply", evidence="Bitte STOP")
    builders.reply("Wer ist das?", address="+436769999999", name="", said_at=NOON - timedelta(minutes=5))
    page.open("/posteingang")
    picture(page, "posteingang")
    page.open(f"/posteingang/{called.id}")
    picture(page, "posteingang-zurueckrufen")
    page.open(f"/posteingang/{stopped.id}")
    picture(page, "posteingang-stop")
    page.dark()
    page.open("/posteingang")
    page.picture(PICTURES / "posteingang-dunkel.png", whole=False)
    page.dark(False)
    page.open("/heute")
    page.picture(PICTURES / "posteingang-heute.png")
    page.open("/posteingang")
    page.on_paper(PICTURES / "posteingang-druck.png")
    page.click("Erledigt", ".talk-deeds")
    page.wait("2 Antworten sind erledigt.")
    assert page.complaints() == []


# C25: the whole of it without a mouse
def test_the_keyboard_settles_and_answers(page: Page) -> None:
    reply = answer(1, "Geht es auch um 11?", 95)
    page.open(f"/posteingang/{reply.id}")
    page.named("Antworten", ".talk-deeds").send_keys(Keys.ENTER)
    page.wait("So liest es")
    assert page.path.startswith("/sms/") and "0664 1000001" in page.text
    picture(page, "posteingang-antworten")
    page.open(f"/posteingang/{reply.id}")
    page.named("Zurückrufen", ".talk-deeds").send_keys(Keys.ENTER)
    page.wait("Vorgemerkt zum Zurückrufen")


# C23, C24
def test_warnings_of_a_text_are_seen_before_it_is_kept(page: Page) -> None:
    row = builders.rule("announcement", text="Alt", days=14)
    page.open(f"/nachrichten/{row.id}")
    page.fill(text="Am #Datum. Antworten Sie mit JA. 10 % Rabatt, jetzt buchen!")
    page.click("Speichern", "#editor")
    page.wait("Noch nichts gespeichert")
    picture(page, "editor-warnung")
    page.click("Trotzdem speichern")
    page.wait("Gespeichert.")
    db.session.rollback()
    builders.rule("followup", active=False, active_since=None, text="Zufrieden?")
    page.open("/nachrichten")
    picture(page, "nachrichten-nachfrage")
    followup = db.session.scalars(db.select(MessageRule).where(MessageRule.kind == "followup")).one()
    page.open(f"/nachrichten/{followup.id}")
    picture(page, "editor-nachfrage")
