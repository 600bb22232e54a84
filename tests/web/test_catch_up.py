"""Nachholliste: what was missed, sent anew only while it is true, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.run.run_round import beat
from kehr.actions.send.send_due import send_due
from kehr.models import Consent, ManualEntry, Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm with one reminder."""
    builders.company()
    builders.gateway()
    return {"calendar": builders.calendar(), "rule": builders.rule(text="#Tagwort um #Uhrzeit. #Firma")}


def missed(office: dict[str, Any], number: int, ahead: timedelta = DAY, **values: Any) -> Message:
    """A reminder of the weekend that never left, about an appointment so far ahead."""
    address = f"+43664100{number:04}"
    phone = {"e164": address, "type": "mobile", "country": "AT", "typed": address}
    row = builders.appointment(office["calendar"], NOON + ahead, phones=[phone], name=f"Kunde {number}")
    defaults = {"recipient": address, "state": "missed", "reason": "too_late", "due_at": NOON - DAY}
    return builders.message(row, office["rule"], **defaults | values)


def by_hand() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).where(Message.manual_send_id.is_not(None))))


def dealt(message_id: str) -> str:
    db.session.expire_all()
    return str(db.session.get_one(Message, message_id).dealt_by)


def test_what_is_still_true_comes_first_and_the_rest_says_why_not(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # C11
    missed(office, 1, ahead=-HOUR)
    missed(office, 2)
    moved = missed(office, 3)
    moved.appointment.start = NOON + 5 * DAY
    gone = missed(office, 4)
    gone.appointment.cancelled_at = NOON
    db.session.commit()
    html = check_page(sign_in("office").get("/nachholen"))
    assert html.index("Kunde 2") < html.index("Kunde 1")
    assert "Der Termin am Di, 10.03. 11:00 ist vorbei." in html
    assert "Der Termin ist nun am So, 15.03. 12:00." in html
    assert "Der Termin ist abgesagt." in html
    assert html.count('value="senden|') == 1


def test_sent_now_it_leaves_once_with_the_words_of_today(office: dict[str, Any], sign_in: SignIn) -> None:
    # C11: #Tagwort is rendered at the moment of sending.
    message = missed(office, 1)
    client = sign_in("office")
    for _click in range(2):
        client.post("/nachholen", data={"eins": f"senden|{message.id}"})
    assert [one.state for one in by_hand()] == ["planned"] and dealt(message.id) == "office-user"
    send_due(lambda: NOON)
    assert [one.text for one in by_hand()] == ["morgen um 12:00. Rauchfangkehrer Probe"]
    assert "Hier ist nichts nachzuholen." in check_page(client.get("/nachholen"))


def test_two_who_press_at_the_same_time_send_it_once(office: dict[str, Any], sign_in: SignIn) -> None:
    message = missed(office, 1)
    client = sign_in("office")
    client.post("/nachholen", data={"eins": f"senden|{message.id}"})
    row = db.session.get_one(Message, message.id)
    row.dealt_at = None
    db.session.commit()
    client.post("/nachholen", data={"eins": f"senden|{message.id}"})
    assert len(by_hand()) == 1


@pytest.mark.parametrize("case", ["over", "moved", "cancelled", "missing", "revoked", "other person's turn"])
def test_nothing_that_became_false_is_ever_sent(office: dict[str, Any], sign_in: SignIn, case: str) -> None:
    # C11 C09
    message = missed(office, 1)
    row = message.appointment
    if case == "over":
        row.start, message.about_start = NOON - HOUR, NOON - HOUR
    elif case == "moved":
        row.start = NOON + 5 * DAY
    elif case == "cancelled":
        row.cancelled_at = NOON
    elif case == "missing":
        row.missing_since = NOON
    elif case == "revoked":
        db.session.add(
            Consent(
                address=message.recipient,
                purpose="appointment",
                granted=False,
                source="phone",
                by="anna",
                at=NOON,
            )
        )
    else:
        row.phones = [{"e164": "+436649999999", "type": "mobile", "country": "AT", "typed": ""}]
    db.session.commit()
    html = check_page(
        sign_in("office").post("/nachholen", data={"eins": f"senden|{message.id}"}, follow_redirects=True)
    )
    assert "Nicht gesendet an Kunde 1: " in html
    assert by_hand() == [] and dealt(message.id) == ""


def test_several_are_sent_or_let_be_at_once(office: dict[str, Any], sign_in: SignIn) -> None:  # C11
    ids = [missed(office, number).id for number in range(3)]
    late = missed(office, 9, ahead=-HOUR).id
    client = sign_in("office")
    client.post("/nachholen", data={"mit": "senden", "nachricht": [*ids, late]})
    assert len(by_hand()) == 3 and [dealt(one) for one in [*ids, late]] == ["office-user"] * 3 + [""]
    html = check_page(
        client.post("/nachholen", data={"mit": "verwerfen", "nachricht": [late]}, follow_redirects=True)
    )
    assert "1 Nachricht ist verworfen." in html and dealt(late) == "office-user"


def test_rephrasing_opens_the_window_with_exactly_these_people(
    office: dict[str, Any], sign_in: SignIn
) -> None:  # C11
    wanted = [missed(office, number) for number in (1, 2)]
    missed(office, 3)
    answer = sign_in("office").post(
        "/nachholen", data={"mit": "formulieren", "nachricht": [one.id for one in wanted]}
    )
    assert answer.location.startswith("/sms/")
    entries = {entry.appointment_id for entry in db.session.scalars(select(ManualEntry))}
    assert entries == {one.appointment_id for one in wanted}


def test_the_start_page_says_how_long_the_box_was_off(
    office: dict[str, Any], sign_in: SignIn, at: Clock
) -> None:  # C11, failures.md 11
    friday, monday = NOON - 4 * DAY + 4 * HOUR, NOON - DAY - 4 * HOUR - timedelta(minutes=30)
    beat("tick", friday)
    beat("tick", monday)
    beat("tick", monday + timedelta(minutes=20))
    client = sign_in("office")
    said = "Die Anlage war von Fr, 06.03. 16:00 bis Mo, 09.03. 07:30 aus."
    assert said in check_page(client.get("/heute"))
    assert said in check_page(client.get("/nachholen"))
    at.moment = NOON + 5 * DAY
    assert said not in check_page(client.get("/heute"))


@pytest.mark.parametrize(
    ("data", "status"),
    [({}, 302), ({"mit": "loeschen"}, 400), ({"mit": "senden"}, 302), ({"eins": "senden|x"}, 302)],
)
def test_what_is_not_there_sends_nothing(
    office: dict[str, Any], sign_in: SignIn, data: dict[str, str], status: int
) -> None:
    missed(office, 1)
    assert sign_in("office").post("/nachholen", data=data).status_code == status
    assert by_hand() == []


def test_readers_look_but_do_not_decide(office: dict[str, Any], sign_in: SignIn) -> None:
    message = missed(office, 1)
    client = sign_in("reader")
    assert "Jetzt senden" not in check_page(client.get("/nachholen"))
    assert client.post("/nachholen", data={"eins": f"senden|{message.id}"}).status_code == 403
