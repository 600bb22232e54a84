"""The one list "Wartet auf Sie": decided in place, several at once, each entry once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kehr.actions.decide.waiting_work import count_waiting
from kehr.models import Appointment, Company, Heartbeat, Message, db
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


def menu_number(html: str) -> str:
    """The number beside "Heute" in the menu."""
    found = re.search(r'id="zahl-heute"[^>]*>(?:<span class="count"[^>]*>(\d+)</span>)?</span>', html)
    assert found is not None
    return found[1] or ""


def test_menu_start_page_and_heading_count_the_same_entries(  # C03
    office: dict[str, Any], sign_in: SignIn
) -> None:
    for number in range(8):
        send(office, number, "unclear", reason="stuck_sending")
    db.session.get_one(Company, 1).land = "NÖ"
    builders.appointment(office["calendar"], NOON + 2 * DAY, work_kind="Kehrung")
    late = builders.appointment(office["calendar"], NOON + 3 * DAY, work_kind="Kehrung")
    client = sign_in("office")
    html = check_page(client.get("/heute"))
    assert "10 Termine ohne fristgerechte Ankündigung" in html
    assert "<h1>9 Dinge warten auf Sie.</h1>" in html, "all late appointments are one entry"
    assert "und 3 weitere Nachrichten" in html
    assert menu_number(html) == "9" == menu_number(check_page(client.get("/protokoll")))
    db.session.query(Appointment).filter(Appointment.id != late.id).update({"work_kind": "Sonderarbeit"})
    late.cancelled_at = NOON
    db.session.commit()
    html = check_page(client.get("/heute"))
    assert "fristgerechte" not in html
    assert "<h1>8 Dinge warten auf Sie.</h1>" in html and menu_number(html) == "8"
    assert menu_number(client.get("/protokoll").text) == "8"


def test_what_htmx_decides_changes_the_number_in_the_menu(office: dict[str, Any], sign_in: SignIn) -> None:
    first, second = (send(office, n, "undelivered", reason="undelivered", sent_at=NOON) for n in (1, 2))
    client, htmx = sign_in("office"), {"HX-Request": "true"}
    assert menu_number(client.get("/heute").text) == "2"
    html = client.post("/wartet", data={"eins": f"settle|failed|{first.id}"}, headers=htmx).text
    assert 'id="zahl-heute" hx-swap-oob="true"' in html and menu_number(html) == "1"
    assert 'id="zahl-menue" hx-swap-oob="true"' in html, "on a phone the menu is folded"
    client.post("/wartet", data={"eins": f"settle|failed|{second.id}"}, headers=htmx)
    html = client.get("/menue", headers=htmx).text
    assert "<html" not in html and menu_number(html) == "", "the place stays, the number goes"
    assert 'id="zahl-heute" hx-swap-oob="true"' in client.get("/heute", headers=htmx).text
    page = client.get("/protokoll").text
    assert 'hx-get="/menue" hx-trigger="messages-changed from:body" hx-swap="none"' in page
    assert "hx-swap-oob" not in page


def test_addresses_of_parts_lead_to_the_page(office: dict[str, Any], sign_in: SignIn) -> None:
    client = sign_in("reader")
    assert client.get("/wartet").location == "/heute#wartet"
    assert client.get("/menue").location == "/heute"


def test_a_late_appointment_is_looked_for_once_a_minute_and_after_each_deed(
    office: dict[str, Any], sign_in: SignIn, at: Clock
) -> None:
    db.session.get_one(Company, 1).land = "NÖ"
    client = sign_in("office")
    assert menu_number(client.get("/protokoll").text) == ""
    builders.appointment(office["calendar"], NOON + 2 * DAY, work_kind="Kehrung")
    assert menu_number(client.get("/protokoll").text) == ""
    at.moment = NOON + timedelta(seconds=60)
    assert menu_number(client.get("/protokoll").text) == "1"
    db.session.query(Appointment).update({"work_kind": "Sonderarbeit"})
    db.session.commit()
    assert menu_number(client.get("/protokoll").text) == "1"
    client.post("/wartet")
    assert menu_number(client.get("/protokoll").text) == ""


def test_return_in_a_tick_box_decides_nothing(office: dict[str, Any], sign_in: SignIn) -> None:
    send(office, 1, "undelivered", reason="undelivered", sent_at=NOON)
    html = check_page(sign_in("office").get("/heute"))
    form = html[html.index('id="wartet-liste"') :]
    first = form[form.index("<button") :].partition(">")[0]
    assert 'name="eins" value=""' in first, "a browser presses a form's first button"


@pytest.mark.parametrize("state", ["undelivered", "unclear"])
def test_the_line_for_more_leads_to_those_that_are_not_shown(
    office: dict[str, Any], sign_in: SignIn, state: str
) -> None:
    for number in range(8):
        due = NOON - 30 * DAY + number * DAY
        send(
            office, number, state, id=f"m{number}", due_at=due, sent_at=due, recipient_name=f"Kundin {number}"
        )
    client = sign_in("office")
    html = check_page(client.get("/heute"))
    path = re.search(r'href="(/geplant\?[^"]*zustand=offen[^"]*)"', html)
    assert "und 3 weitere Nachrichten" in html and path is not None
    shown = check_page(client.get(path[1].replace("&amp;", "&"), follow_redirects=True))
    assert [f"Kundin {number}" in shown for number in range(5, 8)] == [True] * 3
