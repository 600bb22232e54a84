"""Customers, lists and forms for the tests of the manual window."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from kehr.models import Calendar, Message, Person, db
from tests import builders
from tests.rules.plan_build import at as moment
from tests.web.page_checks import check_page

TEXT = "#Anrede #Name, am #Datum kommen wir erst gegen #Uhrzeit. #Firma"
HX = {"HX-Request": "true"}


def customer(number: int, start: str = "12.03. 09:00", ticked: bool = True, **person: object) -> Person:
    house = builders.house(f"B{number}", street=f"Weg {number}")
    defaults = {"salutation": "Frau", "first_name": "Eva", "phones": [f"0664 100{number:04d}"]}
    row = builders.person(house, f"Kunde{number}", **defaults | person)
    for address in row.addresses if ticked else ():
        builders.consent(address.value)
    if start:
        builders.appointment(
            db.session.get_one(Calendar, 1), moment(start), phones=[], name="", property_id=house.id, place=""
        )
    return row


def opened(client: FlaskClient, **data: object) -> str:
    """Opens the window; the id of its list."""
    answer = client.post("/sms/oeffnen", data=data or {"tag": "2026-03-12"})
    assert answer.status_code == 302
    return str(answer.location).removeprefix("/sms/")


def from_menu(client: FlaskClient) -> str:
    """Opens the window from the menu; the id of its list."""
    found = re.search(r'<form id="manual" method="post" action="/sms/(\w+)"', check_page(client.get("/sms")))
    assert found
    return found[1]


def typed(html: str, **changes: object) -> dict[str, object]:
    """The form of the page as a browser would send it, with these changes."""
    found: dict[str, object] = {
        "zeile": re.findall(r'name="zeile" value="([^"]*)"', html),
        "an": re.findall(r'name="an" value="(\d+)"[^>]* checked', html),
        "wen": re.findall(r'name="wen" id="wen-\d+" value="(\d+)" checked', html),
        "weg": "sms",
        "nummern": "all",
        "text": TEXT,
        "subject": "",
    }
    return found | changes


def yes_of(html: str) -> str:
    found = re.search(r'name="ja" value="([^"]+)"', html)
    assert found, html
    return found[1]


def messages() -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(db.select(Message).order_by(Message.recipient))
    return [f"{m.recipient_name} {m.state}" for m in rows if m.manual_send_id]
