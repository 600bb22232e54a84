"""The one list "Wartet auf Sie": decided in place, several at once, each entry once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.waiting_work import count_waiting
from kehr.models import Heartbeat, Message, db
from tests import builders
from tests.conftest import NOON, Clock
from tests.web.conftest import SignIn
from tests.web.page_checks import check_page

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def office(app: Flask, at: Clock) -> dict[str, Any]:
    """A firm whose reminder has a new text, its machine alive."""
    builders.company()
    builders.gateway()
    for name in ("tick", "poll", "worker"):
        db.session.add(Heartbeat(name=name, at=NOON))
    return {"calendar": builders.calendar(), "rule": builders.rule(text_new_since=NOON)}


def send(office: dict[str, Any], number: int, state: str, **values: Any) -> Message:
    """A message to the number that ends so."""
    address = f"+43664100{number:04}"
    phone = {"e164": address, "type": "mobile", "country": "AT", "typed": address}
    row = builders.appointment(office["calendar"], NOON + 3 * DAY, phones=[phone], name=f"Kunde {number}")
    return builders.message(row, office["rule"], **{"recipient": address, "state": state} | values)


def state_of(message_id: str) -> str:
    db.session.expire_all()
    return str(db.session.get_one(Message, message_id).state)


def test_a_bundle_is_one_entry_released_by_one_button(office: dict[str, Any], sign_in: SignIn) -> None:
    # C06
    for number in range(3):
        send(office, number, "held", reason="text_new", reason_args={"kind": "reminder"})
    client, key = sign_in("office"), f"text_new:{office['rule'].id}"
    html = check_page(client.get("/heute"))
    assert "Neuer Text: 3 Nachrichten warten" in html
    assert f'value="release|held|{key}"' in html
    assert '<span class="count" title="wartet auf Sie">1</span>' in html
    first = check_page(client.post("/wartet", data={"eins": f"release|held|{key}"}, follow_redirects=True))
    assert "1 Eintrag ist freigegeben." in first and "Wartet auf Sie</h2>" not in first
    states = {message.state for message in db.session.scalars(select(Message))}
    assert states == {"planned"} and count_waiting(NOON) == 0
    again = client.post("/wartet", data={"eins": f"release|held|{key}"}, follow_redirects=True)
    assert "Das war schon entschieden" in again.get_data(as_text=True)


def test_several_are_ticked_and_decided_at_once(office: dict[str, Any], sign_in: SignIn) -> None:
    unclear = [send(office, n, "unclear", reason="stuck_sending", claimed_at=NOON).id for n in (1, 2)]
    failed = [send(office, n, "undelivered", reason="undelivered", sent_at=NOON).id for n in (3, 4)]
    client = sign_in("office")
    ticks = [f"unclear|{one}" for one in unclear] + [f"failed|{one}" for one in failed]
    html = check_page(
        client.post("/wartet", data={"mit": "mark_sent", "eintrag": ticks}, follow_redirects=True)
    )
    assert "2 Nachrichten sind als gesendet vermerkt." in html
    assert "2 waren schon entschieden oder brauchen eine andere Entscheidung." in html
    assert [state_of(one) for one in unclear] == ["accepted", "accepted"]
    client.post("/wartet", data={"mit": "settle", "eintrag": ticks[2:3]})
    client.post("/wartet", data={"mit": "told", "eintrag": ticks[3:]})
    db.session.expire_all()
    assert [db.session.get_one(Message, one).dealt_by for one in failed] == ["office-user", "office-user"]
    assert [row.channel for row in db.session.scalars(select(Message)) if row.channel == "phone"] == ["phone"]
    assert count_waiting(NOON) == 0


def test_withheld_at_once_stays_here(office: dict[str, Any], sign_in: SignIn) -> None:
    message = send(office, 1, "held", reason="text_new", reason_args={"kind": "reminder"})
    entry = f"held|text_new:{office['rule'].id}"
    sign_in("office").post("/wartet", data={"mit": "withhold", "eintrag": [entry]})
    assert state_of(message.id) == "withheld"


def test_htmx_gets_the_list_in_place_with_what_was_done(office: dict[str, Any], sign_in: SignIn) -> None:
    message = send(office, 1, "undelivered", reason="undelivered", sent_at=NOON)
    client = sign_in("office")
    answer = client.post(
        "/wartet", data={"eins": f"settle|failed|{message.id}"}, headers={"HX-Request": "true"}
    )
    html = answer.get_data(as_text=True)
    assert "<html" not in html and 'id="heute"' in html
    assert "1 Eintrag ist erledigt." in html and 'role="status"' in html
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"eins": "loeschen|held|x"}, 400),
        ({"mit": ""}, 302),
        ({}, 302),
        ({"mit": "release"}, 302),
        ({"mit": "release", "eintrag": ["unsinn", "held|", "feed|1"]}, 302),
        ({"eins": "settle|failed|gibtesnicht"}, 302),
        ({"eins": "told|failed|gibtesnicht"}, 302),
        ({"eins": "mark_sent|unclear|gibtesnicht"}, 302),
    ],
)
def test_what_nobody_can_decide_changes_nothing(
    office: dict[str, Any], sign_in: SignIn, data: dict[str, Any], status: int
) -> None:
    message = send(office, 1, "held", reason="text_new", reason_args={"kind": "reminder"})
    assert sign_in("office").post("/wartet", data=data).status_code == status
    assert state_of(message.id) == "held"


def test_readers_see_the_list_without_buttons(office: dict[str, Any], sign_in: SignIn) -> None:
    message = send(office, 1, "undelivered", reason="undelivered", sent_at=NOON)
    client = sign_in("reader")
    html = check_page(client.get("/heute"))
    assert "Kunde 1" in html and "Erledigt" not in html and 'type="checkbox"' not in html
    assert client.post("/wartet", data={"eins": f"settle|failed|{message.id}"}).status_code == 403


def test_return_in_a_tick_box_decides_nothing(office: dict[str, Any], sign_in: SignIn) -> None:
    send(office, 1, "undelivered", reason="undelivered", sent_at=NOON)
    html = check_page(sign_in("office").get("/heute"))
    form = html[html.index('id="wartet-liste"') :]
    first = form[form.index("<button") :].partition(">")[0]
    assert 'name="eins" value=""' in first, "a browser presses a form's first button"
