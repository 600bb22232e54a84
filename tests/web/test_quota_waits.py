"""What waits for a quota, a counter or an empty account, in the windows and on the start page (A24, A52)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kehr.actions.facts.raise_alarm import open_alarm
from kehr.models import Company, Gateway, Message, db, writing
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.manual_window import HX, customer, messages, opened, typed, yes_of
from tests.web.page_checks import check_page


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    builders.company()
    builders.gateway("LINK", kind="linkmobility")
    return {"calendar": builders.calendar(consent="customer"), "rule": builders.rule()}


def planned(office: dict[str, Any], due: timedelta = timedelta(0)) -> Message:
    row = builders.appointment(office["calendar"], NOON + timedelta(days=2))
    message: Message = builders.message(
        row,
        office["rule"],
        due_at=NOON + due,
        too_late_at=NOON + timedelta(days=1),
        reason="planned_lead",
        reason_args={"days": 2},
    )
    return message


def limit(quota: int | None = None, counter: int | None = None) -> None:
    db.session.get_one(Company, 1).monthly_quota = quota
    db.session.get_one(Gateway, 1).counter = counter
    db.session.commit()


def test_the_window_of_a_waiting_message_says_for_what_it_waits_and_how_long(  # C13, A24
    office: dict[str, Any], sign_in: SignIn
) -> None:
    message = planned(office)
    client = sign_in("reader")
    html = check_page(client.get(f"/nachricht/{message.id}"))
    assert "hinaus: Erinnerung" in html and "Wartet:" not in html
    limit(quota=0)
    html = check_page(client.get(f"/nachricht/{message.id}"))
    assert "Wartet: Das Kontingent von 0 SMS für März ist aufgebraucht." in html
    assert "erhöhen Sie es unter Firma. Geht sie bis Mi, 11.03. 12:00 nicht hinaus, verfällt sie." in html
    assert "hinaus: Erinnerung" not in html
    client.set_cookie("sprache", "en")
    assert "Waiting: The quota of 0 SMS for March is used up." in check_page(
        client.get(f"/nachricht/{message.id}")
    )


def test_a_message_that_will_find_no_room_warns_beforehand(  # C13, A52
    office: dict[str, Any], sign_in: SignIn
) -> None:
    message = planned(office, timedelta(hours=5))
    limit(counter=0)
    html = check_page(sign_in("reader").get(f"/nachricht/{message.id}"))
    assert "hinaus: Erinnerung" in html and "Wartet:" not in html
    assert "Das Guthaben beim Gateway »LINK« ist aufgebraucht: Noch 0 SMS, nötig 1." in html


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"quota": 2}, "Das Kontingent von 2 SMS für März reicht nicht: Noch 2 SMS, nötig 3."),
        ({"counter": 1}, "Das Guthaben beim Gateway »LINK« reicht nicht: Noch 1 SMS, nötig 3."),
        ({"quota": 3, "counter": 3}, ""),
    ],
)
def test_the_question_before_sending_by_hand_says_what_will_wait(  # A24, A50, A52
    limits: dict[str, int], words: str, office: dict[str, Any], sign_in: SignIn
) -> None:
    for number in (1, 2, 3):
        customer(number)
    limit(**limits)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="alle")))
    assert "3 Empfänger, 3 SMS. Jetzt senden?" in asked
    assert (words in asked) if words else ("reicht nicht" not in asked)
    answer = client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes_of(asked)))
    html = check_page(client.get(answer.location))
    assert (f"Der Rest wartet: {words}" in html) if words else ("Der Rest wartet" not in html)
    html = client.get(answer.location, headers=HX).get_data(as_text=True)
    assert (words in html) if words else ("Der Rest wartet" not in html)
    assert len(messages()) == 3


def test_one_message_by_hand_without_room_is_said_to_wait(  # A47, A52
    office: dict[str, Any], sign_in: SignIn
) -> None:
    customer(1)
    limit(counter=0)
    client = sign_in("office")
    list_id = opened(client)
    page = check_page(client.get(f"/sms/{list_id}"))
    asked = check_page(client.post(f"/sms/{list_id}/senden", data=typed(page, was="eine")))
    client.post(f"/sms/{list_id}/senden", data=typed(page, ja=yes_of(asked)))
    html = check_page(client.get(f"/sms/{list_id}"))
    assert "Wartet: Das Guthaben beim Gateway »LINK« ist aufgebraucht" in html
    assert "Abgeschickt an" not in html


@pytest.mark.parametrize(
    ("code", "args", "title", "button"),
    [
        ("counter_low", {"count": 12}, "Das Guthaben geht zur Neige", "Nachbestellen"),
        ("balance_low", {"money": "3,20"}, "Das Guthaben geht zur Neige", "Nachbestellen"),
        ("balance_empty", {"money": "0,00"}, "Guthaben aufgebraucht", "Nachbestellen"),
        (
            "balance_unread",
            {"since": NOON.isoformat(), "code": "timeout", "detail": ""},
            "Guthaben nicht bekannt",
            "Ansehen",
        ),
    ],
)
def test_a_low_account_stands_on_the_start_page_with_the_way_to_order(  # A52, C28
    code: str, args: dict[str, Any], title: str, button: str, office: dict[str, Any], sign_in: SignIn
) -> None:
    with writing() as session:
        open_alarm(session, f"{code}:1", code, {"gateway": "LINK"} | args, NOON)
    html = check_page(sign_in("office").get("/heute"))
    line = html.split(f'id="alarm-{code}:1"')[1].split("</li>")[0] if f'id="alarm-{code}:1"' in html else html
    assert title in line and button in line and 'href="/gateways/1/guthaben"' in line
